// How accounts end: by their device, or by whoever proves the number. States what was deleted, and to a device that comes
// back what became of its account.
import {
  AccountEndingSchema,
  AssentError,
  type CellId,
  DeletionReceiptSchema,
  EndingReason,
  Intent,
  labelledHash,
  type Signed,
  type SignedBytes,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { ClaimsRole, ReceiptsRole, VoprfRole } from "../cell/roles.ts";
import type { AccountEvents } from "./accounts.ts";
import type { StatedEnding } from "./devices.ts";
import type { AccountStore, Ended, EndOutcome, StoredEnding } from "./store.ts";

/** Under the cell id, the two stand alone. */
export interface StatedDeletion {
  readonly receipt: Signed;
  readonly certificate: Signed;
}

export interface Leaving {
  /**
   * @param requestHash of what the device signed.
   * @throws AssentError signed_out
   */
  leave(accountId: Uint8Array, requestHash: Uint8Array): Promise<StatedDeletion>;

  /**
   * Where nothing is under the number, the receipt says so: the owner asked, and may ask again.
   * @throws AssentError request_invalid, code_expired (the claim is spent or too old; or of a former VOPRF key, and nothing
   *   is where it looks)
   */
  leaveByNumber(claim: SignedBytes): Promise<StatedDeletion>;

  /** Undefined where the journal does not know the account. */
  statedEnding(accountId: Uint8Array): Promise<StatedEnding | undefined>;
}

const reasons = {
  left: EndingReason.LEFT,
  "left-by-number": EndingReason.LEFT_BY_NUMBER,
  "taken-over": EndingReason.TAKEN_OVER,
} as const satisfies Record<StoredEnding["reason"], EndingReason>;

export function createLeaving(parts: {
  readonly cellId: CellId;
  readonly store: Pick<AccountStore, "end" | "endByNumber" | "ending">;
  readonly claims: Pick<ClaimsRole, "open">;
  readonly voprf: Pick<VoprfRole, "current">;
  readonly receipts: ReceiptsRole;
  readonly events: Pick<AccountEvents, "mailboxesEnded" | "placesChanged">;
  readonly now: () => number;
  /** Of what will go by age. */
  readonly stampMs: () => number;
}): Leaving {
  const { cellId, store, claims, receipts, events, now, stampMs } = parts;

  async function state(ended: EndOutcome, requestHash: Uint8Array): Promise<StatedDeletion> {
    const counts: Partial<Ended> = ended.kind === "ended" ? ended : {};
    const { records, tags, devices, keyPackages, envelopes, accountId } = counts;
    if (ended.kind === "ended") {
      events.mailboxesEnded(ended.endedMailboxes);
      events.placesChanged([ended.place], []);
      await ended.journalled;
    }
    const receipt = create(DeletionReceiptSchema, {
      cellId,
      deletedAtMs: BigInt(now()),
      records,
      tags,
      devices,
      keyPackages,
      envelopes,
      requestHash,
      accountId,
    });
    // The certificate of the turn in which the key is taken: a rotation may come before the signature.
    const signing = receipts.signReceipt(receipt);
    const certificate = receipts.certificate();
    return { receipt: await signing, certificate };
  }

  return {
    async leave(accountId, requestHash) {
      const ended = await store.end(accountId, stampMs());
      if (ended.kind === "no-account") throw new AssentError("signed_out");
      return state(ended, requestHash);
    },

    async leaveByNumber(signed) {
      const claim = await claims.open(signed);
      if (claim?.intent !== Intent.LEAVE) throw new AssentError("request_invalid");
      if (claim.expiresAtMs <= BigInt(now())) throw new AssentError("code_expired");
      const ended = await store.endByNumber(
        [claim.lookupHash, ...claim.formerLookupHashes],
        { serial: claim.serial, expiresAt: Number(claim.expiresAtMs) },
        stampMs(),
      );
      if (ended.kind === "claim-spent") throw new AssentError("code_expired");
      // An account that stands under a newer key is not found by it: nobody says that there is none.
      const isOutdated = claim.voprfEpoch !== parts.voprf.current().epoch;
      if (ended.kind === "no-account" && isOutdated) throw new AssentError("code_expired");
      return state(ended, labelledHash("request", signed.encoded));
    },

    async statedEnding(accountId) {
      const stored = await store.ending(accountId);
      if (!stored) return undefined;
      const ending = create(AccountEndingSchema, {
        cellId,
        accountId,
        endedAtMs: BigInt(stored.endedAt),
        reason: reasons[stored.reason],
      });
      const signing = receipts.signEnding(ending);
      const certificate = receipts.certificate();
      return { ending: await signing, certificate };
    },
  };
}
