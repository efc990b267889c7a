// What the directory keeps: records and KeyPackages. The port that storage implements. Every method resolves when what
// it did is durable, and does all of it or nothing.

export interface TakenKeyPackages {
  /** The account's, signed. */
  readonly manifest: { readonly encoded: Uint8Array; readonly signature: Uint8Array };
  /** Devices without any KeyPackage are left out. */
  readonly devices: readonly {
    readonly deviceId: Uint8Array;
    readonly mailboxId: Uint8Array;
    /** Of the mailbox. */
    readonly generation: number;
    readonly keyPackage: Uint8Array;
  }[];
}

export interface AddedKeyPackages {
  readonly deviceId: Uint8Array;
  readonly singleUse: readonly Uint8Array[];
  /** Replaces the one before. */
  readonly lastResort: Uint8Array | undefined;
  /** Those that are there and not among these go. */
  readonly replacesAll: boolean;
  /** Single-use KeyPackages beyond this many are dropped, oldest first. */
  readonly keep: number;
  readonly now: number;
}

export interface KeyPackagesLeft {
  readonly singleUse: number;
  /** The last resort was handed out since it was added. */
  readonly lastResortTaken: boolean;
}

export interface DirectoryStore {
  sealedRecord(lookupHash: Uint8Array): Promise<Uint8Array | undefined>;

  /** A single-use KeyPackage is handed out once, also when many ask at the same time; the newest first. */
  takeKeyPackages(
    accountId: Uint8Array,
    /** None for single use. */
    onlyLastResort: boolean,
  ): Promise<TakenKeyPackages | undefined>;

  /**
   * What is left then; undefined where the device is not known. One that came from this device before is left out, also
   * where it was handed out or replaced since.
   */
  addKeyPackages(added: AddedKeyPackages): Promise<KeyPackagesLeft | undefined>;

  keyPackagesLeft(deviceId: Uint8Array): Promise<KeyPackagesLeft>;

  /**
   * Drops KeyPackages for single use that came before this: their lifetime is over, and whoever was given one could not
   * write. Then forgets which came before this. The last resort stays: it outlives the others. Whether any was dropped.
   */
  forget(addedBefore: number): Promise<boolean>;
}
