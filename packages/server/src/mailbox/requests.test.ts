// Frames that are walked tag by tag say what the codec reads, whatever they are: made as clients make them, damaged, or at random.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  InboxRequestSchema,
  limits,
  OutboxAnswerSchema,
  OutboxRequestSchema,
  PutResultSchema,
  PutSchema,
} from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { readAcknowledge } from "./acknowledge-frame.ts";
import { type PutInFrame, readOutboxFrame } from "./outbox-request.ts";

const bytes = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((drawn): Uint8Array<ArrayBuffer> => new Uint8Array(drawn));
const number32 = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 0, max: 0xffff_ffff }),
);
const requestNumber = fc.oneof(
  { weight: 15, arbitrary: fc.integer({ min: 1, max: 0xffff_ffff }) },
  { weight: 1, arbitrary: fc.constant(0) },
);
const put = fc.record(
  {
    request: requestNumber,
    capability: bytes(100),
    envelopeId: bytes(33),
    body: bytes(600),
    after: number32,
    quiet: fc.boolean(),
    cellId: bytes(33),
  },
  { requiredKeys: ["request"] },
);
const puts = fc.record({ puts: fc.array(put, { minLength: 1, maxLength: 4 }) });
const anything = fc.record(
  {
    puts: fc.array(put, { maxLength: 4 }),
    statusQueries: fc.array(fc.record({ request: number32, ticket: bytes(16) }), { maxLength: 1 }),
    heartbeats: fc.array(fc.record({ number: number32 }), { maxLength: 1 }),
    revokes: fc.array(fc.record({ request: number32 }), { maxLength: 1 }),
  },
  { requiredKeys: [] },
);
const outboxFrame = fc
  .oneof(puts, anything)
  .map((fields) => toBinary(OutboxRequestSchema, create(OutboxRequestSchema, fields)));
const acknowledgeFrame = fc
  .record({
    request: requestNumber,
    position: fc.oneof(
      fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).map(BigInt),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    ),
  })
  .map(({ request, position }) =>
    toBinary(
      InboxRequestSchema,
      create(InboxRequestSchema, { request, body: { case: "acknowledge", value: { position } } }),
    ),
  );

/** A frame as it was made, with a few bytes changed, cut off, put in or taken twice; or anything at all. */
function anyOf(made: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const damage = fc.record({
    kind: fc.constantFrom("change", "cut", "insert", "repeat"),
    at: fc.nat(700),
    byte: fc.oneof(fc.constantFrom(0x08, 0x0a, 0x12, 0x1a, 0x22, 0x80, 0xff), fc.nat(255)),
  });
  const damaged = fc
    .record({ frame: made, damages: fc.array(damage, { minLength: 1, maxLength: 4 }) })
    .map(({ frame, damages }) => damages.reduce(damagedBy, frame));
  return fc.oneof(made, damaged, fc.uint8Array({ maxLength: 40 }));
}

function damagedBy(
  frame: Uint8Array,
  { kind, at, byte }: { readonly kind: string; readonly at: number; readonly byte: number },
): Uint8Array {
  const place = frame.length > 0 ? at % frame.length : 0;
  const before = frame.subarray(0, place);
  if (kind === "cut") return before;
  if (kind === "insert") return Uint8Array.of(...before, byte, ...frame.subarray(place));
  if (kind === "repeat") return Uint8Array.of(...frame, ...frame.subarray(place));
  return Uint8Array.of(...before, byte, ...frame.subarray(place + 1));
}

/** What the codec reads: every part as bytes. Undefined where it reads nothing that may be asked. */
function readByCodec(frame: Uint8Array) {
  try {
    const { puts, statusQueries, revokes, sharedPuts, heartbeats } = fromBinary(
      OutboxRequestSchema,
      frame,
    );
    const numbered = [...puts, ...statusQueries, ...revokes, ...sharedPuts];
    const items = numbered.length + heartbeats.length;
    if (items === 0 || items > limits.itemsPerFrame) return undefined;
    if (numbered.some(({ request }) => request === 0)) return undefined;
    return puts.map(({ request, capability, envelopeId, body, after, quiet, cellId }) => {
      return { request, capability, envelopeId, body, after, quiet, cellId };
    });
  } catch {
    return undefined;
  }
}

