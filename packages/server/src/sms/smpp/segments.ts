// One text as the SMS that carry it: in the GSM alphabet where all of it fits there, else in UCS-2, cut where no
// character falls apart, each part with the header that puts them together again (3GPP TS 23.040 §9.2.3.24.1).
import { septetsOf } from "./gsm-alphabet.ts";

export interface Segment {
  /** 0 the GSM alphabet, 8 UCS-2 (SMPP 3.4 §5.2.19). */
  readonly dataCoding: 0 | 8;
  readonly hasHeader: boolean;
  /** The header, where there is one, and the text. */
  readonly content: Uint8Array;
}

interface Coding {
  readonly dataCoding: 0 | 8;
  /** Octets of the text in an SMS that stands alone, and in one of several. */
  readonly alone: number;
  readonly ofSeveral: number;
}

// Of 140 octets a header takes 6: 153 septets are left, or 134 octets.
const gsm: Coding = { dataCoding: 0, alone: 160, ofSeveral: 153 };
const ucs2: Coding = { dataCoding: 8, alone: 140, ofSeveral: 134 };

const mostSegments = 255;

/**
 * @param reference the parts of one text have it in common, and the texts sent to one number before and after do not; 0 to 255.
 * @throws RangeError where it takes more than 255 SMS.
 */
export function segmentsOf(text: string, reference: number): Segment[] {
  const { coding, characters } = encode(text);
  const whole = join(characters);
  if (whole.length <= coding.alone) {
    return [{ dataCoding: coding.dataCoding, hasHeader: false, content: whole }];
  }
  const parts = cut(characters, coding.ofSeveral);
  if (parts.length > mostSegments) throw new RangeError("longer than 255 SMS");
  return parts.map((part, index) => ({
    dataCoding: coding.dataCoding,
    hasHeader: true,
    content: join([concatenated(reference, parts.length, index + 1), part]),
  }));
}

function encode(text: string): {
  readonly coding: Coding;
  readonly characters: readonly Uint8Array[];
} {
  const inGsm = [...text].map(septetsOf);
  const isGsm = (septets: typeof inGsm): septets is (readonly number[])[] =>
    !septets.includes(undefined);
  if (isGsm(inGsm)) {
    return { coding: gsm, characters: inGsm.map((septets) => Uint8Array.from(septets)) };
  }
  const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text);
  const characters = Array.from(graphemes, ({ segment }) => bigEndianUtf16(segment));
  return { coding: ucs2, characters: characters.flatMap(fittingOneSegment) };
}

/** A cluster longer than an SMS is cut by code points: it looks the same once it is put together. */
function fittingOneSegment(character: Uint8Array): Uint8Array[] {
  if (character.length <= ucs2.ofSeveral) return [character];
  const text = Buffer.from(character).swap16().toString("utf16le");
  return Array.from(text, bigEndianUtf16);
}

function bigEndianUtf16(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "utf16le").swap16());
}

function cut(characters: readonly Uint8Array[], most: number): Uint8Array[] {
  const parts: Uint8Array[][] = [];
  let length = most;
  for (const character of characters) {
    if (length + character.length > most) {
      parts.push([]);
      length = 0;
    }
    parts.at(-1)?.push(character);
    length += character.length;
  }
  return parts.map(join);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** The length of the header, then: concatenated, of 3 octets: which text, of how many, which one. */
function concatenated(reference: number, total: number, index: number): Uint8Array {
  return Uint8Array.of(5, 0, 3, reference, total, index);
}
