// What a service does where more comes than it can do: it stops reading, one by one and all together; a flood holds nobody else
// up; nobody who does not read fills its memory; and when it stops, what is under way is answered first.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { connect, inboxFrame, listeningPhone, openOutbox, resultsIn } from "@assent/bare-phone";
import { OutboxAnswerSchema, OutboxRequestSchema, randomBytes } from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { quotas } from "../limits/quotas.ts";
import { startTestServer } from "../server-for-tests.ts";
import { serveEdge } from "./edge-for-tests.ts";
import type { HandedOut, Inbox, InboxListener } from "./inbox.ts";
import type { Mailboxes } from "./mailbox.ts";
import type { AskedPut, OutboxListener, PutAnswer, ReadyPut } from "./outbox.ts";

const bodyBytes = 1_024;

function putFrame(request: number): Uint8Array {
  const put = {
    request,
    capability: new Uint8Array(82),
    envelopeId: randomBytes(32),
    body: new Uint8Array(bodyBytes),
  };
  return toBinary(OutboxRequestSchema, create(OutboxRequestSchema, { puts: [put] }));
}

/** Mailboxes that take puts and answer none until they are told to. */
function unanswering() {
  const waiting: { answer(): void }[] = [];
  let isAnswering = false;
  let puts = 0;
  const first = Promise.withResolvers<void>();
  const openOutbox = (listener: OutboxListener<AskedPut>) => ({
    put(ready: readonly ReadyPut<AskedPut>[]) {
      const answers = ready.map((): PutAnswer => ({ kind: "gone" }));
      puts += ready.length;
      first.resolve();
      const call = { answer: () => listener.answered(ready, answers) };
      if (isAnswering) setImmediate(call.answer);
      else waiting.push(call);
    },
  });
  return {
    mailboxes: { openOutbox } as unknown as Partial<Mailboxes>,
    /** That were ever taken. */
    get puts() {
      return puts;
    },
    first: first.promise,
    answerAll() {
      isAnswering = true;
      for (const { answer } of waiting.splice(0)) answer();
    },
  };
}

/** Once nothing more comes: the service read another socket many times meanwhile, and each time what else there was to read. */
async function settled(server: { readonly origin: string }, count: () => number): Promise<number> {
  const { webSocket } = await connect(server, "/outbox");
  for (let before = -1, same = 0; same < 20; ) {
    const answered = once(webSocket, "pong");
    webSocket.ping();
    await answered;
    const now = count();
    same = now === before ? same + 1 : 0;
    before = now;
  }
  webSocket.terminate();
  return count();
}

async function floods(context: TestContext, server: { readonly origin: string }, count: number) {
  const socket = await connect(server, "/outbox");
  context.after(() => socket.webSocket.terminate());
  for (let request = 1; request <= count; request += 1) socket.webSocket.send(putFrame(request));
  let gone = 0;
  const all = (async () => {
    while (gone < count) {
      gone += fromBinary(OutboxAnswerSchema, await socket.next()).putResults.length;
    }
  })();
  all.catch(() => undefined);
  return { ...socket, all };
}

test("a socket is not read on while a quarter of a megabyte of it is unanswered; then it is", async (context) => {
  const store = unanswering();
  const server = await serveEdge(context, { mailboxes: store.mailboxes });
  const flood = await floods(context, server, 2_000);
  const taken = await settled(server, () => store.puts);
  const most = quotas.sockets.bytesInFlight / bodyBytes;
  // And what came with the last that was read.
  assert.ok(taken >= most && taken <= most + 80, `${taken} were taken`);
  store.answerAll();
  await flood.all;
});

