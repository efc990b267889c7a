// PDUs as bytes: written and read back, cut anywhere, and refused where they are none.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createPduCutter } from "./frames.ts";
import { BadPdu } from "./octets.ts";
import {
  commands,
  decodePdu,
  decodeShortMessage,
  encodeBind,
  encodePdu,
  encodeShortMessage,
  parameterTags,
  type ShortMessage,
} from "./pdu.ts";

const octets = (most: number) => fc.uint8Array({ maxLength: most });
const digits = (most: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789Aé"), maxLength: most });
const octet = fc.integer({ min: 0, max: 255 });
const plain = { noNullPrototype: true } as const;
const address = fc.record({ type: octet, plan: octet, digits: digits(20) }, plain);
const messages: fc.Arbitrary<ShortMessage> = fc.record(
  {
    source: address,
    destination: address,
    esmClass: octet,
    validity: digits(16),
    registeredDelivery: octet,
    dataCoding: octet,
    content: octets(254),
    parameters: fc
      .array(fc.tuple(fc.integer({ min: 0, max: 0xffff }), octets(300)), { maxLength: 3 })
      .map((entries) => new Map(entries.filter(([tag]) => tag !== parameterTags.messagePayload))),
  },
  plain,
);

test("a message is read as it was written", () => {
  fc.assert(
    fc.property(messages, (message) => {
      assert.deepEqual(decodeShortMessage(encodeShortMessage(message)), message);
    }),
    { seed: 34 },
  );
});

test("what is cut short is refused, wherever it is cut", () => {
  fc.assert(
    fc.property(messages, fc.nat(), (message, where) => {
      const whole = encodeShortMessage({ ...message, parameters: new Map() });
      const cut = whole.subarray(0, where % whole.length);
      assert.throws(() => decodeShortMessage(cut), BadPdu);
    }),
    { seed: 34 },
  );
});

test("nothing is written that does not fit its field", () => {
  const [message] = fc.sample(messages, 1);
  assert.ok(message);
  const long = { type: 1, plan: 1, digits: "1".repeat(21) };
  for (const wrong of [
    { ...message, content: new Uint8Array(255) },
    { ...message, destination: long },
    { ...message, source: { ...long, digits: "a\0b" } },
    { ...message, source: { ...long, digits: "ё" } },
    { ...message, dataCoding: 256 },
    { ...message, esmClass: -1 },
  ]) {
    assert.throws(() => encodeShortMessage(wrong), BadPdu);
  }
  const bind = { systemId: "name", password: "123456789", systemType: "" };
  assert.throws(() => encodeBind(bind), BadPdu);
  assert.doesNotThrow(() => encodeBind({ ...bind, password: "12345678" }));
});

test("a text of many octets comes as a parameter", () => {
  const payload = new Uint8Array(3_000).fill(0x61);
  const parameters = new Map([[parameterTags.messagePayload, payload]]);
  const [message] = fc.sample(messages, 1);
  assert.ok(message);
  const written = encodeShortMessage({ ...message, content: new Uint8Array(), parameters });
  assert.deepEqual(decodeShortMessage(written).content, payload);
});

test("PDUs are found however the connection cuts them", () => {
  const bodies = fc.array(octets(50), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(bodies, fc.array(fc.integer({ min: 1, max: 40 })), (written, lengths) => {
      const pdus = written.map((body, index) =>
        encodePdu({ command: commands.deliver_sm, status: index, sequence: index + 1 }, body),
      );
      const whole = Buffer.concat(pdus);
      const cut = createPduCutter();
      const found = [];
      for (let at = 0, turn = 0; at < whole.length; turn++) {
        const length = lengths[turn] ?? 7;
        found.push(...cut(whole.subarray(at, at + length)));
        at += length;
      }
      assert.deepEqual(
        found.map(({ body, sequence }) => [sequence, [...body]]),
        written.map((body, index) => [index + 1, [...body]]),
      );
    }),
    { seed: 34 },
  );
});

test("a length that no PDU has is refused before anything waits for it", () => {
  for (const length of [0, 4, 15, 66_001, 0xffff_ffff]) {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(length);
    assert.throws(() => createPduCutter()(head), BadPdu, String(length));
  }
  assert.throws(() => decodePdu(new Uint8Array(15)), BadPdu);
});
