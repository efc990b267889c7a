// The pulse of the sockets: dead peers end by it, and outboxes that nobody uses; an inbox that no hint reached looks for itself.
// Who never says who it is, is ended sooner.
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, inboxAnswerIn, inboxFrame } from "@assent/bare-phone";
import { OutboxRequestSchema, randomBytes } from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import { WebSocket } from "ws";
import { quotas } from "../limits/quotas.ts";
import { serveEdge } from "./edge-for-tests.ts";
import { Inbox } from "./inbox.ts";
import type { MailboxStore, WaitingEnvelope } from "./store.ts";
import type { Wakeups } from "./wakeups.ts";

const lossy: Wakeups = {
  listen: () => undefined,
  stop: () => undefined,
  here: () => undefined,
  wake: () => undefined,
  end: () => undefined,
};

test("what no hint told of is delivered on the pulse", async (context) => {
  const waiting: WaitingEnvelope[] = [];
  const store = {
    take: async (_mailbox, _generation, after) => {
      const envelopes = waiting.filter(({ position }) => position > after);
      return { envelopes, more: false, handed: envelopes.at(-1)?.position ?? after };
    },
  } as Partial<MailboxStore> as MailboxStore;
  const server = await serveEdge(context, {
    quotas: { pingEveryMs: 150 },
    mailboxes: {
      openInbox: async (id, listener) => {
        const mint = () => assert.fail("nothing is minted here");
        const elapsedMs = () => 0;
        const time = { stampMs: () => 0 };
        const inboxParts = {
          ...{ store, wakeups: lossy, lineage: 1, time, watch: { stopped: () => undefined } },
          ...{ quotas: quotas.mailbox, elapsedMs, mint },
        };
        const mailbox = { generation: 1, acknowledged: 0, handed: 0 };
        return new Inbox(inboxParts, { mailboxId: id }, mailbox, listener);
      },
    },
  });
  const socket = await connect(server, "/inbox");
  const answer = async () => inboxAnswerIn(await socket.next());
  assert.equal((await answer()).case, "challenge");
  socket.webSocket.send(inboxFrame(1, { case: "authenticate", value: {} }));
  assert.equal((await answer()).case, "ready");
  const first = await answer();
  assert.ok(first.case === "delivery" && first.value.envelopes.length === 0);
  const bytes = randomBytes(32 + 512);
  waiting.push({
    position: 1,
    bytes,
    envelopeIdAt: 0,
    bodyAt: 32,
    bodyLength: 512,
    isDropped: false,
    serialBytes: randomBytes(16),
    serialAt: 0,
  });
  const second = await answer();
  assert.ok(second.case === "delivery");
  assert.deepEqual(second.value.envelopes[0]?.body, bytes.subarray(32));
});

test("who does not answer is ended; who does, stays", async (context) => {
  const server = await serveEdge(context, { quotas: { pingEveryMs: 150 } });
  const alive = await connect(server, "/outbox");
  const url = `${server.origin.replace("http", "ws")}/outbox`;
  const dead = new WebSocket(url, "assent.mailbox.v1", { autoPong: false });
  assert.equal(await new Promise((resolve) => dead.once("close", resolve)), 1006);
  alive.webSocket.ping();
  await new Promise((resolve) => alive.webSocket.once("pong", resolve));
  assert.deepEqual(server.sockets.open(), { outboxes: 1, inboxes: 0, unknown: 0 });
});

test("who never says who it is, is ended, whatever else it says", async (context) => {
  const server = await serveEdge(context, { quotas: { unknownMs: 100 } });
  const unknown = await connect(server, "/inbox");
  const value = { deviceId: randomBytes(32), proof: randomBytes(64) };
  unknown.webSocket.send(inboxFrame(1, { case: "comeBack", value }));
  const pings = setInterval(() => unknown.webSocket.ping(), 10);
  context.after(() => clearInterval(pings));
  assert.equal(await unknown.closed, 1006);
});

test("an outbox that asks nothing is closed, though it is alive; one that asks stays", async (context) => {
  const server = await serveEdge(context, {
    quotas: { pingEveryMs: 60, idlePulses: 4 },
    mailboxes: { status: async () => "held" },
  });
  const ask = (fields: Parameters<typeof create<typeof OutboxRequestSchema>>[1]) =>
    toBinary(OutboxRequestSchema, create(OutboxRequestSchema, fields));
  const [idle, used] = [await connect(server, "/outbox"), await connect(server, "/outbox")];
  let request = 0;
  const asking = setInterval(() => {
    request += 1;
    idle.webSocket.send(ask({ heartbeats: [{ number: request }] }));
    const query = { request, capability: randomBytes(82), ticket: randomBytes(16) };
    used.webSocket.send(ask({ statusQueries: [query] }));
  }, 10);
  context.after(() => clearInterval(asking));
  assert.equal(await idle.closed, 1000);
  assert.equal(used.webSocket.readyState, WebSocket.OPEN);
});

test("a silent peer has the time that what was sent to it takes on a slow line", async (context) => {
  // At 1,000 bytes a second, 100 in a pulse.
  const server = await serveEdge(context, {
    quotas: { pingEveryMs: 100, leastBytesPerSecond: 1_000, idlePulses: 1_000 },
  });
  const url = `${server.origin.replace("http", "ws")}/outbox`;
  const open = async () => {
    const socket = new WebSocket(url, "assent.mailbox.v1", { autoPong: false });
    await new Promise((resolve) => socket.once("open", resolve));
    const closed = new Promise<number>((resolve) => {
      socket.once("close", () => resolve(performance.now()));
    });
    return { socket, closed };
  };
  const [dead, slow] = [await open(), await open()];
  const heartbeats = Array.from({ length: 200 }, (_, index) => ({ number: 1_000 + index }));
  const asked = create(OutboxRequestSchema, { heartbeats });
  slow.socket.send(toBinary(OutboxRequestSchema, asked));
  const [deadAt, slowAt] = await Promise.all([dead.closed, slow.closed]);
  assert.ok(slowAt - deadAt > 500, `${slowAt - deadAt} ms`);
});
