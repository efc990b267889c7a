// Long deliveries are written one after the other into the same memory: each arrives as it was handed out, also where the phone
// before reads nothing and the kernel has taken a part of its own.
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { type TestContext, test } from "node:test";
import { connect, inboxAnswerIn, inboxFrame } from "@assent/bare-phone";
import { randomBytes } from "@assent/protocol";
import { serveEdge } from "./edge-for-tests.ts";
import { FrameMemory } from "./frame-memory.ts";
import type { HandedOut, Inbox, InboxListener } from "./inbox.ts";
import type { WaitingEnvelope } from "./store.ts";

const bodyBytes = 1_024;
const inEach = 200;

function handedOut(first: number): HandedOut {
  const envelopes = Array.from({ length: inEach }, (_, index): WaitingEnvelope => {
    const bytes = randomBytes(32 + bodyBytes);
    const places = { envelopeIdAt: 0, bodyAt: 32, bodyLength: bodyBytes };
    const address = { serialBytes: randomBytes(16), serialAt: 0 };
    return { position: first + index, bytes, ...places, ...address, isDropped: false };
  });
  return { envelopes, caughtUp: false, acknowledged: 0, lineage: 1, generation: 1 };
}

const hashOf = (bytes: Uint8Array) => hash("sha256", bytes, "hex");
const bodies = ({ envelopes }: HandedOut) =>
  envelopes.map(({ bytes, bodyAt }) => hashOf(bytes.subarray(bodyAt)));

async function serveListeners(context: TestContext) {
  const listeners: InboxListener[] = [];
  const inbox = {
    acknowledged: 0,
    lineage: 1,
    generation: 1,
    listen() {},
    drained() {},
    close() {},
  };
  const server = await serveEdge(context, {
    mailboxes: {
      async openInbox(_id, listener) {
        listeners.push(listener);
        return inbox as Partial<Inbox> as Inbox;
      },
    },
  });
  return {
    async phone() {
      const socket = await connect(server, "/inbox");
      const answer = async () => inboxAnswerIn(await socket.next());
      assert.equal((await answer()).case, "challenge");
      socket.webSocket.send(inboxFrame(1, { case: "authenticate", value: {} }));
      assert.equal((await answer()).case, "ready");
      const listener = listeners.at(-1);
      assert.ok(listener);
      const received: string[] = [];
      return {
        listener,
        webSocket: socket.webSocket,
        async receives(count: number) {
          while (received.length < count) {
            const next = await answer();
            assert.ok(next.case === "delivery");
            received.push(...next.value.envelopes.map(({ body }) => hashOf(body)));
          }
          return received;
        },
      };
    },
  };
}

test("what a phone has not read yet stays as it was while others are sent to", async (context) => {
  const server = await serveListeners(context);
  const slow = await server.phone();
  const quick = await server.phone();
  slow.webSocket.pause();
  const toSlow: string[] = [];
  const toQuick: string[] = [];
  for (let count = 0; slow.listener.takesMore; count += 1) {
    assert.ok(count < 1_000, "the kernel never has enough");
    const delivery = handedOut(1 + count * inEach);
    slow.listener.deliver(delivery);
    toSlow.push(...bodies(delivery));
  }
  for (let count = 0; count < 3; count += 1) {
    const delivery = handedOut(1 + count * inEach);
    quick.listener.deliver(delivery);
    toQuick.push(...bodies(delivery));
  }
  assert.deepEqual(await quick.receives(toQuick.length), toQuick);
  slow.webSocket.resume();
  assert.deepEqual(await slow.receives(toSlow.length), toSlow);
});

test("what goes out at once goes behind what was to go out in the same turn", async (context) => {
  const server = await serveListeners(context);
  const { listener, receives } = await server.phone();
  const sent: string[] = [];
  for (const length of [1, inEach, 1, inEach, 2]) {
    const whole = handedOut(sent.length + 1);
    const delivery = { ...whole, envelopes: whole.envelopes.slice(0, length) };
    listener.deliver(delivery);
    sent.push(...bodies(delivery));
  }
  assert.deepEqual(await receives(sent.length), sent);
});

test("memory is used again until it is left, and what is too long or too short for it has its own", () => {
  const memory = new FrameMemory();
  const lengths = [150_000, 250_000, 20_000, 1_000_000];
  const [first, second, short, long] = lengths.map((length) => memory.of(length));
  assert.ok(first && second && short && long);
  assert.deepEqual(
    [first, second, short, long].map(({ length }) => length),
    lengths,
  );
  assert.equal(first.buffer, second.buffer);
  assert.notEqual(short.buffer, first.buffer);
  assert.notEqual(long.buffer, first.buffer);
  memory.leave(long);
  assert.equal(memory.of(150_000).buffer, first.buffer);
  memory.leave(second);
  assert.notEqual(memory.of(150_000).buffer, first.buffer);
});
