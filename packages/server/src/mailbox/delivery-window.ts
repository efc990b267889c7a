// How far ahead of what a device acknowledged it is sent to: little at first, more as its acknowledgements come quickly, less
// where they come late. A slow phone with much that waits so has what it can take in a few seconds under way, and no more.

export interface WindowLimits {
  /** Handed out and not acknowledged. */
  readonly unacknowledgedEnvelopes: number;
  readonly unacknowledgedBytes: number;
  /** As many bytes at first, and never fewer than the least. */
  readonly unacknowledgedBytesAtFirst: number;
  readonly leastUnacknowledgedBytes: number;
  /** What is acknowledged sooner than this widens the window, what later than that narrows it. */
  readonly quickAcknowledgementMs: number;
  readonly lateAcknowledgementMs: number;
}

export class DeliveryWindow {
  readonly #limits: WindowLimits;
  readonly #elapsedMs: () => number;
  /** In the order of their positions. */
  #handedOut: { readonly position: number; readonly bytes: number; readonly atMs: number }[] = [];
  #bytes = 0;
  #width: number;
  /** Something waited for room: otherwise a quick answer says nothing of how much the line takes. */
  #wasFull = false;

  /** @param elapsedMs a clock that is never set */
  constructor(limits: WindowLimits, elapsedMs: () => number) {
    this.#limits = limits;
    this.#elapsedMs = elapsedMs;
    this.#width = limits.unacknowledgedBytesAtFirst;
  }

  /** Of envelopes, and of bytes; none where one of them is not above 0. */
  get room(): { readonly envelopes: number; readonly bytes: number } {
    const envelopes = this.#limits.unacknowledgedEnvelopes - this.#handedOut.length;
    const bytes = this.#width - this.#bytes;
    if (envelopes <= 0 || bytes <= 0) this.#wasFull = true;
    return { envelopes, bytes };
  }

  handedOut(position: number, bytes: number): void {
    this.#handedOut.push({ position, bytes, atMs: this.#elapsedMs() });
    this.#bytes += bytes;
  }

  /** Everything up to a position. */
  acknowledged(position: number): void {
    let bytes = 0;
    let count = 0;
    for (const envelope of this.#handedOut) {
      if (envelope.position > position) break;
      bytes += envelope.bytes;
      count += 1;
    }
    if (count === 0) return;
    const tookMs = this.#elapsedMs() - (this.#handedOut[count - 1]?.atMs ?? 0);
    this.#handedOut.splice(0, count);
    this.#bytes -= bytes;
    this.#adapt(tookMs, bytes);
  }

  /** Nothing is under way any more. */
  clear(): void {
    this.#handedOut = [];
    this.#bytes = 0;
  }

  #adapt(tookMs: number, bytes: number): void {
    const { quickAcknowledgementMs, lateAcknowledgementMs } = this.#limits;
    if (tookMs > lateAcknowledgementMs) {
      this.#width = Math.max(this.#limits.leastUnacknowledgedBytes, this.#width / 2);
    } else if (tookMs < quickAcknowledgementMs && this.#wasFull) {
      this.#width = Math.min(this.#limits.unacknowledgedBytes, this.#width + bytes);
      this.#wasFull = false;
    }
  }
}
