// The outbox over a socket that the test speaks for: chains, tickets, answers of later versions, heartbeats.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  AssentError,
  EnvelopeStatus,
  OutboxAnswerSchema,
  OutboxRequestSchema,
  type Purpose,
  PutOutcome,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { openOutbox } from "./outbox.ts";
import { createSockets, type SocketForTests } from "./sockets-for-tests.ts";

const ticket = new Uint8Array(16).fill(5);

async function opened() {
  const sockets = createSockets();
  const clock = { nowMs: 1_000 };
  const outbox = await openOutbox(sockets, "http://cell.example", () => clock.nowMs);
  const [socket] = sockets.opened as [SocketForTests];
  const say = (answer: MessageInitShape<typeof OutboxAnswerSchema>) =>
    socket.handlers.onMessage(toBinary(OutboxAnswerSchema, create(OutboxAnswerSchema, answer)));
  const sent = () => socket.frames.map(({ bytes }) => fromBinary(OutboxRequestSchema, bytes));
  return { outbox, socket, say, sent, clock, timers: sockets.timers };
}

interface PutFields {
  readonly quiet?: boolean;
  readonly after?: number;
  readonly bytes?: number;
  readonly purpose?: Purpose;
}

function putOf(mark: number, fields: PutFields = {}) {
  const { quiet = false, bytes = 512, purpose = "service", ...rest } = fields;
  return {
    capability: Uint8Array.of(mark),
    envelopeId: new Uint8Array(32).fill(mark),
    body: new Uint8Array(bytes),
    quiet,
    purpose,
    ...rest,
  };
}

/** Lets what was asked be sent. */
const sending = () => new Promise((resolve) => setImmediate(resolve));

function codeOf(answer: unknown): string | undefined {
  return answer instanceof AssentError ? answer.code : undefined;
}

test("each frame is for one purpose, and one that the door holds back stops no other", async () => {
  const { outbox, say, sent, socket } = await opened();
  const answers = outbox.put([
    putOf(1),
    putOf(2, { purpose: "receipts", after: 0 }),
    putOf(3, { after: 0 }),
  ]);
  await sending();
  assert.deepEqual(
    socket.frames.map(({ purpose }, index) => [
      purpose,
      sent()[index]?.puts.map(({ request }) => request),
    ]),
    [
      ["service", [1]],
      ["receipts", [2]],
      ["service", [3]],
    ],
  );
  for (const request of [1, 2, 3])
    say({ putResults: [{ request, outcome: PutOutcome.STORED, ticket }] });
  assert.equal((await answers).length, 3);
  socket.refused = "receipts";
  const next = outbox.put([putOf(4, { purpose: "receipts" }), putOf(5)]);
  await sending();
  say({ putResults: [{ request: 5, outcome: PutOutcome.STORED, ticket }] });
  const [held, stored] = await next;
  assert.deepEqual([codeOf(held), stored], ["consent_required", { ticket }]);
  assert.equal(outbox.ended, false);
});

test("puts have numbers that only rise, and name the one that must be stored before", async () => {
  const { outbox, say, sent, socket } = await opened();
  const first = outbox.put([putOf(1)]);
  await sending();
  say({ putResults: [{ request: 1, outcome: PutOutcome.STORED, ticket }] });
  assert.deepEqual(await first, [{ ticket }]);
  const chain = outbox.put([putOf(2), putOf(3, { quiet: true }), putOf(4, { after: 0 })]);
  await sending();
  assert.deepEqual(
    sent()[1]?.puts.map(({ request, after, quiet }) => ({ request, after, quiet })),
    [
      { request: 2, after: 0, quiet: false },
      { request: 3, after: 0, quiet: true },
      { request: 4, after: 2, quiet: false },
    ],
  );
  assert.ok(socket.frames.every(({ declaration }) => declaration === "put"));
  say({
    putResults: [
      { request: 4, outcome: PutOutcome.STORED, ticket },
      { request: 3, outcome: PutOutcome.GONE },
    ],
    errors: [{ request: 2, code: "mailbox_full", retryAfterSeconds: 30 }],
  });
  const [full, gone, stored] = await chain;
  assert.ok(full instanceof AssentError);
  assert.deepEqual([full.code, full.retryAfterSeconds], ["mailbox_full", 30]);
  assert.equal(gone, "gone");
  assert.deepEqual(stored, { ticket });
});