function partsOf(read: PutInFrame) {
  const part = (at: number, length: number) => new Uint8Array(read.bytes.slice(at, at + length));
  const { request, after, quiet } = read;
  return {
    request,
    capability: part(read.capabilityAt, read.capabilityLength),
    envelopeId: part(read.envelopeIdAt, read.envelopeIdLength),
    body: part(read.bodyAt, read.bodyLength),
    after,
    quiet,
    cellId: part(read.cellIdAt, read.cellIdLength),
  };
}

test("an outbox frame says what the codec reads in it, or neither reads it", () => {
  let walked = 0;
  let refused = 0;
  fc.assert(
    fc.property(anyOf(outboxFrame), (drawn) => {
      // Anywhere in a larger buffer, as ws hands it over.
      const frame = new Uint8Array(Uint8Array.of(9, 9, 9, ...drawn).buffer, 3);
      const read = readOutboxFrame(frame);
      assert.deepEqual(read?.puts.map(partsOf), readByCodec(frame));
      if (read && !read.others) walked += 1;
      if (!read) refused += 1;
    }),
    { seed: 16, numRuns: 3_000 },
  );
  assert.ok(walked > 300 && refused > 300, `${walked} were walked, ${refused} refused`);
});

test("an acknowledgement says what the codec reads in it; where it says nothing, the codec is asked", () => {
  let walked = 0;
  fc.assert(
    fc.property(anyOf(acknowledgeFrame), (frame) => {
      const read = readAcknowledge(frame);
      if (!read) return;
      walked += 1;
      const { request, body } = fromBinary(InboxRequestSchema, frame);
      assert.equal(request, read.request);
      assert.ok(body.case === "acknowledge");
      assert.equal(body.value.position, BigInt(read.position));
    }),
    { seed: 16, numRuns: 3_000 },
  );
  assert.ok(walked > 300, `${walked} were walked`);
});

test("what clients send is walked: one put, many puts, an acknowledgement", () => {
  const one = { request: 1, capability: new Uint8Array(82), body: new Uint8Array(512) };
  const envelopeId = new Uint8Array(32);
  for (const many of [[one], Array.from({ length: limits.itemsPerFrame }, () => one)]) {
    const asked = many.map((fields) => ({ ...fields, envelopeId, after: 7, quiet: true }));
    const frame = toBinary(OutboxRequestSchema, create(OutboxRequestSchema, { puts: asked }));
    const read = readOutboxFrame(frame);
    assert.equal(read?.others, undefined);
    assert.equal(read?.puts.length, many.length);
  }
  const value = { position: BigInt(Number.MAX_SAFE_INTEGER) };
  const frame = toBinary(
    InboxRequestSchema,
    create(InboxRequestSchema, { request: 0xffff_ffff, body: { case: "acknowledge", value } }),
  );
  const position = Number.MAX_SAFE_INTEGER;
  assert.deepEqual(readAcknowledge(frame), { request: 0xffff_ffff, position });
});

test("fields that are written by number are the schema's", () => {
  assert.equal(OutboxRequestSchema.field.puts.number, 1);
  assert.equal(OutboxAnswerSchema.field.putResults.number, 1);
  const { request, outcome, ticket } = PutResultSchema.field;
  assert.deepEqual([request.number, outcome.number, ticket.number], [1, 2, 3]);
  const { capability, envelopeId, body, after, quiet, cellId } = PutSchema.field;
  assert.deepEqual(
    [capability, envelopeId, body, after, quiet, cellId].map(({ number }) => number),
    [2, 3, 4, 5, 6, 7],
  );
});
