// Where devices are woken: what is taken and what is refused, that what is kept tells nobody, and when it is forgotten.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { makePushKey } from "../cell/keys.ts";
import { createMemoryCounters } from "../limits/memory-counters.ts";
import { systemRandomness } from "../randomness.ts";
import { makeBrowser, subscriptionOf } from "./browser-for-tests.ts";
import { createEndpoints } from "./endpoints.ts";
import type { PushStore, SealedSubscription } from "./store.ts";
import { nameOf, Subscriptions, type SubscriptionsParts } from "./subscriptions.ts";

const endpoint = "https://fcm.googleapis.com/fcm/send/a-name-that-tells";
const mailboxId = randomBytes(16);
const hourMs = 3_600_000;

function storeInMemory() {
  const kept = new Map<string, SealedSubscription>();
  const store: PushStore = {
    set: async (id, one) => void kept.set(nameOf(id), one),
    subscription: async (id) => kept.get(nameOf(id)),
    async end(id, sealed) {
      if (!sealed || kept.get(nameOf(id))?.sealed === sealed) kept.delete(nameOf(id));
    },
    async mailboxes(after, most) {
      const names = [...kept.keys()].slice(after, after + Math.min(most, 2));
      const mailboxIds = names.map((name) => Buffer.from(name, "latin1"));
      return { mailboxIds, last: after + names.length };
    },
  };
  return { kept, store };
}

async function begin(changes: Partial<SubscriptionsParts> = {}) {
  const { kept, store } = storeInMemory();
  const pairs = new Map([[1, makePushKey()]]);
  const parts: SubscriptionsParts = {
    store,
    keys: {
      ofEpoch(epoch) {
        const pair = pairs.get(epoch);
        return pair && { epoch, pair };
      },
    },
    endpoints: createEndpoints([]),
    randomness: systemRandomness,
    counters: createMemoryCounters(100),
    sets: { kind: "refilled", most: 20, refillMs: hourMs },
    now: () => 0,
    ...changes,
  };
  const open = (more: Partial<SubscriptionsParts> = {}) =>
    Subscriptions.open({ ...parts, ...more });
  return { kept, store, pairs, open, subscriptions: await open() };
}

test("what was set is found as it was, by its hash too, and after a restart", async () => {
  const { subscriptions, open, pairs } = await begin();
  const browser = makeBrowser();
  assert.deepEqual(await subscriptions.hashOf(mailboxId), new Uint8Array());
  const others = [randomBytes(16), randomBytes(16), mailboxId];
  for (const id of others) await subscriptions.set(id, subscriptionOf(browser, endpoint));
  for (const now of [subscriptions, await open()]) {
    for (const id of others) assert.ok(now.has(nameOf(id)));
    assert.ok(!now.has(nameOf(randomBytes(16))));
    const found = await now.find(mailboxId);
    assert.deepEqual([found?.endpoint.href, found?.key.pair], [endpoint, pairs.get(1)]);
    assert.deepEqual([found?.publicKey, found?.secret], [browser.publicKey, browser.secret]);
    const hash = createHash("sha256").update(endpoint).digest();
    assert.deepEqual(await now.hashOf(mailboxId), hash);
  }
});

test("what is kept shows nothing of it, and opens for its own mailbox alone", async () => {
  const { subscriptions, kept } = await begin();
  const browser = makeBrowser();
  await subscriptions.set(mailboxId, subscriptionOf(browser, endpoint));
  const other = randomBytes(16);
  await subscriptions.set(other, subscriptionOf(makeBrowser(), `${endpoint}-else`));
  const sealed = Buffer.from(kept.get(nameOf(mailboxId))?.sealed ?? []);
  assert.ok(sealed.length > endpoint.length);
  for (const part of [Buffer.from("googleapis"), browser.secret, browser.publicKey]) {
    assert.ok(!sealed.includes(Buffer.from(part)));
  }
  kept.set(nameOf(other), { epoch: 1, sealed });
  assert.equal(await subscriptions.find(other), undefined);
  assert.ok(await subscriptions.find(mailboxId));
});

