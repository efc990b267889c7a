// What the accounts room keeps: accounts, their devices, spent claims, and the journal of what ended. The port that
// storage implements. Every method resolves when what it did is durable, and does all of it or nothing.

export interface StoredSigned {
  readonly encoded: Uint8Array;
  readonly signature: Uint8Array;
}

/** A device, and the mailbox that is made with it. */
export interface NewDevice {
  readonly deviceId: Uint8Array;
  readonly signatureKey: Uint8Array;
  /** 16 random bytes. */
  readonly mailboxId: Uint8Array;
}

export interface StoredDevice extends NewDevice {
  readonly accountId: Uint8Array;
  /** Of the account's record: what its counts are kept under follows from it. */
  readonly lookupHash: Uint8Array;
}

/** Where an account's record and tag stand: both follow from its number under one VOPRF epoch. */
export interface AccountPlace {
  readonly lookupHash: Uint8Array;
  readonly voprfEpoch: number;
  readonly bucketBits: number;
  readonly tag: number;
}

/** The bucket that an account's tag is in, of whatever number of buckets. */
export type BucketPlace = Pick<AccountPlace, "voprfEpoch" | "bucketBits">;

export interface SpentClaim {
  readonly serial: Uint8Array;
  readonly expiresAt: number;
}

export interface NewAccount {
  readonly accountId: Uint8Array;
  readonly place: AccountPlace;
  /** Of the same number, under former VOPRF keys: an account that stands there had the number before. */
  readonly formerLookupHashes: readonly Uint8Array[];
  /** 256 bytes. */
  readonly sealedRecord: Uint8Array;
  readonly manifest: StoredSigned;
  /** Of the manifest: where the same account was there before, it must be higher than the one it had. */
  readonly manifestVersion: number;
  readonly device: NewDevice;
  readonly claim: SpentClaim;
  /** As registration keeps it: spent with the claim. Undefined where none was needed. */
  readonly invitation: Uint8Array | undefined;
  readonly now: number;
}

/**
 * What ended has ended, whatever comes of the rest: who hears of it is told at once. Whoever asked for it is answered when it
 * is in the journal, too.
 */
export interface InJournal {
  /** Rejects with `busy` where the journal takes nothing: it is written with the next that ends, or is asked for. */
  readonly journalled: Promise<void>;
}

export interface Created extends InJournal {
  readonly kind: "created";
  readonly endedMailboxes: readonly Uint8Array[];
  /** Of the accounts that were there before. */
  readonly endedPlaces: readonly BucketPlace[];
}

export type CreateOutcome =
  | Created
  | { readonly kind: "claim-spent" }
  /** Another account was made by it meanwhile, or it was withdrawn. */
  | { readonly kind: "invitation-spent" }
  /** The device's key belongs to another account. */
  | { readonly kind: "device-taken" }
  | { readonly kind: "manifest-outdated" };

export interface AccountChange {
  readonly accountId: Uint8Array;
  /** Higher than that of the record there is; 1 is that of the first. */
  readonly sequence: number;
  readonly sealedRecord: Uint8Array;
  readonly manifest: StoredSigned;
  /** The one there is, of the very manifest there is, or the next. */
  readonly manifestVersion: number;
  /** Where the record is to move, and by what right. */
  readonly move: { readonly place: AccountPlace; readonly claim: SpentClaim } | undefined;
}

export type ChangeOutcome =
  | { readonly kind: "changed" }
  /** The very same change was made before. */
  | { readonly kind: "same" }
  /** Record or manifest were replaced since. */
  | { readonly kind: "outdated" }
  /** Another account stands where the record would move. */
  | { readonly kind: "place-taken" }
  | { readonly kind: "claim-spent" | "no-account" };

/** What an account consists of, as far as a change of it must fit. */
export interface StoredAccount {
  readonly accountId: Uint8Array;
  readonly manifest: StoredSigned;
  readonly lookupHash: Uint8Array;
  readonly voprfEpoch: number;
  readonly bucketBits: number;
  readonly sequence: number;
}

export type EndingReason = "left" | "left-by-number" | "taken-over";

/** Something that ended, as it is remembered. The hour is since 1970. */
export type EndedFact =
  | {
      readonly kind: "account";
      readonly id: Uint8Array;
      readonly reason: EndingReason;
      readonly hour: number;
    }
  | { readonly kind: "mailbox"; readonly id: Uint8Array; readonly hour: number };

