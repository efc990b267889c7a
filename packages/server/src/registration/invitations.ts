// Invitations to a service that takes those alone who were invited: single use, made for the operator, who passes them on. What
// is kept of one is a MAC under the registration key, so that whoever has the store has none. One is spent by the
// transaction that makes the account.
import { createHmac } from "node:crypto";
import { AssentError, type Invitation, invitationLength } from "@assent/protocol";
import type { Randomness } from "../randomness.ts";
import type { OverAge } from "../time/judged-time.ts";
import type { InvitationStore } from "./store.ts";

/** Whether numbers can be registered: all of them, with an invitation alone, or none. */
export const registrationStates = ["open", "invite-only", "closed"] as const;
export type RegistrationState = (typeof registrationStates)[number];

export interface InvitationCount {
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly count: number;
}

export interface Invitations {
  /**
   * What the store knows it by.
   * @throws AssentError invitation_needed; invitation_invalid alike where it never was, was spent, withdrawn, or expired
   */
  require(invitation: Invitation | undefined): Promise<Uint8Array>;
  /** Nobody can be told them again. @param expiresAt in milliseconds since 1970 */
  make(count: number, expiresAt: number): Promise<readonly Invitation[]>;
  /** Those that can be used, by when they expire, soonest first. */
  counts(): Promise<readonly InvitationCount[]>;
  /** These, or all. How many there were. */
  withdraw(invitations: readonly Invitation[] | "all"): Promise<number>;
  sweep(overAge: OverAge): Promise<void>;
}

export function createInvitations(parts: {
  readonly store: InvitationStore;
  /** Of the registration room alone. */
  readonly secret: Uint8Array;
  readonly now: () => number;
  readonly randomness: Pick<Randomness, "bytes">;
}): Invitations {
  const { store, now, randomness } = parts;

  function macOf(invitation: Invitation): Uint8Array {
    const mac = createHmac("sha256", parts.secret);
    return new Uint8Array(mac.update("invitation").update(invitation).digest());
  }

  return {
    async require(invitation) {
      if (!invitation) throw new AssentError("invitation_needed");
      const mac = macOf(invitation);
      if (!(await store.isInvited(mac, now()))) throw new AssentError("invitation_invalid");
      return mac;
    },
    async make(count, expiresAt) {
      const made = Array.from(
        { length: count },
        () => new Uint8Array(randomness.bytes(invitationLength)) as Invitation,
      );
      await store.addInvitations(made.map(macOf), expiresAt);
      return made;
    },
    counts: () => store.invitationCounts(now()),
    withdraw: (invitations) =>
      invitations === "all"
        ? store.withdrawAllInvitations(now())
        : store.withdrawInvitations(invitations.map(macOf), now()),
    // A day after it expired, whoever began with it in time is done.
    sweep: ({ dayAgoMs }) => store.forgetInvitations(dayAgoMs),
  };
}
