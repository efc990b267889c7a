// The inbox over a real socket: who is let in and what it is told, requests that fail one by one, and how it ends.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  authentication,
  connect,
  inboxAnswerIn,
  inboxFrame,
  leave,
  listeningPhone,
  makePhone,
  mint,
  openInbox,
  restartDevice,
  type TestInbox,
  turnOn,
} from "@assent/bare-phone";
import {
  AccountEndingSchema,
  AddressKind,
  DeliveredEnvelopeSchema,
  EndingReason,
  EnvelopeStatus,
  limits,
  openStatement,
  PutOutcome,
  randomBytes,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { startTestServer } from "../server-for-tests.ts";

const mobile = "+4915123456789";
const dayMs = 86_400_000;

/** The number and code of the next answer, which is an error. */
async function refusalOf(inbox: Pick<TestInbox, "answer">) {
  const answer = await inbox.answer();
  assert.equal(answer.case, "error");
  return [answer.request, answer.value.code];
}

test("a device is told where it stands, and what it signed last", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  await turnOn(server, phone);
  const first = await openInbox(server, phone);
  const { value, request } = await first.until("ready");
  assert.equal(request, 1);
  assert.equal(value.lastRequest, undefined);
  assert.equal(value.singleUseKeyPackagesLeft, 0);
  assert.equal(value.acknowledgedPosition, 0n);
  assert.equal(value.generation, 1);
  assert.ok(value.lineage > 0);
  assert.equal(value.certificateNumber, phone.certificate.number);
  assert.equal(value.parametersSequence, phone.parameters.sequence);
  const { value: delivery } = await first.until("delivery");
  assert.equal(delivery.caughtUp, true);
  assert.deepEqual([delivery.lineage, delivery.generation], [value.lineage, 1]);
  const { last } = phone.counter;
  const second = await openInbox(server, phone);
  const shown = (await second.until("ready")).value.lastRequest;
  assert.deepEqual([shown?.procedure, shown?.counter], ["/inbox", last]);
  // One that is behind is let in all the same, and shown why.
  const behind = await openInbox(server, phone, 1n);
  const proof = (await behind.until("ready")).value.lastRequest;
  assert.equal(proof?.counter, last + 1n);
});

test("what is delivered says what was acknowledged before it", async (context) => {
  const server = await startTestServer(context);
  const { inbox, outbox, address } = await listeningPhone(server, mobile);
  for (const acknowledged of [0n, 1n, 2n]) {
    await outbox.resultOf(outbox.put({ capability: address.capability }));
    const { value } = await inbox.until("delivery");
    assert.equal(value.acknowledgedPosition, acknowledged);
    const [envelope] = value.envelopes;
    assert.equal(envelope?.position, acknowledged + 1n);
    const request = inbox.ask({ case: "acknowledge", value: { position: acknowledged + 1n } });
    assert.equal((await inbox.until("acknowledged")).request, request);
  }
});

test("what was answered as stored survives a restart, in order and once", async (context) => {
  const server = await startTestServer(context);
  const { phone, inbox, outbox, address } = await listeningPhone(server, mobile);
  inbox.webSocket.close();
  await inbox.closed;
  const ids = Array.from({ length: 50 }, () => randomBytes(32));
  const puts = [...ids, ...ids.slice(0, 2)].map((envelopeId) =>
    outbox.put({ capability: address.capability, envelopeId }),
  );
  for (const request of puts) {
    const result = await outbox.resultOf(request);
    assert.ok(result.kind === "put" && result.outcome === PutOutcome.STORED);
  }
  const again = await server.restart();
  const { value } = await (await openInbox(again, phone)).until("delivery");
  assert.deepEqual(
    value.envelopes.map(({ envelopeId }) => envelopeId),
    ids,
  );
});

test("what was handed out before a restart can be acknowledged after it", async (context) => {
  const server = await startTestServer(context);
  const { phone, inbox, outbox, address } = await listeningPhone(server, mobile);
  await outbox.resultOf(outbox.put({ capability: address.capability }));
  await inbox.until("delivery");
  const again = await server.restart();
  const next = await openInbox(again, phone);
  await next.until("ready");
  next.ask({ case: "acknowledge", value: { position: 1n } });
  assert.equal((await next.until("acknowledged")).value.position, 1n);
});

