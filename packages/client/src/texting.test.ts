// A whole phone whose connection hangs: every request is on its way for ever. What its owner does is done all the same.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { AssentError, type PhoneNumber } from "@assent/protocol";
import { CellForTests, keyPackagesOnly, phoneOn } from "./account/cell-for-tests.ts";
import { TimersForTests } from "./clock/timers-for-tests.ts";
import type { Network } from "./egress/network.ts";
import { openProfile, type Profile } from "./profile.ts";
import type { Store } from "./store/store.ts";
import type { StoreForTests } from "./store/store-for-tests.ts";

const stranger = "+33612345678" as PhoneNumber;

let store: StoreForTests;
let profile: Profile;
/** What was asked of the service. */
let asked: string[];
let commits: number;
let fails: boolean;

beforeEach(async () => {
  const phone = await phoneOn(await CellForTests.make());
  [store, asked, commits, fails] = [phone.store, [], 0, false];
  const hanging = <T>(what: string): Promise<T> => {
    asked.push(what);
    return new Promise<T>(() => undefined);
  };
  const network: Network = {
    http: ({ url }) => hanging(url.split("/").at(-1) ?? ""),
    openSocket: () => hanging("socket"),
    close: () => undefined,
  };
  const counting: Store = {
    get: (table, key) => store.get(table, key),
    list: (table, range) => store.list(table, range),
    commit: async (changes) => {
      if (fails) throw new AssentError("storage_failed");
      if (changes.some(({ table }) => table === "messages")) commits += 1;
      await store.commit(changes);
    },
    close: () => store.close(),
  };
  profile = await openProfile({
    store: counting,
    network,
    encryption: keyPackagesOnly,
    now: () => 1_800_000_000_000,
    timers: new TimersForTests(),
  });
});

const words = async (number: PhoneNumber) =>
  (await profile.conversations.history(number)).map(({ text, state }) => [text, state]);

const until = async (isSo: () => boolean) => {
  const endMs = performance.now() + 30_000;
  while (!isSo()) {
    assert.ok(performance.now() < endMs, isSo.toString());
    await new Promise((resolve) => setImmediate(resolve));
  }
};

test("a first text is stored before anything is asked, in one commit with its draft gone", async () => {
  await profile.conversations.setDraft(stranger, "one");
  await profile.texts.send(stranger, "one");
  assert.equal(commits, 1);
  assert.deepEqual(asked, []);
  assert.deepEqual(await words(stranger), [["one", "queued"]]);
  assert.equal((await profile.conversations.summary(stranger))?.draft, "");
  // And then somebody is asked: this connection hangs, it is not none.
  await until(() => asked.length > 0);
});

test("a second text is stored at once while the first hangs, and so is all else that the owner does", async () => {
  await profile.texts.send(stranger, "one");
  await until(() => asked.length > 0);
  await profile.texts.send(stranger, "two");
  assert.deepEqual(await words(stranger), [
    ["one", "queued"],
    ["two", "queued"],
  ]);
  await profile.conversations.setDraft(stranger, "three");
  await profile.people.setCompared(stranger, false);
  await profile.contacts.name(stranger, "Ben");
  assert.equal((await profile.account.status()).queued, 2);
});

test("64 texts at once are two commits", async () => {
  const all = Array.from({ length: 64 }, (_, index) => profile.texts.send(stranger, `${index}`));
  await Promise.all(all);
  assert.ok(commits <= 2, `${commits} commits`);
  assert.deepEqual(
    (await words(stranger)).map(([text]) => text),
    all.map((_, index) => `${index}`),
  );
});

test("whoever waits for what became of it may stop, and it waits on", async () => {
  const { key } = await profile.texts.send(stranger, "one");
  const stop = new AbortController();
  const outcome = profile.texts.outcome(key, { signal: stop.signal });
  stop.abort(new TypeError("enough"));
  await assert.rejects(outcome, TypeError);
  assert.deepEqual(await words(stranger), [["one", "queued"]]);
});

test("a text that cannot be stored is refused, also where the same was sent before", async () => {
  await profile.texts.send(stranger, "ok");
  fails = true;
  await assert.rejects(profile.texts.send(stranger, "ok"), { code: "storage_failed" });
  fails = false;
  assert.deepEqual(await words(stranger), [["ok", "queued"]]);
});
