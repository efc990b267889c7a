// The outbox over a real socket: puts in their order, what each refusal is, and what a sender can see of a recipient.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addKeyPackages,
  leave,
  listeningPhone,
  mint,
  type OutboxResult,
  openInbox,
  openOutbox,
  resultsIn,
  type TestOutbox,
} from "@assent/bare-phone";
import { EnvelopeStatus, limits, PutOutcome, RevokeOutcome, randomBytes } from "@assent/protocol";
import { startTestServer } from "../server-for-tests.ts";

const mobile = "+4915123456789";
const stored = PutOutcome.STORED;

function aPut(request: number, capability: Uint8Array, after = 0) {
  return { request, capability, after, envelopeId: randomBytes(32), body: randomBytes(512) };
}

/** What so many items are answered with, by their numbers. */
async function answersOf(outbox: TestOutbox, count: number) {
  const results = new Map<number, OutboxResult>();
  while (results.size < count) {
    for (const [number, result] of resultsIn(await outbox.answer())) results.set(number, result);
  }
  return results;
}

function codesIn(results: ReadonlyMap<number, OutboxResult>) {
  return Object.fromEntries(
    [...results].map(([number, result]) => {
      if (result.kind === "put") return [number, PutOutcome[result.outcome]];
      if (result.kind === "revoke") return [number, RevokeOutcome[result.outcome]];
      return [number, result.kind === "error" ? result.code : EnvelopeStatus[result.status]];
    }),
  );
}

test("a text goes from outbox to inbox, and is gone once acknowledged", async (context) => {
  const server = await startTestServer(context);
  const { phone, inbox, outbox, address } = await listeningPhone(server, mobile);
  const { capability, serial } = address;
  const put = aPut(1, capability);
  outbox.ask({ puts: [put] });
  const result = await outbox.resultOf(1);
  assert.ok(result.kind === "put" && result.outcome === stored);
  assert.equal(result.ticket.length, 16);
  const { value } = await inbox.until("delivery");
  assert.equal(value.caughtUp, true);
  const [envelope] = value.envelopes;
  assert.deepEqual(envelope?.body, put.body);
  assert.deepEqual(envelope?.envelopeId, put.envelopeId);
  assert.deepEqual(envelope?.addressSerial, serial);
  inbox.ask({ case: "acknowledge", value: { position: 1n } });
  await inbox.until("acknowledged");
  inbox.webSocket.close();
  await inbox.closed;
  const next = await openInbox(server, phone);
  assert.equal((await next.until("ready")).value.acknowledgedPosition, 1n);
  assert.deepEqual((await next.until("delivery")).value.envelopes, []);
});

test("bad puts are refused one by one, and the good ones beside them are stored", async (context) => {
  const server = await startTestServer(context);
  const { phone, outbox, address } = await listeningPhone(server, mobile);
  const { capability } = address;
  const forged = capability.slice();
  forged[30] = (forged[30] as number) ^ 1;
  const body = (length: number) => new Uint8Array(length);
  outbox.ask({
    puts: [
      aPut(1, forged),
      { ...aPut(2, capability), envelopeId: randomBytes(31) },
      { ...aPut(3, capability), body: body(limits.envelopeBytes + 16_384) },
      { ...aPut(4, capability), body: body(0) },
      { ...aPut(5, capability), body: body(513) },
      { ...aPut(6, capability), cellId: randomBytes(32) },
      { ...aPut(7, capability), after: 7 },
      aPut(8, new Uint8Array()),
      aPut(9, new Uint8Array(limits.capabilityBytes + 1)),
      aPut(20, capability),
      { ...aPut(21, capability), cellId: phone.cellId },
      { ...aPut(22, capability), body: body(limits.envelopeBytes) },
    ],
  });
  assert.deepEqual(codesIn(await answersOf(outbox, 12)), {
    1: "request_invalid",
    2: "request_invalid",
    3: "request_too_large",
    4: "request_invalid",
    5: "request_invalid",
    6: "not_offered",
    7: "request_invalid",
    8: "request_invalid",
    9: "request_invalid",
    20: "STORED",
    21: "STORED",
    22: "STORED",
  });
  outbox.ask({ puts: [aPut(22, capability), aPut(21, capability), aPut(23, capability)] });
  assert.deepEqual(codesIn(await answersOf(outbox, 3)), {
    21: "request_invalid",
    22: "request_invalid",
    23: "STORED",
  });
});

