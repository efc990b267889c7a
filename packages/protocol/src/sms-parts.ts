// One text as the parts that SMS carry: in the GSM alphabet where all of it fits there, else in UCS-2, cut where no
// character falls apart (3GPP TS 23.040 §9.2.3.24.1).
import { septetsOf } from "./gsm-alphabet.ts";

interface Alphabet {
  readonly name: "gsm" | "ucs2";
  /** Septets, or UTF-16 code units, of a text that stands alone, and of one of several parts. */
  readonly alone: number;
  readonly ofSeveral: number;
}

// Of 140 octets the header of several parts takes 6: 153 septets are left, or 134 octets.
const gsm: Alphabet = { name: "gsm", alone: 160, ofSeveral: 153 };
const ucs2: Alphabet = { name: "ucs2", alone: 70, ofSeveral: 67 };

/** What is never cut. */
interface Character {
  readonly text: string;
  readonly length: number;
}

export interface SmsParts {
  readonly alphabet: Alphabet["name"];
  /** One where it fits a single SMS. */
  readonly parts: readonly string[];
}

export function smsPartsOf(text: string): SmsParts {
  const inGsm = gsmCharactersOf(text);
  return inGsm ? partsIn(gsm, text, inGsm) : partsIn(ucs2, text, ucs2CharactersOf(text));
}

function partsIn(alphabet: Alphabet, text: string, characters: readonly Character[]): SmsParts {
  const total = characters.reduce((sum, { length }) => sum + length, 0);
  const parts = total <= alphabet.alone ? [text] : cut(characters, alphabet.ofSeveral);
  return { alphabet: alphabet.name, parts };
}

/** Undefined where the alphabet does not have one of them. */
function gsmCharactersOf(text: string): Character[] | undefined {
  const characters: Character[] = [];
  for (const character of text) {
    const septets = septetsOf(character);
    if (!septets) return undefined;
    characters.push({ text: character, length: septets.length });
  }
  return characters;
}

function ucs2CharactersOf(text: string): Character[] {
  const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text);
  return Array.from(graphemes, ({ segment }) => segment)
    .flatMap((grapheme) => (grapheme.length <= ucs2.ofSeveral ? [grapheme] : [...grapheme]))
    .map((character) => ({ text: character, length: character.length }));
}

function cut(characters: readonly Character[], most: number): string[] {
  const parts: string[] = [];
  let length = most;
  for (const character of characters) {
    if (length + character.length > most) {
      parts.push("");
      length = 0;
    }
    parts[parts.length - 1] += character.text;
    length += character.length;
  }
  return parts;
}