test("the service sends on only as the device acknowledges", async (context) => {
  const server = await startTestServer(context);
  const { inbox, outbox, address } = await listeningPhone(server, mobile);
  const count = 600;
  const requests = Array.from({ length: count }, () =>
    outbox.put({ capability: address.capability }),
  );
  for (const request of requests) await outbox.resultOf(request);
  const positions: bigint[] = [];
  const receive = async (upTo: number) => {
    while (positions.length < upTo) {
      const { value } = await inbox.until("delivery");
      positions.push(...value.envelopes.map(({ position }) => position));
    }
  };
  // The first window, of 32 KB; it widens by what is acknowledged quickly.
  await receive(64);
  // Were there more to come unasked, they would stand before the answer to this.
  inbox.ask({ case: "mintCapabilities", value: { count: 1 } });
  assert.equal((await inbox.answer()).case, "mintedCapabilities");
  assert.equal(positions.length, 64);
  for (const upTo of [192, 448, 600]) {
    inbox.ask({ case: "acknowledge", value: { position: positions.at(-1) ?? 0n } });
    await receive(upTo);
  }
  assert.deepEqual(
    positions,
    Array.from({ length: count }, (_, index) => BigInt(index + 1)),
  );
});

test("a refused request is answered by its number, and the next one is served", async (context) => {
  const server = await startTestServer(context);
  const { phone, inbox, outbox, address } = await listeningPhone(server, mobile);
  await outbox.resultOf(outbox.put({ capability: address.capability }));
  await inbox.until("delivery");
  const serials = (count: number, length = 16) =>
    Array.from({ length: count }, () => randomBytes(length));
  const value = await authentication(phone, randomBytes(32));
  const refused = [
    ["request_invalid", { case: "acknowledge", value: { position: 2n } }],
    ["request_invalid", { case: "acknowledge", value: { position: 2n ** 60n } }],
    ["request_invalid", { case: "mintCapabilities", value: { count: 0 } }],
    ["request_invalid", { case: "mintCapabilities", value: { count: 101 } }],
    [
      "request_invalid",
      { case: "mintCapabilities", value: { count: 1, kind: AddressKind.PROVISIONAL } },
    ],
    ["request_invalid", { case: "mintCapabilities", value: { count: 1, kind: 9 as AddressKind } }],
    ["request_invalid", { case: "blockAddresses", value: { block: serials(1, 15) } }],
    ["request_invalid", { case: "blockAddresses", value: { block: serials(1_001) } }],
    ["request_invalid", { case: "authenticate", value }],
    ["not_offered", { case: "setPush", value: { endpoint: "https://push.example/" } }],
  ] as const;
  for (const [code, body] of refused) {
    const request = inbox.ask(body as Parameters<typeof inbox.ask>[0]);
    assert.deepEqual(await refusalOf(inbox), [request, code]);
  }
  // What this service has never heard of, in field 15.
  inbox.webSocket.send(Buffer.from([0x08, 100, 0x7a, 0]));
  assert.deepEqual(await refusalOf(inbox), [100, "not_offered"]);
  // A number that is not higher than those before.
  for (const request of [100, 99]) {
    inbox.webSocket.send(inboxFrame(request, { case: "mintCapabilities", value: { count: 1 } }));
    assert.deepEqual(await refusalOf(inbox), [request, "request_invalid"]);
  }
  inbox.webSocket.send(inboxFrame(101, { case: "acknowledge", value: { position: 1n } }));
  assert.equal((await inbox.until("acknowledged")).request, 101);
});

test("ten thousand addresses can be blocked, and no more", async (context) => {
  const server = await startTestServer(context);
  const { inbox } = await listeningPhone(server, mobile);
  const block = () => Array.from({ length: limits.addressesPerBlock }, () => randomBytes(16));
  for (let thousand = 0; thousand < 10; thousand += 1) {
    inbox.ask({ case: "blockAddresses", value: { block: block() } });
    await inbox.until("addressesBlocked");
  }
  const request = inbox.ask({ case: "blockAddresses", value: { block: [randomBytes(16)] } });
  assert.deepEqual(await refusalOf(inbox), [request, "request_invalid"]);
});

