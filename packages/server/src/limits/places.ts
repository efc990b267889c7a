// Places of which there are so many, and of which one network has half of what is free at most: whoever takes its half leaves
// as much to everybody else. This machine has no share of its own: it is a test, or a proxy that nobody said is one.
import { loopbackNetwork } from "./network.ts";

export class Places {
  readonly #most: number;
  readonly #perNetwork = new Map<string, number>();
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get taken(): number {
    return this.#taken;
  }

  /** All of them or none. Whether they were taken: then they are to be left again, of the same network. */
  take(network: string, count = 1): boolean {
    const free = this.#most - this.#taken;
    if (count > free) return false;
    if (network !== loopbackNetwork) {
      const ofNetwork = this.#perNetwork.get(network) ?? 0;
      if (ofNetwork > 0 && ofNetwork + count > free) return false;
      this.#perNetwork.set(network, ofNetwork + count);
    }
    this.#taken += count;
    return true;
  }

  leave(network: string, count = 1): void {
    this.#taken -= count;
    const left = (this.#perNetwork.get(network) ?? count) - count;
    if (left > 0) this.#perNetwork.set(network, left);
    else this.#perNetwork.delete(network);
  }
}
