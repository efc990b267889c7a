// What stays in memory of an SMS that was handed over, looked for by what the collector of garbage leaves: neither number nor
// text, and nothing of it once its receipt came, or none can come any more.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parseNumber } from "@assent/protocol";
import { createForgetting, receiptNames } from "./forgetting.ts";
import { sendingOnce } from "./once-for-each-key.ts";
import { createRoutedSms } from "./routed-sms.ts";
import { createReports } from "./smpp/reports.ts";
import type { OutgoingSms, SmsOutcome } from "./transport.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

async function alive(refs: readonly WeakRef<object>[]): Promise<number> {
  // What a WeakRef was asked for stays until the turn ends.
  await nextTurn();
  collect();
  return refs.filter((ref) => ref.deref() !== undefined).length;
}

/** Timers that are set and not stopped. */
function timers() {
  const waiting = new Set<{ readonly ms: number; readonly then: () => void }>();
  return {
    waiting,
    after(ms: number, then: () => void) {
      const one = { ms, then };
      waiting.add(one);
      return () => void waiting.delete(one);
    },
    pass(ms: number) {
      for (const one of [...waiting]) {
        if (one.ms <= ms && waiting.delete(one)) one.then();
      }
    },
  };
}

const number = parseNumber("+4915123456789");
const accepted: SmsOutcome = { kind: "accepted", id: "1" };

/** Hands over ten of them; and of each a reference that keeps nothing. */
async function handOver(send: (sms: OutgoingSms) => Promise<SmsOutcome>) {
  const refs: WeakRef<OutgoingSms>[] = [];
  for (let count = 0; count < 10; count += 1) {
    const sms = { key: `${count}`, to: number, text: `code ${count}`, validForSeconds: 600 };
    refs.push(new WeakRef(sms));
    await send(sms);
  }
  return refs;
}

test("the search sees an SMS that is kept", async () => {
  const kept: OutgoingSms[] = [];
  const refs = await handOver(async (sms) => {
    kept.push(sms);
    return accepted;
  });
  assert.equal(await alive(refs), 10);
  assert.equal(kept.length, 10);
});

test("asked again under its key an SMS is answered, and neither its number nor its text is kept for that", async () => {
  const { after, waiting, pass } = timers();
  const sending = sendingOnce(async () => accepted, after);
  const refs = await handOver(sending.send);
  assert.equal(waiting.size, 10);
  assert.equal(await alive(refs), 0);
  pass(600_000);
  assert.equal(waiting.size, 0);
  await sending.close();
});

test("nor is it where several transports are chosen from", async () => {
  const { after } = timers();
  const one = { name: "one", ...sendingOnce(async () => accepted, after) };
  const health = { isResting: () => false, ended: () => undefined };
  const routed = createRoutedSms({
    routes: [{ callingCodes: undefined, by: ["one"], price: 0 }],
    transports: new Map([["one", { sms: one, health }]]) as unknown as Parameters<
      typeof createRoutedSms
    >[0]["transports"],
    after,
  });
  assert.equal(await alive(await handOver(routed.send)), 0);
  await routed.close();
});

function submitted(reports: ReturnType<typeof createReports>, count: number) {
  const text = { key: `${count}`, missing: 1, isReported: false };
  const destination = "4915123456789";
  const segment = { text, destination, reference: count + 1, validForSeconds: 600 };
  const submission = reports.submitting(segment);
  submission.accepted(`id-${count}`);
  submission.ended(true);
  return [new WeakRef(segment), new WeakRef(text)] as const;
}

test("what was sent by SMPP is kept without its number, until its receipt came, or none will", async () => {
  const { after, waiting, pass } = timers();
  const heard: string[] = [];
  const reports = createReports((key) => void heard.push(key), 100, after);
  const refs = Array.from({ length: 10 }, (_, count) => submitted(reports, count));
  const segments = refs.map(([segment]) => segment);
  const texts = refs.map(([, text]) => text);
  assert.deepEqual([await alive(segments), await alive(texts)], [0, 10]);
  const receipt = { userReference: undefined, state: "delivered" as const };
  for (let count = 0; count < 5; count += 1) {
    reports.receipt({ ...receipt, messageIds: [`id-${count}`] }, "015123456789");
  }
  assert.deepEqual([heard.length, await alive(texts), waiting.size], [5, 5, 10]);
  pass(600_000);
  assert.equal(await alive(texts), 5, "it may just have run out");
  pass(660_000);
  assert.deepEqual([await alive(texts), waiting.size], [0, 0]);
  reports.receipt({ ...receipt, messageIds: ["id-7"] }, "015123456789");
  assert.equal(heard.length, 5);
});

test("of what did not go out nothing is kept, and of receipts only those for a number that is being written to", () => {
  const { after, waiting } = timers();
  const heard: string[] = [];
  const reports = createReports((key) => heard.push(key), 100, after);
  const early = { messageIds: ["id-1"], userReference: undefined, state: "failed" as const };
  const begin = (key: string) =>
    reports.submitting({
      text: { key, missing: 1, isReported: false },
      destination: "4915123456789",
      reference: 1,
      validForSeconds: 600,
    });
  reports.receipt(early, "4915123456789");
  const first = begin("first");
  first.accepted("id-1");
  first.ended(true);
  const second = begin("second");
  reports.receipt(early, "4915123456780");
  second.ended(false);
  assert.deepEqual([heard, waiting.size], [[], 1], "the first still waits, under its id");
  const third = begin("third");
  reports.receipt({ ...early, messageIds: ["id-3"] }, "4915123456789");
  third.accepted("id-3");
  third.ended(true);
  assert.deepEqual(heard, ["third"]);
  reports.close();
  assert.equal(waiting.size, 0);
});

test("a name says no number without the key of its process, and is forgotten in its time", () => {
  const nameOf = receiptNames();
  assert.equal(nameOf("+49 151 23456789", "7"), nameOf("015123456789", "7"));
  assert.notEqual(nameOf("015123456789", "7"), nameOf("015123456789", "8"));
  assert.notEqual(nameOf("015123456789", "7"), nameOf("015123456780", "7"));
  assert.doesNotMatch(nameOf("+4915123456789", "7"), /3456789/);
  assert.notEqual(nameOf("015123456789", "7"), receiptNames()("015123456789", "7"));
  const { after, waiting, pass } = timers();
  const forgetting = createForgetting<number>(2, after);
  for (const value of [1, 2, 3, 3]) forgetting.keep(`${value}`, value, value);
  assert.deepEqual(
    [1, 2, 3].map((value) => forgetting.get(`${value}`)),
    [undefined, 2, 3],
  );
  assert.equal(waiting.size, 2);
  pass(62_000);
  assert.deepEqual(
    [2, 3].map((value) => forgetting.get(`${value}`)),
    [undefined, 3],
  );
  forgetting.close();
  assert.equal(waiting.size, 0);
});
