// The inbox over a socket that the test speaks for: requests are numbered and fail one by one, what came while the phone
// was busy is taken together, and nothing of another mailbox than this socket's is acknowledged.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AssentError, InboxAnswerSchema, InboxRequestSchema, randomBytes } from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { type DeviceAtDoor, openInbox } from "./inbox.ts";
import { ConnectionLost, SignedOut } from "./inbox-answers.ts";
import { createSockets, type SocketForTests } from "./sockets-for-tests.ts";

type Body = MessageInitShape<typeof InboxAnswerSchema>["body"];

const [lineage, generation] = [7, 3];

function sayTo(socket: SocketForTests, body: Body, request = 0): void {
  const answer = create(InboxAnswerSchema, { request, body });
  socket.handlers.onMessage(toBinary(InboxAnswerSchema, answer));
}

function sentOn(socket: SocketForTests) {
  return socket.frames.map(({ declaration, bytes }) => ({
    declaration,
    ...fromBinary(InboxRequestSchema, bytes),
  }));
}

/** A device without a return key. */
function signing(sign: DeviceAtDoor["sign"]): DeviceAtDoor {
  return { comeBack: () => undefined, sign };
}

async function opened() {
  const sockets = createSockets(
    (socket) => sayTo(socket, { case: "challenge", value: { nonce: new Uint8Array(32).fill(9) } }),
    (socket, bytes) => {
      const { request, body } = fromBinary(InboxRequestSchema, bytes);
      if (body.case === "authenticate") {
        sayTo(socket, { case: "ready", value: { lineage, generation } }, request);
      }
    },
  );
  const nonces: Uint8Array[] = [];
  const inbox = await openInbox(
    sockets,
    "http://cell.example",
    signing(async ({ nonce }) => {
      nonces.push(nonce);
      return { counter: 5n };
    }),
  );
  const { timers } = sockets;
  const [socket] = sockets.opened as [SocketForTests];
  const deliver = (position: number, caughtUp: boolean, where = {}) => {
    const envelopes = [{ position: BigInt(position) }];
    const value = { envelopes, caughtUp, lineage, generation, ...where };
    sayTo(socket, { case: "delivery", value });
  };
  return { inbox, socket, deliver, nonces, timers };
}

function withCode(code: string) {
  return (error: unknown) => error instanceof AssentError && error.code === code;
}

test("the device is proved by the challenge, under number 1", async () => {
  const { socket, nonces, inbox } = await opened();
  assert.deepEqual(nonces, [new Uint8Array(32).fill(9)]);
  assert.equal(socket.url, "ws://cell.example/inbox");
  const [frame] = sentOn(socket);
  assert.equal(frame?.declaration, "authenticate");
  assert.deepEqual([frame?.request, frame?.body.case], [1, "authenticate"]);
  assert.deepEqual([inbox.ready.lineage, inbox.ready.generation], [lineage, generation]);
});

describe("whoever gives up", () => {
  const neverProved = signing(() => assert.fail("There was nothing to prove the device by."));

  test("before it is opened has nothing opened", async () => {
    const sockets = createSockets();
    const until = new AbortController();
    until.abort();
    const opening = openInbox(sockets, "http://cell.example", neverProved, until.signal);
    await assert.rejects(opening, ConnectionLost);
    assert.equal(sockets.opened.length, 0);
  });

  test("while the service says nothing waits no more, and the socket is closed", async () => {
    const sockets = createSockets();
    const until = new AbortController();
    const opening = openInbox(sockets, "http://cell.example", neverProved, until.signal);
    const [socket] = sockets.opened;
    assert.equal(socket?.isClosed, false);
    until.abort();
    await assert.rejects(opening, ConnectionLost);
    assert.equal(socket.isClosed, true);
    assert.equal(sockets.timers.set, 0);
  });
});

