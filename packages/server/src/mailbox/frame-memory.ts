// Where the longest frames are written: one piece of memory for all of them, one after the other. What the kernel has at once need
// not stay, and a collector has nothing to do: 50 MB of frames of their own would have V8 mark its whole heap.

// What one delivery takes; longer ones are few.
const keptBytes = 327_680;
// A line that does not take one at once keeps all of that memory until it has it: at most some times what it would keep anyway.
const usedFrom = 131_072;

export class FrameMemory {
  #bytes: Buffer | undefined;

  /** For one frame: what is written there now is gone. */
  of(length: number): Buffer {
    if (length < usedFrom || length > keptBytes) return Buffer.allocUnsafeSlow(length);
    this.#bytes ??= Buffer.allocUnsafeSlow(keptBytes);
    return this.#bytes.subarray(0, length);
  }

  /** This frame is not sent yet: nothing is written where it stands. */
  leave(frame: Uint8Array): void {
    if (frame.buffer === this.#bytes?.buffer) this.#bytes = undefined;
  }
}