/** What an ending took away, in rows. */
export interface Ended extends InJournal {
  readonly kind: "ended";
  readonly accountId: Uint8Array;
  readonly records: number;
  readonly tags: number;
  readonly devices: number;
  readonly keyPackages: number;
  readonly envelopes: number;
  readonly endedMailboxes: readonly Uint8Array[];
  readonly place: BucketPlace;
}

export type EndOutcome = Ended | { readonly kind: "no-account" };
export type EndByNumberOutcome = EndOutcome | { readonly kind: "claim-spent" };

/** How an account ended. The hour is kept, and no finer time. */
export interface StoredEnding {
  readonly reason: EndingReason;
  readonly endedAt: number;
}

/** A request that a device signed, without its body (`LastRequest` of the contract). */
export interface StoredRequest {
  readonly procedure: string;
  readonly counter: number;
  readonly bodyHash: Uint8Array;
  readonly signature: Uint8Array;
}

/** A request that came, and what its signature is said to be made over. */
export interface AskedRequest {
  readonly deviceId: Uint8Array;
  readonly request: StoredRequest;
  readonly signedBytes: Uint8Array;
}

export type AdmitOutcome =
  | RequestOfDevice
  /** Nothing was done. */
  | { readonly kind: "not-signed" }
  | { readonly kind: "no-device" };

/** A request that the device did sign. */
export type RequestOfDevice =
  /** The counter was the highest so far, and the request is the device's last one now. */
  | {
      readonly kind: "admitted";
      readonly device: StoredDevice;
      readonly before: StoredRequest | undefined;
    }
  /** Nothing was done: the device signed this before, with a counter as high or higher. */
  | { readonly kind: "behind"; readonly device: StoredDevice; readonly last: StoredRequest };

export interface DeviceRestart {
  readonly deviceId: Uint8Array;
  /** Higher than the mailbox's; the one there is replaces the KeyPackages alone. */
  readonly generation: number;
  readonly singleUse: readonly Uint8Array[];
  readonly lastResort: Uint8Array | undefined;
  readonly now: number;
}

export type RestartOutcome =
  | { readonly kind: "restarted"; readonly mailboxId: Uint8Array }
  | { readonly kind: "generation-outdated" }
  | { readonly kind: "no-device" };

export interface AccountStore {
  /** How many accounts there are. */
  count(): Promise<number>;

  /** The account that this claim created, while it lives. What it ended is in the journal. */
  accountOfClaim(serial: Uint8Array): Promise<Uint8Array | undefined>;

  account(accountId: Uint8Array): Promise<StoredAccount | undefined>;

  /**
   * Spends the claim, ends the account that held one of the number's lookup hashes or this account id before, with all
   * that was theirs, and creates the account. An account that is made anew under its own id has not ended: only its
   * mailboxes have. Resolves when no bytes of an ended account are left in the store.
   */
  create(account: NewAccount): Promise<CreateOutcome>;

  /** Replaces manifest and record; where they move, the claim is spent. */
  change(change: AccountChange): Promise<ChangeOutcome>;

  /**
   * Ends the account: cuts off its mailboxes with their counts, removes record and tag, devices and KeyPackages, and
   * remembers that it ended, in one transaction. Resolves when no bytes of it are left in the store.
   */
  end(accountId: Uint8Array, now: number): Promise<EndOutcome>;

  /** The same for the account under one of a number's lookup hashes. Spends the claim, also where there is none. */
  endByNumber(
    lookupHashes: readonly Uint8Array[],
    claim: SpentClaim,
    now: number,
  ): Promise<EndByNumberOutcome>;

  /** Where it is known to have ended, and was not made anew. It is in the journal then. */
  ending(accountId: Uint8Array): Promise<StoredEnding | undefined>;

  /**
   * Takes a request as its device's last one where the device's key signed it and its counter is the highest
   * so far. One step, for phones come back by the thousand: the key is read, asked and the counter written where both are.
   */
  admit(asked: AskedRequest): Promise<AdmitOutcome>;

  /** Replaces the device's KeyPackages and begins a generation of its mailbox: what waits in it is gone. */
  restart(restart: DeviceRestart): Promise<RestartOutcome>;

  /** Forgets spent claims that expired, and what ended before `endedBefore`. */
  forget(now: number, endedBefore: number): Promise<void>;
}
