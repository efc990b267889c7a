// What every adapter of the client's store must do.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Change, Store } from "@assent/client";

export interface StoreUnderTest {
  readonly store: Store;
  /** Ends the store and opens what it left. */
  reopen(): Promise<Store>;
}

export function profileStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  const value = (text: string) => new TextEncoder().encode(text);
  const textOf = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

  test(`${name}: what was committed is there, also after reopening`, async () => {
    const { store, reopen } = await open();
    await store.commit([
      { table: "texts", key: "1", value: value("one") },
      { table: "people", key: "1", value: value("somebody") },
    ]);
    assert.equal(textOf(await store.get("texts", "1")), "one");
    const again = await reopen();
    assert.equal(textOf(await again.get("texts", "1")), "one");
    assert.equal(textOf(await again.get("people", "1")), "somebody");
    assert.equal(await again.get("people", "2"), undefined);
    await again.close();
  });

  test(`${name}: later changes of one commit win, and deleting deletes`, async () => {
    const { store } = await open();
    await store.commit([
      { table: "texts", key: "1", value: value("one") },
      { table: "texts", key: "1", value: value("uno") },
      { table: "texts", key: "2", value: value("two") },
      { table: "texts", key: "2", value: undefined },
    ]);
    assert.equal(textOf(await store.get("texts", "1")), "uno");
    assert.equal(await store.get("texts", "2"), undefined);
    await store.close();
  });

  test(`${name}: lists one table in the order of keys, within a range`, async () => {
    const { store } = await open();
    const keys = ["+1/1", "+1/2", "+1/3", "+12/1", "?a/1"];
    await store.commit(keys.map((key) => ({ table: "threads", key, value: value(key) })));
    await store.commit([{ table: "textIds", key: "+1/0", value: value("other") }]);
    const listed = async (range: Parameters<Store["list"]>[1]) =>
      (await store.list("threads", range)).map(({ key }) => key);
    assert.deepEqual(await listed({}), keys);
    assert.deepEqual(await listed({ prefix: "+1/" }), ["+1/1", "+1/2", "+1/3"]);
    assert.deepEqual(await listed({ prefix: "+1/", after: "+1/1" }), ["+1/2", "+1/3"]);
    assert.deepEqual(await listed({ prefix: "+1/", newestFirst: true, limit: 2 }), [
      "+1/3",
      "+1/2",
    ]);
    assert.deepEqual(await listed({ limit: 1 }), ["+1/1"]);
    await store.close();
  });

  test(`${name}: a failing commit changes nothing`, async () => {
    const { store } = await open();
    const unstorable = Symbol("no bytes") as unknown as Uint8Array;
    const broken: Change = { table: "texts", key: "2", value: unstorable };
    await assert.rejects(
      store.commit([{ table: "texts", key: "1", value: value("one") }, broken]),
      (error: unknown) =>
        error instanceof Error && "code" in error && error.code === "storage_failed",
    );
    assert.equal(await store.get("texts", "1"), undefined);
    await store.commit([{ table: "texts", key: "1", value: value("after") }]);
    assert.equal(textOf(await store.get("texts", "1")), "after");
    await store.close();
  });
}