test("all together have so much under way; who has nothing is read all the same", async (context) => {
  const store = unanswering();
  const server = await serveEdge(context, {
    mailboxes: store.mailboxes,
    quotas: { bytesInFlightOfAll: 100 * bodyBytes },
  });
  const first = await floods(context, server, 500);
  const ofFirst = await settled(server, () => store.puts);
  assert.ok(ofFirst >= 100 && ofFirst <= 180, `${ofFirst} were taken`);
  const second = await floods(context, server, 1);
  assert.equal(await settled(server, () => store.puts), ofFirst + 1);
  second.webSocket.send(putFrame(2));
  assert.equal(
    await settled(server, () => store.puts),
    ofFirst + 1,
    "now it has something under way",
  );
  store.answerAll();
  await Promise.all([first.all, second.all]);
  assert.equal(fromBinary(OutboxAnswerSchema, await second.next()).putResults[0]?.request, 2);
});

test("a flood of one socket lets another's text through before its own end", async (context) => {
  const server = await startTestServer(context);
  const { inbox, outbox, address } = await listeningPhone(server, "+4915123456789");
  inbox.webSocket.close();
  const { capability } = address;
  const other = await openOutbox(server);
  let flooded = 0;
  let before: number | undefined;
  for (let sent = 0; sent < 400; sent += 1) outbox.put({ capability, body: randomBytes(16_384) });
  // When the flood has begun to be answered.
  const count = async () => {
    flooded += [...resultsIn(await outbox.answer())].length;
  };
  await count();
  const through = other.resultOf(other.put({ capability })).then(() => {
    before = flooded;
  });
  while (flooded < 400) await count();
  await through;
  assert.ok(before !== undefined && before < 200, `${before} of 400 came first`);
});

test("what is large waits where the peer does not read, and goes on when it does", async (context) => {
  const listener = Promise.withResolvers<InboxListener>();
  let whenDrained = (): void => undefined;
  const inbox = {
    ...{ acknowledged: 0, lineage: 1, generation: 1 },
    listen: () => undefined,
    close: () => undefined,
    drained: () => whenDrained(),
  } as unknown as Inbox;
  const server = await serveEdge(context, {
    mailboxes: {
      openInbox: async (_mailboxId, opened) => {
        listener.resolve(opened);
        return inbox;
      },
    },
  });
  const phone = await connect(server, "/inbox");
  await phone.next();
  phone.webSocket.send(inboxFrame(1, { case: "authenticate", value: {} }));
  await phone.next();
  const told = await listener.promise;
  phone.webSocket.pause();
  const delivery = (position: number): HandedOut => ({
    envelopes: [
      {
        position,
        bytes: new Uint8Array(262_176),
        envelopeIdAt: 0,
        bodyAt: 32,
        bodyLength: 262_144,
        isDropped: false,
        serialBytes: new Uint8Array(16),
        serialAt: 0,
      },
    ],
    ...{ caughtUp: false, acknowledged: 0, lineage: 1, generation: 1 },
  });
  let delivered = 0;
  // What the system's buffers hold, and one delivery beyond.
  while (told.takesMore && delivered < 200) {
    delivered += 1;
    told.deliver(delivery(delivered));
    await new Promise(setImmediate);
  }
  assert.ok(delivered > 0 && delivered < 200, `${delivered} went out`);
  const drained = new Promise<void>((resolve) => {
    whenDrained = resolve;
  });
  phone.webSocket.resume();
  await drained;
  assert.equal(told.takesMore, true);
});

test("a service that stops takes nothing more, and answers what is under way before it says come back", async (context) => {
  const store = unanswering();
  const server = await serveEdge(context, { mailboxes: store.mailboxes });
  const [busy, idle] = [await floods(context, server, 1), await floods(context, server, 0)];
  await store.first;
  const stopped = server.sockets.close(10_000);
  assert.equal(await idle.closed, 1012);
  busy.webSocket.send(putFrame(2));
  await assert.rejects(connect(server, "/outbox"), /503/);
  assert.deepEqual(server.refusals, ["busy"]);
  store.answerAll();
  await busy.all;
  assert.equal(await busy.closed, 1012);
  await stopped;
  assert.equal(store.puts, 1, "nothing more was taken");
});
