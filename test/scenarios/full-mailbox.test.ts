// A mailbox that is full for one text holds up what is behind it to the same person, and nobody else's.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Network } from "@assent/client/node";
import { OutboxAnswerSchema, OutboxRequestSchema, parseNumber } from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { changedNetwork, offline, phonesOn } from "../memory-phone.ts";
import { TestServer } from "../network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");
const british = parseNumber("+447400123456");

/** Mailboxes with little room left: larger envelopes are refused, the others stored. */
function withRoomFor(bytes: number) {
  return (network: Network): Network =>
    changedNetwork(network, {
      openSocket: async (url, subprotocol, handlers) => {
        const socket = await network.openSocket(url, subprotocol, handlers);
        if (!url.endsWith("/outbox")) return socket;
        return {
          close: () => socket.close(),
          send: (frame) => {
            const { puts } = fromBinary(OutboxRequestSchema, frame);
            const fitting = puts.filter(({ body }) => body.length <= bytes);
            const errors = puts
              .filter(({ body }) => body.length > bytes)
              .map(({ request }) => ({ request, code: "mailbox_full" }));
            const passed = create(OutboxRequestSchema, { puts: fitting });
            if (fitting.length > 0) socket.send(toBinary(OutboxRequestSchema, passed));
            const refused = create(OutboxAnswerSchema, { errors });
            handlers.onMessage(toBinary(OutboxAnswerSchema, refused));
          },
        };
      },
    });
}

test("a short text does not overtake a long one that was refused", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben, carol] = await phonesOn(server, [german, french, british]);
  assert.ok(anna && ben && carol);
  for (const phone of [ben, carol]) {
    await anna.send(phone, "hello");
    assert.deepEqual(await phone.texts(), ["hello"]);
  }
  const long = "A text of five kilobytes. ".repeat(200);
  for (const [to, text] of [
    [ben, long],
    [ben, "short"],
    [carol, "to somebody else"],
    [carol, "and again"],
  ] as const) {
    assert.equal((await anna.send(to, text, { network: offline })).state, "queued");
  }
  await anna.events({ network: withRoomFor(4_096) });
  assert.deepEqual(await ben.texts(), []);
  assert.deepEqual(await carol.texts(), ["to somebody else", "and again"]);
  await anna.events();
  assert.deepEqual(await ben.texts(), [long, "short"]);
});
