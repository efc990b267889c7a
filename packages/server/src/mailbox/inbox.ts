// One device listening to its mailbox: hands out envelopes in order, only so many ahead of what was
// acknowledged. Everything it needs to know again after a crash is in storage.
import { AssentError } from "@assent/protocol";
import type { MailboxQuotas } from "../limits/quotas.ts";
import type { MintedCapability } from "./addresses.ts";
import type { MailboxStore, WaitingEnvelope } from "./store.ts";

/** replaced: the device listens anew elsewhere. signed_out: its account ended. */
export type InboxEnd = "replaced" | "signed_out";

export interface InboxListener {
  /** @param caughtUp nothing waits behind these. */
  deliver(envelopes: readonly WaitingEnvelope[], caughtUp: boolean): void;
  /** Nothing follows. */
  ended(why: InboxEnd): void;
  /** Nothing follows: the service could not go on. */
  failed(error: unknown): void;
}

/** What all inboxes of a service share. */
export interface InboxParts {
  readonly store: MailboxStore;
  readonly quotas: MailboxQuotas;
  readonly mint: (mailboxId: Uint8Array) => MintedCapability;
  readonly handed: HandedPositions;
  readonly closed: (inbox: Inbox) => void;
}

/** Up to where each mailbox was handed out, to this and earlier listeners, and not acknowledged. */
export interface HandedPositions {
  /** 0 where nothing is. */
  upTo(mailboxId: Uint8Array): number;
  advance(mailboxId: Uint8Array, position: number): void;
  acknowledged(mailboxId: Uint8Array, position: number): void;
}

// A delivery and what protobuf adds to it stay well inside one frame.
const bytesPerDelivery = 524_288;

export class Inbox {
  readonly mailboxId: Uint8Array;
  readonly #parts: InboxParts;
  readonly #listener: InboxListener;
  #inFlight: { readonly position: number; readonly bytes: number }[] = [];
  #lastHanded = 0;
  #saidCaughtUp = false;
  #isOpen = true;
  #isHandingOut = false;
  #askedAgain = false;
  #arrivals: WaitingEnvelope[] = [];

  constructor(parts: InboxParts, mailboxId: Uint8Array, listener: InboxListener) {
    this.#parts = parts;
    this.mailboxId = mailboxId;
    this.#listener = listener;
  }

  /** Something may be waiting, or there is room again. */
  wake(): void {
    this.#askedAgain = true;
    if (this.#isHandingOut || !this.#isOpen) return;
    this.#isHandingOut = true;
    this.#handOutAll().catch((error: unknown) => {
      if (!this.#isOpen) return;
      this.close();
      this.#listener.failed(error);
    });
  }

  /**
   * An envelope was stored just now. What one transaction stored goes out as one delivery, and comes back as one
   * acknowledgement.
   */
  arrived(envelope: WaitingEnvelope): void {
    if (this.#arrivals.length === 0) setImmediate(() => this.#handOutArrivals());
    this.#arrivals.push(envelope);
  }

  /**
   * Deletes what was handed out, up to and including a position; resolves when that is durable.
   * @throws AssentError request_invalid where it would delete what was never handed out
   */
  async acknowledge(position: number): Promise<void> {
    const { store, handed } = this.#parts;
    const upTo = Math.max(this.#lastHanded, handed.upTo(this.mailboxId));
    if (!(await store.acknowledge(this.mailboxId, position, upTo))) {
      throw new AssentError("request_invalid");
    }
    handed.acknowledged(this.mailboxId, position);
    this.#inFlight = this.#inFlight.filter((envelope) => envelope.position > position);
    // Where all that waits was handed out, room is of no use until a put wakes this.
    if (!this.#saidCaughtUp) this.wake();
  }

  mint(count: number): MintedCapability[] {
    return Array.from({ length: count }, () => this.#parts.mint(this.mailboxId));
  }

  /** @throws AssentError request_invalid where too many would be blocked */
  async block(change: {
    readonly block: readonly Uint8Array[];
    readonly unblock: readonly Uint8Array[];
  }): Promise<void> {
    const { store, quotas } = this.#parts;
    if (!(await store.block(this.mailboxId, change, quotas.blockedSerialsPerMailbox))) {
      throw new AssentError("request_invalid");
    }
  }

  end(why: InboxEnd): void {
    if (!this.#isOpen) return;
    this.close();
    this.#listener.ended(why);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#parts.closed(this);
  }

  async #handOutAll(): Promise<void> {
    try {
      while (this.#askedAgain && this.#isOpen) {
        this.#askedAgain = false;
        while (await this.#handOutSome());
      }
    } finally {
      // In the same step as the last look at #askedAgain, so that no wake falls between.
      this.#isHandingOut = false;
    }
  }

  /** Whether there may be more to hand out at once. */
  async #handOutSome(): Promise<boolean> {
    const limit = this.#room();
    if (limit.envelopes <= 0 || limit.bytes <= 0) {
      this.#saidCaughtUp = false;
      return false;
    }
    const taken = await this.#parts.store.take(this.mailboxId, this.#lastHanded, limit);
    if (!this.#isOpen) return false;
    if (!taken) {
      this.end("signed_out");
      return false;
    }
    if (taken.envelopes.length > 0 || !this.#saidCaughtUp) {
      this.#handOut(taken.envelopes, !taken.more);
    }
    return taken.more;
  }

  /** The next in order, to who has all before them and room for them, need not be read back from storage. */
  #handOutArrivals(): void {
    const envelopes = this.#arrivals;
    this.#arrivals = [];
    const bytes = envelopes.reduce((total, { body }) => total + body.length, 0);
    const limit = this.#room();
    const areNext =
      this.#saidCaughtUp &&
      !this.#isHandingOut &&
      envelopes.every(({ position }, index) => position === this.#lastHanded + 1 + index);
    const fit = envelopes.length <= limit.envelopes && bytes <= limit.bytes;
    if (this.#isOpen && areNext && fit) this.#handOut(envelopes, true);
    else this.wake();
  }

  #handOut(envelopes: readonly WaitingEnvelope[], caughtUp: boolean): void {
    for (const { position, body } of envelopes) {
      this.#lastHanded = position;
      this.#inFlight.push({ position, bytes: body.length });
    }
    if (envelopes.length > 0) this.#parts.handed.advance(this.mailboxId, this.#lastHanded);
    this.#listener.deliver(envelopes, caughtUp);
    this.#saidCaughtUp = caughtUp;
  }

  #room(): { readonly envelopes: number; readonly bytes: number } {
    const { quotas } = this.#parts;
    const bytesInFlight = this.#inFlight.reduce((total, { bytes }) => total + bytes, 0);
    return {
      envelopes: quotas.unacknowledgedEnvelopes - this.#inFlight.length,
      bytes: Math.min(quotas.unacknowledgedBytes - bytesInFlight, bytesPerDelivery),
    };
  }
}
