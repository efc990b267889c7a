// What the directory keeps: accounts, their devices and KeyPackages. The port that storage implements.
// Every method resolves when what it did is durable, and does all of it or nothing.

export interface StoredManifest {
  readonly manifest: Uint8Array;
  readonly signature: Uint8Array;
}

/** A device, and the mailbox that is made with it. */
export interface StoredDevice {
  readonly accountId: Uint8Array;
  readonly deviceId: Uint8Array;
  readonly signatureKey: Uint8Array;
  /** 16 random bytes. */
  readonly mailboxId: Uint8Array;
}

export interface NewAccount {
  readonly accountId: Uint8Array;
  readonly lookupHash: Uint8Array;
  readonly sealedRecord: Uint8Array;
  readonly bucketBits: number;
  readonly tag: number;
  readonly manifest: StoredManifest;
  readonly device: StoredDevice;
  readonly claimSerial: Uint8Array;
  readonly claimExpiresAt: number;
  /** Evaluations the account starts with; one that ends here leaves it what it had, so nobody gains any. */
  readonly evaluationsAtFirst: number;
  readonly createdAt: number;
}

export type CreateOutcome =
  | { readonly kind: "created"; readonly endedMailboxes: readonly Uint8Array[] }
  | { readonly kind: "claim-spent" }
  /** The device's key belongs to another account. */
  | { readonly kind: "device-taken" };

/** What a deletion took away, in rows. */
export interface Deleted {
  readonly records: number;
  readonly tags: number;
  readonly devices: number;
  readonly keyPackages: number;
  readonly envelopes: number;
  readonly endedMailboxes: readonly Uint8Array[];
}

export interface TakenKeyPackages {
  readonly manifest: StoredManifest;
  /** Devices without any KeyPackage are left out. */
  readonly devices: readonly {
    readonly deviceId: Uint8Array;
    readonly mailboxId: Uint8Array;
    readonly keyPackage: Uint8Array;
  }[];
}

export interface AddedKeyPackages {
  readonly deviceId: Uint8Array;
  readonly singleUse: readonly Uint8Array[];
  /** Replaces the one before. */
  readonly lastResort: Uint8Array | undefined;
  /** Single-use KeyPackages beyond this many are dropped, oldest first. */
  readonly keep: number;
}

export interface DirectoryStore {
  /** The account that this claim created, while it lives. */
  accountOfClaim(claimSerial: Uint8Array): Promise<Uint8Array | undefined>;

  /**
   * Spends the claim, ends the accounts that held the lookup hash or the account id before, with all that
   * was theirs, ends the registration sessions of the lookup hash, and creates the account. Resolves when no
   * bytes of an ended account are left in the store.
   */
  createAccount(account: NewAccount): Promise<CreateOutcome>;

  /** Resolves when no bytes of the account are left in the store; undefined where there is none. */
  deleteAccount(accountId: Uint8Array): Promise<Deleted | undefined>;

  device(deviceId: Uint8Array): Promise<StoredDevice | undefined>;

  sealedRecord(lookupHash: Uint8Array): Promise<Uint8Array | undefined>;

  /** A single-use KeyPackage is handed out once, also when many ask at the same time. */
  takeKeyPackages(accountId: Uint8Array): Promise<TakenKeyPackages | undefined>;

  /** How many for single use are left; undefined where the device is not known. */
  addKeyPackages(added: AddedKeyPackages): Promise<number | undefined>;

  singleUseLeft(deviceId: Uint8Array): Promise<number>;

  /** Forgets spent claims that expired. */
  forgetClaims(now: number): Promise<void>;
}