test("a chain that does not fit into one frame goes on in the next", async () => {
  const { outbox, sent } = await opened();
  const bytes = 32_768;
  void outbox.put([0, 1, 2, 3].map((at) => putOf(at, { bytes, ...(at && { after: at - 1 }) })));
  await sending();
  assert.deepEqual(
    sent().map(({ puts }) => puts.map(({ request, after }) => [request, after])),
    [
      [
        [1, 0],
        [2, 1],
      ],
      [
        [3, 2],
        [4, 3],
      ],
    ],
  );
  assert.ok(sent().length > 1);
  outbox.close();
});

test("outcomes, statuses and errors of a later version are for later", async () => {
  const { outbox, say } = await opened();
  const puts = outbox.put([putOf(1), putOf(2), putOf(3), putOf(4), putOf(5)]);
  await sending();
  say({
    putResults: [
      { request: 1, outcome: PutOutcome.DEVICE_REMOVED },
      { request: 2, outcome: 99 as PutOutcome },
      { request: 3 },
      { request: 4, outcome: PutOutcome.STORED, ticket: ticket.subarray(1) },
    ],
    errors: [{ request: 5, code: "of_a_later_version" }],
  });
  const answers = await puts;
  assert.deepEqual(answers.map(codeOf), Array(5).fill("internal"));
  assert.ok(answers.every((answer) => answer instanceof AssentError && answer.retry === "later"));
  const statuses = outbox.status([1, 2, 3].map((mark) => ({ ...putOf(mark), ticket })));
  await sending();
  say({
    statusResults: [
      { request: 6, status: 77 as EnvelopeStatus },
      { request: 7 },
      { request: 8, status: EnvelopeStatus.LOST },
    ],
  });
  const [unknown, none, lost] = await statuses;
  assert.deepEqual([codeOf(unknown), codeOf(none), lost], ["internal", "internal", "lost"]);
});

test("a status is asked with capability and ticket, and nothing else", async () => {
  const { outbox, socket, sent } = await opened();
  void outbox.status([{ capability: Uint8Array.of(1), ticket }]);
  await sending();
  assert.equal(socket.frames[0]?.declaration, "ask-status");
  const [query] = sent()[0]?.statusQueries ?? [];
  assert.deepEqual(
    { ...query },
    {
      $typeName: "assent.v1.StatusQuery",
      request: 1,
      capability: Uint8Array.of(1),
      ticket,
      cellId: new Uint8Array(),
    },
  );
  outbox.close();
});

test("what was not answered when the connection ends is unreachable", async () => {
  const { outbox, socket } = await opened();
  const waiting = outbox.put([putOf(1)]);
  await sending();
  socket.handlers.onClose();
  assert.deepEqual((await waiting).map(codeOf), ["unreachable"]);
  assert.deepEqual((await outbox.put([putOf(2)])).map(codeOf), ["unreachable"]);
});

