// Takes back envelopes for whoever shows that they are theirs: the secret behind each id, and a full address of its mailbox.
// What is refused here is refused before storage is asked; how often one is asked about is counted, and nothing else kept.
import { AssentError, envelopeIdOf, limits } from "@assent/protocol";
import type { Counters } from "../limits/counters.ts";
import type { MailboxQuotas } from "../limits/quotas.ts";
import type { JudgedTime } from "../time/judged-time.ts";
import type { Addresses } from "./addresses.ts";
import type { MailboxStore, StoredRevoke } from "./store.ts";
import { isOf, type Tickets } from "./tickets.ts";

export interface RevokeTarget {
  readonly capability: Uint8Array;
  /** 32 bytes. */
  readonly secret: Uint8Array;
  /** Empty where the put was not answered. */
  readonly ticket: Uint8Array;
}

/**
 * not-known: none will be handed out, and of one nobody here knows whether it was. handed, gone: nothing was changed.
 */
export type Revoked = "revoked" | "not-known" | "handed" | "gone";

export interface RevokingParts {
  readonly store: Pick<MailboxStore, "mailbox" | "revoke">;
  readonly lineage: number;
  readonly addresses: Pick<Addresses, "open">;
  readonly tickets: Pick<Tickets, "read">;
  readonly time: Pick<JudgedTime, "stampMs">;
  readonly quotas: Pick<
    MailboxQuotas,
    "revokesOfEnvelope" | "revokedOfMailbox" | "revokedOfAddress"
  >;
  readonly counters: Pick<Counters, "countTogether">;
  readonly now: () => number;
}

/**
 * All of them, or nothing is changed.
 * @throws AssentError request_invalid, address_expired, not_offered, rate_limited, mailbox_unknown
 */
export type Revoke = (targets: readonly RevokeTarget[]) => Promise<Revoked>;

export function createRevoke(parts: RevokingParts): Revoke {
  const { store, lineage, addresses, tickets, time, quotas, counters, now } = parts;
  const limit = { ofMailbox: quotas.revokedOfMailbox, ofAddress: quotas.revokedOfAddress };

  function askedOf({ capability, secret, ticket }: RevokeTarget): StoredRevoke {
    const { mailboxId, serial, kind, generation } = addresses.open(capability);
    // Strangers would watch by it when a phone comes online.
    if (kind !== "full") throw new AssentError("not_offered");
    const answered = ticket.length > 0 ? tickets.read(ticket, mailboxId) : undefined;
    if (ticket.length > 0 && !answered) throw new AssentError("request_invalid");
    // The position of another lineage or generation means nothing.
    const isOfNow = answered !== undefined && isOf(answered, { lineage, generation });
    return {
      address: { mailbox: store.mailbox(mailboxId), generation, serial, kind },
      envelopeId: envelopeIdOf(secret),
      position: isOfNow ? answered.position : undefined,
    };
  }

  return async (targets) => {
    if (targets.length === 0 || targets.length > limits.revokeTargets) {
      throw new AssentError("request_invalid");
    }
    const asked = targets.map(askedOf);
    const tries = asked.map(({ envelopeId }) => {
      const key = Buffer.from(envelopeId).toString("base64url");
      return { thing: "revokes", key, quota: quotas.revokesOfEnvelope, times: 1 } as const;
    });
    const counted = await counters.countTogether(tries, now());
    if (counted.kind === "over") throw new AssentError("rate_limited");
    const { kind } = await store.revoke(asked, time.stampMs(), limit);
    if (kind === "too-many") throw new AssentError("rate_limited");
    if (kind === "unknown") throw new AssentError("mailbox_unknown");
    return kind;
  };
}
