// What may be sent for devices: for one account, to one number, to one calling code, in a day, and for how much money.
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf } from "@assent/bare-phone";
import { type PhoneNumber, sha256, utf8 } from "@assent/protocol";
import { createCountedKeyOf } from "../limits/counted-key.ts";
import { createMemoryCounters } from "../limits/memory-counters.ts";
import { quotas } from "../limits/quotas.ts";
import { createCodeAllowance, type SmsTariff } from "../registration/code-allowance.ts";
import { createRelayAllowance } from "./relay-allowance.ts";

const day = 86_400_000;
const free: SmsTariff = { priceTo: () => 0, budgetPerDay: undefined };
const account = (name: string) => sha256(utf8(name));
const german = (last: number) => `+4915123456${last}` as PhoneNumber;

function allowed({ smsPerDay = 10_000, tariff = free } = {}) {
  const clock = { nowMs: Date.UTC(2030, 0, 1) };
  const parts = {
    counters: createMemoryCounters(1_000),
    countedKeyOf: createCountedKeyOf(new Uint8Array(32)),
    tariff,
    now: () => clock.nowMs,
  };
  const peerCounters = createMemoryCounters(1_000);
  const allowance = createRelayAllowance({
    ...parts,
    peerCounters,
    smsPerDay,
    quotas: quotas.smsRelay,
  });
  const count = (to: PhoneNumber, parts: number, by: string) =>
    allowance.countSent({ lookupHash: account(by), to, recipientMac: account(to), parts });
  return {
    clock,
    allowance,
    codes: createCodeAllowance({
      ...parts,
      peerCounters,
      smsPerDay: 1_000,
      quotas: quotas.registration,
    }),
    send: (to: PhoneNumber, parts = 1, by: string = to) => codeOf(count(to, parts, by)),
    async sendInVain(to: PhoneNumber, parts = 1) {
      await allowance.giveBack(await count(to, parts, "one"));
    },
  };
}

test("ten texts an account, and more the day after", async () => {
  const { clock, send, sendInVain } = allowed();
  for (let text = 0; text < 20; text += 1) await sendInVain(german(709));
  for (let text = 0; text < 10; text += 1) {
    assert.equal(await send(german(700 + text), 1, "one"), "accepted");
  }
  assert.equal(await send(german(710), 1, "one"), "rate_limited");
  assert.equal(await send(german(710), 1, "another"), "accepted");
  clock.nowMs += 1.1 * day;
  assert.equal(await send(german(710), 1, "one"), "accepted");
});

test("who asks for what cannot be sent is stopped in the end, and so is who asks for names", async () => {
  const { clock, allowance } = allowed();
  for (const count of [allowance.countAsked, allowance.countName]) {
    const asked = (name: string) => codeOf(count(account(name)));
    for (let time = 0; time < 40; time += 1) assert.equal(await asked("one"), "accepted");
    assert.equal(await asked("one"), "rate_limited");
    assert.equal(await asked("another"), "accepted");
    clock.nowMs += day / 48;
    assert.equal(await asked("one"), "accepted");
  }
});

test("five texts to a number, whoever writes them", async () => {
  const { clock, send } = allowed();
  for (let text = 0; text < 5; text += 1) assert.equal(await send(german(700)), "accepted");
  assert.equal(await send(german(700)), "rate_limited");
  assert.equal(await send(german(701)), "accepted");
  clock.nowMs += 1.1 * day;
  assert.equal(await send(german(700)), "accepted");
});

test("what goes out in a day is bounded by SMS, not by texts, and half of what is free goes to one calling code", async () => {
  const { send } = allowed({ smsPerDay: 16 });
  assert.equal(await send(german(700), 4), "accepted");
  assert.equal(await send(german(701), 4), "accepted");
  assert.equal(await send(german(702), 1), "rate_limited", "as many are free as were used");
  assert.equal(await send("+33612345678" as PhoneNumber, 4), "accepted");
  assert.equal(await send("+447400123456" as PhoneNumber, 4), "rate_limited", "more than its half");
  assert.equal(await send("+447400123456" as PhoneNumber, 2), "accepted");
});

test("of the money half at most goes for them, and codes have the rest", async () => {
  const tariff: SmsTariff = {
    priceTo: (callingCode) => (callingCode === "49" ? 3 : undefined),
    budgetPerDay: 24,
  };
  const { send, codes } = allowed({ tariff });
  assert.equal(await send("+33612345678" as PhoneNumber), "number_refused");
  assert.equal(await send(german(700), 4), "accepted");
  assert.equal(await send(german(701), 1), "rate_limited");
  const number = german(702);
  const code = (network: string) =>
    codeOf(codes.count({ number, lookupHashes: [account("702")], network }));
  for (const network of ["192.0.2", "198.51.100", "203.0.113", "192.0.3"]) {
    assert.equal(await code(network), "accepted");
  }
  assert.equal(await code("192.0.4"), "rate_limited", "what was relayed cost money too");
});

test("what nobody took is of no day and has cost nothing, however much it was", async () => {
  const tariff: SmsTariff = { priceTo: () => 3, budgetPerDay: 60 };
  const { allowance, send, sendInVain } = allowed({ smsPerDay: 9, tariff });
  assert.equal(await send(german(700), 1), "accepted");
  const before = await allowance.left();
  for (let text = 0; text < 20; text += 1) await sendInVain(german(701), 4);
  assert.deepEqual(await allowance.left(), before);
  assert.equal(await send(german(701), 3), "accepted");
  assert.deepEqual(await allowance.left(), { ofDay: 5, ofMoney: 18 });
});
