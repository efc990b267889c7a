// Writes one protobuf message as a frame of a socket (RFC 6455, 5.2), header and all, into a buffer of exactly its length:
// lengths are counted first, and nothing is copied twice. For what goes out with every text.
import type { FrameMemory } from "./frame-memory.ts";

/** A whole binary frame, unmasked as a server's are. */
export type SocketFrame = Uint8Array & { readonly isSocketFrame: true };

/** Wire types of protobuf. */
export const wire = { varint: 0, bytes: 2 } as const;

const binaryAndFinal = 0x82;
const longest7 = 125;
const longest16 = 65_535;
/** Bytes of a frame from which on it is sent at once, rather than together with others of its turn. */
export const longFrom = 16_384;

export class FrameWriter {
  readonly #bytes: Buffer;
  #at = 0;

  /**
   * @param length of the message
   * @param memory of the whole frame, where it is long: its own if left out
   */
  constructor(length: number, memory?: FrameMemory) {
    const whole = length + (length <= longest7 ? 2 : length <= longest16 ? 4 : 10);
    const bytes = memory && whole >= longFrom ? memory.of(whole) : Buffer.allocUnsafe(whole);
    bytes[0] = binaryAndFinal;
    if (length <= longest7) bytes[1] = length;
    else if (length <= longest16) {
      bytes[1] = 126;
      bytes.writeUInt16BE(length, 2);
    } else {
      bytes[1] = 127;
      bytes.writeUInt32BE(0, 2);
      bytes.writeUInt32BE(length, 6);
    }
    this.#bytes = bytes;
    this.#at = whole - length;
  }

  /** @param field below 16 */
  tag(field: number, wireType: number): void {
    this.#bytes[this.#at++] = (field << 3) | wireType;
  }

  /** @param value a whole number that is safe */
  varint(value: number): void {
    let left = value;
    while (left >= 0x80) {
      this.#bytes[this.#at++] = (left % 0x80) | 0x80;
      left = Math.floor(left / 0x80);
    }
    this.#bytes[this.#at++] = left;
  }

  /** A field of bytes, from where they stand. */
  copied(field: number, from: Uint8Array, start: number, length: number): void {
    this.tag(field, wire.bytes);
    this.varint(length);
    if (length <= 32) {
      for (let index = 0; index < length; index += 1) {
        this.#bytes[this.#at + index] = from[start + index] as number;
      }
    } else this.#bytes.set(from.subarray(start, start + length), this.#at);
    this.#at += length;
  }

  /** What was encoded elsewhere. */
  encoded(fields: Uint8Array): void {
    this.#bytes.set(fields, this.#at);
    this.#at += fields.length;
  }

  /** @throws where it was not counted as it was written */
  finish(): SocketFrame {
    if (this.#at !== this.#bytes.length) throw new Error("a frame has another length than counted");
    return this.#bytes as unknown as SocketFrame;
  }
}

/** Of a message that the codec wrote. */
export function socketFrameOf(message: Uint8Array): SocketFrame {
  const writer = new FrameWriter(message.length);
  writer.encoded(message);
  return writer.finish();
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
