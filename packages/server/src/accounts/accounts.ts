// Accounts: made by spending a claim, changed by their root key, begun anew by their device. Trusts claims that carry the
// cell's own signature; everything else must be signed by the account's root key.
import {
  type AccountUpdateFields,
  AssentError,
  accountIdOf,
  type CellId,
  type Claim,
  deviceIdOf,
  equalBytes,
  hex,
  Intent,
  type SignedBytes,
  verifyAccount,
  verifyAccountUpdate,
} from "@assent/protocol";
import type { ClaimsRole, VoprfRole } from "../cell/roles.ts";
import type { Counters, Quota } from "../limits/counters.ts";
import { rateLimited } from "../limits/peer-brake.ts";
import type { Randomness } from "../randomness.ts";
import type { OverAge } from "../time/judged-time.ts";
import { openBeginningManifest, openManifestOf, requireFollowsOn } from "./manifests.ts";
import type {
  AccountChange,
  AccountPlace,
  AccountStore,
  BucketPlace,
  SpentClaim,
  StoredAccount,
} from "./store.ts";

export interface AccountRequest {
  readonly claim: SignedBytes;
  readonly sealedRecord: Uint8Array;
  readonly manifest: SignedBytes;
  /** By the root key, over the three. */
  readonly signature: Uint8Array;
}

export interface AccountUpdate extends AccountUpdateFields {
  readonly signature: Uint8Array;
}

export interface Restart {
  readonly generation: number;
  readonly singleUse: readonly Uint8Array[];
  readonly lastResort: Uint8Array | undefined;
}

/** Who is told, once it is durable, that something of an account is another now. */
export interface AccountEvents {
  mailboxesEnded(mailboxIds: readonly Uint8Array[]): void;
  /** It is of another generation. */
  mailboxRestarted(mailboxId: Uint8Array): void;
  /** Accounts went from these buckets, and came into those. */
  placesChanged(left: readonly BucketPlace[], joined: readonly BucketPlace[]): void;
}

/**
 * Told before an account stands under another hash of its number, so that what is counted of the number goes on: also where
 * nothing comes of it then.
 */
export type NumberMoves = (
  formerLookupHashes: readonly Uint8Array[],
  lookupHash: Uint8Array,
) => Promise<void>;

/** What a number must be to be an account's. */
export interface HeldNumber {
  readonly lookupHash: Uint8Array;
  readonly voprfEpoch: number;
  readonly rootKey: Uint8Array;
}

export interface Accounts {
  /**
   * The id of the account. A claim that it was made by answers the same again, also after it expired.
   * @throws AssentError request_invalid, not_offered, code_expired (the claim is spent, too old, or of a former
   *   VOPRF key), invitation_invalid (another account was made by it meanwhile, or it was withdrawn)
   */
  create(request: AccountRequest): Promise<Uint8Array>;

  /**
   * The same again does nothing.
   * @throws AssentError request_invalid, not_offered, signed_out, code_expired (the claim is spent, too old, or its
   *   place another account's)
   */
  update(update: AccountUpdate): Promise<void>;

  /** The generation of its mailbox from now on. @throws AssentError request_invalid, signed_out, rate_limited */
  restart(deviceId: Uint8Array, restart: Restart): Promise<number>;

  /** Of the number that an account is under; undefined where there is none. */
  numberOf(accountId: Uint8Array): Promise<HeldNumber | undefined>;

  isThere(accountId: Uint8Array): Promise<boolean>;

  /** Whether the journal knows that it ended. */
  hasEnded(accountId: Uint8Array): Promise<boolean>;

  /** Forgets spent claims that are good for nothing any more. */
  sweepClaims(): Promise<void>;

  /** Forgets what ended long ago. */
  sweep(overAge: OverAge): Promise<void>;
}

