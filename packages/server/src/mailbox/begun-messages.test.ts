// Messages that begin and do not come whole: their sockets are ended, what they hold is bounded, and whoever is slow has time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { quotas } from "../limits/quotas.ts";
import { BegunMessages } from "./begun-messages.ts";
import { frameBegin, rawSocket, serveEdge } from "./edge-for-tests.ts";

const ping = Buffer.of(0x89, 0x80, 0, 0, 0, 0);
const closedForMore = [0x88, 0x02, 0x03, 0xf0];

test("a message of more than sixteen fragments is refused; of sixteen it is not", async (context) => {
  const { port } = await serveEdge(context);
  const fragments = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      frameBegin(1, Buffer.of(0), index === count - 1, index === 0 ? 2 : 0),
    );
  const whole = await rawSocket(context, port, "/outbox");
  whole.stream.write(Buffer.concat(fragments(16)));
  // It is no message of the contract, which is said by a frame before the close.
  assert.equal((await whole.answer)[0], 0x82);
  const begun = await rawSocket(context, port, "/outbox");
  begun.stream.write(Buffer.concat(fragments(17)));
  assert.deepEqual([...(await begun.answer).subarray(0, 4)], closedForMore);
});

for (const [what, bytes] of [
  ["a header that stops", frameBegin(600, Buffer.alloc(0), true).subarray(0, 3)],
  ["a frame that stops", frameBegin(600, Buffer.alloc(100), true)],
  ["fragments that stop", frameBegin(100, Buffer.alloc(100), false)],
  [
    "what stops behind a whole message",
    Buffer.concat([frameBegin(2, Buffer.of(0x1a, 0), true), frameBegin(9, Buffer.of(1), true)]),
  ],
] as const) {
  test(`${what}: the socket is ended in time`, async (context) => {
    const begunAt = performance.now();
    const { port } = await serveEdge(context, {
      quotas: { begunMs: 200, unknownMs: 100 },
    });
    const idle = await rawSocket(context, port, "/outbox");
    const { stream, closed } = await rawSocket(context, port, "/outbox");
    stream.write(bytes);
    await closed;
    assert.ok(performance.now() - begunAt >= 200);
    idle.stream.write(ping);
    const pong = await Promise.race([idle.answer, idle.closed]);
    assert.deepEqual(pong, Buffer.of(0x8a, 0), "who has begun nothing stays");
  });
}

test("what comes at the pace of a slow line has the time it takes", () => {
  let nowMs = 0;
  const begun = new BegunMessages<object>(quotas.sockets, () => nowMs);
  const [phone, attacker] = [{}, {}];
  let held = 0;
  for (; nowMs < 120_000; nowMs += 1_000) {
    assert.ok(begun.holds(phone, "192.0.2.1", held));
    assert.ok(begun.holds(attacker, "203.0.113.9", 512));
    held += 8_192;
    const late = [...begun.late()];
    assert.ok(!late.includes(phone));
    assert.equal(late.includes(attacker), nowMs > 30_250);
  }
  begun.ended(phone);
  begun.ended(attacker);
  nowMs += 1_000_000;
  assert.deepEqual([...begun.late()], []);
});

test("all that has begun has so much room, one network half of what is free", () => {
  const begun = new BegunMessages<object>({ ...quotas.sockets, begunBytes: 1_000 }, () => 0);
  const sockets = Array.from({ length: 20 }, () => ({}));
  const held = sockets.filter((socket) => begun.holds(socket, "203.0.113.9", 100));
  assert.equal(held.length, 5);
  assert.ok(begun.holds({}, "198.51.100.1", 200));
  for (const socket of sockets) begun.ended(socket);
  assert.ok(begun.holds({}, "192.0.2.1", 800), "what was ended left its room");
});
