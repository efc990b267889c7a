// Who may have a socket. Whoever has not said who it is (every outbox, and an inbox until its device is let in) is a
// stranger: all strangers together have half of the places, one network half of what of those is free. The other half is for
// inboxes that were let in, so that nobody without an account can keep those out that have one.
import { networkOf, type PeerAddress } from "../limits/network.ts";
import { Places } from "../limits/places.ts";

export interface OpenSockets {
  readonly outboxes: number;
  /** Inboxes whose device was let in. */
  readonly inboxes: number;
  /** Inboxes of which it is not known yet whose they are. */
  readonly unknown: number;
}

export class SocketPlaces {
  readonly #most: number;
  // What is left beyond these is the strangers' alone: a device that comes begins as one of them, and so does every text.
  readonly #mostInboxes: number;
  readonly #strangers: Places;
  readonly #open = { outboxes: 0, inboxes: 0, unknown: 0 };

  constructor(most: number) {
    this.#most = most;
    this.#mostInboxes = Math.floor((most * 7) / 8);
    this.#strangers = new Places(Math.floor(most / 2));
  }

  get open(): OpenSockets {
    return { ...this.#open };
  }

  /** Undefined where there is none. */
  take(kind: "outbox" | "inbox", peer: PeerAddress): SocketPlace | undefined {
    const network = networkOf(peer);
    const taken = this.#strangers.taken + this.#open.inboxes;
    if (taken >= this.#most || !this.#strangers.take(network)) return undefined;
    const standing = kind === "outbox" ? "outboxes" : "unknown";
    this.#open[standing] += 1;
    return { network, standing };
  }

  /** The device of an inbox was let in: it is no stranger any more. Whether there is a place for it. */
  becomeKnown(place: SocketPlace): boolean {
    if (place.standing !== "unknown" || this.#open.inboxes >= this.#mostInboxes) return false;
    this.leave(place);
    place.standing = "inboxes";
    this.#open.inboxes += 1;
    return true;
  }

  /** Nothing happens the second time. */
  leave(place: SocketPlace): void {
    if (place.standing === "none") return;
    this.#open[place.standing] -= 1;
    if (place.standing !== "inboxes") this.#strangers.leave(place.network);
    place.standing = "none";
  }
}

/** One that was taken: the places' own, to be handed back to them. */
export interface SocketPlace {
  readonly network: string;
  standing: keyof OpenSockets | "none";
}