export function createAccounts(parts: {
  readonly cellId: CellId;
  readonly store: AccountStore;
  readonly claims: Pick<ClaimsRole, "open">;
  readonly voprf: Pick<VoprfRole, "current">;
  readonly events: AccountEvents;
  /** In memory: how often a device began anew is forgotten with the process. */
  readonly counters: Counters;
  readonly restarts: Quota;
  readonly numberMoves: NumberMoves;
  readonly endedKeptMs: number;
  readonly now: () => number;
  /** Of what will go by age. */
  readonly stampMs: () => number;
  readonly randomness: Randomness;
}): Accounts {
  const { cellId, store, claims, events, counters, now, stampMs, randomness } = parts;

  function requireLive({ expiresAtMs }: Claim): void {
    if (expiresAtMs <= BigInt(now())) throw new AssentError("code_expired");
  }

  async function openClaimOf(request: AccountRequest): Promise<Claim> {
    const claim = await claims.open(request.claim);
    if (
      claim?.intent !== Intent.REGISTER ||
      !(await verifyAccount(claim.rootKey, request, request.signature))
    ) {
      throw new AssentError("request_invalid");
    }
    return claim;
  }

  /** Where a change moves the account to. @throws AssentError request_invalid */
  async function moveOf(
    claimed: SignedBytes | undefined,
    rootKey: Uint8Array,
  ): Promise<Claim | undefined> {
    if (!claimed) return undefined;
    const claim = await claims.open(claimed);
    if (claim?.intent !== Intent.RENEW || !equalBytes(claim.rootKey, rootKey)) {
      throw new AssentError("request_invalid");
    }
    return claim;
  }

  async function change(account: StoredAccount, wanted: AccountChange): Promise<void> {
    const { kind } = await store.change(wanted);
    if (kind === "no-account") throw new AssentError("signed_out");
    if (kind === "outdated") throw new AssentError("request_invalid");
    if (kind === "claim-spent" || kind === "place-taken") throw new AssentError("code_expired");
    const { move } = wanted;
    const isElsewhere = move && !equalBytes(move.place.lookupHash, account.lookupHash);
    if (isElsewhere) events.placesChanged([account], [move.place]);
  }

  return {
    async create(request) {
      const claim = await openClaimOf(request);
      const { version, device } = await openBeginningManifest(request.manifest, claim.rootKey);
      const accountId = accountIdOf(claim.rootKey);
      const wasMade = async () => {
        const holder = await store.accountOfClaim(claim.serial);
        return holder !== undefined && equalBytes(holder, accountId);
      };
      if (await wasMade()) return accountId;
      requireLive(claim);
      await parts.numberMoves(claim.formerLookupHashes, claim.lookupHash);
      const place = placeOf(claim);
      // Whoever proved the number since is under the current key, which this claim does not know. In the turn of the store's
      // call: who proves it later knows this one's, and ends it.
      if (claim.voprfEpoch !== parts.voprf.current().epoch) throw new AssentError("code_expired");
      const outcome = await store.create({
        accountId,
        place,
        formerLookupHashes: claim.formerLookupHashes,
        sealedRecord: request.sealedRecord,
        manifest: request.manifest,
        manifestVersion: version,
        device: {
          deviceId: deviceIdOf(device.signatureKey),
          signatureKey: device.signatureKey,
          mailboxId: randomness.bytes(16),
        },
        claim: spent(claim),
        invitation: claim.invitation.length > 0 ? claim.invitation : undefined,
        now: stampMs(),
      });
      if (outcome.kind === "claim-spent") {
        // Two of the same request at once: the other one made the account.
        if (await wasMade()) return accountId;
        throw new AssentError("code_expired");
      }
      if (outcome.kind === "invitation-spent") throw new AssentError("invitation_invalid");
      if (outcome.kind !== "created") throw new AssentError("request_invalid");
      events.mailboxesEnded(outcome.endedMailboxes);
      events.placesChanged(outcome.endedPlaces, [place]);
      await outcome.journalled;
      return accountId;
    },

    async update({ signature, ...fields }) {
      const manifest = await openManifestOf(fields.accountId, fields.manifest);
      const { rootKey } = manifest;
      if (!(await verifyAccountUpdate(rootKey, cellId, fields, signature))) {
        throw new AssentError("request_invalid");
      }
      if (fields.sequence < 1n || fields.sequence > BigInt(Number.MAX_SAFE_INTEGER)) {
        throw new AssentError("request_invalid");
      }
      const claim = await moveOf(fields.claim, rootKey);
      const account = await store.account(fields.accountId);
      if (!account) throw new AssentError("signed_out");
      requireFollowsOn({ manifest, encoded: fields.manifest.encoded }, account.manifest);
      const sequence = Number(fields.sequence);
      // What may be the same again is let through: the store knows whether it is.
      if (claim && sequence !== account.sequence) requireLive(claim);
      if (claim && !equalBytes(claim.lookupHash, account.lookupHash)) {
        await parts.numberMoves([account.lookupHash], claim.lookupHash);
      }
      await change(account, {
        accountId: account.accountId,
        sequence,
        sealedRecord: fields.sealedRecord,
        manifest: fields.manifest,
        manifestVersion: manifest.version,
        move: claim && { place: placeOf(claim), claim: spent(claim) },
      });
    },

    async restart(deviceId, restart) {
      const counted = await counters.count("restarts", hex(deviceId), parts.restarts, 1, now());
      if (counted.kind === "over") throw rateLimited(counted.retryAfterMs);
      const outcome = await store.restart({ deviceId, ...restart, now: stampMs() });
      if (outcome.kind === "no-device") throw new AssentError("signed_out");
      if (outcome.kind === "generation-outdated") throw new AssentError("request_invalid");
      events.mailboxRestarted(outcome.mailboxId);
      return restart.generation;
    },

    async numberOf(accountId) {
      const account = await store.account(accountId);
      if (!account) return undefined;
      const { lookupHash, voprfEpoch, manifest } = account;
      const { rootKey } = await openManifestOf(accountId, manifest);
      return { lookupHash, voprfEpoch, rootKey };
    },

    async isThere(accountId) {
      return (await store.account(accountId)) !== undefined;
    },

    async hasEnded(accountId) {
      return (await store.ending(accountId)) !== undefined;
    },

    sweepClaims: () => store.forget(now(), 0),

    sweep: ({ dayAgoMs }) => store.forget(0, dayAgoMs - parts.endedKeptMs),
  };
}

function placeOf({ lookupHash, voprfEpoch, bucketBits, tag }: Claim): AccountPlace {
  return { lookupHash, voprfEpoch, bucketBits, tag };
}

function spent({ serial, expiresAtMs }: Claim): SpentClaim {
  return { serial, expiresAt: Number(expiresAtMs) };
}
