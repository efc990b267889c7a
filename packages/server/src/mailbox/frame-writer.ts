// Writes one protobuf message into a buffer of exactly its length: lengths are counted first, and nothing is copied twice.
// For what goes out with every text; whoever writes must have counted as it writes.

/** Wire types of protobuf. */
export const wire = { varint: 0, bytes: 2 } as const;

// From here on a buffer of its own is cheaper than one of the pool's kind.
const slowFrom = 65_536;

export class FrameWriter {
  readonly bytes: Buffer;
  at = 0;

  constructor(length: number) {
    this.bytes = length < slowFrom ? Buffer.allocUnsafe(length) : Buffer.allocUnsafeSlow(length);
  }

  /** @param field below 16 */
  tag(field: number, wireType: number): void {
    this.bytes[this.at++] = (field << 3) | wireType;
  }

  /** @param value a whole number that is safe */
  varint(value: number): void {
    let left = value;
    while (left >= 0x80) {
      this.bytes[this.at++] = (left % 0x80) | 0x80;
      left = Math.floor(left / 0x80);
    }
    this.bytes[this.at++] = left;
  }

  /** A field of bytes, from where they stand. */
  copied(field: number, from: Uint8Array, start: number, length: number): void {
    this.tag(field, wire.bytes);
    this.varint(length);
    if (length <= 32) {
      for (let index = 0; index < length; index += 1) {
        this.bytes[this.at + index] = from[start + index] as number;
      }
    } else this.bytes.set(from.subarray(start, start + length), this.at);
    this.at += length;
  }

  /** What was encoded elsewhere. */
  encoded(fields: Uint8Array): void {
    this.bytes.set(fields, this.at);
    this.at += fields.length;
  }

  /** The frame. @throws where it was not counted as it was written */
  finish(): Uint8Array {
    if (this.at !== this.bytes.length) throw new Error("a frame has another length than counted");
    return this.bytes;
  }
}

export function varintLength(value: number): number {
  let length = 1;
  for (let left = value; left >= 0x80; left = Math.floor(left / 0x80)) length += 1;
  return length;
}

/** Of a field below 16: tag, length and bytes. */
export function bytesFieldLength(length: number): number {
  return 1 + varintLength(length) + length;
}
