// Mailboxes: put and status for whoever holds a capability, and what the owner's device takes. What is held is
// storage's, who listens is behind Wakeups; nothing is kept here.
import { AssentError, limits, type WireErrorCode } from "@assent/protocol";
import type { MailboxQuotas } from "../limits/quotas.ts";
import type { Randomness } from "../randomness.ts";
import type { JudgedTime, OverAge } from "../time/judged-time.ts";
import type { Addresses, MintedCapability, OpenedCapability } from "./addresses.ts";
import { Inbox, type InboxListener, type InboxParts } from "./inbox.ts";
import type {
  AddressKind,
  MailboxStore,
  PutInPlace,
  StoredPut,
  StoredPutOutcome,
} from "./store.ts";
import { hoursSince, isOf, type LaidTicket, type Tickets } from "./tickets.ts";
import type { Wakeups } from "./wakeups.ts";

export interface AskedPut {
  readonly capability: Uint8Array;
  readonly envelopeId: Uint8Array;
  readonly body: Uint8Array;
  readonly quiet: boolean;
  /** Which one of the same call must be stored first, counted from 0; -1 for none. */
  readonly after: number;
}

export type PutAnswer =
  | { readonly kind: "stored"; readonly ticket: LaidTicket }
  | { readonly kind: "gone" }
  | { readonly kind: "refused"; readonly code: WireErrorCode };

/** handed and expired are said only once 30 days passed. */
export type EnvelopeState = "held" | "handed" | "expired" | "lost" | "gone";

export interface Mailboxes {
  /**
   * Resolves when the envelopes are durable, each answered by itself. The same id again is the same envelope, while it
   * waits. What comes through a blocked address is answered as stored, and dropped.
   */
  put(puts: readonly AskedPut[]): Promise<readonly PutAnswer[]>;

  /**
   * Of an envelope that was answered as stored. For 30 days a mailbox that is there is answered alike, whatever became
   * of the envelope. Asked with an expired capability too. @throws AssentError request_invalid, mailbox_unknown
   */
  status(capability: Uint8Array, ticket: Uint8Array): Promise<EnvelopeState>;

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
  readonly addresses: Addresses;
  readonly tickets: Tickets;
  /** For what goes by age, and for what is asked about its age. */
  readonly time: Pick<JudgedTime, "stampMs" | "earliestMs">;
  readonly quotas: MailboxQuotas;
  readonly now: () => number;
  /** Milliseconds of a clock that is never set. */
  readonly elapsedMs: () => number;
  readonly randomness: Randomness;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export function createMailboxes(parts: MailboxParts): Mailboxes {
  const { store, lineage, wakeups, addresses, tickets, time, quotas, now, randomness } = parts;
  // Frozen: it is the same in every put, and crosses to storage once for many.
  const putLimit = Object.freeze({
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

  const { elapsedMs } = parts;
  const inboxParts: InboxParts = { store, wakeups, lineage, quotas, elapsedMs, mint };

  /** What is given to storage, or why it is refused without asking there. */
  function prepared(put: AskedPut, after: number): StoredPut | WireErrorCode {
    const { capability, envelopeId, body, quiet } = put;
    let opened: OpenedCapability;
    try {
      opened = addresses.open(capability);
    } catch (error) {
      if (error instanceof AssentError) return error.code as WireErrorCode;
      throw error;
    }
    const { mailboxId, serial, kind, expiresAt, generation } = opened;
    if (kind === "provisional" && body.length > limits.provisionalEnvelopeBytes) {
      return "request_too_large";
    }
    if (expiresAt <= now()) return "address_expired";
    return {
      mailboxId,
      generation,
      serial,
      kind,
      envelopeId,
      body,
      quiet,
      now: time.stampMs(),
      limit: putLimit,
      handsOut: wakeups.here(mailboxId)?.hasRoom(generation) ?? false,
      after,
    };
  }

  function answered(put: StoredPut, outcome: StoredPutOutcome): PutAnswer {
    switch (outcome.kind) {
      case "gone":
        return { kind: "gone" };
      case "full":
        return { kind: "refused", code: "mailbox_full" };
      case "former":
        return { kind: "refused", code: "address_expired" };
      case "unknown":
        return { kind: "refused", code: "mailbox_unknown" };
      case "after-refused":
        return { kind: "refused", code: "after_refused" };
    }
    const { mailboxId, generation } = put;
    const { position } = outcome;
    if (outcome.kind !== "duplicate") tellListener(put, outcome);
    const fields = { position, hour: hourOf(put.now), lineage, generation };
    return { kind: "stored", ticket: tickets.lay(mailboxId, fields) };
  }

  function tellListener(put: StoredPut, { kind, position, handed }: PutInPlace): void {
    const { mailboxId, generation, envelopeId, serial, body } = put;
    const envelope = kind === "stored" ? { position, envelopeId, serial, body } : undefined;
    const here = wakeups.here(mailboxId);
    if (here) here.arrived(generation, { position, handed, envelope });
    else wakeups.wake(mailboxId);
  }

  return {
    async put(puts) {
      const asked: StoredPut[] = [];
      // Of each put, its place among what storage is asked, or why it is refused without.
      const places: (number | WireErrorCode)[] = [];
      for (const put of puts) {
        const after = put.after < 0 ? -1 : (places[put.after] ?? "request_invalid");
        const made = typeof after === "number" ? prepared(put, after) : "after_refused";
        places.push(typeof made === "string" ? made : asked.length);
        if (typeof made === "object") asked.push(made);
      }
      const outcomes = asked.length > 0 ? await store.put(asked) : [];
      return places.map((place) =>
        typeof place === "number"
          ? answered(asked[place] as StoredPut, outcomes[place] as StoredPutOutcome)
          : { kind: "refused", code: place },
      );
    },

    async status(capability, ticket) {
      const { mailboxId } = addresses.open(capability);
      const asked = tickets.read(ticket, mailboxId);
      if (!asked) throw new AssentError("request_invalid");
      const mailbox = await store.state(mailboxId);
      if (mailbox.kind === "unknown") throw new AssentError("mailbox_unknown");
      if (mailbox.kind !== "there") return "gone";
      if (!isOf(asked, { lineage, generation: mailbox.generation })) return "lost";
      // Storage knows its age, also where the ticket was made by a clock that was ahead.
      if (await store.expired(mailboxId, asked.position)) return "expired";
      const hours = hoursSince(asked, hourOf(time.earliestMs()));
      if (hours <= limits.envelopeDays * 24) return "held";
      return asked.position <= mailbox.handed ? "handed" : "held";
    },

    async openInbox(mailboxId, listener) {
      const mailbox = await store.state(mailboxId);
      return mailbox.kind === "there"
        ? // A copy of its own: what storage answered with holds more than these bytes.
          new Inbox(inboxParts, mailboxId.slice(), mailbox, listener)
        : undefined;
    },

    mintProvisional: (mailboxId, generation) =>
      mint(mailboxId, generation, "provisional").capability,

    end(mailboxIds) {
      for (const mailboxId of mailboxIds) wakeups.end(mailboxId);
    },

    restarted: (mailboxId) => wakeups.wake(mailboxId),

    async sweep({ nowMs, dayAgoMs }) {
      const before = dayAgoMs - limits.envelopeDays * dayMs;
      const forgetBefore = dayAgoMs - quotas.expiredRangeMs;
      while (await store.expire(nowMs, before, forgetBefore));
    },
  };
}

function hourOf(time: number): number {
  return Math.floor(time / hourMs);
}
