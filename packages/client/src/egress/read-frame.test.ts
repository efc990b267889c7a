// Frames that are made to fill a phone: refused before they are read, and counted by what they hold while nobody takes them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type InboxAnswer, InboxAnswerSchema, limits, OutboxAnswerSchema } from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import { readFrame } from "./read-frame.ts";
import { UntakenFrames } from "./untaken-frames.ts";

function delivery(count: number, bodyBytes: number): Uint8Array {
  const envelope = {
    position: 1_000_000n,
    envelopeId: new Uint8Array(32).fill(1),
    addressSerial: new Uint8Array(16).fill(2),
    body: new Uint8Array(bodyBytes).fill(3),
  };
  const envelopes = Array.from({ length: count }, () => envelope);
  const value = { envelopes, caughtUp: true, acknowledgedPosition: 1n, lineage: 7, generation: 3 };
  return toBinary(
    InboxAnswerSchema,
    create(InboxAnswerSchema, { body: { case: "delivery", value } }),
  );
}

/** A delivery of so many envelopes of nothing, two bytes each. */
function emptyEnvelopes(count: number): Uint8Array {
  const envelopes = Buffer.alloc(2 * count, Uint8Array.of(0x0a, 0));
  const length = [0, 7, 14].map((shift) => ((envelopes.length >>> shift) & 0x7f) | 0x80);
  return Buffer.concat([Uint8Array.of(0x22, ...length, 0), envelopes]);
}

const envelopesIn = ({ body }: InboxAnswer) =>
  body.case === "delivery" ? body.value.envelopes.length : undefined;

test("a delivery of as much as a service sends ahead is read, and holds what it holds", () => {
  const frame = delivery(256, 1_024);
  const read = readFrame(InboxAnswerSchema, frame);
  assert.equal(read && envelopesIn(read.message), 256);
  assert.ok((read?.heldBytes ?? 0) > frame.length);
});

test("a frame full of empty envelopes is not read", () => {
  const read = readFrame(InboxAnswerSchema, emptyEnvelopes(1_000));
  assert.equal(read && envelopesIn(read.message), 1_000);
  const full = readFrame(InboxAnswerSchema, emptyEnvelopes(limits.frameBytes / 2 - 8));
  // Not compared as a whole: what is wrong with half a million of them takes minutes to say.
  assert.ok(full === undefined);
});

test("answers are read as far as they were asked for", () => {
  const putResults = Array.from({ length: 4_000 }, (_, index) => ({
    request: index + 1,
    ticket: new Uint8Array(16).fill(4),
  }));
  const frame = toBinary(OutboxAnswerSchema, create(OutboxAnswerSchema, { putResults }));
  assert.ok(readFrame(OutboxAnswerSchema, frame) === undefined);
  assert.equal(readFrame(OutboxAnswerSchema, frame, 4_000)?.message.putResults.length, 4_000);
});

test("what nobody took is bounded by what it holds, not by its bytes", () => {
  const frame = emptyEnvelopes(8_000);
  const { heldBytes = 0 } = readFrame(InboxAnswerSchema, frame) ?? {};
  const untaken = new UntakenFrames<"delivery">();
  let added = 0;
  while (added < 100 && untaken.add("delivery", {}, heldBytes)) added += 1;
  assert.ok(added >= 1 && added < 4, `${added} frames of ${frame.length} bytes`);
  assert.equal(untaken.take("delivery", 100).length, added);
  assert.equal(untaken.add("delivery", {}, heldBytes), true);
});
