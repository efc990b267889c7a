// Frames that are written field by field say what the codec reads, and nothing but what the codec would have written.
import assert from "node:assert/strict";
import { test } from "node:test";
import { InboxAnswerSchema, OutboxAnswerSchema, PutOutcome } from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { socketFrameOf } from "./frame-writer.ts";
import { acknowledgedFrame, deliveryFrame } from "./inbox-frames.ts";
import { OutboxAnswers, outboxAnswerFrame } from "./outbox-answer-frame.ts";
import type { WaitingEnvelope } from "./store.ts";

const bytes = (minLength: number, maxLength = minLength) =>
  fc
    .uint8Array({ minLength, maxLength })
    .map((drawn): Uint8Array<ArrayBuffer> => new Uint8Array(drawn));
const number32 = fc.integer({ min: 1, max: 0xffff_ffff });
const position = fc.oneof(number32, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));

/** Its parts somewhere in a larger one. */
function inOneBuffer({
  position: at,
  envelopeId,
  serial,
  body,
  isDropped,
}: Record<"envelopeId" | "serial" | "body", Uint8Array> &
  Pick<WaitingEnvelope, "position" | "isDropped">) {
  const bytes = Buffer.concat([Buffer.alloc(3), envelopeId, Buffer.alloc(2), body]);
  const places = { envelopeIdAt: 3, bodyAt: 37, bodyLength: body.length };
  const serialBytes = Buffer.concat([Buffer.alloc(5), serial]);
  return { position: at, bytes, ...places, serialBytes, serialAt: 5, isDropped };
}

/** Of a whole frame, as RFC 6455 has it. */
function payloadOf(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  assert.equal(frame[0], 0x82);
  const short = view.getUint8(1);
  const [start, length] =
    short < 126
      ? [2, short]
      : short === 126
        ? [4, view.getUint16(2)]
        : [10, Number(view.getBigUint64(2))];
  assert.equal(frame.length, start + length);
  return new Uint8Array(frame.subarray(start));
}

test("a frame has the header of its length", () => {
  for (const length of [0, 1, 125, 126, 127, 65_535, 65_536, 1_000_000]) {
    const message = new Uint8Array(length).fill(7);
    assert.deepEqual(payloadOf(socketFrameOf(message)), message);
  }
});

test("a delivery is read as it was handed out", () => {
  const envelope = fc.record({
    position,
    envelopeId: bytes(32),
    serial: bytes(16),
    body: bytes(1, 900),
    isDropped: fc.boolean(),
  });
  const handedOut = fc.record({
    envelopes: fc.array(envelope, { maxLength: 5 }),
    caughtUp: fc.boolean(),
    acknowledged: fc.oneof(fc.constant(0), position),
    lineage: number32,
    generation: number32,
  });
  fc.assert(
    fc.property(handedOut, (given) => {
      const { envelopes, acknowledged, ...rest } = given;
      const message = create(InboxAnswerSchema, {
        body: {
          case: "delivery",
          value: {
            ...rest,
            acknowledgedPosition: BigInt(acknowledged),
            envelopes: envelopes.map(({ position: at, envelopeId, serial, body, isDropped }) => {
              const alone = { position: BigInt(at) };
              return isDropped ? alone : { ...alone, envelopeId, addressSerial: serial, body };
            }),
          },
        },
      });
      const frame = deliveryFrame({ ...given, envelopes: envelopes.map(inOneBuffer) });
      assert.deepEqual(fromBinary(InboxAnswerSchema, payloadOf(frame)), message);
      assert.equal(payloadOf(frame).length, toBinary(InboxAnswerSchema, message).length);
    }),
    { seed: 6455 },
  );
});

test("that a position is acknowledged is read as it was said", () => {
  fc.assert(
    fc.property(number32, fc.oneof(fc.constant(0), position), (request, at) => {
      const message = create(InboxAnswerSchema, {
        request,
        body: { case: "acknowledged", value: { position: BigInt(at) } },
      });
      const frame = acknowledgedFrame(request, at);
      assert.deepEqual(fromBinary(InboxAnswerSchema, payloadOf(frame)), message);
      assert.equal(payloadOf(frame).length, toBinary(InboxAnswerSchema, message).length);
    }),
    { seed: 6455 },
  );
});

test("answers of the outbox are read as they were given", () => {
  const answers = fc.record({
    stored: fc.array(fc.record({ request: number32, ticket: bytes(16) }), { maxLength: 5 }),
    unstored: fc.array(
      fc.record({
        request: number32,
        outcome: fc.constantFrom(PutOutcome.GONE, PutOutcome.REVOKED),
      }),
      { maxLength: 3 },
    ),
    revokes: fc.array(fc.record({ request: number32, outcome: fc.integer({ min: 1, max: 4 }) }), {
      maxLength: 3,
    }),
    statuses: fc.array(fc.record({ request: number32, status: fc.integer({ min: 1, max: 5 }) }), {
      maxLength: 5,
    }),
    refusals: fc.array(
      fc.record({
        request: fc.oneof(fc.constant(0), number32),
        code: fc.constantFrom("request_invalid" as const, "after_refused" as const),
      }),
      { maxLength: 3 },
    ),
    heartbeats: fc.array(fc.oneof(fc.constant(0), number32), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(answers, ({ stored, unstored, revokes, statuses, refusals, heartbeats }) => {
      const message = create(OutboxAnswerSchema, {
        putResults: [
          ...stored.map((result) => ({ ...result, outcome: PutOutcome.STORED })),
          ...unstored,
        ],
        statusResults: statuses,
        revokeResults: revokes,
        errors: refusals,
        heartbeats: heartbeats.map((number) => ({ number, isAnswer: true })),
      });
      const laid = stored.map(({ request, ticket }) => {
        return { request, ticket: { bytes: () => ticket } };
      });
      const given = new OutboxAnswers();
      given.stored.push(...laid);
      given.others = { unstored, revokes, statuses, refusals, heartbeats };
      const frame = outboxAnswerFrame(given);
      assert.deepEqual(fromBinary(OutboxAnswerSchema, payloadOf(frame)), message);
      assert.equal(payloadOf(frame).length, toBinary(OutboxAnswerSchema, message).length);
    }),
    { seed: 6455 },
  );
});