test("it goes when its owner says so, with its mailbox, and when its key is over", async () => {
  const { subscriptions, kept, pairs } = await begin();
  const asked = subscriptionOf(makeBrowser(), endpoint);
  await subscriptions.set(mailboxId, asked);
  await subscriptions.end(mailboxId);
  assert.deepEqual([kept.size, subscriptions.has(nameOf(mailboxId))], [0, false]);
  await subscriptions.set(mailboxId, asked);
  // Another one came meanwhile: that stays.
  await subscriptions.end(mailboxId, randomBytes(9));
  assert.ok(await subscriptions.find(mailboxId));
  // Storage ended it with its account.
  kept.clear();
  subscriptions.mailboxesEnded([mailboxId]);
  assert.ok(!subscriptions.has(nameOf(mailboxId)));
  await subscriptions.set(mailboxId, asked);
  pairs.clear();
  assert.deepEqual(await subscriptions.hashOf(mailboxId), new Uint8Array());
  assert.deepEqual([kept.size, subscriptions.has(nameOf(mailboxId))], [0, false]);
});

test("where no pushes are sent nothing is taken; what is there is not used, and can be taken back", async () => {
  const { subscriptions, kept, open } = await begin();
  const asked = subscriptionOf(makeBrowser(), endpoint);
  await subscriptions.set(mailboxId, asked);
  const off = await open({ endpoints: undefined });
  await assert.rejects(off.set(mailboxId, asked), { code: "not_offered" });
  assert.equal(await off.find(mailboxId), undefined);
  assert.equal((await off.hashOf(mailboxId)).length, 32);
  assert.equal(kept.size, 1);
  await off.end(mailboxId);
  assert.equal(kept.size, 0);
});

test("what cannot be used is refused, and nothing kept of it", async () => {
  const { subscriptions, kept } = await begin();
  const good = subscriptionOf(makeBrowser(), endpoint);
  const tooLong = `${endpoint}${"a".repeat(2_048)}`;
  const cases = [
    ["not_offered", { ...good, endpoint: "https://127.0.0.1/" }],
    ["not_offered", { ...good, endpoint: "" }],
    ["request_invalid", { ...good, endpoint: tooLong }],
    ["key_outdated", { ...good, epoch: 2 }],
    ["key_outdated", { ...good, epoch: 0 }],
    ["request_invalid", { ...good, secret: randomBytes(15) }],
    ["request_invalid", { ...good, publicKey: Buffer.alloc(65, 4) }],
    ["request_invalid", { ...good, publicKey: good.publicKey.subarray(1) }],
  ] as const;
  for (const [code, asked] of cases) {
    await assert.rejects(subscriptions.set(mailboxId, asked), { code });
  }
  assert.equal(kept.size, 0);
  await subscriptions.set(mailboxId, good);
});

test("a device says so often where it is woken, and then once an hour; to end it is never refused", async (context) => {
  let nowMs = 0;
  const { subscriptions, store } = await begin({ now: () => nowMs });
  const asked = subscriptionOf(makeBrowser(), endpoint);
  for (let times = 0; times < 20; times += 1) await subscriptions.set(mailboxId, asked);
  const again = subscriptions.set(mailboxId, asked);
  await assert.rejects(again, { code: "rate_limited", retryAfterSeconds: hourMs / 1_000 });
  await subscriptions.set(randomBytes(16), asked);
  const ended = context.mock.method(store, "end");
  for (let times = 0; times < 50; times += 1) await subscriptions.end(mailboxId);
  assert.equal(ended.mock.callCount(), 1, "what is not there costs nothing to end");
  nowMs = hourMs;
  await subscriptions.set(mailboxId, asked);
  await assert.rejects(subscriptions.set(mailboxId, asked), { code: "rate_limited" });
});
