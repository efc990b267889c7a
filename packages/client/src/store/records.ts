// The store's tables as typed records: each table holds messages of one schema, under keys of one form.

import { AssentError } from "@assent/protocol";
import { type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import * as profile from "../generated/assent/profile/v1/profile_pb.js";
import type { Change, Range, Store, TableName } from "./store.ts";

export * from "../generated/assent/profile/v1/profile_pb.js";

// Keys: "profile": "state". "contacts", "numbers": a number. "people": account id. "groups": group id.
// "keyPackages": ref. "given", "spare": address serial. "texts", "outgoing", "unshown", "ledger": a sequence.
// "queue": the text's own key. "textIds": message id. "threads": number or "?" and account id, "/", the
// text's key. "receipts": account id, "/", message id. "awaited": envelope id.
// "seen": "e" and an envelope id, or "t" and a message id. Ids are hexadecimal.
const schemas = {
  profile: profile.ProfileStateSchema,
  contacts: profile.ContactSchema,
  numbers: profile.NumberRecordSchema,
  people: profile.PersonSchema,
  groups: profile.GroupSchema,
  keyPackages: profile.KeyPackageSchema,
  given: profile.GivenAddressSchema,
  spare: profile.SpareCapabilitySchema,
  texts: profile.TextRecordSchema,
  outgoing: profile.OutgoingEnvelopeSchema,
  awaited: profile.AwaitedEnvelopeSchema,
  unshown: profile.UnshownSchema,
  seen: profile.SeenSchema,
  ledger: profile.LedgerEntrySchema,
} as const satisfies Partial<Record<TableName, DescMessage>>;

type RecordTable = keyof typeof schemas;
/** Tables that point to a text: the value is the text's key, or its id in "receipts", in UTF-8. */
type PointerTable = "textIds" | "threads" | "queue" | "receipts";
type SequenceTable = "texts" | "outgoing" | "unshown" | "ledger";
export type RecordOf<T extends RecordTable> = MessageShape<(typeof schemas)[T]>;

export class Records {
  readonly #store: Store;
  readonly #lastSequence = new Map<SequenceTable, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  async get<T extends RecordTable>(table: T, key: string): Promise<RecordOf<T> | undefined> {
    const value = await this.#store.get(table, key);
    return value && decode(table, value);
  }

  async list<T extends RecordTable>(
    table: T,
    range?: Range,
  ): Promise<{ key: string; record: RecordOf<T> }[]> {
    const rows = await this.#store.list(table, range);
    return rows.map(({ key, value }) => ({ key, record: decode(table, value) }));
  }

  /** The text keys that pointers lead to, with the pointers' own keys. */
  async pointers(table: PointerTable, range?: Range): Promise<{ key: string; text: string }[]> {
    const rows = await this.#store.list(table, range);
    return rows.map(({ key, value }) => ({ key, text: new TextDecoder().decode(value) }));
  }

  async pointer(table: PointerTable, key: string): Promise<string | undefined> {
    const value = await this.#store.get(table, key);
    return value && new TextDecoder().decode(value);
  }

  /** A key behind all others of the table, also those given out and not committed yet. */
  async nextKey(table: SequenceTable): Promise<string> {
    const last =
      this.#lastSequence.get(table) ??
      Number((await this.#store.list(table, { newestFirst: true, limit: 1 }))[0]?.key ?? 0);
    this.#lastSequence.set(table, last + 1);
    return String(last + 1).padStart(12, "0");
  }

  async keys(table: TableName): Promise<string[]> {
    return (await this.#store.list(table)).map(({ key }) => key);
  }

  commit(changes: readonly Change[]): Promise<void> {
    return changes.length === 0 ? Promise.resolve() : this.#store.commit(changes);
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
  try {
    return fromBinary(schemas[table] as DescMessage, value) as RecordOf<T>;
  } catch (cause) {
    throw new AssentError("profile_unreadable", { cause });
  }
}
