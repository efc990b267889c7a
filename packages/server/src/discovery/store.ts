// What discovery keeps: where each account stands in the buckets. The port that storage implements.

export interface DiscoveryStore {
  /** How many accounts' places are of this VOPRF epoch. */
  people(voprfEpoch: number): Promise<number>;

  /**
   * The tags of the accounts whose place is of this VOPRF epoch, and whose bucket bits are from the first to the last.
   * Reads no others: it is asked for one bucket, whenever somebody came or went there.
   */
  tagsIn(voprfEpoch: number, firstBits: number, lastBits: number): Promise<Uint32Array>;
}
