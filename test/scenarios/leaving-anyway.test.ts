// Before leaving, a phone takes what waits; nothing the service does then keeps anybody from leaving.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Network } from "@assent/client/node";
import { InboxAnswerSchema, InboxRequestSchema, parseNumber, randomBytes } from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { changedNetwork, phonesOn } from "../memory-phone.ts";
import { TestServer } from "../network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");

/** A service that never comes to an end: for each delivery that is acknowledged, it has another. */
function feeding(delivering: (count: number) => void) {
  return (network: Network): Network =>
    changedNetwork(network, {
      openSocket: async (url, subprotocol, handlers) => {
        if (!url.endsWith("/inbox")) return network.openSocket(url, subprotocol, handlers);
        const answer = (fields: MessageInitShape<typeof InboxAnswerSchema>) =>
          handlers.onMessage(toBinary(InboxAnswerSchema, create(InboxAnswerSchema, fields)));
        let count = 0;
        let of = { lineage: 0, generation: 0 };
        const deliver = () => {
          count += 1;
          delivering(count);
          const envelope = {
            position: BigInt(count),
            envelopeId: randomBytes(32),
            addressSerial: randomBytes(16),
            body: randomBytes(512),
          };
          const { lineage, generation } = of;
          const value = { lineage, generation, envelopes: [envelope] };
          answer({ body: { case: "delivery", value } });
        };
        const socket = await network.openSocket(url, subprotocol, {
          onClose: handlers.onClose,
          onMessage: (bytes) => {
            const { body } = fromBinary(InboxAnswerSchema, bytes);
            if (body.case === "ready") of = body.value;
            if (body.case === "delivery") deliver();
            else handlers.onMessage(bytes);
          },
        });
        return {
          close: () => socket.close(),
          send: (bytes) => {
            const { request, body } = fromBinary(InboxRequestSchema, bytes);
            if (body.case !== "acknowledge") return socket.send(bytes);
            const { position } = body.value;
            answer({ request, body: { case: "acknowledged", value: { position } } });
            deliver();
          },
        };
      },
    });
}

/** A service that opens the inbox, and whatever it says there does not arrive. */
function silent(heard: () => void) {
  return (network: Network): Network =>
    changedNetwork(network, {
      openSocket: (url, subprotocol, handlers) =>
        network.openSocket(
          url,
          subprotocol,
          url.endsWith("/inbox") ? { ...handlers, onMessage: heard } : handlers,
        ),
    });
}

// With a clock that only the test moves, a phone that goes on waiting would wait for ever.
test("ten seconds are enough for a service that feeds for ever, and for a silent one", {
  timeout: 300_000,
}, async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesOn(server, [german, french]);
  assert.ok(anna && ben);
  const { timers } = context.mock;
  timers.enable({ apis: ["setTimeout"] });
  let delivered = 0;
  const fed = feeding((count) => {
    delivered = count;
    if (count === 100) timers.tick(10_000);
    assert.ok(count < 1_000, "it takes and takes");
  });
  const left = await anna.run((profile) => profile.account.turnOff(), { network: fed });
  assert.equal(left.kind, "gone");
  assert.equal(delivered, 100);
  const network = silent(() => timers.tick(10_000));
  assert.equal((await ben.run((profile) => profile.account.turnOff(), { network })).kind, "gone");
});
