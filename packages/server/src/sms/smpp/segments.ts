// One text as the SMS that carry it, each of several with the header that puts them together again
// (3GPP TS 23.040 §9.2.3.24.1).
import { septetsOf, smsPartsOf } from "@assent/protocol";

export interface Segment {
  /** 0 the GSM alphabet, 8 UCS-2 (SMPP 3.4 §5.2.19). */
  readonly dataCoding: 0 | 8;
  readonly hasHeader: boolean;
  /** The header, where there is one, and the text. */
  readonly content: Uint8Array;
}

const mostSegments = 255;

/**
 * @param reference the parts of one text have it in common, and the texts sent to one number before and after do not; 0 to 255.
 * @throws RangeError where it takes more than 255 SMS.
 */
export function segmentsOf(text: string, reference: number): Segment[] {
  const { alphabet, parts } = smsPartsOf(text);
  if (parts.length > mostSegments) throw new RangeError("longer than 255 SMS");
  const dataCoding = alphabet === "gsm" ? 0 : 8;
  const encode = alphabet === "gsm" ? inSeptets : inBigEndianUtf16;
  if (parts.length === 1) return [{ dataCoding, hasHeader: false, content: encode(text) }];
  return parts.map((part, index) => ({
    dataCoding,
    hasHeader: true,
    content: new Uint8Array(
      Buffer.concat([concatenated(reference, parts.length, index + 1), encode(part)]),
    ),
  }));
}

function inSeptets(text: string): Uint8Array {
  return Uint8Array.from([...text].flatMap((character) => septetsOf(character) ?? []));
}

function inBigEndianUtf16(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "utf16le").swap16());
}

/** The length of the header, then: concatenated, of 3 octets: which text, of how many, which one. */
function concatenated(reference: number, total: number, index: number): Uint8Array {
  return Uint8Array.of(5, 0, 3, reference, total, index);
}