test("a blocked address looks as before, and its texts are dropped", async (context) => {
  const server = await startTestServer(context);
  const { inbox, outbox, address } = await listeningPhone(server, mobile);
  const { capability, serial } = address;
  inbox.ask({ case: "blockAddresses", value: { block: [serial] } });
  await inbox.until("addressesBlocked");
  const dropped = await outbox.resultOf(outbox.put({ capability }));
  assert.ok(dropped.kind === "put" && dropped.outcome === PutOutcome.STORED);
  assert.equal(dropped.ticket.length, 16);
  const delivered = async () => (await inbox.until("delivery")).value.envelopes;
  const [alone, ...others] = await delivered();
  assert.deepEqual(others, []);
  assert.deepEqual(alone, create(DeliveredEnvelopeSchema, { position: 1n }));
  inbox.ask({ case: "blockAddresses", value: { unblock: [serial] } });
  await inbox.until("addressesBlocked");
  const envelopeId = randomBytes(32);
  await outbox.resultOf(outbox.put({ capability, envelopeId }));
  assert.deepEqual(
    (await delivered()).map((one) => [one.position, one.envelopeId]),
    [[2n, envelopeId]],
  );
});

test("addresses for one person and for a group last as long as they should", async (context) => {
  const server = await startTestServer(context);
  const { inbox } = await listeningPhone(server, mobile);
  for (const [kind, days] of [
    [AddressKind.UNSPECIFIED, limits.capabilityDays.full],
    [AddressKind.FULL, limits.capabilityDays.full],
    [AddressKind.GROUP, limits.capabilityDays.group],
  ] as const) {
    const request = inbox.ask({ case: "mintCapabilities", value: { count: 100, kind } });
    const { value, request: answered } = await inbox.until("mintedCapabilities");
    assert.equal(answered, request);
    assert.equal(value.capabilities.length, 100);
    const expiresAt = BigInt(server.clock.nowMs + days * dayMs);
    assert.ok(value.capabilities.every(({ expiresAtMs }) => expiresAtMs === expiresAt));
  }
});

test("a heartbeat is answered before anything that takes longer, and before it is known who asks", async (context) => {
  const server = await startTestServer(context);
  const { inbox } = await listeningPhone(server, mobile);
  const acknowledged = inbox.ask({ case: "acknowledge", value: { position: 0n } });
  const heartbeat = inbox.ask({ case: "heartbeat", value: { number: 7 } });
  inbox.ask({ case: "heartbeat", value: { number: 8, isAnswer: true } });
  const answers = [await inbox.answer(), await inbox.answer()];
  assert.deepEqual(
    answers.map(({ case: kind, request }) => [kind, request]),
    [
      ["heartbeat", heartbeat],
      ["acknowledged", acknowledged],
    ],
  );
  const [first] = answers;
  assert.ok(first?.case === "heartbeat" && first.value.isAnswer && first.value.number === 7);
  const unknown = await connect(server, "/inbox");
  await unknown.next();
  unknown.webSocket.send(inboxFrame(1, { case: "heartbeat", value: { number: 1 } }));
  assert.equal(inboxAnswerIn(await unknown.next()).case, "heartbeat");
  unknown.webSocket.close();
});