describe("heartbeats", () => {
  test("of the service are answered at once with their number; answers are not", async () => {
    const { socket, say, sent } = await opened();
    say({ heartbeats: [{ number: 77 }, { number: 78, isAnswer: true }] });
    await sending();
    assert.equal(socket.frames.length, 1);
    assert.equal(socket.frames[0]?.declaration, "outbox-heartbeat");
    const [beat] = sent()[0]?.heartbeats ?? [];
    assert.deepEqual([beat?.number, beat?.isAnswer], [77, true]);
  });

  test("that a service asks without end are answered once a second, the last of them", async () => {
    const { outbox, say, sent, timers } = await opened();
    const answered = () =>
      sent().flatMap(({ heartbeats }) => heartbeats.map(({ number }) => number));
    const flood = (from: number) =>
      say({ heartbeats: Array.from({ length: 1_000 }, (_, index) => ({ number: from + index })) });
    flood(1);
    await sending();
    assert.deepEqual(answered(), [1]);
    flood(2_001);
    timers.pass(1_000);
    await sending();
    assert.deepEqual(answered(), [1, 3_000]);
    timers.pass(5_000);
    say({ heartbeats: [{ number: 7 }] });
    await sending();
    assert.deepEqual(answered(), [1, 3_000, 7]);
    say({ heartbeats: [{ number: 8 }] });
    outbox.close();
    assert.equal(timers.set, 0, "nothing is waited for any more");
  });

  test("are asked for: any frame answers, and none in time says that nobody is there", async () => {
    const { outbox, say, sent, clock, timers } = await opened();
    const alive = outbox.ask(5_000);
    await sending();
    const [beat] = sent()[0]?.heartbeats ?? [];
    assert.equal(beat?.isAnswer, false);
    clock.nowMs = 2_000;
    say({ putResults: [] });
    assert.equal(await alive, true);
    assert.equal(outbox.heardAtMs, 2_000);
    const dead = outbox.ask(5_000);
    timers.pass(5_000);
    assert.equal(await dead, false);
    outbox.close();
    assert.equal(await outbox.ask(5_000), false);
  });
});

describe("a connection", () => {
  const isUnreachable = (answers: readonly unknown[]) =>
    answers.every((answer) => codeOf(answer) === "unreachable");

  test("on which nothing comes for 25 seconds is closed, with all that waits for an answer", async () => {
    const { outbox, socket, timers } = await opened();
    const answers = outbox.put([putOf(1)]);
    await sending();
    // And the time that 512 bytes take at 4 KB a second.
    timers.pass(25_124);
    assert.equal(socket.isClosed, false);
    timers.pass(1);
    assert.equal(socket.isClosed, true);
    assert.ok(isUnreachable(await answers));
    assert.equal(outbox.ended, true);
  });

  test("that nothing is asked of may be silent for ever", async () => {
    const { outbox, say, socket, timers } = await opened();
    const answers = outbox.put([putOf(1)]);
    await sending();
    say({ putResults: [{ request: 1, outcome: PutOutcome.STORED, ticket }] });
    await answers;
    timers.pass(3_600_000);
    assert.deepEqual([socket.isClosed, outbox.ended], [false, false]);
  });

  test("of 8 KB a second carries a megabyte: each frame's answer begins the waiting anew", async () => {
    const { outbox, say, sent, socket, timers } = await opened();
    const answers = outbox.put(
      Array.from({ length: 16 }, (_, mark) => putOf(mark, { bytes: 65_536 })),
    );
    await sending();
    for (const { puts } of sent()) {
      timers.pass(8_000);
      const [{ request } = { request: 0 }] = puts;
      say({ putResults: [{ request, outcome: PutOutcome.STORED, ticket }] });
    }
    assert.equal(socket.isClosed, false);
    assert.ok((await answers).every((answer) => codeOf(answer) === undefined));
  });

  test("that brings a part of a frame now and then is alive; an answer is waited for five minutes at most", async () => {
    const { outbox, socket, timers } = await opened();
    const answers = outbox.put([putOf(1)]);
    await sending();
    for (let second = 0; second < 290; second += 10) {
      timers.pass(10_000);
      socket.handlers.onBytes?.();
    }
    assert.equal(socket.isClosed, false);
    timers.pass(10_000);
    assert.equal(socket.isClosed, true);
    assert.ok(isUnreachable(await answers));
  });
});

test("a frame of which more is built than was asked for ends the socket, and is not read", async () => {
  const { outbox, say, socket } = await opened();
  const answers = outbox.put([putOf(1)]);
  await sending();
  const nothing = Array.from({ length: 9_000 }, () => ({}));
  say({ putResults: [{ request: 1, outcome: PutOutcome.STORED, ticket }, ...nothing] });
  assert.equal(socket.isClosed, true);
  socket.handlers.onClose();
  assert.equal(codeOf((await answers)[0]), "unreachable");
});
