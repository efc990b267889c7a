// Mailboxes over real sockets: put, take, acknowledge, status, and how each ends.
import assert from "node:assert/strict";
import { createConnection } from "node:net";
import { type TestContext, test } from "node:test";
import {
  type Delivery,
  EnvelopeStatus,
  envelopeIdOf,
  limits,
  PutOutcome,
  randomBytes,
} from "@assent/protocol";
import {
  connect,
  leave,
  makePhone,
  openInbox,
  openOutbox,
  type Phone,
  type TestInbox,
  type TestOutbox,
  turnOn,
} from "../phone-for-tests.ts";
import { type ServerForTests, startTestServer } from "../server-for-tests.ts";

const mobile = "+4915123456789";

async function readyInbox(server: ServerForTests, phone: Phone): Promise<TestInbox> {
  const inbox = await openInbox(server, phone);
  assert.equal((await inbox.answer()).case, "ready");
  return inbox;
}

async function delivery(inbox: TestInbox): Promise<Delivery> {
  const answer = await inbox.answer();
  assert.equal(answer.case, "delivery");
  return answer.value as Delivery;
}

async function mintedBy(inbox: TestInbox): Promise<{ serial: Uint8Array; capability: Uint8Array }> {
  inbox.ask({ case: "mintCapabilities", value: { count: 1 } });
  const answer = await inbox.answer();
  assert.equal(answer.case, "mintedCapabilities");
  const [minted] = answer.value.capabilities;
  assert.ok(minted);
  return minted;
}

/** A server, a phone that is on and listening with nothing waiting, and an outbox with a way to it. */
async function listening(context: TestContext) {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  await turnOn(server, phone);
  const inbox = await readyInbox(server, phone);
  assert.equal((await delivery(inbox)).caughtUp, true);
  const { capability, serial } = await mintedBy(inbox);
  return { server, phone, inbox, capability, serial, outbox: await openOutbox(server) };
}

function aPut(capability: Uint8Array, request = 1, length = 512) {
  const secret = randomBytes(32);
  const body = new Uint8Array(length).fill(secret[0] as number);
  return { request, capability, secret, envelopeId: envelopeIdOf(secret), body };
}

async function outcomeOf(outbox: TestOutbox, put: ReturnType<typeof aPut>) {
  outbox.ask({ puts: [put] });
  const { putResults, errors } = await outbox.answer();
  return putResults[0]?.outcome ?? errors[0]?.code;
}

async function statusOf(outbox: TestOutbox, { capability, secret }: ReturnType<typeof aPut>) {
  outbox.ask({ statusQueries: [{ request: 1, capability, secret }] });
  const { statusResults, errors } = await outbox.answer();
  return statusResults[0]?.status ?? errors[0]?.code;
}

test("a text goes from outbox to inbox, and is gone once acknowledged", async (context) => {
  const { server, phone, inbox, outbox, capability, serial } = await listening(context);
  const put = aPut(capability);
  assert.equal(await outcomeOf(outbox, put), PutOutcome.STORED);
  const { envelopes, caughtUp } = await delivery(inbox);
  assert.equal(caughtUp, true);
  assert.deepEqual(envelopes[0]?.body, put.body);
  assert.deepEqual(envelopes[0]?.envelopeId, put.envelopeId);
  assert.deepEqual(envelopes[0]?.addressSerial, serial);
  assert.equal(await statusOf(outbox, put), EnvelopeStatus.HANDED);
  inbox.ask({ case: "acknowledge", value: { position: 1n } });
  assert.equal((await inbox.answer()).case, "acknowledged");
  inbox.webSocket.close();
  await inbox.closed;
  const next = await readyInbox(server, phone);
  assert.deepEqual((await delivery(next)).envelopes, []);
});

