// When a device is woken, and when it is left alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Sent } from "./sending.ts";
import type { Subscription } from "./subscriptions.ts";
import { TimeForTests } from "./time-for-tests.ts";
import { DeviceWaking, type WakingParts } from "./waking.ts";

const everyMs = 30_000;

/** Mailboxes with a subscription each, named by a letter. */
function begin(names: string, changes: Partial<WakingParts> = {}) {
  const time = new TimeForTests();
  const subscribed = new Set(names);
  const listening = new Set<string>();
  const sent: string[] = [];
  const errors: unknown[] = [];
  const found: string[] = [];
  let answer: () => Promise<Sent> = async () => ({ kind: "taken" });
  const nameOf = (mailboxId: Uint8Array) => Buffer.from(mailboxId).toString("latin1");
  const waking = new DeviceWaking({
    subscriptions: {
      has: (name) => subscribed.has(name),
      async find(id) {
        found.push(nameOf(id));
        if (!subscribed.has(nameOf(id))) return undefined;
        return { sealed: Buffer.from(nameOf(id)) } as unknown as Subscription;
      },
      end: async (id, sealed) => {
        assert.equal(nameOf(sealed ?? Buffer.of()), nameOf(id));
        subscribed.delete(nameOf(id));
      },
    },
    send: (to) => {
      sent.push(nameOf(to.sealed));
      return answer();
    },
    isListening: (name) => listening.has(name),
    unknownError: (error) => errors.push(error),
    everyMs,
    atOnce: 2,
    mostWaiting: 3,
    after: time.after,
    ...changes,
  });
  const settle = async () => {
    for (let turn = 0; turn < 3; turn += 1) await nextTurn();
  };
  return {
    time,
    waking,
    listening,
    subscribed,
    errors,
    found,
    answers: (to: () => Promise<Sent>) => {
      answer = to;
    },
    arrived: async (name: string, position: number) => {
      waking.arrived(name, position);
      await settle();
    },
    stopped: async (name: string, has: number) => {
      listening.delete(name);
      waking.stopped(name, has);
      await settle();
    },
    pass: async (ms: number) => {
      await time.pass(ms);
      await settle();
    },
    /** Who was woken since the last time. */
    woken: () => sent.splice(0).join(""),
  };
}

test("at once, then at most once in thirty seconds, and again only for what came since", async () => {
  const { arrived, pass, woken, time } = begin("a");
  await arrived("a", 1);
  assert.equal(woken(), "a");
  await arrived("a", 2);
  await arrived("a", 3);
  await pass(everyMs - 1);
  assert.equal(woken(), "");
  await pass(1);
  assert.equal(woken(), "a");
  await pass(10 * everyMs);
  assert.equal(woken(), "");
  // And nothing is remembered of it.
  assert.equal(time.waiting, 0);
  await arrived("a", 4);
  assert.equal(woken(), "a");
});

test("not without a subscription, and nothing is asked for who has none", async () => {
  const { arrived, woken, found } = begin("a");
  await arrived("b", 1);
  assert.equal(woken(), "");
  await arrived("a", 1);
  assert.equal(woken(), "a");
  assert.deepEqual(found, ["a"]);
});

test("not while an inbox is open; when it closes, for what the device did not say it has", async () => {
  const { arrived, stopped, listening, woken, pass } = begin("ab");
  listening.add("a").add("b");
  await arrived("a", 5);
  await arrived("b", 7);
  assert.equal(woken(), "");
  await stopped("a", 5);
  await stopped("b", 6);
  assert.equal(woken(), "b");
  await pass(everyMs);
  assert.equal(woken(), "");
});

test("what waits for the thirty seconds is not sent to who came, and is when they go without it", async () => {
  const { arrived, stopped, listening, woken, pass } = begin("a");
  await arrived("a", 1);
  await arrived("a", 2);
  assert.equal(woken(), "a");
  listening.add("a");
  await pass(everyMs);
  assert.equal(woken(), "");
  await stopped("a", 1);
  assert.equal(woken(), "a");
  await arrived("a", 3);
  listening.add("a");
  await stopped("a", 3);
  await pass(everyMs);
  assert.equal(woken(), "");
});

