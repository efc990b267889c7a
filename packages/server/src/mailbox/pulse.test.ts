// The pulse of the sockets: dead peers and those that never say who they are end by it, and an inbox that no hint reached
// looks for itself.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { connect, inboxAnswerIn, inboxFrame } from "@assent/bare-phone";
import { type CellId, randomBytes } from "@assent/protocol";
import { WebSocket } from "ws";
import { quotas } from "../limits/quotas.ts";
import { systemRandomness } from "../randomness.ts";
import { type MailboxEdgeParts, serveMailboxes } from "./edge.ts";
import { Inbox } from "./inbox.ts";
import type { MailboxStore, WaitingEnvelope } from "./store.ts";
import type { Wakeups } from "./wakeups.ts";

const mailboxId = randomBytes(16);
const elapsedMs = () => performance.now();

const lossy: Wakeups = {
  listen: () => undefined,
  stop: () => undefined,
  here: () => undefined,
  wake: () => undefined,
  end: () => undefined,
};

/** A service of mailbox sockets alone, whose pulse is quick; and what waits in its one mailbox. */
async function serve(context: TestContext) {
  const waiting: WaitingEnvelope[] = [];
  const store = {
    take: async (_mailboxId: Uint8Array, _generation: number, after: number) => {
      const envelopes = waiting.filter(({ position }) => position > after);
      return { envelopes, more: false, handed: envelopes.at(-1)?.position ?? after };
    },
  } as Pick<MailboxStore, "take"> as MailboxStore;
  const mailbox = { generation: 1, acknowledged: 0, handed: 0 };
  const device = { deviceId: mailboxId, accountId: mailboxId, mailboxId };
  const parts = {
    mailboxes: {
      openInbox: async (id, listener) => {
        const mint = () => assert.fail("nothing is minted here");
        const inboxParts = {
          store,
          wakeups: lossy,
          lineage: 1,
          quotas: quotas.mailbox,
          elapsedMs,
          mint,
        };
        return new Inbox(inboxParts, id, mailbox, listener);
      },
    } as Partial<MailboxEdgeParts["mailboxes"]>,
    cell: {
      id: randomBytes(32) as CellId,
      published: () => ({ certificateNumber: 1, sequence: 1n }),
    },
    devices: { deviceOfInbox: async () => ({ device, lastRequest: undefined }) },
    keyPackagesLeft: async () => ({ singleUse: 0, lastResortTaken: false }),
    refused: () => undefined,
    unknownError: (error: unknown) => assert.fail(String(error)),
    quotas: { ...quotas.sockets, pingEveryMs: 150, unknownMs: 100 },
    mostSockets: 100,
    peerOf: () => "127.0.0.1",
    elapsedMs,
    randomness: systemRandomness,
  } as unknown as MailboxEdgeParts;
  const server = createServer();
  const sockets = serveMailboxes(server, parts);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(async () => {
    await sockets.close(0);
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, waiting };
}

test("what no hint told of is delivered on the pulse", async (context) => {
  const server = await serve(context);
  const socket = await connect(server, "/inbox");
  const next = async () => inboxAnswerIn(await socket.next());
  assert.equal((await next()).case, "challenge");
  socket.webSocket.send(inboxFrame(1, { case: "authenticate", value: {} }));
  assert.equal((await next()).case, "ready");
  const first = await next();
  assert.ok(first.case === "delivery" && first.value.envelopes.length === 0);
  const body = randomBytes(512);
  server.waiting.push({ position: 1, envelopeId: randomBytes(32), serial: mailboxId, body });
  const second = await next();
  assert.ok(second.case === "delivery");
  assert.deepEqual(second.value.envelopes[0]?.body, body);
});

test("who never says who it is, and who does not answer, is ended; who does, stays", async (context) => {
  const server = await serve(context);
  const alive = await connect(server, "/outbox");
  const url = `${server.origin.replace("http", "ws")}/outbox`;
  const dead = new WebSocket(url, "assent.mailbox.v1", { autoPong: false });
  const unknown = await connect(server, "/inbox");
  const ofDead = new Promise((resolve) => dead.once("close", resolve));
  assert.deepEqual(await Promise.all([ofDead, unknown.closed]), [1006, 1006]);
  alive.webSocket.ping();
  await new Promise((resolve) => alive.webSocket.once("pong", resolve));
});
