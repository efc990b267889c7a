// The port of the profile's store: a few tables of bytes. One writer at a time; a commit is one transaction,
// durable when it resolves. The crypto between reading and writing is done outside.
//
// A key is one part, or several with "/" between. A part is a sequence, which is 12 digits, or a name: anything else.
// Names say who somebody is, so an adapter may keep them hidden, and with them their order: keys are ordered by
// their sequences, and only among those that are of sequences alone or come after the same name.
import type { TableName } from "./areas.ts";

export type { TableName } from "./areas.ts";

export interface Change {
  readonly table: TableName;
  readonly key: string;
  /** Undefined deletes. */
  readonly value: Uint8Array | undefined;
}

export interface Range {
  /** Only keys of this name: the name and "/". */
  readonly prefix?: string;
  /** Only keys behind this one, a whole key among those that are ordered with it. */
  readonly after?: string;
  /** Only keys before this one, likewise. */
  readonly before?: string;
  /** Of many rows, no others are read. */
  readonly limit?: number;
  /** The order of sequences, turned round. */
  readonly newestFirst?: boolean;
}

/**
 * What cannot be read rejects with an AssentError: profile_unreadable where it is damaged, profile_in_use where another writer took
 * over, else storage_failed.
 */
export interface Store {
  get(table: TableName, key: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** By ascending sequences; rows whose keys end in names come in any order. */
  list(
    table: TableName,
    range?: Range,
  ): Promise<{ readonly key: string; readonly value: Uint8Array<ArrayBuffer> }[]>;
  /**
   * All changes or none, in order; durable when it resolves.
   * @throws AssentError storage_failed, or profile_in_use where another writer took over; then nothing was changed.
   */
  commit(changes: readonly Change[]): Promise<void>;
  close(): Promise<void>;
}
