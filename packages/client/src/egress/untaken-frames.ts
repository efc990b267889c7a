// What came on a socket without having been asked, until it is taken. Bounded: a service that says more than a phone takes fills
// no memory.
import { limits } from "@assent/protocol";

// Far more than a service may send ahead of what is acknowledged.
const mostBytes = 4 * limits.frameBytes;

export class UntakenFrames<Kind extends string> {
  #frames: { readonly kind: Kind; readonly value: unknown; readonly bytes: number }[] = [];
  #bytes = 0;

  /** @param bytes that it holds. Whether there was room for it. */
  add(kind: Kind, value: unknown, bytes: number): boolean {
    if (this.#bytes + bytes > mostBytes) return false;
    this.#frames.push({ kind, value, bytes });
    this.#bytes += bytes;
    return true;
  }

  /** The first of a kind. */
  take(kind: Kind, most: number): unknown[] {
    const taken = this.#frames.filter((frame) => frame.kind === kind).slice(0, most);
    this.#frames = this.#frames.filter((frame) => !taken.includes(frame));
    for (const { bytes } of taken) this.#bytes -= bytes;
    return taken.map(({ value }) => value);
  }
}
