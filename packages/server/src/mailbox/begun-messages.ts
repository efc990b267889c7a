// Messages that have begun and not come whole: half-sent frames, and fragments of one. What of them is in memory is bounded for
// all sockets together, one network has half of what is free, and each must come at a pace that a slow phone has.

import type { PeerAddress } from "../limits/network.ts";
import { networkOf } from "../limits/network.ts";
import { Places } from "../limits/places.ts";

export interface BegunLimits {
  /** Of all sockets together. */
  readonly begunBytes: number;
  /** How long a message may take, beside what its bytes take at the least pace. */
  readonly begunMs: number;
  readonly leastBytesPerSecond: number;
}

interface Begun {
  readonly sinceMs: number;
  readonly network: string;
  held: number;
}

export class BegunMessages<Socket extends object> {
  readonly #limits: BegunLimits;
  readonly #elapsedMs: () => number;
  readonly #room: Places;
  readonly #begun = new Map<Socket, Begun>();

  /** @param elapsedMs a clock that is never set */
  constructor(limits: BegunLimits, elapsedMs: () => number) {
    this.#limits = limits;
    this.#elapsedMs = elapsedMs;
    this.#room = new Places(limits.begunBytes);
  }

  /** So much of the socket's message is in memory now. Whether there is room for it: otherwise the socket must end. */
  holds(socket: Socket, peer: PeerAddress, held: number): boolean {
    let begun = this.#begun.get(socket);
    if (!begun) {
      begun = { sinceMs: this.#elapsedMs(), network: networkOf(peer), held: 0 };
      this.#begun.set(socket, begun);
    }
    const more = held - begun.held;
    if (more < 0) this.#room.leave(begun.network, -more);
    else if (more > 0 && !this.#room.take(begun.network, more)) return false;
    begun.held = held;
    return true;
  }

  /** The message came whole, or its socket is gone. */
  ended(socket: Socket): void {
    const begun = this.#begun.get(socket);
    if (!begun) return;
    this.#begun.delete(socket);
    if (begun.held > 0) this.#room.leave(begun.network, begun.held);
  }

  /** Sockets whose message takes too long. */
  *late(): Generator<Socket> {
    const now = this.#elapsedMs();
    const { begunMs, leastBytesPerSecond } = this.#limits;
    for (const [socket, { sinceMs, held }] of this.#begun) {
      if (now - sinceMs > begunMs + (held / leastBytesPerSecond) * 1_000) yield socket;
    }
  }
}