test("what is not offered yet is refused by its number, and the rest goes on", async (context) => {
  const server = await startTestServer(context);
  const { outbox, address } = await listeningPhone(server, mobile);
  outbox.ask({
    puts: [aPut(4, address.capability)],
    revokes: [{ request: 5, targets: [{ capability: address.capability }] }, { request: 10 }],
    sharedPuts: [{ request: 6, body: new Uint8Array(512) }],
    statusQueries: [
      { request: 7, capability: address.capability, ticket: new Uint8Array(17) },
      { request: 8, capability: address.capability, ticket: new Uint8Array(15) },
      { request: 9, capability: address.capability, cellId: new Uint8Array(32) },
    ],
  });
  assert.deepEqual(codesIn(await answersOf(outbox, 7)), {
    4: "STORED",
    5: "request_invalid",
    6: "not_offered",
    7: "request_invalid",
    8: "request_invalid",
    9: "not_offered",
    10: "request_invalid",
  });
});

test("none is stored behind one that was refused, in one frame or in many", async (context) => {
  const server = await startTestServer(context);
  const { inbox, outbox, address } = await listeningPhone(server, mobile);
  const { capability } = address;
  const tooLong = { body: new Uint8Array(limits.envelopeBytes + 16_384) };
  const puts = [
    aPut(1, capability),
    aPut(2, capability, 1),
    { ...aPut(3, capability, 2), ...tooLong },
    aPut(4, capability, 3),
    aPut(5, capability, 4),
    aPut(6, capability, 2),
  ];
  outbox.ask({ puts });
  for (const request of [7, 8, 9]) outbox.ask({ puts: [aPut(request, capability, request - 1)] });
  outbox.ask({ puts: [aPut(10, capability, 5)] });
  assert.deepEqual(codesIn(await answersOf(outbox, 10)), {
    1: "STORED",
    2: "STORED",
    3: "request_too_large",
    4: "after_refused",
    5: "after_refused",
    6: "STORED",
    7: "STORED",
    8: "STORED",
    9: "STORED",
    10: "after_refused",
  });
  const ids: Uint8Array[] = [];
  while (ids.length < 6) {
    const { value } = await inbox.until("delivery");
    ids.push(...value.envelopes.map(({ envelopeId }) => envelopeId));
  }
  assert.deepEqual(
    ids.slice(0, 3),
    [0, 1, 5].map((index) => puts[index]?.envelopeId),
  );
});

test("a chain of hundreds is stored in order, in frames that do not wait for each other", async (context) => {
  const server = await startTestServer(context);
  const { inbox, outbox, address } = await listeningPhone(server, mobile);
  const puts = Array.from({ length: 200 }, (_, index) =>
    aPut(index + 1, address.capability, index),
  );
  for (const put of puts) outbox.ask({ puts: [put] });
  const results = await answersOf(outbox, 200);
  assert.ok([...results.values()].every((result) => result.kind === "put"));
  const ids: Uint8Array[] = [];
  while (ids.length < 200) {
    const { value } = await inbox.until("delivery");
    ids.push(...value.envelopes.map(({ envelopeId }) => envelopeId));
    inbox.ask({ case: "acknowledge", value: { position: BigInt(ids.length) } });
  }
  assert.deepEqual(
    ids,
    puts.map(({ envelopeId }) => envelopeId),
  );
});

test("a stranger's address takes short bodies alone", async (context) => {
  const server = await startTestServer(context);
  const { phone, outbox } = await listeningPhone(server, mobile);
  await addKeyPackages(phone, [randomBytes(300)]);
  const { devices } = await phone.directory.takeKeyPackages({ accountId: phone.accountId });
  const capability = devices[0]?.provisionalCapability;
  assert.ok(capability);
  const { provisionalEnvelopeBytes } = limits;
  outbox.put({ capability, body: new Uint8Array(provisionalEnvelopeBytes) });
  outbox.put({ capability, body: new Uint8Array(provisionalEnvelopeBytes + 16_384) });
  assert.deepEqual(codesIn(await answersOf(outbox, 2)), { 1: "STORED", 2: "request_too_large" });
});

