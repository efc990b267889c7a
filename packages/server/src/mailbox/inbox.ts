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

export interface Inbox {
  /** Something may be waiting, or there is room again. */
  wake(): void;
  /** An envelope was stored just now. */
  arrived(envelope: WaitingEnvelope): void;
  /**
   * Deletes what was handed out, up to and including a position; resolves when that is durable.
   * @throws AssentError request_invalid where it would delete what was never handed out
   */
  acknowledge(position: number): Promise<void>;
  mint(count: number): MintedCapability[];
  /** @throws AssentError request_invalid where too many would be blocked */
  block(change: {
    readonly block: readonly Uint8Array[];
    readonly unblock: readonly Uint8Array[];
  }): Promise<void>;
  end(why: InboxEnd): void;
  close(): void;
}

// A delivery and what protobuf adds to it stay well inside one frame.
const bytesPerDelivery = 524_288;

export function createInbox(parts: {
  readonly store: MailboxStore;
  readonly mailboxId: Uint8Array;
  readonly listener: InboxListener;
  readonly quotas: MailboxQuotas;
  readonly mint: () => MintedCapability;
  /** What this and earlier listeners of the mailbox were handed. */
  readonly handed: {
    upTo(): number;
    advance(position: number): void;
    acknowledged(position: number): void;
  };
  readonly closed: () => void;
}): Inbox {
  const { store, mailboxId, listener, quotas, handed } = parts;
  let inFlight: { readonly position: number; readonly bytes: number }[] = [];
  let lastHanded = 0;
  let saidCaughtUp = false;
  let isOpen = true;
  let isHandingOut = false;
  let askedAgain = false;
  let arrivals: WaitingEnvelope[] = [];

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    parts.closed();
  }

  function end(why: InboxEnd): void {
    if (!isOpen) return;
    close();
    listener.ended(why);
  }

  function wake(): void {
    askedAgain = true;
    if (isHandingOut || !isOpen) return;
    isHandingOut = true;
    handOutAll().catch((error: unknown) => {
      if (!isOpen) return;
      close();
      listener.failed(error);
    });
  }

  async function handOutAll(): Promise<void> {
    try {
      while (askedAgain && isOpen) {
        askedAgain = false;
        while (await handOutSome());
      }
    } finally {
      // In the same step as the last look at askedAgain, so that no wake falls between.
      isHandingOut = false;
    }
  }

  function room(): { readonly envelopes: number; readonly bytes: number } {
    const bytesInFlight = inFlight.reduce((total, { bytes }) => total + bytes, 0);
    return {
      envelopes: quotas.unacknowledgedEnvelopes - inFlight.length,
      bytes: Math.min(quotas.unacknowledgedBytes - bytesInFlight, bytesPerDelivery),
    };
  }

  /** Whether there may be more to hand out at once. */
  async function handOutSome(): Promise<boolean> {
    const limit = room();
    if (limit.envelopes <= 0 || limit.bytes <= 0) {
      saidCaughtUp = false;
      return false;
    }
    const taken = await store.take(mailboxId, lastHanded, limit);
    if (!isOpen) return false;
    if (!taken) {
      end("signed_out");
      return false;
    }
    if (taken.envelopes.length > 0 || !saidCaughtUp) handOut(taken.envelopes, !taken.more);
    return taken.more;
  }

  function handOut(envelopes: readonly WaitingEnvelope[], caughtUp: boolean): void {
    for (const { position, body } of envelopes) {
      lastHanded = position;
      inFlight.push({ position, bytes: body.length });
    }
    if (envelopes.length > 0) handed.advance(lastHanded);
    listener.deliver(envelopes, caughtUp);
    saidCaughtUp = caughtUp;
  }

  // What one transaction stored goes out as one delivery, and comes back as one acknowledgement.
  function arrived(envelope: WaitingEnvelope): void {
    if (arrivals.length === 0) setImmediate(handOutArrivals);
    arrivals.push(envelope);
  }

  /** The next in order, to who has all before them and room for them, need not be read back from storage. */
  function handOutArrivals(): void {
    const envelopes = arrivals;
    arrivals = [];
    const bytes = envelopes.reduce((total, { body }) => total + body.length, 0);
    const limit = room();
    const areNext =
      saidCaughtUp &&
      !isHandingOut &&
      envelopes.every(({ position }, index) => position === lastHanded + 1 + index);
    const fit = envelopes.length <= limit.envelopes && bytes <= limit.bytes;
    if (isOpen && areNext && fit) handOut(envelopes, true);
    else wake();
  }

  return {
    wake,
    arrived,
    end,
    close,

    async acknowledge(position) {
      const upTo = Math.max(lastHanded, handed.upTo());
      if (!(await store.acknowledge(mailboxId, position, upTo))) {
        throw new AssentError("request_invalid");
      }
      handed.acknowledged(position);
      inFlight = inFlight.filter((envelope) => envelope.position > position);
      // Where all that waits was handed out, room is of no use until a put wakes this.
      if (!saidCaughtUp) wake();
    },

    mint: (count) => Array.from({ length: count }, parts.mint),

    async block(change) {
      if (!(await store.block(mailboxId, change, quotas.blockedSerialsPerMailbox))) {
        throw new AssentError("request_invalid");
      }
    },
  };
}