test("what was answered as stored survives a restart, in order and once", async (context) => {
  const { server, phone, inbox, outbox, capability } = await listening(context);
  inbox.webSocket.close();
  await inbox.closed;
  const puts = Array.from({ length: 50 }, (_, index) => aPut(capability, index + 1));
  outbox.ask({ puts });
  for (let answered = 0; answered < 50; ) answered += (await outbox.answer()).putResults.length;
  assert.equal(await outcomeOf(outbox, puts[0] as ReturnType<typeof aPut>), PutOutcome.STORED);
  assert.equal(await statusOf(outbox, puts[0] as ReturnType<typeof aPut>), EnvelopeStatus.WAITING);
  const again = await server.restart();
  const { envelopes } = await delivery(await readyInbox(again, phone));
  assert.deepEqual(
    envelopes.map(({ body }) => body),
    puts.map(({ body }) => body),
  );
});

test("the service sends on only as the device acknowledges", async (context) => {
  const { inbox, outbox, capability } = await listening(context);
  const count = 600;
  for (let sent = 0; sent < count; sent += 200) {
    outbox.ask({ puts: Array.from({ length: 200 }, (_, index) => aPut(capability, index + 1)) });
    for (let answered = 0; answered < 200; ) answered += (await outbox.answer()).putResults.length;
  }
  const positions: bigint[] = [];
  const receive = async (upTo: number) => {
    while (positions.length < upTo) {
      const answer = await inbox.answer();
      if (answer.case === "acknowledged") continue;
      assert.equal(answer.case, "delivery");
      positions.push(...answer.value.envelopes.map(({ position }) => position));
    }
  };
  await receive(256);
  // Were there more to come unasked, they would stand before the answer to this.
  await mintedBy(inbox);
  assert.equal(positions.length, 256);
  for (const upTo of [512, 600]) {
    inbox.ask({ case: "acknowledge", value: { position: positions.at(-1) ?? 0n } });
    await receive(upTo);
  }
  assert.deepEqual(
    positions,
    Array.from({ length: count }, (_, index) => BigInt(index + 1)),
  );
});

test("acknowledging what was never handed out ends the socket, not the texts", async (context) => {
  const { server, phone, inbox, outbox, capability } = await listening(context);
  await outcomeOf(outbox, aPut(capability));
  await delivery(inbox);
  inbox.ask({ case: "acknowledge", value: { position: 2n } });
  const answer = await inbox.answer();
  assert.equal(answer.case === "error" && answer.value.code, "request_invalid");
  assert.equal(await inbox.closed, 1008);
  assert.equal((await delivery(await readyInbox(server, phone))).envelopes.length, 1);
});

test("a blocked address looks as before, and its texts are dropped", async (context) => {
  const { inbox, outbox, capability, serial } = await listening(context);
  inbox.ask({ case: "blockAddresses", value: { block: [serial] } });
  assert.equal((await inbox.answer()).case, "addressesBlocked");
  const dropped = aPut(capability);
  assert.equal(await outcomeOf(outbox, dropped), PutOutcome.STORED);
  inbox.ask({ case: "blockAddresses", value: { unblock: [serial] } });
  assert.equal((await inbox.answer()).case, "addressesBlocked");
  const kept = aPut(capability);
  await outcomeOf(outbox, kept);
  const { envelopes } = await delivery(inbox);
  assert.deepEqual(
    envelopes.map(({ envelopeId }) => envelopeId),
    [kept.envelopeId],
  );
});

test("who leaves is signed out everywhere, and senders are told", async (context) => {
  const { phone, inbox, outbox, capability } = await listening(context);
  const put = aPut(capability);
  await outcomeOf(outbox, put);
  await delivery(inbox);
  await leave(phone);
  const answer = await inbox.answer();
  assert.equal(answer.case === "error" && answer.value.code, "signed_out");
  await inbox.closed;
  assert.equal(await outcomeOf(outbox, aPut(capability)), PutOutcome.GONE);
  assert.equal(await statusOf(outbox, put), EnvelopeStatus.GONE);
});

test("a second inbox of a device replaces the first", async (context) => {
  const { server, phone, inbox, outbox, capability } = await listening(context);
  const second = await readyInbox(server, phone);
  assert.equal(await inbox.closed, 4001);
  await delivery(second);
  await outcomeOf(outbox, aPut(capability));
  assert.equal((await delivery(second)).envelopes.length, 1);
});

