// Where long frames are written: one piece of memory for all of them, one after the other. What the kernel has at once need not
// stay, and a collector has nothing to do. 50 MB of frames of their own would have V8 collect its whole heap.

// What one delivery takes; longer ones are few.
const keptBytes = 327_680;

export class FrameMemory {
  #bytes: Buffer | undefined;

  /** For one frame: what is written there now is gone. */
  of(length: number): Buffer {
    if (length > keptBytes) return Buffer.allocUnsafeSlow(length);
    this.#bytes ??= Buffer.allocUnsafeSlow(keptBytes);
    return this.#bytes.subarray(0, length);
  }

  /** The frame that was written last is not sent yet: nothing is written there again. */
  leave(): void {
    this.#bytes = undefined;
  }
}
