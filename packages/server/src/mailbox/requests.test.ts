// Frames that are walked tag by tag say what the codec reads, whatever they are: made as clients make them, damaged, or at random.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  countFields,
  InboxAnswerSchema,
  InboxRequestSchema,
  limits,
  OutboxAnswerSchema,
  OutboxRequestSchema,
  PutResultSchema,
  PutSchema,
} from "@assent/protocol";
import {
  create,
  type DescField,
  type DescMessage,
  fromBinary,
  isMessage,
  type Message,
  ScalarType,
  toBinary,
} from "@bufbuild/protobuf";
import { DoubleValueSchema, SourceCodeInfo_LocationSchema } from "@bufbuild/protobuf/wkt";
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

// Anywhere in a larger buffer, as ws hands it over.
const received = (frame: Uint8Array) => new Uint8Array(Uint8Array.of(9, 9, 9, ...frame).buffer, 3);

test("an outbox frame says what the codec reads in it, or neither reads it", () => {
  let walked = 0;
  let refused = 0;
  fc.assert(
    fc.property(outboxFrame, (made) => {
      const frame = received(made);
      const read = readOutboxFrame(frame);
      assert.deepEqual(read?.puts.map(partsOf), readByCodec(frame));
      if (read && !read.others) walked += 1;
      if (!read) refused += 1;
    }),
    { seed: 16, numRuns: 1_000 },
  );
  assert.ok(walked > 300 && refused > 100, `${walked} were walked, ${refused} refused`);
});

test("what is read of a damaged outbox frame is what the codec reads; it reads on behind parts that do not end", () => {
  let read = 0;
  let refusedHereAlone = 0;
  fc.assert(
    fc.property(anyOf(outboxFrame), (drawn) => {
      const frame = received(drawn);
      const asked = readOutboxFrame(frame);
      const byCodec = readByCodec(frame);
      if (asked) assert.deepEqual(asked.puts.map(partsOf), byCodec);
      if (asked) read += 1;
      else if (byCodec) refusedHereAlone += 1;
    }),
    { seed: 16, numRuns: 3_000 },
  );
  assert.ok(read > 300 && refusedHereAlone < read / 10, `${read} read, ${refusedHereAlone} not`);
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

/** A frame, and how often one of its bytes was looked at. */
function watched(frame: Uint8Array): { readonly frame: Uint8Array; looks(): number } {
  let looks = 0;
  const watching = new Proxy(frame, {
    get(bytes, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) looks += 1;
      const value: unknown = Reflect.get(bytes, key, bytes);
      return typeof value === "function" ? value.bind(bytes) : value;
    },
  });
  return { frame: watching, looks: () => looks };
}

/** As one field of this tag. */
function fieldOf(tag: number, value: Uint8Array): Uint8Array {
  const { length } = value;
  const sevenBits = [0x80 | (length & 0x7f), 0x80 | ((length >> 7) & 0x7f), length >> 14];
  return Buffer.concat([Uint8Array.of(tag, ...sevenBits), value]);
}

const many = 1_000_000;
const empties = (tag: number) => Buffer.alloc(many, Uint8Array.of(tag, 0));
const floods = {
  "empty puts": empties(0x0a),
  "empty queries": empties(0x12),
  "empty heartbeats": empties(0x1a),
  "what nobody knows": Buffer.alloc(many, Uint8Array.of(0x78, 1)),
  "empty targets of one revoke": fieldOf(0x22, empties(0x12)),
  // What ends behind where its put does says, to who believes that, that all behind it is one field.
  "empty puts behind one that ends elsewhere than it says": Buffer.concat([
    Uint8Array.of(0x0a, 2, 0x12, 5, 0x7a, 0x80, 0x89, 0x7a, 0),
    empties(0x0a),
  ]),
  // To who believes the tags, the first put is a number, and its flag a field that nobody knows, as long as all that follows.
  "empty puts behind one whose tags say something else": Buffer.concat([
    Uint8Array.of(0x08, 4, 0x32, 0xc0, 0x84, 0x3d),
    empties(0x0a),
  ]),
};
for (const [what, flood] of Object.entries(floods)) {
  test(`a frame that is full of ${what} is refused before most of it was looked at`, () => {
    const outbox = watched(flood);
    assert.equal(readOutboxFrame(outbox.frame), undefined);
    assert.ok(outbox.looks() > 0 && outbox.looks() < many / 10, `${outbox.looks()} bytes`);
  });
}

test("an inbox frame that is full of empty requests behind a number is refused before most of it was looked at", () => {
  // The number of the request, which the tag says to be so many bytes.
  const number = Uint8Array.of(0x0a, 0xc0, 0x84, 0x3d);
  const inbox = watched(
    Buffer.concat([number, Buffer.alloc(many, Uint8Array.of(0x12, 0, 0x22, 0))]),
  );
  assert.equal(countFields(InboxRequestSchema, inbox.frame, 1_000), undefined);
  assert.ok(inbox.looks() > 0 && inbox.looks() < many / 10, `${inbox.looks()} bytes`);
  assert.equal(countFields(InboxRequestSchema, number, 1), 1, "the number alone");
});

const fixed: readonly unknown[] = [
  ScalarType.DOUBLE,
  ScalarType.FLOAT,
  ScalarType.FIXED32,
  ScalarType.FIXED64,
  ScalarType.SFIXED32,
  ScalarType.SFIXED64,
];

/** Those that are neither one number after another nor bytes. */
function countedWrongly(schema: DescMessage): string[] {
  const isOdd = (field: DescField) => {
    if (field.fieldKind === "map" || fixed.includes(field.scalar)) return true;
    if (field.fieldKind !== "list" || field.message) return false;
    return field.scalar !== ScalarType.BYTES && field.scalar !== ScalarType.STRING;
  };
  return schema.fields.flatMap((field) => [
    ...(isOdd(field) ? [field.name] : []),
    ...(field.message ? countedWrongly(field.message) : []),
  ]);
}

test("nothing that is asked or answered has numbers of a fixed length, or in lists", () => {
  for (const schema of [
    OutboxRequestSchema,
    InboxRequestSchema,
    OutboxAnswerSchema,
    InboxAnswerSchema,
  ])
    assert.deepEqual(countedWrongly(schema), [], schema.name);
  assert.deepEqual(countedWrongly(DoubleValueSchema), ["value"]);
  assert.deepEqual(countedWrongly(SourceCodeInfo_LocationSchema), ["path", "span"]);
});

/** All fields of a message that was read, those of the messages in it included. */
function fieldsOf({ $typeName, $unknown = [], ...fields }: Message): number {
  const own = $unknown.length;
  return Object.values(fields)
    .flat()
    .reduce<number>((sum, value) => {
      const within = isMessage(value) ? fieldsOf(value) : 0;
      // What stands at its default was not there, or as good as not.
      const isThere =
        isMessage(value) || (value instanceof Uint8Array ? value.length > 0 : !!value);
      return sum + within + (isThere ? 1 : 0);
    }, own);
}

test("whatever a frame says, the codec reads no more fields of it than were counted", () => {
  let counted = 0;
  fc.assert(
    fc.property(anyOf(outboxFrame), (frame) => {
      let fields: number;
      try {
        fields = fieldsOf(fromBinary(OutboxRequestSchema, frame));
      } catch {
        return;
      }
      if (fields === 0) return;
      counted += 1;
      assert.equal(countFields(OutboxRequestSchema, frame, fields - 1), undefined);
    }),
    { seed: 16, numRuns: 3_000 },
  );
  assert.ok(counted > 300, `${counted} were counted`);
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
