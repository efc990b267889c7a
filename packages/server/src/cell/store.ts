// What the cell's room keeps in the database: whose it is, and what clients may never be shown an older one of. The port
// that storage implements.

export interface StoredCell {
  /** It is of no use to another. */
  readonly cellId: Uint8Array;
  /** Of the parameters: every change has a higher one. */
  readonly parametersSequence: number;
}

export interface CellStore {
  /** Undefined in a store that is new. */
  cell(): Promise<StoredCell | undefined>;

  /** Durable before parameters of this sequence are shown to anybody. */
  keep(cell: StoredCell): Promise<void>;
}
