// Mailboxes: put, revoke and status for whoever holds a capability, and what the owner's device takes. What is held is
// storage's, who listens is behind Wakeups; nothing is kept here.
import { AssentError, limits } from "@assent/protocol";
import type { MailboxQuotas } from "../limits/quotas.ts";
import type { Randomness } from "../randomness.ts";
import type { JudgedTime, OverAge } from "../time/judged-time.ts";
import type { Addresses, MintedCapability } from "./addresses.ts";
import { Inbox, type InboxListener, type InboxParts } from "./inbox.ts";
import { type AskedPut, Outbox, type OutboxListener, type OutboxParts } from "./outbox.ts";
import { createRevoke, type Revoke, type RevokingParts } from "./revoking.ts";
import type { AddressKind, MailboxStore } from "./store.ts";
import { hourOf, hoursSince, isOf, type Tickets } from "./tickets.ts";
import { type DeviceWatch, nameOfMailbox, type Wakeups } from "./wakeups.ts";

/** handed and expired are said only once 30 days passed. revoked: its sender took it back, and knows. */
export type EnvelopeState = "held" | "handed" | "expired" | "lost" | "gone" | "revoked";

export interface Mailboxes {
  /** A sender, who is not known. */
  openOutbox<Put extends AskedPut>(listener: OutboxListener<Put>): Outbox<Put>;

  /**
   * Of an envelope that was answered as stored. For 30 days a mailbox that is there is answered alike, whatever became
   * of the envelope. Asked with an expired capability too. @throws AssentError request_invalid, mailbox_unknown
   */
  status(capability: Uint8Array, ticket: Uint8Array): Promise<EnvelopeState>;

  revoke: Revoke;

  /** An inbox on a device's mailbox, which does not listen yet. Undefined where there is no such mailbox. */
  openInbox(mailboxId: Uint8Array, listener: InboxListener): Promise<Inbox | undefined>;

  mintProvisional(mailboxId: Uint8Array, generation: number): Uint8Array;

  /** The accounts of these mailboxes ended: whoever listens is told. */
  end(mailboxIds: readonly Uint8Array[]): void;

  /** The mailbox began a new generation: whoever listens goes on in it. */
  restarted(mailboxId: Uint8Array): void;

  /** Ends what waited too long. */
  sweep(overAge: OverAge): Promise<void>;
}

export interface MailboxParts {
  readonly store: MailboxStore;
  /** The store's. */
  readonly lineage: number;
  readonly wakeups: Wakeups;
  readonly watch: DeviceWatch;
  readonly addresses: Addresses;
  readonly tickets: Tickets;
  /** For what goes by age, and for what is asked about its age. */
  readonly time: Pick<JudgedTime, "stampMs" | "earliestMs">;
  readonly quotas: MailboxQuotas;
  readonly now: () => number;
  /** Milliseconds of a clock that is never set. */
  readonly elapsedMs: () => number;
  readonly randomness: Randomness;
  /** For what need not outlive the process. */
  readonly counters: RevokingParts["counters"];
  readonly envelopeStored: OutboxParts["envelopeStored"];
}

const dayMs = 86_400_000;

export function createMailboxes(parts: MailboxParts): Mailboxes {
  const { store, lineage, wakeups, watch, addresses, tickets, time, quotas, now, randomness } =
    parts;
  // One for all: it is the same in every put.
  const limit = Object.freeze({
    envelopes: quotas.envelopesPerMailbox,
    bytes: quotas.bytesPerMailbox,
    provisionalEnvelopes: limits.provisionalEnvelopes,
    provisionalBytes: quotas.provisionalBytesPerMailbox,
    fullEnvelopes: limits.fullEnvelopes,
    fullBytes: quotas.fullBytesPerAddress,
  });

  function mint(mailboxId: Uint8Array, generation: number, kind: AddressKind): MintedCapability {
    const serial = randomness.bytes(16);
    const expiresAt = now() + limits.capabilityDays[kind] * dayMs;
    const fields = { mailboxId, serial, kind, expiresAt, lineage, generation };
    return { serial, capability: addresses.mint(fields), expiresAt };
  }

  const { elapsedMs, envelopeStored } = parts;
  const inboxParts: InboxParts = { store, wakeups, watch, lineage, quotas, time, elapsedMs, mint };
  const outboxParts: OutboxParts = {
    store,
    wakeups,
    watch,
    addresses,
    tickets,
    lineage,
    limit,
    time,
    now,
    envelopeStored,
  };

  return {
    openOutbox: (listener) => new Outbox(outboxParts, listener),

    async status(capability, ticket) {
      const { mailboxId } = addresses.open(capability);
      const asked = tickets.read(ticket, mailboxId);
      if (!asked) throw new AssentError("request_invalid");
      const ref = store.mailbox(mailboxId);
      const mailbox = await store.state(ref);
      if (mailbox.kind === "unknown") throw new AssentError("mailbox_unknown");
      if (mailbox.kind !== "there") return "gone";
      if (!isOf(asked, { lineage, generation: mailbox.generation })) return "lost";
      if (await store.isRevoked(ref, asked.position)) return "revoked";
      // Storage knows its age, also where the ticket was made by a clock that was ahead.
      if (await store.expired(ref, asked.position)) return "expired";
      const hours = hoursSince(asked, hourOf(time.earliestMs()));
      if (hours <= limits.envelopeDays * 24) return "held";
      return asked.position <= mailbox.handed ? "handed" : "held";
    },

    revoke: createRevoke(parts),

    async openInbox(mailboxId, listener) {
      const ref = store.mailbox(mailboxId);
      const mailbox = await store.state(ref);
      return mailbox.kind === "there" ? new Inbox(inboxParts, ref, mailbox, listener) : undefined;
    },

    mintProvisional: (mailboxId, generation) =>
      mint(mailboxId, generation, "provisional").capability,

    end(mailboxIds) {
      for (const mailboxId of mailboxIds) wakeups.end(nameOfMailbox(mailboxId));
    },

    restarted: (mailboxId) => wakeups.wake(nameOfMailbox(mailboxId)),

    async sweep({ nowMs, dayAgoMs }) {
      const before = dayAgoMs - limits.envelopeDays * dayMs;
      const forgetBefore = dayAgoMs - quotas.expiredRangeMs;
      while (await store.expire(nowMs, before, forgetBefore));
    },
  };
}