describe("deliveries", () => {
  for (const next of ["nextDelivery", "promptDelivery"] as const) {
    test(`that came meanwhile are one, in order, that says what its last part said: ${next}`, async () => {
      const { inbox, deliver } = await opened();
      deliver(1, true);
      deliver(2, false);
      deliver(3, true);
      const { envelopes, caughtUp } = await inbox[next]();
      assert.deepEqual(
        envelopes.map(({ position }) => position),
        [1n, 2n, 3n],
      );
      assert.equal(caughtUp, true);
      const later = inbox[next]();
      deliver(4, false);
      const { envelopes: others, caughtUp: isAll } = await later;
      assert.deepEqual(
        others.map(({ position }) => position),
        [4n],
      );
      assert.equal(isAll, false);
    });
  }

  test("are no more at once than one commit may hold; the rest is next", async () => {
    const { inbox, deliver } = await opened();
    for (let position = 1; position <= 100; position += 1) deliver(position, position === 100);
    const first = await inbox.nextDelivery();
    const second = await inbox.nextDelivery();
    assert.equal(first.envelopes.length, 64);
    assert.equal(first.caughtUp, false);
    assert.deepEqual(
      [...first.envelopes, ...second.envelopes].map(({ position }) => Number(position)),
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
    assert.equal(second.caughtUp, true);
  });

  for (const where of [{ lineage: lineage + 1 }, { generation: generation + 1 }]) {
    test(`of another ${Object.keys(where)[0]} end the socket, whatever came with them`, async () => {
      const { inbox, deliver, socket } = await opened();
      deliver(1, false);
      deliver(2, true, where);
      await assert.rejects(inbox.nextDelivery(), withCode("unreachable"));
      assert.equal(socket.isClosed, true);
      const next = await opened();
      next.deliver(1, true, where);
      await assert.rejects(next.inbox.promptDelivery(), withCode("unreachable"));
      assert.deepEqual(
        [...sentOn(socket), ...sentOn(next.socket)].map(({ declaration }) => declaration),
        ["authenticate", "authenticate"],
      );
    });
  }
});

describe("requests", () => {
  test("are numbered, and answered by their numbers in whatever order", async () => {
    const { inbox, socket } = await opened();
    const minted = inbox.mintCapabilities(2);
    const acknowledged = inbox.acknowledge(4n);
    assert.deepEqual(
      sentOn(socket).map(({ request, body }) => [request, body.case]),
      [
        [1, "authenticate"],
        [2, "mintCapabilities"],
        [3, "acknowledge"],
      ],
    );
    sayTo(socket, { case: "acknowledged", value: { position: 4n } }, 3);
    await acknowledged;
    const serial = randomBytes(16);
    sayTo(socket, { case: "mintedCapabilities", value: { capabilities: [{ serial }] } }, 2);
    assert.deepEqual((await minted)[0]?.serial, serial);
  });

  test("that are refused fail alone, by the code and how long to wait", async () => {
    const { inbox, socket, deliver } = await opened();
    const minted = inbox.mintCapabilities(2);
    const acknowledged = inbox.acknowledge(4n);
    sayTo(socket, { case: "error", value: { code: "rate_limited", retryAfterSeconds: 60 } }, 2);
    await assert.rejects(
      minted,
      (error) => withCode("rate_limited")(error) && (error as AssentError).retryAfterSeconds === 60,
    );
    sayTo(socket, { case: "acknowledged", value: { position: 4n } }, 3);
    await acknowledged;
    deliver(5, true);
    assert.equal((await inbox.nextDelivery()).envelopes.length, 1);
    assert.equal(socket.isClosed, false);
  });

  test("whose answer is of another kind, or of none that is known, are for later", async () => {
    const { inbox, socket } = await opened();
    const minted = inbox.mintCapabilities(2);
    sayTo(socket, { case: "addressesBlocked", value: {} }, 2);
    await assert.rejects(minted, withCode("internal"));
    const acknowledged = inbox.acknowledge(4n);
    // Number 3, and field 15, which no answer of this version has.
    socket.handlers.onMessage(Uint8Array.of(0x08, 3, 0x7a, 0));
    await assert.rejects(acknowledged, withCode("internal"));
    const refused = inbox.acknowledge(4n);
    sayTo(socket, { case: "error", value: { code: "of_a_later_version" } }, 4);
    await assert.rejects(refused, withCode("internal"));
    assert.equal(socket.isClosed, false);
  });

  test("all fail where the error is of none of them", async () => {
    const { inbox, socket } = await opened();
    const waiting = [inbox.mintCapabilities(2), inbox.acknowledge(4n), inbox.nextDelivery()];
    sayTo(socket, { case: "error", value: { code: "internal" } });
    for (const { status, reason } of (await Promise.allSettled(
      waiting,
    )) as PromiseRejectedResult[]) {
      assert.equal(status, "rejected");
      assert.ok(withCode("internal")(reason));
    }
  });
});

test("a device that is signed out learns how its account ended, where the service says", async () => {
  const ending = { encoded: Uint8Array.of(1), signature: Uint8Array.of(2) };
  const certificate = { encoded: Uint8Array.of(3), signature: Uint8Array.of(4) };
  for (const request of [0, 1]) {
    const sockets = createSockets(
      (socket) => sayTo(socket, { case: "challenge", value: { nonce: randomBytes(32) } }),
      (socket) =>
        sayTo(
          socket,
          { case: "error", value: { code: "signed_out", ending, certificate } },
          request,
        ),
    );
    await assert.rejects(
      openInbox(
        sockets,
        "http://cell.example",
        signing(async () => ({})),
      ),
      (error) =>
        error instanceof SignedOut &&
        error.code === "signed_out" &&
        error.statement?.ending.encoded[0] === 1 &&
        error.statement.certificate.encoded[0] === 3,
    );
    assert.equal(sockets.opened[0]?.isClosed, true);
  }
});

describe("what the service says and nobody asked for", () => {
  const floods = {
    "many small frames": { count: 10_000, nonceBytes: 32 },
    "a few large ones": { count: 5, nonceBytes: 1_000_000 },
  };
  for (const [what, { count, nonceBytes }] of Object.entries(floods)) {
    test(`is kept up to a bound, and then the socket is over: ${what}`, async () => {
      const { inbox, socket, deliver } = await opened();
      deliver(1, true);
      for (let said = 0; said < count; said += 1) {
        sayTo(socket, { case: "challenge", value: { nonce: new Uint8Array(nonceBytes) } });
      }
      deliver(2, true);
      const taken = await inbox.nextDelivery();
      assert.deepEqual(
        taken.envelopes.map(({ position }) => position),
        [1n],
        "what came before it is taken, and nothing behind",
      );
      await assert.rejects(inbox.nextDelivery(), ConnectionLost);
    });
  }

  test("is not read where more is built of it than can be meant", async () => {
    const { inbox, socket } = await opened();
    const next = inbox.nextDelivery();
    const envelopes = Array.from({ length: 9_000 }, () => ({}));
    sayTo(socket, { case: "delivery", value: { envelopes, lineage, generation } });
    await assert.rejects(next, withCode("service_untrusted"));
  });

  test("is taken whole where it is as much as a service may send ahead", async () => {
    const { inbox, deliver } = await opened();
    for (let position = 1; position <= 256; position += 1) deliver(position, false);
    for (let taken = 0; taken < 256; taken += 64) {
      assert.equal((await inbox.nextDelivery()).envelopes.length, 64);
    }
  });
});

describe("heartbeats", () => {
  test("of the service are answered at once with their number; answers are not", async () => {
    const { socket } = await opened();
    sayTo(socket, { case: "heartbeat", value: { number: 77 } });
    sayTo(socket, { case: "heartbeat", value: { number: 78, isAnswer: true } });
    const beats = sentOn(socket).filter(({ declaration }) => declaration === "inbox-heartbeat");
    assert.deepEqual(
      beats.map(({ request, body }) => [request, body.case === "heartbeat" && { ...body.value }]),
      [[2, { $typeName: "assent.v1.InboxHeartbeat", number: 77, isAnswer: true }]],
    );
  });

  test("that a service asks without end are answered once a second, the last of them", async () => {
    const { inbox, socket, timers } = await opened();
    const answered = () =>
      sentOn(socket).flatMap(({ body }) => (body.case === "heartbeat" ? [body.value.number] : []));
    for (let number = 1; number <= 1_000; number += 1) {
      sayTo(socket, { case: "heartbeat", value: { number } });
    }
    assert.deepEqual(answered(), [1]);
    timers.pass(1_000);
    assert.deepEqual(answered(), [1, 1_000]);
    sayTo(socket, { case: "heartbeat", value: { number: 7 } });
    inbox.close();
    assert.equal(timers.set, 0, "nothing is waited for any more");
    assert.deepEqual(answered(), [1, 1_000]);
  });

  test("are asked for, and every frame is heard", async () => {
    const { inbox, socket, deliver } = await opened();
    let heard = 0;
    inbox.onHeard(() => {
      heard += 1;
    });
    inbox.ask();
    const [beat] = sentOn(socket).filter(({ declaration }) => declaration === "inbox-heartbeat");
    assert.ok(beat?.body.case === "heartbeat" && !beat.body.value.isAnswer);
    sayTo(socket, { case: "heartbeat", value: { number: beat.body.value.number, isAnswer: true } });
    deliver(1, true);
    assert.equal(heard, 2);
  });
});

describe("a request without an answer", () => {
  test("is given up after a minute of silence", async () => {
    const { inbox, timers } = await opened();
    const answer = inbox.acknowledge(1n);
    timers.pass(59_999);
    const early = await Promise.race([answer.catch(() => "over"), Promise.resolve("waiting")]);
    assert.equal(early, "waiting");
    timers.pass(1);
    await assert.rejects(answer, ConnectionLost);
  });

  test("is waited for while something comes, ten minutes at most", async () => {
    const { inbox, socket, timers } = await opened();
    let isOver = false;
    const answer = inbox.acknowledge(1n).finally(() => {
      isOver = true;
    });
    for (let minutes = 0; minutes < 9; minutes += 1) {
      socket.handlers.onBytes?.();
      timers.pass(60_000);
      await new Promise(setImmediate);
      assert.equal(isOver, false, `${minutes}`);
    }
    socket.handlers.onBytes?.();
    timers.pass(60_000);
    await assert.rejects(answer, ConnectionLost);
  });
});

test("why the service closed the socket is known to whoever waits", async () => {
  const { inbox, socket } = await opened();
  const delivery = inbox.nextDelivery();
  socket.handlers.onClose(1012);
  await assert.rejects(
    delivery,
    (error) => error instanceof ConnectionLost && error.closeCode === 1012,
  );
});
