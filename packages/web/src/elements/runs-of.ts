// A text in pieces between which a line may break. Without a place to break, a browser goes through a run of letters again for
// each line of it: one of 64 KB of Arabic, or of marks over one letter, stops the page for half a minute.

// Code points: longer than any word, and than most addresses.
const longest = 256;
// Its last letter keeps its marks, where these are not very many.
const mostMarks = 8;
// Only what lines break at: no-break spaces, and marks that are none, join what is around them.
const run = new RegExp(
  `([^ \\t\\n]{${longest - mostMarks}}\\p{M}{0,${mostMarks}})(?=[^ \\t\\n])`,
  "u",
);

/** All of the text, in order; most texts are one piece. */
export function runsOf(text: string): string[] {
  return text.length <= longest ? [text] : text.split(run).filter((piece) => piece !== "");
}
