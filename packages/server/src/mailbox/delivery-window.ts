// How far ahead of what a device acknowledged it is sent to: little at first, then what its line is seen to carry, less where
// acknowledgements come late. A slow phone with much that waits so has what it can take in a few seconds under way.

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

interface Delivery {
  /** Its last. */
  readonly position: number;
  readonly envelopes: number;
  readonly bytes: number;
  readonly atMs: number;
}

// A line that lets a little through at once may be slow behind that.
const widensAtMost = 8;

export class DeliveryWindow {
  readonly #limits: WindowLimits;
  readonly #elapsedMs: () => number;
  /** In the order of their positions; undefined where nothing is. */
  #underWay: Delivery[] | undefined;
  #envelopes = 0;
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
    const envelopes = this.#limits.unacknowledgedEnvelopes - this.#envelopes;
    const bytes = this.#width - this.#bytes;
    if (envelopes <= 0 || bytes <= 0) this.#wasFull = true;
    return { envelopes, bytes };
  }

  /** One delivery. @param position of its last envelope */
  handedOut(position: number, envelopes: number, bytes: number): void {
    this.#underWay ??= [];
    this.#underWay.push({ position, envelopes, bytes, atMs: this.#elapsedMs() });
    this.#envelopes += envelopes;
    this.#bytes += bytes;
  }

  /** Everything up to a position. A delivery is under way until its last is acknowledged. */
  acknowledged(position: number): void {
    let bytes = 0;
    let last: Delivery | undefined;
    const underWay = this.#underWay ?? [];
    while (underWay[0] && underWay[0].position <= position) {
      last = underWay.shift() as Delivery;
      this.#envelopes -= last.envelopes;
      bytes += last.bytes;
    }
    if (!last) return;
    if (underWay.length === 0) this.#underWay = undefined;
    this.#bytes -= bytes;
    this.#adapt(this.#elapsedMs() - last.atMs, bytes);
  }

  /** Nothing is under way any more. */
  clear(): void {
    this.#underWay = undefined;
    this.#envelopes = 0;
    this.#bytes = 0;
  }

  #adapt(tookMs: number, bytes: number): void {
    const { quickAcknowledgementMs, lateAcknowledgementMs } = this.#limits;
    if (tookMs > lateAcknowledgementMs) {
      this.#width = Math.max(this.#limits.leastUnacknowledgedBytes, this.#width / 2);
    } else if (tookMs < quickAcknowledgementMs && this.#wasFull) {
      // As often as the line carries this in the time that is quick.
      const times = Math.min(widensAtMost - 1, quickAcknowledgementMs / Math.max(1, tookMs));
      this.#width = Math.min(this.#limits.unacknowledgedBytes, this.#width + bytes * times);
      this.#wasFull = false;
    }
  }
}
