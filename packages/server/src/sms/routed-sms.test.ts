// Several transports: the contract of all, who is asked for whom and after whom, and that what may be on its way goes nowhere
// else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseNumber } from "@assent/protocol";
import { createRoutedSms } from "./routed-sms.ts";
import type { OutgoingSms, SmsOutcome, SmsTransport } from "./transport.ts";
import { type Answering, keepsTheContract } from "./transport-contract-for-tests.ts";
import { createTransportHealth } from "./transport-health.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");
const british = parseNumber("+447400123456");

const never = () => () => undefined;
const outcomes: Readonly<Record<Answering, SmsOutcome>> = {
  yes: { kind: "accepted", id: "1" },
  no: { kind: "refused" },
  "not-now": { kind: "unavailable" },
  never: { kind: "unknown" },
};

/** A provider that answers at once as it is told, and keeps what it may have taken. */
function stub(name: string) {
  const took: OutgoingSms[] = [];
  let asked = 0;
  let how: Answering = "yes";
  let isClosed = false;
  const sms: SmsTransport = {
    name,
    async send(one) {
      asked += 1;
      if (how === "yes" || how === "never") took.push(one);
      return outcomes[how];
    },
    async close() {
      isClosed = true;
    },
  };
  return {
    sms,
    took,
    asked: () => asked,
    isClosed: () => isClosed,
    answer: (answer: Answering) => {
      how = answer;
    },
  };
}

function start() {
  const clock = { nowMs: 0 };
  const quotas = { mostNotTaken: 2, mostFailed: 3, firstRestMs: 60_000, longestRestMs: 240_000 };
  const [phone, provider, other] = [stub("phone"), stub("provider"), stub("other")];
  const transports = new Map(
    [phone, provider, other].map(({ sms }) => [
      sms.name,
      { sms, health: createTransportHealth(quotas, () => clock.nowMs) },
    ]),
  );
  const sms = createRoutedSms({
    routes: [
      { callingCodes: ["49", "43"], by: ["phone", "provider"], price: 1 },
      { callingCodes: ["33"], by: ["other"], price: 1 },
    ],
    transports,
    after: never,
  });
  let keys = 0;
  const send = async (to = german) => {
    keys += 1;
    return (await sms.send({ key: String(keys), to, text: "text", validForSeconds: 600 })).kind;
  };
  const healthOf = (name: string) => {
    const health = transports.get(name)?.health;
    assert.ok(health);
    return health;
  };
  return { clock, phone, provider, other, sms, send, healthOf };
}

keepsTheContract("routes", ["refuse", "fall-silent"], async () => {
  const { sms, phone, provider } = start();
  return {
    sms,
    took: async () => [...phone.took, ...provider.took].map(({ to, text }) => ({ to, text })),
    pass: async () => undefined,
    reports: [],
    received: [],
    answer(how) {
      phone.answer(how);
      provider.answer(how);
    },
  };
});

test("the route of a calling code is asked in its order, and nobody where there is none", async () => {
  const { send, phone, provider, other } = start();
  assert.equal(await send(german), "accepted");
  assert.equal(await send(french), "accepted");
  assert.equal(await send(british), "refused");
  assert.deepEqual([phone.asked(), provider.asked(), other.asked()], [1, 0, 1]);
});

test("the next is asked where the first did not take it, and only there", async () => {
  for (const [how, kind, goesOn] of [
    ["not-now", "accepted", 1],
    ["no", "accepted", 1],
    ["never", "unknown", 0],
    ["yes", "accepted", 0],
  ] as const) {
    const { send, phone, provider } = start();
    phone.answer(how);
    assert.equal(await send(), kind);
    assert.equal(provider.asked(), goesOn, how);
    assert.equal(phone.took.length + provider.took.length, 1, "it went out once");
  }
});

test("that nobody took it says whether it is worth asking again", async () => {
  const { send, phone, provider } = start();
  phone.answer("no");
  provider.answer("no");
  assert.equal(await send(), "refused");
  phone.answer("not-now");
  assert.equal(await send(), "unavailable");
  phone.answer("no");
  provider.answer("not-now");
  assert.equal(await send(), "unavailable");
});

test("one that took nothing lately is asked after the others, longer each time, until it takes again", async () => {
  const { send, phone, provider, clock } = start();
  phone.answer("not-now");
  for (let count = 0; count < 5; count++) assert.equal(await send(), "accepted");
  assert.equal(phone.asked(), 2, "then it rests");
  clock.nowMs += 60_000;
  await send();
  await send();
  assert.equal(phone.asked(), 3, "once more, and it rests again");
  clock.nowMs += 60_000;
  await send();
  assert.equal(phone.asked(), 3, "for twice as long");
  provider.answer("not-now");
  phone.answer("yes");
  assert.equal(await send(), "accepted", "and is asked where the others fail");
  provider.answer("yes");
  clock.nowMs += 60_000;
  await send();
  assert.equal(phone.asked(), 5);
  assert.equal(provider.took.length, 8);
});

test("one that takes what never arrives rests too, and what arrives ends that", async () => {
  const { send, phone, provider, healthOf } = start();
  for (const report of ["failed", "failed", "delivered", "failed", "failed"] as const) {
    healthOf("phone").reported(report);
  }
  await send();
  assert.equal(phone.asked(), 1);
  healthOf("phone").reported("failed");
  await send();
  assert.deepEqual([phone.asked(), provider.asked()], [1, 1]);
  healthOf("phone").reported("delivered");
  await send();
  assert.deepEqual([phone.asked(), provider.asked()], [2, 1]);
});

test("closing closes all", async () => {
  const { sms, phone, provider, other } = start();
  await sms.close();
  assert.deepEqual(
    [phone, provider, other].map(({ isClosed }) => isClosed()),
    [true, true, true],
  );
});
