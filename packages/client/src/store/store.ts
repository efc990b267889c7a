// The port of the profile's store: a few ordered tables of bytes. One writer at a time; a commit is one
// transaction, durable when it resolves. The crypto between reading and writing is done outside.

export type TableName =
  | "profile"
  | "contacts"
  | "numbers"
  | "people"
  | "groups"
  | "keyPackages"
  | "given"
  | "spare"
  | "texts"
  | "textIds"
  | "threads"
  | "queue"
  | "outgoing"
  | "awaited"
  | "receipts"
  | "unshown"
  | "seen"
  | "ledger";

export interface Change {
  readonly table: TableName;
  readonly key: string;
  /** Undefined deletes. */
  readonly value: Uint8Array | undefined;
}

export interface Range {
  /** Only keys that begin with this. */
  readonly prefix?: string;
  /** Only keys behind this one. */
  readonly after?: string;
  readonly limit?: number;
  readonly newestFirst?: boolean;
}

export interface Store {
  get(table: TableName, key: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** In the order of keys, by UTF-8 bytes. */
  list(
    table: TableName,
    range?: Range,
  ): Promise<{ readonly key: string; readonly value: Uint8Array<ArrayBuffer> }[]>;
  /**
   * All changes or none, in order; durable when it resolves.
   * @throws AssentError storage_failed; then nothing was changed.
   */
  commit(changes: readonly Change[]): Promise<void>;
  close(): Promise<void>;
}
