// Mailboxes: put and status for whoever holds a capability, and what the owner's device takes. Holds in memory
// which devices listen now, and what was handed to them; all else is storage's.
import { AssentError, envelopeIdOf, limits } from "@assent/protocol";
import type { MailboxQuotas } from "../limits/quotas.ts";
import type { Randomness } from "../randomness.ts";
import type { Addresses, AddressKind, MintedCapability } from "./addresses.ts";
import { Inbox, type InboxListener, type InboxParts } from "./inbox.ts";
import type { MailboxStore } from "./store.ts";

export type EnvelopeState = "waiting" | "handed" | "gone" | "expired";

export interface Mailboxes {
  /**
   * Resolves when the envelope is durable. The same id again is the same envelope, while it waits. What comes
   * through a blocked address is answered as stored, and dropped.
   * @throws AssentError request_invalid, address_expired, mailbox_full
   */
  put(capability: Uint8Array, envelopeId: Uint8Array, body: Uint8Array): Promise<"stored" | "gone">;

  /**
   * Of an envelope that was answered as stored. One that is not there any more was handed. Asked with an
   * expired capability too. @throws AssentError request_invalid
   */
  status(capability: Uint8Array, secret: Uint8Array): Promise<EnvelopeState>;

  /** Listens to a device's mailbox; a listener it had before is told that it was replaced. */
  openInbox(mailboxId: Uint8Array, listener: InboxListener): Inbox;

  mintProvisional(mailboxId: Uint8Array): Uint8Array;

  /** The accounts of these mailboxes ended: whoever listens is told. */
  end(mailboxIds: readonly Uint8Array[]): void;

  /** Ends what waited too long. */
  sweep(): Promise<void>;
}

const dayMs = 86_400_000;

export function createMailboxes(parts: {
  readonly store: MailboxStore;
  readonly addresses: Addresses;
  readonly quotas: MailboxQuotas;
  readonly now: () => number;
  readonly randomness: Randomness;
}): Mailboxes {
  const { store, addresses, quotas, now, randomness } = parts;
  const listening = new Map<string, Inbox>();
  // The last position handed out, while something up to it is not acknowledged. Lost at a restart: then what
  // was handed but not acknowledged counts as waiting, and is handed again.
  const handed = new Map<string, number>();
  const putLimit = {
    envelopes: quotas.envelopesPerMailbox,
    bytes: quotas.bytesPerMailbox,
    provisionalEnvelopes: limits.provisionalEnvelopes,
  };

  function mint(mailboxId: Uint8Array, kind: AddressKind): MintedCapability {
    const serial = randomness.bytes(16);
    const expiresAt = now() + limits.capabilityDays * dayMs;
    const capability = addresses.mint({ mailboxId, serial, kind, expiresAt });
    return { serial, capability, expiresAt };
  }

  const inboxParts: InboxParts = {
    store,
    quotas,
    mint: (mailboxId) => mint(mailboxId, "full"),
    handed: {
      upTo: (mailboxId) => handed.get(nameOf(mailboxId)) ?? 0,
      advance: (mailboxId, position) => {
        const name = nameOf(mailboxId);
        handed.set(name, Math.max(position, handed.get(name) ?? 0));
      },
      acknowledged: (mailboxId, position) => {
        const name = nameOf(mailboxId);
        if (position >= (handed.get(name) ?? 0)) handed.delete(name);
      },
    },
    closed: (inbox) => {
      const name = nameOf(inbox.mailboxId);
      if (listening.get(name) === inbox) listening.delete(name);
    },
  };

  return {
    async put(capability, envelopeId, body) {
      const { mailboxId, serial, kind, expiresAt } = addresses.open(capability);
      if (expiresAt <= now()) throw new AssentError("address_expired");
      const outcome = await store.put({
        mailboxId,
        serial,
        provisional: kind === "provisional",
        envelopeId,
        body,
        now: now(),
        limit: putLimit,
      });
      if (outcome.kind === "gone") return "gone";
      if (outcome.kind === "full") throw new AssentError("mailbox_full");
      if (outcome.kind === "stored") {
        const { position } = outcome;
        listening.get(nameOf(mailboxId))?.arrived({ position, envelopeId, serial, body });
      }
      return "stored";
    },

    async status(capability, secret) {
      const { mailboxId } = addresses.open(capability);
      const stored = await store.status(mailboxId, envelopeIdOf(secret));
      if (stored.kind === "not-there") return "handed";
      if (stored.kind !== "waiting") return stored.kind;
      return stored.position <= (handed.get(nameOf(mailboxId)) ?? 0) ? "handed" : "waiting";
    },

    openInbox(mailboxId, listener) {
      const name = nameOf(mailboxId);
      listening.get(name)?.end("replaced");
      const inbox = new Inbox(inboxParts, mailboxId, listener);
      listening.set(name, inbox);
      inbox.wake();
      return inbox;
    },

    mintProvisional: (mailboxId) => mint(mailboxId, "provisional").capability,

    end(mailboxIds) {
      for (const mailboxId of mailboxIds) {
        listening.get(nameOf(mailboxId))?.end("signed_out");
        handed.delete(nameOf(mailboxId));
      }
    },

    async sweep() {
      const before = now() - limits.envelopeDays * dayMs;
      const forgetBefore = now() - quotas.expiredTombstoneMs;
      while (await store.expire(now(), before, forgetBefore));
    },
  };
}

function nameOf(mailboxId: Uint8Array): string {
  return Buffer.from(mailboxId).toString("latin1");
}
