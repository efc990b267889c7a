// The inbox over a socket that the test speaks for: what came while the phone was busy is taken together, in order, and
// no more of it at once than one commit may hold.
import assert from "node:assert/strict";
import { test } from "node:test";
import { InboxAnswerSchema, randomBytes } from "@assent/protocol";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Egress } from "./egress.ts";
import { openInbox } from "./inbox.ts";
import type { SocketHandlers } from "./network.ts";

type Answer = MessageInitShape<typeof InboxAnswerSchema>["answer"];

async function opened() {
  const { promise: connected, resolve: connect } = Promise.withResolvers<SocketHandlers>();
  const egress: Pick<Egress, "openSocket"> = {
    openSocket: async (_declaration, _url, _subprotocol, handlers) => {
      connect(handlers);
      return { send: async () => undefined, close: () => undefined };
    },
  };
  const owner = {
    deviceId: randomBytes(32),
    devicePrivateKey: randomBytes(32),
    cellId: randomBytes(32),
  };
  const opening = openInbox(egress as Egress, "http://cell.example", owner as never);
  const handlers = await connected;
  const say = (answer: Answer) =>
    handlers.onMessage(toBinary(InboxAnswerSchema, create(InboxAnswerSchema, { answer })));
  say({ case: "challenge", value: { nonce: randomBytes(32) } });
  say({ case: "ready", value: { singleUseKeyPackagesLeft: 0 } });
  const deliver = (position: number, caughtUp: boolean) =>
    say({ case: "delivery", value: { envelopes: [{ position: BigInt(position) }], caughtUp } });
  return { inbox: await opening, deliver };
}

test("what came meanwhile is one delivery, in order, that says what its last part said", async () => {
  const { inbox, deliver } = await opened();
  deliver(1, true);
  deliver(2, false);
  deliver(3, true);
  const { envelopes, caughtUp } = await inbox.nextDelivery();
  assert.deepEqual(
    envelopes.map(({ position }) => position),
    [1n, 2n, 3n],
  );
  assert.equal(caughtUp, true);
  const later = inbox.nextDelivery();
  deliver(4, false);
  const { envelopes: next, caughtUp: isAll } = await later;
  assert.deepEqual(
    next.map(({ position }) => position),
    [4n],
  );
  assert.equal(isAll, false);
});

test("no more are taken at once than one commit may hold; the rest is next", async () => {
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
