// What of a text can be tapped: links, mail addresses and phone numbers, found here and asked of nobody. All else is words.
// A link is what it shows: no other address hides behind it, and nothing in it turns its letters around.

export type TextPart =
  | { readonly kind: "words"; readonly text: string }
  | {
      readonly kind: "link" | "mail" | "number";
      readonly text: string;
      /** Where it leads. */
      readonly href: string;
    };

// Addresses with their scheme, or with the name that web servers have; mail; numbers with their country's code. Each is
// bounded, and mail begins where its name does: what a stranger writes takes a time that grows with its length alone.
const tappable =
  /(?<link>(?:https?:\/\/|www\.)[^\s<>"'“”«»\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]{1,2000})|(?<mail>(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)|(?<number>\+\d(?:[ ().-]{0,2}\d){6,14}(?!\d))/giu;
// At its end, these belong to the sentence that it stands in.
const endOfSentence = /[.,;:!?…'"。，！？؟،]+$/u;
const longestSearched = 20_000;

export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  const searched = text.slice(0, longestSearched);
  for (const { 0: found, index, groups } of searched.matchAll(tappable)) {
    const part = partOf(found, groups ?? {});
    if (!part) continue;
    if (index > end) parts.push({ kind: "words", text: text.slice(end, index) });
    parts.push(part);
    end = index + part.text.length;
  }
  if (end < text.length) parts.push({ kind: "words", text: text.slice(end) });
  return parts;
}

function partOf(found: string, groups: Record<string, string | undefined>): TextPart | undefined {
  if (groups["number"]) {
    const number = `+${found.replace(/\D/g, "")}`;
    return { kind: "number", text: found, href: `#/new?to=${encodeURIComponent(number)}` };
  }
  if (groups["mail"]) return { kind: "mail", text: found, href: `mailto:${found}` };
  const text = withoutEnd(found);
  const href = /^www\./i.test(text) ? `https://${text}` : text;
  const { hostname } = URL.parse(href) ?? { hostname: "" };
  return hostname.includes(".") || hostname === "localhost"
    ? { kind: "link", text, href }
    : undefined;
}

/** Without what ends the sentence, and without a bracket that was opened before it. */
function withoutEnd(found: string): string {
  let text = found.replace(endOfSentence, "");
  while (text.endsWith(")") && text.split(")").length > text.split("(").length) {
    text = text.slice(0, -1).replace(endOfSentence, "");
  }
  return text;
}

const graphemes = new Intl.Segmenter();
const mostBig = 3;

/** One to three emoji and nothing else: they are shown big. */
export function isBigEmoji(text: string): boolean {
  // No emoji is longer than this; most texts are.
  if (text.length > 40) return false;
  const shown = [...graphemes.segment(text.trim())].map(({ segment }) => segment);
  return shown.length > 0 && shown.length <= mostBig && shown.every(isEmoji);
}

function isEmoji(grapheme: string): boolean {
  return (
    /^\p{Regional_Indicator}{2}$/u.test(grapheme) ||
    /^[\d#*]\ufe0f?\u20e3$/u.test(grapheme) ||
    (/^\p{Extended_Pictographic}/u.test(grapheme) &&
      (/\p{Emoji_Presentation}/u.test(grapheme) || grapheme.includes("\ufe0f")))
  );
}
