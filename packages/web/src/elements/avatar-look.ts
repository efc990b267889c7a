// How a person without a picture is told apart: by letters of their name, and by one of eight hues of their number.

const hues = 8;
// What a reader takes for one letter may be several code points.
const graphemes = new Intl.Segmenter();
// A number carries them so that it keeps its direction.
const directionMarks = /[\u2066-\u2069]/g;

/**
 * The first of the first and of the last word; one where there is one word, or a script without small and capital letters;
 * nothing for a bare number.
 */
export function lettersOf(name: string): string {
  const words = name.replace(directionMarks, "").trim().split(/\s+/u);
  if (/^\+?[\d\s().-]*$/.test(words.join(" "))) return "";
  const firsts = words
    .map(firstOf)
    .filter((first) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(first));
  const first = firsts[0] ?? firstOf(words[0] ?? "");
  const last = firsts.at(-1) ?? first;
  const isAlone = firsts.length < 2 || !isCased(first) || !isCased(last);
  return (isAlone ? first : first + last).toLocaleUpperCase();
}

/** From 1 to 8: FNV-1a of the number, which spreads numbers that differ in one digit. */
export function hueOf(number: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(number)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return (hash % hues) + 1;
}

function firstOf(word: string): string {
  const [first] = graphemes.segment(word);
  return first?.segment ?? "";
}

function isCased(letter: string): boolean {
  return letter.toLowerCase() !== letter.toUpperCase();
}
