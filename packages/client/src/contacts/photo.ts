// A person's picture out of an address book file: small, of a kind that every browser shows, and on this device alone.
// What it is its first bytes say, never the file.
import { base64Decode } from "@bufbuild/protobuf/wire";

export interface Photo {
  readonly mediaType: "image/jpeg" | "image/png" | "image/webp";
  /** At most 48,000. */
  readonly bytes: Uint8Array;
}

const largest = 48_000;
const dataUri = /^data:image\/[\w.+-]+;base64,/i;

/** @param value of a PHOTO property: Base64, or a data: URI. Undefined for links and for whatever is no small picture. */
export function readPhoto(value: string): Photo | undefined {
  const base64 = value.trim().replace(dataUri, "");
  if (!/^[A-Za-z0-9+/\s]+=*$/.test(base64)) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = base64Decode(base64.replace(/\s/g, ""));
  } catch {
    return undefined;
  }
  const mediaType = mediaTypeOf(bytes);
  return mediaType && bytes.length <= largest ? { mediaType, bytes } : undefined;
}

function mediaTypeOf(bytes: Uint8Array): Photo["mediaType"] | undefined {
  const starts = (at: number, ...expected: number[]) =>
    expected.every((byte, index) => bytes[at + index] === byte);
  if (starts(0, 0xff, 0xd8, 0xff)) return "image/jpeg";
  if (starts(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "image/png";
  // "RIFF", a length, "WEBP".
  if (starts(0, 0x52, 0x49, 0x46, 0x46) && starts(8, 0x57, 0x45, 0x42, 0x50)) return "image/webp";
  return undefined;
}
