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
  // Of all memory that the chunk stands in: words begin where that does.
  const words = new Int32Array(chunk.buffer, 0, chunk.buffer.byteLength >>> 2);
  let at = 0;
  while (at + headBytes <= chunk.length && chunk[at] === binaryAndFinal) {
    let length = (chunk[at + 1] as number) - masked;
    if (length < 1 || length > in16Bits) break;
    let start = at + 2 + maskBytes;
    if (length === in16Bits) {
      length = ((chunk[at + 2] as number) << 8) | (chunk[at + 3] as number);
      start += 2;
    }
    const end = start + length;
    if (end > chunk.length) break;
    unmask(chunk, words, start, end);
    at = end;
    listener.received(chunk.subarray(start, end), true);
  }
  return at;
}

const turnedMask = new Uint8Array(maskBytes);
const turnedWord = new Int32Array(turnedMask.buffer);

/** By the mask that stands right before: words at once, as this machine has them, and single bytes before and behind those. */
function unmask(chunk: Buffer, words: Int32Array, start: number, end: number): void {
  const maskAt = start - maskBytes;
  const maskOf = (at: number) => chunk[maskAt + ((at - start) % maskBytes)] as number;
  let at = start;
  for (; at < end && (chunk.byteOffset + at) % 4 !== 0; at += 1) {
    chunk[at] = (chunk[at] as number) ^ maskOf(at);
  }
  for (let byte = 0; byte < maskBytes; byte += 1) turnedMask[byte] = maskOf(at + byte);
  const mask = turnedWord[0] as number;
  const first = (chunk.byteOffset + at) / 4;
  const behind = first + Math.floor((end - at) / 4);
  for (let word = first; word < behind; word += 1) words[word] = (words[word] as number) ^ mask;
  for (at += (behind - first) * 4; at < end; at += 1) {
    chunk[at] = (chunk[at] as number) ^ maskOf(at);
  }
}