test("an inbox is opened by its device alone, and with the first request", async (context) => {
  const server = await startTestServer(context);
  const { phone } = await listeningPhone(server, mobile);
  const stranger = await makePhone(server, "+4915123456780");
  const unknown = await openInbox(server, stranger);
  assert.deepEqual(await refusalOf(unknown), [0, "signed_out"]);
  assert.equal(await unknown.closed, 1008);

  const tries = {
    unauthenticated: async (nonce: Uint8Array) => {
      const value = await authentication(phone, nonce);
      return { ...value, signature: randomBytes(64) };
    },
    request_invalid: async (nonce: Uint8Array) => {
      const value = await authentication(phone, nonce);
      return { ...value, contract: 0 };
    },
  };
  for (const [code, valueFor] of Object.entries(tries)) {
    const socket = await connect(server, "/inbox");
    const challenge = inboxAnswerIn(await socket.next());
    assert.equal(challenge.case, "challenge");
    const value = await valueFor(challenge.value.nonce);
    socket.webSocket.send(inboxFrame(1, { case: "authenticate", value }));
    const answer = inboxAnswerIn(await socket.next());
    assert.deepEqual([answer.request, answer.case === "error" && answer.value.code], [0, code]);
    assert.equal(await socket.closed, 1008);
  }

  const impatient = await connect(server, "/inbox");
  await impatient.next();
  impatient.webSocket.send(inboxFrame(1, { case: "mintCapabilities", value: { count: 1 } }));
  const refused = inboxAnswerIn(await impatient.next());
  assert.equal(refused.case === "error" && refused.value.code, "unauthenticated");
  assert.equal(await impatient.closed, 1008);
});

test("a frame that cannot be read, or has no number, ends the socket", async (context) => {
  const server = await startTestServer(context);
  const { phone, inbox } = await listeningPhone(server, mobile);
  inbox.webSocket.send(Buffer.from([0xff]));
  assert.deepEqual(await refusalOf(inbox), [0, "request_invalid"]);
  assert.equal(await inbox.closed, 1008);
  const next = await openInbox(server, phone);
  await next.until("delivery");
  next.webSocket.send(inboxFrame(0, { case: "mintCapabilities", value: { count: 1 } }));
  assert.deepEqual(await refusalOf(next), [0, "request_invalid"]);
  assert.equal(await next.closed, 1008);
});

test("who leaves is signed out everywhere, and told by whom", async (context) => {
  const server = await startTestServer(context);
  const { phone, inbox, outbox, address } = await listeningPhone(server, mobile);
  await outbox.resultOf(outbox.put({ capability: address.capability }));
  await inbox.until("delivery");
  await leave(phone);
  const later = await openInbox(server, phone);
  for (const socket of [inbox, later]) {
    const answer = await socket.answer();
    assert.ok(answer.case === "error" && answer.value.code === "signed_out");
    assert.equal(answer.request, 0);
    const { ending } = answer.value;
    assert.ok(ending);
    const { receiptsKey } = phone.certificate;
    const stated = await openStatement("ending", AccountEndingSchema, ending, () => receiptsKey);
    assert.equal(stated?.reason, EndingReason.LEFT);
    assert.deepEqual(stated.accountId, phone.accountId);
    assert.equal(await socket.closed, 1008);
  }
});

test("a second inbox of a device replaces the first", async (context) => {
  const server = await startTestServer(context);
  const { phone, inbox, outbox, address } = await listeningPhone(server, mobile);
  const second = await openInbox(server, phone);
  await second.until("delivery");
  assert.equal(await inbox.closed, 4001);
  await outbox.resultOf(outbox.put({ capability: address.capability }));
  assert.equal((await second.until("delivery")).value.envelopes.length, 1);
});

test("a device that was set back begins anew, while its inbox stays open", async (context) => {
  const server = await startTestServer(context);
  const { phone, inbox, outbox, address } = await listeningPhone(server, mobile);
  const { capability } = address;
  const before = await outbox.resultOf(outbox.put({ capability }));
  assert.ok(before.kind === "put");
  await inbox.until("delivery");
  await restartDevice(phone, 2);
  const { value } = await inbox.until("delivery");
  assert.deepEqual([value.generation, value.envelopes.length, value.caughtUp], [2, 0, true]);
  assert.equal(value.acknowledgedPosition, 1n);
  const refused = await outbox.resultOf(outbox.put({ capability }));
  assert.equal(refused.kind === "error" && refused.code, "address_expired");
  const asked = outbox.askStatus({ capability, ticket: before.ticket });
  const status = await outbox.resultOf(asked);
  assert.equal(status.kind === "status" && status.status, EnvelopeStatus.LOST);
  const [next] = await mint(inbox);
  assert.ok(next);
  await outbox.resultOf(outbox.put({ capability: next.capability }));
  const delivered = (await inbox.until("delivery")).value;
  assert.deepEqual([delivered.generation, delivered.envelopes.length], [2, 1]);
});
