// The store's tables as typed records: each table holds messages of one schema, under keys of one form.

import { AssentError } from "@assent/protocol";
import { type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import * as history from "../generated/assent/profile/v1/history_pb.js";
import * as profile from "../generated/assent/profile/v1/profile_pb.js";
import { Pending, type Row, Rows, type StoredRows } from "./pending.ts";
import type { Change, Range, Store, TableName } from "./store.ts";

export * from "../generated/assent/profile/v1/history_pb.js";
export * from "../generated/assent/profile/v1/profile_pb.js";

// Keys: "profile": "state". "ledgerTotals": "totals". "contacts", "contactPhotos", "numbers", "conversationIds": a number.
// "conversations": an id of its own. "people": account id. "groups": group id. "groupParts": group id, "/", the part.
// "keyPackages": ref. "given", "spare": address serial. "messages", "outgoing", "unshown", "ledger": a sequence. "queue": the
// message's own key, as in "goingOver", "relayed" and "undelivered". "messageIds": message id. "threads": conversation, or "?" and account id, "/", the message's key.
// "receipts": account id, "/", message id. "deliveries": the message's key, "/", account id, "/", device id. "awaited": envelope id. "kept": "m" and a message id, or "e" and an envelope id.
// "unapplied": a sequence. "annotations": the key of the message that it is about, "/", account id, "/", its own id; "waiting": the
// same, by the message's id. "expiring": the second that it is due, as a sequence, "/", the message's key.
// "seen": "e" and an envelope id, "g" and the id of a group that is lost, "j" and one that was joined, "w" and the
// SHA-256 of a Welcome that was opened, or "u" and the account whose first contact could not be. Ids are hexadecimal.
const schemas = {
  profile: profile.ProfileStateSchema,
  contacts: history.ContactSchema,
  contactPhotos: history.ContactPhotoSchema,
  numbers: profile.NumberRecordSchema,
  people: profile.PersonSchema,
  conversations: history.ConversationSchema,
  groups: profile.GroupSchema,
  groupParts: profile.GroupPartSchema,
  keyPackages: profile.KeyPackageSchema,
  given: profile.GivenAddressSchema,
  spare: profile.SpareCapabilitySchema,
  messages: history.MessageSchema,
  outgoing: profile.OutgoingEnvelopeSchema,
  deliveries: profile.DeliverySchema,
  relayed: profile.RelayedSmsSchema,
  kept: history.KeptContentSchema,
  annotations: history.AnnotationSchema,
  waiting: history.AnnotationSchema,
  unshown: profile.UnshownSchema,
  seen: profile.SeenSchema,
  ledger: history.LedgerEntrySchema,
  ledgerTotals: history.LedgerTotalsSchema,
} as const satisfies Partial<Record<TableName, DescMessage>>;

type RecordTable = keyof typeof schemas;
/**
 * All others are tables of names alone, in UTF-8: a message's key, or its id in "receipts", or a conversation's in
 * "conversationIds", or a key of "kept" in "unapplied", or of "deliveries" in "awaited".
 */
type PointerTable = Exclude<TableName, RecordTable>;
type SequenceTable = "messages" | "outgoing" | "unshown" | "ledger" | "unapplied";
export type RecordOf<T extends RecordTable> = MessageShape<(typeof schemas)[T]>;

/** What can be asked of records, those that are stored or, in a step, those that will be. */
export interface RecordsReader {
  get<T extends RecordTable>(table: T, key: string): Promise<RecordOf<T> | undefined>;
  list<T extends RecordTable>(
    table: T,
    range?: Range,
  ): Promise<{ readonly key: string; readonly record: RecordOf<T> }[]>;
  /** The text keys that pointers lead to, with the pointers' own keys. */
  pointers(
    table: PointerTable,
    range?: Range,
  ): Promise<{ readonly key: string; readonly text: string }[]>;
  pointer(table: PointerTable, key: string): Promise<string | undefined>;
  keys(table: TableName): Promise<string[]>;
}

/** The store's rows as records, below what is pending. */
class Reader implements RecordsReader {
  readonly #store: Store;
  readonly #pending: Pending | undefined;

  constructor(store: Store, pending?: Pending) {
    this.#store = store;
    this.#pending = pending;
  }

  async get<T extends RecordTable>(table: T, key: string): Promise<RecordOf<T> | undefined> {
    const row = await this.#get(table, key);
    // Decoded once, whoever else asks for it: what many texts change alike is asked for with each of them.
    if (row.record === undefined && row.value) row.record = decode(table, row.value);
    return row.record as RecordOf<T> | undefined;
  }

  async list<T extends RecordTable>(table: T, range?: Range) {
    const rows = await this.rows(table, range);
    return rows.map(({ key, value }) => ({ key, record: decode(table, value) }));
  }

  async pointers(table: PointerTable, range?: Range) {
    const rows = await this.rows(table, range);
    return rows.map(({ key, value }) => ({ key, text: new TextDecoder().decode(value) }));
  }

  async pointer(table: PointerTable, key: string): Promise<string | undefined> {
    const row = await this.#get(table, key);
    return row.value && new TextDecoder().decode(row.value);
  }

  async keys(table: TableName): Promise<string[]> {
    return (await this.rows(table)).map(({ key }) => key);
  }

  protected async rows(
    table: TableName,
    range: Range = {},
  ): Promise<{ readonly key: string; readonly value: Uint8Array<ArrayBuffer> }[]> {
    const { prefix = "", after = "", before, limit, newestFirst = false } = range;
    const made = this.#pending?.changed(table, prefix) ?? new Map<string, Row>();
    if (made.size === 0) return this.#stored(table, range);
    // As many more as may be gone: no more are read than that.
    const stored = limit === undefined ? range : { ...range, limit: limit + made.size };
    const rows = new Map((await this.#stored(table, stored)).map(({ key, value }) => [key, value]));
    for (const [key, { value }] of made) {
      if (key <= after) continue;
      if (before !== undefined && key >= before) continue;
      if (value) rows.set(key, value as Uint8Array<ArrayBuffer>);
      else rows.delete(key);
    }
    const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
    if (newestFirst) sorted.reverse();
    return sorted.slice(0, limit).map(([key, value]) => ({ key, value }));
  }

  /** A table without rows is asked once a commit, however many texts look for what is theirs in it. */
  async #stored(table: TableName, range: Range) {
    const { empty } = this.#pending?.read ?? {};
    if (empty?.has(table)) return [];
    const rows = await this.#store.list(table, range);
    const isEmpty = empty && rows.length === 0 && (await this.#hasNone(table));
    if (isEmpty) empty.add(table);
    return rows;
  }

  async #hasNone(table: TableName): Promise<boolean> {
    return (await this.#store.list(table, { limit: 1 })).length === 0;
  }

  async #get(table: TableName, key: string): Promise<Row> {
    const known = this.#pending?.get(table, key);
    if (known) return known;
    const row: Row = { value: await this.#store.get(table, key) };
    this.#pending?.read.rows.set(table, key, row);
    return row;
  }
}

/** Steps that queued while others were stored are stored with each other, so that many cost one commit. */
const mostTogether = 64;

interface WaitingStep {
  run(pending: Pending): Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

export class Records extends Reader {
  readonly #store: Store;
  readonly #onCommitted: (changes: readonly Change[]) => void;
  readonly #sequences: Sequences;
  #waiting: WaitingStep[] = [];
  #isRunning = false;

  /** @param onCommitted called after each commit, with what it changed. */
  constructor(store: Store, onCommitted: (changes: readonly Change[]) => void = () => undefined) {
    super(store);
    this.#store = store;
    this.#onCommitted = onCommitted;
    this.#sequences = new Sequences();
  }

  /**
   * Runs a step when no other does: between what it reads and what it adds nothing else is stored. All it added is
   * durable when this resolves, and nothing of it where it throws. A step waits for the store and for nothing else,
   * least of all for the network or for another step.
   */
  step<T>(work: (step: Step) => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let settle: () => void = () => undefined;
    this.#waiting.push({
      run: async (pending) => {
        const whenStored: (() => void)[] = [];
        const value = await work(new Step(this.#store, pending, this.#sequences, whenStored));
        settle = () => {
          for (const then of whenStored) then();
          resolve(value);
        };
      },
      resolve: () => settle(),
      reject,
    });
    if (!this.#isRunning) {
      this.#isRunning = true;
      // What is asked for in the same breath is stored together, the first of it too.
      void Promise.resolve().then(() => this.#run());
    }
    return promise;
  }

  /** Changes that depend on nothing that is stored. */
  commit(changes: readonly Change[]): Promise<void> {
    return this.step(async (step) => step.add(changes));
  }

  /** Puts a record in the place of what is there, if anything is. */
  update<T extends RecordTable>(
    table: T,
    key: string,
    change: (current: RecordOf<T> | undefined) => RecordOf<T>,
  ): Promise<void> {
    return this.step(async (step) => {
      step.add([put(table, key, change(await step.get(table, key)))]);
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const done: WaitingStep[] = [];
      const all = new Rows();
      const read: StoredRows = { rows: new Rows(), empty: new Set() };
      for (const step of this.#waiting.splice(0, mostTogether)) {
        const pending = new Pending(all, read);
        try {
          await step.run(pending);
          pending.settle();
          done.push(step);
        } catch (error) {
          step.reject(error);
        }
      }
      await this.#commit(all.changes(), done);
    }
    this.#isRunning = false;
  }

  async #commit(changes: readonly Change[], done: readonly WaitingStep[]): Promise<void> {
    try {
      if (changes.length > 0) await this.#store.commit(changes);
    } catch (error) {
      // Keys that were given out and not stored are free again.
      this.#sequences.forget();
      for (const step of done) step.reject(error);
      return;
    }
    for (const step of done) step.resolve();
    if (changes.length > 0) this.#onCommitted(changes);
  }
}

/** One step: reads what is stored with what it and those before it added. */
export class Step extends Reader {
  readonly #pending: Pending;
  readonly #sequences: Sequences;
  readonly #whenStored: (() => void)[];

  constructor(store: Store, pending: Pending, sequences: Sequences, whenStored: (() => void)[]) {
    super(store, pending);
    this.#pending = pending;
    this.#sequences = sequences;
    this.#whenStored = whenStored;
  }

  add(changes: readonly Change[]): void {
    this.#pending.add(changes);
  }

  /** What is done once all of this step is durable, and never where it is not. It must not throw. */
  whenStored(then: () => void): void {
    this.#whenStored.push(then);
  }

  /** A key behind all others of the table, also those given out before. */
  async nextKey(table: SequenceTable): Promise<string> {
    return this.#sequences.next(table, async () => {
      const [last] = await this.rows(table, { newestFirst: true, limit: 1 });
      return Number(last?.key ?? 0);
    });
  }
}

class Sequences {
  readonly #last = new Map<SequenceTable, number>();

  async next(table: SequenceTable, stored: () => Promise<number>): Promise<string> {
    const last = this.#last.get(table) ?? (await stored());
    this.#last.set(table, last + 1);
    return String(last + 1).padStart(12, "0");
  }

  forget(): void {
    this.#last.clear();
  }
}

/** A change that stores a record, which is encoded when its bytes are asked for. */
class RecordChange implements Change, Row {
  readonly table: RecordTable;
  readonly key: string;
  readonly record: unknown;
  #value: Uint8Array | undefined;

  constructor(table: RecordTable, key: string, record: unknown) {
    this.table = table;
    this.key = key;
    this.record = record;
  }

  /** @throws AssentError profile_unreadable where a number that a damaged profile holds was counted on past what fits */
  get value(): Uint8Array {
    this.#value ??= this.#encoded();
    return this.#value;
  }

  #encoded(): Uint8Array {
    try {
      const record = this.record as MessageShape<DescMessage>;
      return toBinary(schemas[this.table] as DescMessage, record);
    } catch (cause) {
      throw new AssentError("profile_unreadable", { cause });
    }
  }
}

/** A change that stores a record. */
export function put<T extends RecordTable>(table: T, key: string, record: RecordOf<T>): Change {
  return new RecordChange(table, key, record);
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
