// Steps: each alone, each whole or not at all, many in one commit, and nobody between reading and storing.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { AssentError } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { ContactSchema, point, put, Records, remove, SeenSchema } from "./records.ts";
import type { Change, Store } from "./store.ts";
import { createMemoryStore } from "./store-for-tests.ts";

let store: Store;
/** How many changes each commit had. */
let commits: number[];
let fails: boolean;
/** How often a row was asked for, and how often rows. */
let reads: number;
let lists: number;
let records: Records;

beforeEach(() => {
  [store, commits, fails, reads, lists] = [createMemoryStore(), [], false, 0, 0];
  const counting: Store = {
    get: (table, key) => {
      reads += 1;
      return store.get(table, key);
    },
    list: (table, range) => {
      lists += 1;
      return store.list(table, range);
    },
    commit: async (changes) => {
      if (fails) throw new AssentError("storage_failed");
      commits.push(changes.length);
      await store.commit(changes);
    },
    close: () => store.close(),
  };
  records = new Records(counting);
});

const named = (key: string, name: string): Change =>
  put("contacts", key, create(ContactSchema, { name }));
const nameOf = async (key: string) => (await records.get("contacts", key))?.name;
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("a step", () => {
  test("sees what it added, and nobody else does before it is stored", async () => {
    const { promise: goOn, resolve } = Promise.withResolvers<void>();
    const stored = records.step(async (step) => {
      step.add([named("a", "Anna"), point("queue", "1", "x")]);
      await goOn;
      assert.equal((await step.get("contacts", "a"))?.name, "Anna");
      assert.deepEqual(await step.keys("contacts"), ["a"]);
      assert.equal(await step.pointer("queue", "1"), "x");
    });
    await turn();
    assert.equal(await nameOf("a"), undefined);
    assert.deepEqual(await records.keys("contacts"), []);
    resolve();
    await stored;
    assert.equal(await nameOf("a"), "Anna");
  });

  test("that throws stores nothing, and those beside it are stored", async () => {
    const failing = records.step(async (step) => {
      step.add([named("a", "Anna")]);
      throw new TypeError("wrong");
    });
    const other = records.commit([named("b", "Ben")]);
    await assert.rejects(failing, TypeError);
    await other;
    assert.deepEqual([await nameOf("a"), await nameOf("b")], [undefined, "Ben"]);
  });

  test("shares a commit with those that were asked for in the same breath", async () => {
    const many = Array.from({ length: 64 }, (_, index) =>
      records.step(async (step) => {
        step.add([named("0", `number ${index}`), named(String(index + 1), "own")]);
        return index;
      }),
    );
    assert.deepEqual(await Promise.all(many), [...Array(64).keys()]);
    // Of each key its last value.
    assert.deepEqual(commits, [65]);
    assert.equal(await nameOf("0"), "number 63");
  });

  test("shares a commit with those that queued while another was stored", async () => {
    const first = records.step(async (step) => {
      // Asked for once this one runs.
      void records.commit([named("b", "Ben")]);
      step.add([named("a", "Anna")]);
    });
    await first;
    await records.commit([named("c", "Cem")]);
    assert.deepEqual(commits, [1, 2]);
  });

  test("does what waits for its being stored then, and never where it is not", async () => {
    const done: string[] = [];
    const step = (name: string) =>
      records.step(async (made) => {
        made.whenStored(() => done.push(`${name} after ${commits.length}`));
        made.add([named("0", name)]);
      });
    await step("stored");
    assert.deepEqual(done, ["stored after 1"]);
    fails = true;
    await assert.rejects(step("not stored"));
    assert.deepEqual(done, ["stored after 1"]);
  });

  test("asks the store once for what others of its commit asked for, and sees what they put there", async () => {
    await records.commit([named("a", "Anna")]);
    const seen = async () => records.step(async (step) => (await step.get("contacts", "a"))?.name);
    const failing = records.step(async (step) => {
      step.add([named("a", "nobody")]);
      throw new TypeError("wrong");
    });
    const together = [seen(), seen(), records.commit([named("a", "Ada")]), seen()];
    await assert.rejects(failing, TypeError);
    assert.deepEqual(await Promise.all(together), ["Anna", "Anna", undefined, "Ada"]);
    assert.equal(reads, 1);
    // The next commit asks again: another program may have had the profile meanwhile.
    await store.commit([named("a", "Anna")]);
    assert.equal(await seen(), "Anna");
  });

  test("asks the store no further for rows of a table that has none, and sees those that steps put there", async () => {
    const waiting = (id: string) =>
      records.step(async (step) => {
        const found = await step.pointers("receipts", { prefix: `${id}/` });
        step.add([point("receipts", `${id}/1`, id)]);
        return found.map(({ text }) => text);
      });
    const ids = ["a", "b", "a", "c"];
    assert.deepEqual(await Promise.all(ids.map(waiting)), [[], [], ["a"], []]);
    assert.equal(lists, 2);
    // Now it has some, and what is not among them is looked for each time.
    assert.deepEqual(await Promise.all(["a", "d", "e"].map(waiting)), [["a"], [], []]);
    assert.equal(lists, 2 + 1 + 2 + 2);
  });

  test("fails alone where what it puts cannot be encoded: a damaged profile's number, counted on", async () => {
    const never = create(SeenSchema, { atMs: 2n ** 64n });
    const failing = records.commit([named("a", "Anna"), put("seen", "e1", never)]);
    const other = records.commit([named("c", "Cem")]);
    await assert.rejects(
      failing,
      (error) => error instanceof AssentError && error.code === "profile_unreadable",
    );
    await other;
    assert.deepEqual(await records.keys("contacts"), ["c"]);
  });

  test("fails with the commit that was to store it, and the next begins from what is stored", async () => {
    fails = true;
    const keys: string[] = [];
    const send = () =>
      records.step(async (step) => {
        const key = await step.nextKey("messages");
        keys.push(key);
        step.add([point("queue", key, key)]);
      });
    const both = await Promise.allSettled([send(), send()]);
    assert.deepEqual(
      both.map(({ status }) => status),
      ["rejected", "rejected"],
    );
    fails = false;
    await send();
    assert.deepEqual(keys, ["000000000001", "000000000002", "000000000001"]);
    assert.deepEqual(await records.keys("queue"), ["000000000001"]);
  });

  test("reads no more rows than it asks for, whatever is to go", async () => {
    await records.commit(["1", "2", "3", "4"].map((key) => named(key, key)));
    const left = await records.step(async (step) => {
      step.add([remove("contacts", "1"), named("5", "5")]);
      return step.list("contacts", { limit: 2 });
    });
    assert.deepEqual(
      left.map(({ key }) => key),
      ["2", "3"],
    );
  });
});

test("an update changes what is there, however many are under way", async () => {
  await Promise.all(
    ["a", "b", "c"].map((letter) =>
      records.update("contacts", "x", (current = create(ContactSchema)) => ({
        ...current,
        name: current.name + letter,
      })),
    ),
  );
  assert.equal(await nameOf("x"), "abc");
});
