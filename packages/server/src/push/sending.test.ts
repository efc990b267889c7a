// What push services are given: one kind of bytes that says nothing, under the service's name, and a rest where they need one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { makePushKey } from "../cell/keys.ts";
import { systemRandomness } from "../randomness.ts";
import { makeBrowser, openPushMessage } from "./browser-for-tests.ts";
import type { Delivered } from "./deliver.ts";
import { createSending } from "./sending.ts";
import { openVapid } from "./vapid-for-tests.ts";

const nowMs = Date.UTC(2030, 0, 1);
const second = 1_000;
const mostResting = 4;

function begin() {
  const posts: { url: string; headers: Readonly<Record<string, string>>; body: Buffer }[] = [];
  const outcomes: string[] = [];
  const state: { answer: Delivered; elapsedMs: number } = {
    answer: { kind: "taken" },
    elapsedMs: 0,
  };
  const send = createSending({
    delivery: {
      async post(endpoint, headers, body) {
        posts.push({ url: endpoint.href, headers, body: Buffer.from(body) });
        return state.answer;
      },
    },
    contact: () => "https://assent.example",
    posted: (outcome) => outcomes.push(outcome),
    firstRestMs: 30 * second,
    longestRestMs: 3_600 * second,
    mostResting,
    now: () => nowMs,
    elapsedMs: () => state.elapsedMs,
    randomness: systemRandomness,
  });
  const browser = makeBrowser();
  const key = { epoch: 1, pair: makePushKey() };
  const to = (host: string) =>
    send({ endpoint: new URL(`https://${host}/1`), key, ...browser, sealed: Buffer.of() });
  return { posts, outcomes, state, to, browser, key };
}

test("32 random bytes for this browser alone, of one length, and who sends them", async () => {
  const { posts, outcomes, to, browser, key } = begin();
  assert.deepEqual(await to("push.example"), { kind: "taken" });
  await to("push.example");
  const opened = posts.map(({ body }) => openPushMessage(body, browser));
  for (const one of opened) assert.equal(one.length, 32);
  assert.notDeepEqual(opened[0], opened[1]);
  const [first] = posts;
  // Header, the sender's key, what is padded, the tag.
  for (const { body } of posts) assert.equal(body.length, 21 + 65 + 128 + 16);
  assert.throws(() => openPushMessage(first?.body ?? Buffer.of(), makeBrowser()));
  const { authorization = "", ...headers } = first?.headers ?? {};
  assert.deepEqual(headers, {
    "content-encoding": "aes128gcm",
    "content-type": "application/octet-stream",
    ttl: "2419200",
    urgency: "high",
    topic: "new",
  });
  const said = openVapid(authorization);
  assert.deepEqual(said?.publicKey, key.pair.publicKey);
  const exp = nowMs / 1_000 + 43_200;
  assert.deepEqual(said.claims, {
    aud: "https://push.example",
    exp,
    sub: "https://assent.example",
  });
  assert.deepEqual(outcomes, ["taken", "taken"]);
});

test("one that is down is left alone, each time for twice as long, an hour at most; others are not", async () => {
  const { posts, outcomes, state, to } = begin();
  state.answer = { kind: "later", whom: "all", retryAfterMs: 0 };
  for (const seconds of [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]) {
    assert.deepEqual(await to("down.example"), { kind: "later", afterMs: seconds * second });
    state.elapsedMs += seconds * second - 1;
    assert.deepEqual(await to("down.example"), { kind: "later", afterMs: 1 });
    state.elapsedMs += 1;
  }
  // What was not asked was not counted either.
  assert.deepEqual([posts.length, outcomes.length], [9, 9]);
  await to("down.example");
  state.answer = { kind: "taken" };
  assert.deepEqual(await to("push.example"), { kind: "taken" });
  state.elapsedMs += 3_600 * second;
  assert.deepEqual(await to("down.example"), { kind: "taken" });
  // It is well: the next time begins anew.
  state.answer = { kind: "later", whom: "all", retryAfterMs: 0 };
  assert.deepEqual(await to("down.example"), { kind: "later", afterMs: 30 * second });
});

test("of several under way that fail at once, all are one failure", async () => {
  const { posts, state, to } = begin();
  state.answer = { kind: "later", whom: "all", retryAfterMs: 0 };
  const all = Array.from({ length: 16 }, () => to("down.example"));
  const waits = new Set((await Promise.all(all)).map((sent) => "afterMs" in sent && sent.afterMs));
  assert.deepEqual([posts.length, [...waits]], [16, [30 * second]]);
  state.elapsedMs += 30 * second;
  assert.deepEqual(await to("down.example"), { kind: "later", afterMs: 60 * second });
});

test("of so many at most it is known that they rest, whatever names somebody makes up", async () => {
  const { posts, state, to } = begin();
  state.answer = { kind: "later", whom: "all", retryAfterMs: 0 };
  for (let name = 0; name <= mostResting; name += 1) await to(`n${name}.push.example`);
  const asked = posts.length;
  assert.deepEqual(await to("n1.push.example"), { kind: "later", afterMs: 30 * second });
  assert.equal(posts.length, asked, "it rests, as the one before it would");
  await to("n0.push.example");
  assert.equal(posts.length, asked + 1);
});

test("one that says for how long is believed, for an hour at most", async () => {
  const { state, to } = begin();
  state.answer = { kind: "later", whom: "all", retryAfterMs: 100 * second };
  assert.deepEqual(await to("push.example"), { kind: "later", afterMs: 100 * second });
  state.elapsedMs += 100 * second;
  state.answer = { kind: "later", whom: "all", retryAfterMs: 86_400 * second };
  assert.deepEqual(await to("push.example"), { kind: "later", afterMs: 3_600 * second });
});

test("one who had too many waits alone, as long as the push service says, an hour at most", async () => {
  const { posts, state, to } = begin();
  for (const [saidSeconds, waits] of [
    [0, 30],
    [100, 100],
    [86_400, 3_600],
  ] as const) {
    state.answer = { kind: "later", whom: "one", retryAfterMs: saidSeconds * second };
    assert.deepEqual(await to("push.example"), { kind: "later", afterMs: waits * second });
  }
  assert.equal(posts.length, 3);
  state.answer = { kind: "taken" };
  assert.deepEqual(await to("push.example"), { kind: "taken" });
});
