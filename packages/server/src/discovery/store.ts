// What discovery keeps: where each account stands in the buckets. The port that storage implements.

/** Where each account stands: the two arrays belong together, entry by entry. */
export interface AccountTags {
  readonly bucketBits: Uint32Array;
  readonly tags: Uint32Array;
}

export interface DiscoveryStore {
  /** Of the accounts whose place is of this VOPRF epoch. */
  accountTags(voprfEpoch: number): Promise<AccountTags>;
}