test("texts and addresses expire, and the sender can learn it", async (context) => {
  const { server, inbox, outbox, capability } = await listening(context);
  inbox.webSocket.close();
  await inbox.closed;
  const put = aPut(capability);
  await outcomeOf(outbox, put);
  const dayMs = 86_400_000;
  server.clock.nowMs += limits.envelopeDays * dayMs + 3_600_000;
  await server.sweep();
  assert.equal(await statusOf(outbox, put), EnvelopeStatus.EXPIRED);
  server.clock.nowMs += limits.capabilityDays * dayMs;
  assert.equal(await outcomeOf(outbox, aPut(capability)), "address_expired");
});

test("bad puts are refused one by one, and the good ones beside them are stored", async (context) => {
  const { outbox, capability } = await listening(context);
  const forged = capability.slice();
  forged[30] = (forged[30] as number) ^ 1;
  outbox.ask({
    puts: [
      aPut(forged, 1),
      { ...aPut(capability, 2), envelopeId: randomBytes(31) },
      aPut(capability, 3, limits.envelopeBytes + 1),
      aPut(capability, 4, 0),
      aPut(capability, 5),
    ],
  });
  const [first, second] = [await outbox.answer(), await outbox.answer()];
  const errors = [...first.errors, ...second.errors];
  assert.deepEqual(errors.map(({ request }) => request).sort(), [1, 2, 3, 4]);
  assert.deepEqual(new Set(errors.map(({ code }) => code)), new Set(["request_invalid"]));
  assert.deepEqual(
    [...first.putResults, ...second.putResults].map(({ request }) => request),
    [5],
  );
});

test("a frame that cannot be read ends the socket after an answer", async (context) => {
  const { server } = await listening(context);
  const outbox = await openOutbox(server);
  outbox.webSocket.send(Buffer.from([0xff, 0xff]));
  assert.deepEqual((await outbox.answer()).errors[0]?.request, 0);
  assert.equal(await outbox.closed, 1008);
  const talker = await openOutbox(server);
  talker.webSocket.send("text");
  assert.equal(await talker.closed, 1003);
});

test("an inbox is opened by its device alone", async (context) => {
  const { server } = await listening(context);
  const stranger = await makePhone(server, "+4915123456780");
  const unknown = await openInbox(server, stranger);
  const answer = await unknown.answer();
  assert.equal(answer.case === "error" && answer.value.code, "signed_out");
  const impatient = await connect(server, "/inbox");
  await impatient.next();
  impatient.webSocket.send(Buffer.from([0x12, 0x02, 0x08, 0x01]));
  await impatient.next();
  assert.equal(await impatient.closed, 1008);
});

test("a frame of a gigabyte is refused at its header", async (context) => {
  const { server } = await listening(context);
  const { port } = new URL(server.origin);
  const stream = createConnection(Number(port), "127.0.0.1");
  context.after(() => stream.destroy());
  const lines = [
    "GET /outbox HTTP/1.1",
    "Host: 127.0.0.1",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}`,
    "Sec-WebSocket-Protocol: assent.mailbox.v1",
  ];
  stream.write(`${lines.join("\r\n")}\r\n\r\n`);
  const frames = await new Promise<Buffer>((resolve) => {
    let upgraded = false;
    stream.on("data", (data: Buffer) => {
      if (upgraded) return resolve(data);
      upgraded = true;
      // A binary frame, masked, that says it has 2^30 bytes; none follow.
      stream.write(Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4]));
    });
  });
  // A close frame: message too big.
  assert.deepEqual([...frames.subarray(0, 4)], [0x88, 0x02, 0x03, 0xf1]);
});

test("only the two sockets, only with the subprotocol", async (context) => {
  const server = await startTestServer(context);
  await assert.rejects(connect(server, "/other"), /404/);
  const { WebSocket } = await import("ws");
  const plain = new WebSocket(`${server.origin.replace("http", "ws")}/outbox`);
  await assert.rejects(new Promise((_, reject) => plain.once("error", reject)), /400/);
});
