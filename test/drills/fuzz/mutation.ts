// What is done to valid bytes to make bad ones of them: a few changes each, at random places, as plain data, so
// that a failing case prints as what it was and can be run again.
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import fc from "fast-check";

type Change =
  | { readonly kind: "flip"; readonly at: number; readonly bit: number }
  | { readonly kind: "set"; readonly at: number; readonly value: number }
  | { readonly kind: "insert"; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: "remove"; readonly at: number; readonly length: number }
  | {
      readonly kind: "repeat";
      readonly at: number;
      readonly length: number;
      readonly times: number;
    }
  | { readonly kind: "cut"; readonly at: number }
  | { readonly kind: "replace"; readonly bytes: Uint8Array };

export interface Mutation {
  readonly changes: readonly Change[];
  /**
   * Which field, and which field of that: the change is made in there, and the lengths around it are put right, so
   * that what reads the message gets to see it. Empty where the bytes themselves are changed.
   */
  readonly path: readonly number[];
}

const at = fc.nat(1_000_000);
// The bytes at which lengths, field numbers and signs of most formats turn over.
const edges = fc.constantFrom(0, 1, 0x0a, 0x0d, 0x20, 0x7f, 0x80, 0xfe, 0xff);
const value = fc.oneof(edges, fc.nat(255));
// Lengths that announce more than there is: of protobuf, and of TLS-like encodings.
const announcements = fc.constantFrom(
  Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x07),
  Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
  Uint8Array.of(0xbf, 0xff, 0xff, 0xff),
  Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x10),
);

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("flip"), at, bit: fc.nat(7) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("set"), at, value }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("insert"),
      at,
      bytes: fc.oneof(announcements, fc.uint8Array({ minLength: 1, maxLength: 40 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("remove"),
      at,
      length: fc.integer({ min: 1, max: 64 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("repeat"),
      at,
      length: fc.integer({ min: 1, max: 64 }),
      times: fc.integer({ min: 1, max: 20 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cut"), at }) },
) as fc.Arbitrary<Change>;

const replacement = fc.record({
  kind: fc.constant("replace"),
  bytes: fc.uint8Array({ maxLength: 200 }),
}) as fc.Arbitrary<Change>;

const path = fc.oneof(fc.constant([]), fc.array(fc.nat(1_000), { minLength: 1, maxLength: 5 }));

/** Mostly changed, now and then random altogether. */
export const mutation: fc.Arbitrary<Mutation> = fc.record({
  changes: fc.oneof(
    { weight: 9, arbitrary: fc.array(change, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: replacement.map((whole) => [whole]) },
  ),
  path,
});

export const noMutation: Mutation = { changes: [], path: [] };

export function mutate(valid: Uint8Array, { changes, path }: Mutation): Uint8Array<ArrayBuffer> {
  const [field, ...inside] = path;
  const fields = field === undefined ? undefined : fieldsOf(valid);
  if (field === undefined || !fields || fields.length === 0) {
    return changes.reduce<Uint8Array<ArrayBuffer>>(changed, new Uint8Array(valid));
  }
  const writer = new BinaryWriter();
  for (const [index, { number, type, raw }] of fields.entries()) {
    writer.tag(number, type);
    const isChosen = index === field % fields.length;
    const next = isChosen ? mutate(raw, { changes, path: inside }) : raw;
    if (type === WireType.LengthDelimited) writer.bytes(next);
    else writer.raw(next);
  }
  return new Uint8Array(writer.finish());
}

interface Field {
  readonly number: number;
  readonly type: WireType;
  /** Without tag and length. */
  readonly raw: Uint8Array;
}

/** The fields of what may be a protobuf message; undefined where it is none. */
function fieldsOf(bytes: Uint8Array): Field[] | undefined {
  try {
    const reader = new BinaryReader(bytes);
    const fields: Field[] = [];
    while (reader.pos < reader.len) {
      const [number, type] = reader.tag();
      const raw = type === WireType.LengthDelimited ? reader.bytes() : reader.skip(type, number);
      fields.push({ number, type, raw });
    }
    return fields;
  } catch {
    return undefined;
  }
}

function changed(bytes: Uint8Array<ArrayBuffer>, step: Change): Uint8Array<ArrayBuffer> {
  if (step.kind === "replace") return new Uint8Array(step.bytes);
  const place = bytes.length === 0 ? 0 : step.at % bytes.length;
  const [before, behind] = [bytes.subarray(0, place), bytes.subarray(place)];
  const next = new Uint8Array(bytes);
  switch (step.kind) {
    case "flip":
      if (place < next.length) next[place] = (next[place] as number) ^ (1 << step.bit);
      return next;
    case "set":
      if (place < next.length) next[place] = step.value;
      return next;
    case "insert":
      return joined(before, step.bytes, behind);
    case "remove":
      return joined(before, behind.subarray(step.length));
    case "repeat": {
      const part = behind.subarray(0, step.length);
      return joined(before, ...Array<Uint8Array>(step.times).fill(part), behind);
    }
    case "cut":
      return joined(before);
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}
