// The store's tables as typed records: each table holds messages of one schema, under keys of one form.

import { AssentError } from "@assent/protocol";
import { type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import * as profile from "../generated/assent/profile/v1/profile_pb.js";
import type { Change, Range, Store, TableName } from "./store.ts";

export * from "../generated/assent/profile/v1/profile_pb.js";

// Keys: "profile": "state". "ledgerTotals": "totals". "contacts", "contactPhotos", "numbers", "conversations": a number. "people": account id. "groups":
// group id. "keyPackages": ref. "given", "spare": address serial. "texts", "outgoing", "unshown", "ledger": a sequence.
// "queue": the text's own key. "textIds": message id. "threads": number or "?" and account id, "/", the
// text's key. "receipts": account id, "/", message id. "awaited": envelope id.
// "kept": "m" and a message id, or "e" and an envelope id. "seen": "e" and an envelope id, or "g" and a group id. Ids
// are hexadecimal.
const schemas = {
  profile: profile.ProfileStateSchema,
  contacts: profile.ContactSchema,
  contactPhotos: profile.ContactPhotoSchema,
  numbers: profile.NumberRecordSchema,
  people: profile.PersonSchema,
  conversations: profile.ConversationSchema,
  groups: profile.GroupSchema,
  keyPackages: profile.KeyPackageSchema,
  given: profile.GivenAddressSchema,
  spare: profile.SpareCapabilitySchema,
  texts: profile.TextRecordSchema,
  outgoing: profile.OutgoingEnvelopeSchema,
  awaited: profile.AwaitedEnvelopeSchema,
  kept: profile.KeptContentSchema,
  unshown: profile.UnshownSchema,
  seen: profile.SeenSchema,
  ledger: profile.LedgerEntrySchema,
  ledgerTotals: profile.LedgerTotalsSchema,
} as const satisfies Partial<Record<TableName, DescMessage>>;

type RecordTable = keyof typeof schemas;
/** Tables that point to a text: the value is the text's key, or its id in "receipts", in UTF-8. */
type PointerTable = "textIds" | "threads" | "queue" | "receipts";
type SequenceTable = "texts" | "outgoing" | "unshown" | "ledger";
export type RecordOf<T extends RecordTable> = MessageShape<(typeof schemas)[T]>;

export class Records {
  readonly #store: Store;
  readonly #onCommitted: (changes: readonly Change[]) => void;
  // Changes of steps that are stored together, seen by the steps that follow; undefined when each stands alone.
  #together: Change[] | undefined;
  readonly #lastSequence = new Map<SequenceTable, number>();

  /** @param onCommitted called after each commit, with what it changed. */
  constructor(store: Store, onCommitted: (changes: readonly Change[]) => void = () => undefined) {
    this.#store = store;
    this.#onCommitted = onCommitted;
  }

  async get<T extends RecordTable>(table: T, key: string): Promise<RecordOf<T> | undefined> {
    const value = await this.#get(table, key);
    return value && decode(table, value);
  }

  async list<T extends RecordTable>(
    table: T,
    range?: Range,
  ): Promise<{ key: string; record: RecordOf<T> }[]> {
    const rows = await this.#list(table, range);
    return rows.map(({ key, value }) => ({ key, record: decode(table, value) }));
  }

  /** The text keys that pointers lead to, with the pointers' own keys. */
  async pointers(table: PointerTable, range?: Range): Promise<{ key: string; text: string }[]> {
    const rows = await this.#list(table, range);
    return rows.map(({ key, value }) => ({ key, text: new TextDecoder().decode(value) }));
  }

  async pointer(table: PointerTable, key: string): Promise<string | undefined> {
    const value = await this.#get(table, key);
    return value && new TextDecoder().decode(value);
  }

  /** A key behind all others of the table, also those given out and not committed yet. */
  async nextKey(table: SequenceTable): Promise<string> {
    const last =
      this.#lastSequence.get(table) ??
      Number((await this.#list(table, { newestFirst: true, limit: 1 }))[0]?.key ?? 0);
    this.#lastSequence.set(table, last + 1);
    return String(last + 1).padStart(12, "0");
  }

  async keys(table: TableName): Promise<string[]> {
    return (await this.#list(table)).map(({ key }) => key);
  }

  /** Durable when it resolves; among steps that are stored together, when those are. */
  async commit(changes: readonly Change[]): Promise<void> {
    if (this.#together) {
      this.#together.push(...changes);
    } else if (changes.length > 0) {
      await this.#store.commit(changes);
      this.#onCommitted(changes);
    }
  }

  /**
   * Runs steps whose commits become one: all of it is durable when this resolves, or none where a step throws.
   * For steps that send nothing: what leaves must be noted, durably, before.
   */
  async together(steps: () => Promise<void>): Promise<void> {
    if (this.#together) throw new TypeError("steps that are stored together do not overlap");
    this.#together = [];
    try {
      await steps();
      const changes = this.#together;
      this.#together = undefined;
      await this.commit(changes);
    } finally {
      this.#together = undefined;
      // Keys that were given out and not stored are free again.
      this.#lastSequence.clear();
    }
  }

  async #get(table: TableName, key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const change = this.#together?.findLast((made) => made.table === table && made.key === key);
    return change ? (change.value as Uint8Array<ArrayBuffer>) : this.#store.get(table, key);
  }

  async #list(
    table: TableName,
    range: Range = {},
  ): Promise<{ readonly key: string; readonly value: Uint8Array<ArrayBuffer> }[]> {
    const made = this.#together?.filter((change) => change.table === table) ?? [];
    if (made.length === 0) return this.#store.list(table, range);
    const { prefix = "", after = "", before, limit, newestFirst = false } = range;
    const { limit: _all, newestFirst: _order, ...stored } = range;
    const rows = new Map(
      (await this.#store.list(table, stored)).map(({ key, value }) => [key, value]),
    );
    for (const { key, value } of made) {
      if (!key.startsWith(prefix) || key <= after) continue;
      if (before !== undefined && key >= before) continue;
      if (value) rows.set(key, value as Uint8Array<ArrayBuffer>);
      else rows.delete(key);
    }
    const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
    if (newestFirst) sorted.reverse();
    return sorted.slice(0, limit).map(([key, value]) => ({ key, value }));
  }
}

/** A change that stores a record. */
export function put<T extends RecordTable>(table: T, key: string, record: RecordOf<T>): Change {
  return { table, key, value: toBinary(schemas[table] as DescMessage, record) };
}

/** A change that stores a pointer to a text. */
export function point(table: PointerTable, key: string, text: string): Change {
  return { table, key, value: new TextEncoder().encode(text) };
}

export function remove(table: TableName, key: string): Change {
  return { table, key, value: undefined };
}

function decode<T extends RecordTable>(table: T, value: Uint8Array): RecordOf<T> {
  return decodeStored(schemas[table] as DescMessage, value) as RecordOf<T>;
}

/** A message that a record holds encoded. @throws AssentError profile_unreadable */
export function decodeStored<T extends DescMessage>(schema: T, value: Uint8Array): MessageShape<T> {
  try {
    return fromBinary(schema, value);
  } catch (cause) {
    throw new AssentError("profile_unreadable", { cause });
  }
}
