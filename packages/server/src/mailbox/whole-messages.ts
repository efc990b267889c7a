// Messages that came whole: frames (RFC 6455, 5.2) that stand side by side at the beginning of what was read, each a binary message by
// itself. They are unmasked where they stand, four bytes at once. Any other frame is ws's to read, and to judge.

const binaryAndFinal = 0x82;
const masked = 0x80;
const in16Bits = 126;
const maskBytes = 4;
// Of whatever is read here; a message so short that it has fewer is ws's.
const headBytes = 2 + 2 + maskBytes;

export interface MessageListener {
  received(message: Buffer, isBinary: boolean): void;
}

/**
 * Tells of each, in their order. How many bytes of the chunk they take: behind them nothing begins, or a frame of another kind, or
 * one that is longer or has not come whole.
 */
export function readWholeMessages(chunk: Buffer, listener: MessageListener): number {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
  let at = 0;
  while (at + headBytes <= chunk.length && chunk[at] === binaryAndFinal) {
    let length = view.getUint8(at + 1) - masked;
    if (length < 1 || length > in16Bits) break;
    let start = at + 2 + maskBytes;
    if (length === in16Bits) {
      length = view.getUint16(at + 2);
      start += 2;
    }
    const end = start + length;
    if (end > chunk.length) break;
    unmask(view, start, end);
    at = end;
    listener.received(chunk.subarray(start, end), true);
  }
  return at;
}

/** By the mask that stands right before. */
function unmask(view: DataView, start: number, end: number): void {
  const mask = view.getInt32(start - maskBytes, true);
  let at = start;
  for (; at + 4 <= end; at += 4) view.setInt32(at, view.getInt32(at, true) ^ mask, true);
  for (let left = mask; at < end; at += 1) {
    view.setUint8(at, view.getUint8(at) ^ left);
    left >>>= 8;
  }
}
