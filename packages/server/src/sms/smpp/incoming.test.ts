// What people write, as SMSCs deliver it: alone or in parts, in any order, in every coding, and never more of it in memory
// than is allowed.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createIncomingTexts } from "./incoming.ts";
import type { ShortMessage } from "./pdu.ts";
import { segmentsOf } from "./segments.ts";
import { startSmpp } from "./smpp-for-tests.ts";

const number = (digits: string) => ({ type: 1, plan: 1, digits });

function delivered(changes: Partial<ShortMessage>): ShortMessage {
  return {
    source: number("4915100000000"),
    destination: number("22022"),
    esmClass: 0,
    validity: "",
    registeredDelivery: 0,
    dataCoding: 0,
    content: new Uint8Array(),
    parameters: new Map(),
    ...changes,
  };
}

function partsOf(text: string, reference: number): ShortMessage[] {
  return segmentsOf(text, reference).map(({ dataCoding, hasHeader, content }) =>
    delivered({ esmClass: hasHeader ? 0x40 : 0, dataCoding, content }),
  );
}

function startIncoming(incompleteTexts = 10) {
  const waiting = new Set<() => void>();
  const texts = createIncomingTexts({ incompleteTexts, incompleteMs: 1 }, (_ms, then) => {
    waiting.add(then);
    return () => void waiting.delete(then);
  });
  const passTime = () => {
    for (const then of [...waiting]) then();
  };
  return { ...texts, waiting, passTime };
}

test("a text is whole when its last part came, in whatever order and mixed with others", () => {
  const texts = fc.string({ unit: fc.constantFrom("a", "€", "ё", "👍"), maxLength: 400 });
  const orders = fc.infiniteStream(fc.nat());
  fc.assert(
    fc.property(texts, texts, orders, (one, other, order) => {
      const { take, waiting } = startIncoming();
      const left = [...partsOf(one, 1), ...partsOf(other, 2)];
      const came: string[] = [];
      while (left.length > 0) {
        const [message] = left.splice((order.next().value ?? 0) % left.length, 1);
        const sms = take(message as ShortMessage);
        if (sms) came.push(sms.text);
      }
      assert.deepEqual(came.sort(), [one, other].sort());
      assert.equal(waiting.size, 0, "nothing of it is kept");
    }),
    { seed: 34, numRuns: 100 },
  );
});

test("a part that comes twice is one, and a reference is of who wrote, to whom and of how many", () => {
  const { take } = startIncoming();
  const [first, second] = partsOf("x".repeat(200), 7);
  assert.ok(first && second);
  assert.equal(take(first), undefined);
  assert.equal(take(first), undefined);
  assert.equal(take({ ...second, source: number("4915100000001") }), undefined);
  assert.equal(take({ ...second, destination: number("33033") }), undefined);
  const ofThree = Uint8Array.of(5, 0, 3, 7, 3, 2, 0x61);
  assert.equal(take({ ...second, content: ofThree }), undefined);
  assert.equal(take(second)?.text, "x".repeat(200));
});

test("references of 16 bits, of parameters, and behind other elements", () => {
  const { take } = startIncoming();
  const wide = (index: number, letter: number) =>
    delivered({
      esmClass: 0x40,
      content: Uint8Array.of(9, 0x24, 1, 5, 8, 4, 1, 2, 2, index, letter),
    });
  assert.equal(take(wide(2, 0x62)), undefined);
  assert.equal(take(wide(1, 0x61))?.text, "ab");
  const bySar = (index: number, letter: number) =>
    delivered({
      content: Uint8Array.of(letter),
      parameters: new Map([
        [0x020c, Uint8Array.of(0, 9)],
        [0x020e, Uint8Array.of(2)],
        [0x020f, Uint8Array.of(index)],
      ]),
    });
  assert.equal(take(bySar(2, 0x64)), undefined);
  assert.equal(take(bySar(1, 0x63))?.text, "cd");
});

test("a character that a telephone cut in two is read once both halves are there", () => {
  const { take } = startIncoming();
  const utf16 = Buffer.from("a👍", "utf16le").swap16();
  const half = (index: number, octets: Uint8Array) =>
    delivered({
      esmClass: 0x40,
      dataCoding: 8,
      content: Buffer.concat([Buffer.of(5, 0, 3, 1, 2, index), octets]),
    });
  assert.equal(take(half(1, utf16.subarray(0, 4))), undefined);
  assert.equal(take(half(2, utf16.subarray(4)))?.text, "a👍");
});

test("every coding: Latin-1 too, and what is no text says nothing", () => {
  const { take } = startIncoming();
  const said = (dataCoding: number, octets: readonly number[]) =>
    take(delivered({ dataCoding, content: Uint8Array.from(octets) }))?.text;
  assert.equal(said(3, [0xe4]), "ä");
  assert.equal(said(1, [0x61]), "a");
  assert.equal(said(8, [0, 0x61, 0]), "a");
  assert.equal(said(2, [0x61]), "");
  assert.equal(said(4, [0x61]), "");
});

test("a header of any octets is read without harm, and stands alone where it makes no sense", () => {
  const { take } = startIncoming(3);
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 12 }),
      fc.integer({ min: 0, max: 255 }),
      (content, esmClass) => {
        take(delivered({ content, esmClass }));
      },
    ),
    { seed: 34 },
  );
  for (const header of [
    [5, 0, 3, 1, 2, 3],
    [5, 0, 3, 1, 2, 0],
    [5, 0, 3, 1, 0, 1],
  ]) {
    const content = Uint8Array.of(...header, 0x61);
    assert.equal(take(delivered({ esmClass: 0x40, content }))?.text, "a");
  }
});

test("what stays incomplete is forgotten, by time and by number", () => {
  const { take, waiting, passTime, close } = startIncoming(2);
  const first = (reference: number) => partsOf("y".repeat(200), reference)[0] as ShortMessage;
  const second = (reference: number) => partsOf("y".repeat(200), reference)[1] as ShortMessage;
  for (const reference of [1, 2, 3]) take(first(reference));
  assert.equal(waiting.size, 2);
  assert.equal(take(second(1)), undefined, "the oldest was forgotten, and this begins it anew");
  assert.equal(take(second(3))?.text, "y".repeat(200));
  passTime();
  assert.equal(waiting.size, 0);
  take(first(4));
  close();
  assert.equal(waiting.size, 0, "nothing keeps the process from ending");
});

test("an SMSC delivers parts, and hears that each was taken", async (context) => {
  const { send, pass, last, received } = startSmpp(context);
  await send("a");
  const { commands } = last();
  const before = commands.length;
  for (const { content } of segmentsOf("z".repeat(200), 3)) {
    last().deliver("4915100000000", Buffer.from(content).toString("latin1"), 0x40);
  }
  await pass(1);
  assert.deepEqual(received, [{ from: "4915100000000", text: "z".repeat(200) }]);
  assert.deepEqual(commands.slice(before), [0x8000_0005, 0x8000_0005]);
});