test("not who came while their turn was waited for", async () => {
  const { arrived, stopped, listening, woken, subscribed, waking } = begin("a");
  waking.arrived("a", 1);
  listening.add("a");
  await arrived("a", 2);
  assert.equal(woken(), "");
  await stopped("a", 0);
  assert.equal(woken(), "a");
  assert.ok(subscribed.has("a"));
});

test("a subscription that is no more is deleted, and nobody is woken by it again", async () => {
  const { arrived, woken, subscribed, answers, pass } = begin("a");
  answers(async () => ({ kind: "gone" }));
  await arrived("a", 1);
  assert.equal(woken(), "a");
  assert.ok(!subscribed.has("a"));
  await pass(everyMs);
  await arrived("a", 2);
  assert.equal(woken(), "");
});

test("what is refused is not tried again; what is put off is, later, as long as it is wanted", async () => {
  const { arrived, stopped, listening, woken, subscribed, answers, pass } = begin("a");
  answers(async () => ({ kind: "refused" }));
  await arrived("a", 1);
  await pass(10 * everyMs);
  assert.equal(woken(), "a");
  answers(async () => ({ kind: "later", afterMs: 100_000 }));
  await arrived("a", 2);
  assert.equal(woken(), "a");
  await pass(99_999);
  assert.equal(woken(), "");
  await pass(1);
  assert.equal(woken(), "a");
  // Not sooner than anything else to this device.
  answers(async () => ({ kind: "later", afterMs: 1 }));
  await pass(100_000);
  assert.equal(woken(), "a");
  await pass(everyMs - 1);
  assert.equal(woken(), "");
  await pass(1);
  assert.equal(woken(), "a");
  listening.add("a");
  await stopped("a", 2);
  await pass(10 * everyMs);
  assert.equal(woken(), "");
  assert.ok(subscribed.has("a"));
});

test("a few at once, the others in their turn; and who finds the row full, thirty seconds later", async () => {
  const { arrived, woken, answers, pass } = begin("abcdefg");
  const under: PromiseWithResolvers<Sent>[] = [];
  answers(() => {
    const one = Promise.withResolvers<Sent>();
    under.push(one);
    return one.promise;
  });
  for (const name of "abcdefg") await arrived(name, 1);
  assert.equal(woken(), "ab");
  under[0]?.resolve({ kind: "taken" });
  await pass(0);
  assert.equal(woken(), "c");
  for (const one of under) one.resolve({ kind: "taken" });
  await pass(0);
  answers(async () => ({ kind: "taken" }));
  for (const one of under) one.resolve({ kind: "taken" });
  await pass(0);
  assert.equal(woken(), "de");
  await pass(everyMs);
  assert.equal(woken(), "fg");
});

test("what fails here is told, and tried again", async () => {
  const { arrived, woken, errors, answers, pass } = begin("a");
  const failure = new Error("the store failed");
  answers(() => Promise.reject(failure));
  await arrived("a", 1);
  assert.deepEqual([woken(), errors], ["a", [failure]]);
  answers(async () => ({ kind: "taken" }));
  await pass(everyMs);
  assert.equal(woken(), "a");
});

test("closed, it sends nothing more and waits for nothing, also where one was under way", async () => {
  const { arrived, woken, waking, time, pass, answers } = begin("abc");
  await arrived("a", 1);
  await arrived("a", 2);
  assert.equal(woken(), "a");
  const underWay = Promise.withResolvers<Sent>();
  answers(() => underWay.promise);
  await arrived("c", 1);
  assert.equal(woken(), "c");
  waking.close();
  underWay.resolve({ kind: "taken" });
  await arrived("b", 1);
  assert.equal(time.waiting, 0);
  await pass(everyMs);
  assert.equal(woken(), "");
});
