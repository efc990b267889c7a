// What every adapter of the client's store must do. Its cases run in Node and in browsers, so they use neither.

import type { Change, Range, Store } from "@assent/client";
import { AssentError } from "@assent/protocol";

export interface StoreUnderTest {
  readonly store: Store;
  /** Ends the store and opens what it left. */
  reopen(): Promise<Store>;
}

export interface StoreCase {
  readonly title: string;
  /** @param open a store with nothing in it. */
  run(open: () => Promise<StoreUnderTest>): Promise<void>;
}

const anna = "+4915123456789";
const ben = "+33612345678";
const accountId = "5f".repeat(32);
const messageIds = ["a7".repeat(32), "07".repeat(32)];

export const profileStoreContract: readonly StoreCase[] = [
  {
    title: "what was committed is there, also after reopening",
    run: async (open) => {
      const { store, reopen } = await open();
      await store.commit([
        { table: "messages", key: sequence(1), value: utf8("one") },
        { table: "contacts", key: anna, value: utf8("Anna") },
        { table: "profile", key: "state", value: new Uint8Array() },
      ]);
      same(textOf(await store.get("messages", sequence(1))), "one");
      const again = await reopen();
      same(textOf(await again.get("messages", sequence(1))), "one");
      same(textOf(await again.get("contacts", anna)), "Anna");
      same(textOf(await again.get("profile", "state")), "");
      same(await again.get("contacts", ben), undefined);
      same(await again.get("numbers", anna), undefined);
      await again.close();
    },
  },
  {
    title: "later changes of one commit win, and deleting deletes",
    run: async (open) => {
      const { store } = await open();
      await store.commit([
        { table: "contacts", key: anna, value: utf8("Anna") },
        { table: "contacts", key: anna, value: utf8("Anna B.") },
        { table: "contacts", key: ben, value: utf8("Ben") },
        { table: "contacts", key: ben, value: undefined },
      ]);
      same(textOf(await store.get("contacts", anna)), "Anna B.");
      same(await store.get("contacts", ben), undefined);
      await store.commit([{ table: "contacts", key: anna, value: undefined }]);
      same(await store.list("contacts"), []);
      await store.close();
    },
  },
  {
    title: "lists sequences in their order, within a range",
    run: async (open) => {
      const { store } = await open();
      await fill(store, "messages", [10, 2, 1, 9].map(sequence));
      await fill(store, "messageIds", [sequence(3)]);
      const listed = (range?: Range) => keysOf(store, "messages", range);
      same(await listed(), [1, 2, 9, 10].map(sequence));
      same(await listed({ newestFirst: true }), [10, 9, 2, 1].map(sequence));
      same(await listed({ limit: 1 }), [sequence(1)]);
      same(await listed({ limit: 0 }), []);
      same(await listed({ newestFirst: true, limit: 2 }), [10, 9].map(sequence));
      same(await listed({ newestFirst: true, limit: 9 }), [10, 9, 2, 1].map(sequence));
      same(await listed({ after: sequence(2) }), [9, 10].map(sequence));
      same(await listed({ before: sequence(9), newestFirst: true, limit: 1 }), [sequence(2)]);
      same(await listed({ after: sequence(1), before: sequence(10) }), [2, 9].map(sequence));
      same(await listed({ after: sequence(9), before: sequence(9) }), []);
      same(await keysOf(store, "ledger"), []);
      await store.close();
    },
  },
  {
    title: "lists what comes after one name, in the order of sequences",
    run: async (open) => {
      const { store } = await open();
      const threads = [`?${accountId}`, `${anna}0`, anna];
      await fill(
        store,
        "threads",
        threads.flatMap((thread) => [3, 1, 2].map((number) => `${thread}/${sequence(number)}`)),
      );
      const prefix = `${anna}/`;
      const ofAnna = (...numbers: number[]) => numbers.map((number) => prefix + sequence(number));
      const listed = (range?: Range) => keysOf(store, "threads", { prefix, ...range });
      same(await listed(), ofAnna(1, 2, 3));
      same(await listed({ newestFirst: true, limit: 2 }), ofAnna(3, 2));
      same(await listed({ after: prefix + sequence(1) }), ofAnna(2, 3));
      same(await listed({ before: prefix + sequence(3), newestFirst: true }), ofAnna(2, 1));
      same(await listed({ prefix: `?${accountId}/`, limit: 1 }), [`?${accountId}/${sequence(1)}`]);
      same(await listed({ prefix: `${ben}/` }), []);
      same((await keysOf(store, "threads")).length, 9);
      await store.close();
    },
  },
  {
    title: "lists sequences that come after sequences, the first of them first",
    run: async (open) => {
      const { store } = await open();
      const keys = [
        [1, 20],
        [2, 3],
        [10, 1],
        [10, 2],
      ].map((numbers) => numbers.map(sequence).join("/"));
      await fill(
        store,
        "expiring",
        [2, 0, 3, 1].map((place) => keys[place] as string),
      );
      same(await keysOf(store, "expiring"), keys);
      same(await keysOf(store, "expiring", { limit: 2 }), keys.slice(0, 2));
      same(await keysOf(store, "expiring", { prefix: `${sequence(10)}/` }), keys.slice(2));
      await store.close();
    },
  },
  {
    title: "lists names, in whatever order",
    run: async (open) => {
      const { store } = await open();
      const receipts = messageIds.map((id) => `${accountId}/${id}`);
      await fill(store, "receipts", [...receipts, `${"00".repeat(32)}/${messageIds[0]}`]);
      await fill(store, "seen", [`e${accountId}`, `t${accountId}`]);
      same((await keysOf(store, "receipts", { prefix: `${accountId}/` })).sort(), receipts.sort());
      same((await keysOf(store, "seen")).sort(), [`e${accountId}`, `t${accountId}`]);
      const [first] = await store.list("receipts", { prefix: `${accountId}/`, limit: 1 });
      same(textOf(first?.value), first?.key);
      await store.close();
    },
  },
  {
    title: "a failing commit changes nothing",
    run: async (open) => {
      const { store } = await open();
      const unstorable = Symbol("no bytes") as unknown as Uint8Array;
      const failing: Change[] = [
        { table: "messages", key: sequence(1), value: utf8("one") },
        { table: "messages", key: sequence(2), value: unstorable },
      ];
      same(await codeOf(store.commit(failing)), "storage_failed");
      same(await store.get("messages", sequence(1)), undefined);
      await store.commit([{ table: "messages", key: sequence(1), value: utf8("after") }]);
      same(textOf(await store.get("messages", sequence(1))), "after");
      await store.close();
    },
  },
];

function sequence(number: number): string {
  return String(number).padStart(12, "0");
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder().decode(bytes);
}

/** Each value says its key. */
function fill(store: Store, table: Change["table"], keys: readonly string[]): Promise<void> {
  return store.commit(keys.map((key) => ({ table, key, value: utf8(key) })));
}

async function keysOf(store: Store, table: Change["table"], range?: Range): Promise<string[]> {
  return (await store.list(table, range)).map(({ key }) => key);
}

async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error instanceof AssentError ? error.code : String(error);
  }
}

function same(actual: unknown, expected: unknown): void {
  const [is, shouldBe] = [actual, expected].map((value) => JSON.stringify(value) ?? "undefined");
  if (is !== shouldBe) throw new Error(`${is}, and should be ${shouldBe}`);
}