test("what a sender is answered is the same to the byte, whatever became of the envelope", async (context) => {
  const server = await startTestServer(context);
  const { phone, inbox, outbox, address } = await listeningPhone(server, mobile);
  const [blocked] = await mint(inbox);
  assert.ok(blocked);
  inbox.ask({ case: "blockAddresses", value: { block: [blocked.serial] } });
  await inbox.until("addressesBlocked");
  inbox.webSocket.close();
  await inbox.closed;
  const watcher = await openOutbox(server);
  const asked: { request: number; capability: Uint8Array; ticket: Uint8Array }[] = [];
  for (const { capability } of [address, blocked]) {
    const result = await outbox.resultOf(outbox.put({ capability }));
    assert.ok(result.kind === "put" && result.outcome === stored);
    asked.push({ request: 1, capability, ticket: result.ticket });
  }
  const answers = async () => {
    const frames: Buffer[] = [];
    for (const query of asked) {
      watcher.ask({ statusQueries: [query] });
      frames.push(Buffer.from(await watcher.next()));
    }
    return frames;
  };
  const [whileOffline, ofBlocked] = await answers();
  assert.ok(whileOffline);
  assert.deepEqual(ofBlocked, whileOffline);
  const online = await openInbox(server, phone);
  const { value } = await online.until("delivery");
  assert.deepEqual(
    value.envelopes.map(({ body }) => body.length > 0),
    [true, false],
  );
  assert.deepEqual(await answers(), [whileOffline, whileOffline]);
  online.ask({ case: "acknowledge", value: { position: 2n } });
  await online.until("acknowledged");
  assert.deepEqual(await answers(), [whileOffline, whileOffline]);
  // The bytes are compared at all: of who left they are others.
  await leave(phone);
  const [afterLeaving] = await answers();
  assert.notDeepEqual(afterLeaving, whileOffline);
  const result = await outbox.resultOf(outbox.put({ capability: address.capability }));
  assert.ok(result.kind === "put" && result.outcome === PutOutcome.GONE);
  assert.equal(result.ticket.length, 0);
});

test("an address runs out, and its texts can be asked for still", async (context) => {
  const server = await startTestServer(context);
  const { outbox, address } = await listeningPhone(server, mobile);
  const { capability } = address;
  const result = await outbox.resultOf(outbox.put({ capability }));
  assert.ok(result.kind === "put");
  server.clock.nowMs += limits.capabilityDays.full * 86_400_000;
  const refused = await outbox.resultOf(outbox.put({ capability }));
  assert.equal(refused.kind === "error" && refused.code, "address_expired");
  const status = await outbox.resultOf(outbox.askStatus({ capability, ticket: result.ticket }));
  assert.equal(status.kind === "status" && status.status, EnvelopeStatus.HANDED);
});

test("a heartbeat is answered by its number, and an answer is not", async (context) => {
  const server = await startTestServer(context);
  const outbox = await openOutbox(server);
  outbox.ask({ heartbeats: [{ number: 4_000_000_000, isAnswer: true }] });
  outbox.ask({ heartbeats: [{ number: 7 }, { number: 0 }] });
  const { heartbeats } = await outbox.answer();
  assert.deepEqual(
    heartbeats.map(({ number, isAnswer }) => [number, isAnswer]),
    [
      [7, true],
      [0, true],
    ],
  );
});

test("a frame that cannot be read ends the socket after an answer", async (context) => {
  const server = await startTestServer(context);
  const { address } = await listeningPhone(server, mobile);
  const { capability } = address;
  const tooMany = Array.from({ length: limits.itemsPerFrame + 1 }, (_, number) => ({ number }));
  for (const request of [{ puts: [aPut(0, capability)] }, { heartbeats: tooMany }, {}]) {
    const outbox = await openOutbox(server);
    outbox.ask(request);
    const { errors } = await outbox.answer();
    assert.deepEqual([errors[0]?.request, errors[0]?.code], [0, "request_invalid"]);
    assert.equal(await outbox.closed, 1008);
  }
  const garbler = await openOutbox(server);
  garbler.webSocket.send(Buffer.from([0xff, 0xff]));
  assert.deepEqual((await garbler.answer()).errors[0]?.request, 0);
  assert.equal(await garbler.closed, 1008);
  const talker = await openOutbox(server);
  talker.webSocket.send("text");
  assert.equal(await talker.closed, 1003);
});
