// What of a later version is kept and shown nowhere is bounded, an account's own by what it sent last, and nobody else's by it.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { EnvelopeContentSchema, hex } from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { point } from "../../store/records.ts";
import { type ConversingForTests, conversing } from "../conversing-for-tests.ts";
import { keptContent, keptEnvelope } from "./keeping.ts";
import { laterBytes } from "./taking-for-tests.ts";

const [anna, ben] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
let on: ConversingForTests;
let sent: number;

beforeEach(async () => {
  on = await conversing();
  sent = 0;
});

/** Ids fall while more comes: nothing follows from their order. */
function nextId(): string {
  sent += 1;
  return String(9_999 - sent).padStart(64, "0");
}

/** Several of one step: all come at one time. */
async function content(accountId: Uint8Array<ArrayBuffer>, isShown: boolean, count = 1) {
  const conversationId = new Uint8Array(32);
  const { nowMs } = on.clock;
  const ids = Array.from({ length: count }, nextId);
  await on.records.step(async (step) => {
    for (const id of ids) {
      const fields = {
        accountId,
        deviceId: accountId,
        conversationId,
        receivedAtMs: BigInt(nowMs),
      };
      step.add(await keptContent(step, id, fields, Uint8Array.of(1), isShown));
      if (isShown) step.add([point("messageIds", id, id)]);
    }
  });
  return ids.map((id) => `m${id}`);
}

async function envelope(accountId: Uint8Array<ArrayBuffer> | undefined): Promise<string> {
  const id = new Uint8Array(Buffer.from(nextId(), "hex"));
  const whose = accountId && { accountId, conversationId: new Uint8Array(32) };
  const later = fromBinary(EnvelopeContentSchema, laterBytes);
  await on.records.step(async (step) =>
    step.add(await keptEnvelope(step, id, later, whose, on.clock.nowMs)),
  );
  return `e${hex(id)}`;
}

const kept = () => on.records.keys("kept");
const unapplied = async () => (await on.records.pointers("unapplied")).map(({ text: key }) => key);

test("of an account the last 64 are kept, with their places, in whatever order their ids are", async () => {
  const first = await content(anna, false, 40);
  on.clock.nowMs += 1;
  const last = await content(anna, false, 64);
  assert.deepEqual(await unapplied(), last);
  assert.deepEqual(await kept(), [...last].sort());
  assert.ok(first.length > 0);
});

test("of those that came at once, the last", async () => {
  const all = await content(anna, false, 70);
  assert.deepEqual(await unapplied(), all.slice(6));
});

test("what is shown is neither counted nor goes, and nobody else's does", async () => {
  const shown = await content(anna, true, 70);
  const bens = await content(ben, false, 60);
  const annas = await content(anna, false, 64);
  assert.deepEqual((await kept()).length, 70 + 60 + 64);
  const one = await content(anna, false);
  const places = await unapplied();
  assert.deepEqual(places, [...shown, ...bens, ...annas.slice(1), ...one]);
});

test("envelopes that are not understood are among them", async () => {
  const oldest = await envelope(anna);
  on.clock.nowMs += 1;
  await content(anna, false, 63);
  assert.ok((await kept()).includes(oldest));
  on.clock.nowMs += 1;
  const newest = await envelope(anna);
  const keys = await kept();
  assert.deepEqual([keys.length, keys.includes(oldest), keys.includes(newest)], [64, false, true]);
});

test("what a stranger's envelope brings pushes nothing out", async () => {
  const strangers = await envelope(undefined);
  await content(anna, false, 70);
  assert.ok((await kept()).includes(strangers));
  assert.equal((await kept()).length, 65);
});
