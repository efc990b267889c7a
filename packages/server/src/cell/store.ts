// What the cell's room keeps in the database: whose it is, and what clients may never be shown an older one of. The port
// that storage implements.

export interface StoredCell {
  /** It is of no use to another. */
  readonly cellId: Uint8Array;
  /** Of the parameters: every change has a higher one. */
  readonly parametersSequence: number;
  /** SHA-256 of what was published with that sequence, 32 bytes: where it is still the same, nothing changed. */
  readonly parametersHash: Uint8Array;
}

export interface CellStore {
  /** Undefined in a store that is new. */
  cell(): Promise<StoredCell | undefined>;

  /** Replaces what was kept. Durable before parameters of this sequence are shown to anybody. */
  keep(cell: StoredCell): Promise<void>;
}
