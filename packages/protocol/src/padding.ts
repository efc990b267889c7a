// Padding: a body has one of few lengths, so that its size says little about what is in it.
import { uint32 } from "./bytes.ts";

const steps = [512, 1024, 2048, 4096, 16_384] as const;

/** The length in bytes that a body of at least `length` bytes is padded to. */
export function paddedLength(length: number): number {
  return steps.find((step) => step >= length) ?? Math.ceil(length / 16_384) * 16_384;
}

/** Whether a body has one of the lengths. The service takes no others, so that none stands out. */
export function isPaddedLength(length: number): boolean {
  return length > 0 && paddedLength(length) === length;
}

/**
 * Content after its length in 4 bytes, then zeros.
 * @param overhead bytes the seal adds, so that the sealed whole has one of the lengths.
 */
export function pad(content: Uint8Array, overhead: number): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(paddedLength(4 + content.length + overhead) - overhead);
  padded.set(uint32(content.length));
  padded.set(content, 4);
  return padded;
}

/** Takes padding off; throws RangeError where it is not what `pad` makes. */
export function unpad(padded: Uint8Array): Uint8Array {
  if (padded.length < 4) throw new RangeError("padding is cut off");
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  if (length > padded.length - 4) throw new RangeError("padding is shorter than its content");
  // Zero bytes only: there is one padding of a content, and no room for a hidden second one.
  for (const byte of padded.subarray(4 + length))
    if (byte !== 0) throw new RangeError("padding is not zero");
  return padded.subarray(4, 4 + length);
}
