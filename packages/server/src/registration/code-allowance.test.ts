// What SMS may be sent: to a number, whoever asks; to a calling code; for a network; in all.

import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf } from "@assent/bare-phone";
import { type PhoneNumber, sha256, utf8 } from "@assent/protocol";
import { createCountedKeyOf } from "../limits/counted-key.ts";
import { createMemoryCounters } from "../limits/memory-counters.ts";
import { quotas } from "../limits/quotas.ts";
import { createCodeAllowance, type SmsTariff } from "./code-allowance.ts";

const minute = 60_000;
const hour = 60 * minute;
const mobile = "+4915123456789";
const [home, elsewhere, third, fourth] = ["192.0.2", "198.51.100", "203.0.113", "2001:db8:0"];

const free: SmsTariff = { priceTo: () => 0, budgetPerDay: undefined };

function allowed({ smsPerDay = 10_000, tariff = free } = {}) {
  const clock = { nowMs: Date.UTC(2030, 0, 1) };
  const durable = createMemoryCounters(1_000);
  const start = () =>
    createCodeAllowance({
      counters: durable,
      peerCounters: createMemoryCounters(1_000),
      countedKeyOf: createCountedKeyOf(new Uint8Array(32)),
      smsPerDay,
      tariff,
      quotas: quotas.registration,
      now: () => clock.nowMs,
    });
  let allowance = start();
  // As after some rotations, where the oldest keys are gone.
  const epochs = { oldest: 1, current: 1 };
  const asked = (number: string, network: string) => {
    const lookupHashes: Uint8Array[] = [];
    for (let epoch = epochs.current; epoch >= epochs.oldest; epoch -= 1) {
      lookupHashes.push(sha256(utf8(`${number} ${epoch}`)));
    }
    return { number: number as PhoneNumber, lookupHashes, network };
  };
  return {
    clock,
    epochs,
    restart() {
      allowance = start();
    },
    ask: (network: string, number = mobile) => codeOf(allowance.count(asked(number, network))),
    wait: async (network: string) =>
      (await allowance.count(asked(mobile, network))).resendAfterSeconds,
    async askInVain(network: string) {
      await allowance.giveBack(await allowance.count(asked(mobile, network)));
    },
    prove: (network: string) => allowance.endPauses(asked(mobile, network)),
    share: async (network: string) => allowance.usedShare(network),
    requireAny: () => codeOf((async () => allowance.requireAny())()),
    /** How many are let through, with a pause that no rule is longer than before each. */
    async askOften(network: string, times: number, numberOf = (_: number) => mobile) {
      let accepted = 0;
      for (let time = 0; time < times; time += 1) {
        clock.nowMs += 11 * minute;
        if ((await this.ask(network, numberOf(time))) === "accepted") accepted += 1;
      }
      return accepted;
    },
  };
}

test("eight SMS a day to a number at most, and the last two are kept from whoever asked before", async () => {
  const given = allowed();
  assert.equal(await given.askOften(elsewhere, 20), 6, "an attacker, all of one network");
  assert.equal(await given.ask(home), "accepted", "the owner is not locked out");
  assert.equal(await given.askOften(home, 3), 0);
  assert.equal(await given.ask(third), "accepted");
  assert.equal(await given.ask(fourth), "rate_limited", "eight, wherever from");
  // The positive control: other numbers have their own.
  assert.equal(await given.ask(elsewhere, "+4915123456780"), "accepted");
});

test("an owner who was refused for want of SMS has not had theirs", async () => {
  const given = allowed({ smsPerDay: 24 });
  const askAll = async (numbers: readonly string[]) => {
    for (const number of numbers) assert.equal(await given.ask("loopback", number), "accepted");
  };
  const first = ["1212", "3361", "3461", "3933", "4179", "4366", "4474", "4851", "9053"];
  const then = ["6141", "6482", "8190", "5511", "5255", "9198", "6581", "6012", "4670"];
  await askAll(first.map((code) => `+${code}5550100`));
  given.clock.nowMs += 12 * hour;
  assert.equal(await given.askOften(elsewhere, 6), 6, "an attacker");
  await askAll(then.map((code) => `+${code}5550100`));
  assert.equal(await given.ask(home), "rate_limited", "the day is full");
  given.clock.nowMs += 13 * hour;
  assert.equal(await given.ask(elsewhere), "rate_limited");
  assert.equal(await given.ask(home), "accepted");
});

test("what nobody took is of no day: the number has its six still, and a network its share", async () => {
  const given = allowed({ smsPerDay: 16 });
  for (let time = 0; time < 20; time += 1) {
    given.clock.nowMs += 11 * minute;
    await given.askInVain(elsewhere);
  }
  assert.equal(await given.share(elsewhere), 0);
  assert.equal(await given.askOften(elsewhere, 9), 6);
  for (const network of [home, home]) await given.askInVain(network);
  assert.equal(await given.ask(home), "rate_limited", "but for pauses");
  given.clock.nowMs += minute;
  assert.equal(await given.ask(home), "accepted");
});

test("in any 24 hours, not only in some of them; and each is free again in 25", async () => {
  const given = allowed();
  const sentAt: number[] = [];
  const startMs = given.clock.nowMs;
  while (given.clock.nowMs < startMs + 80 * hour) {
    given.clock.nowMs += 20 * minute;
    if ((await given.ask(home)) === "accepted") sentAt.push(given.clock.nowMs);
  }
  for (const at of sentAt) {
    const within = sentAt.filter((other) => other >= at && other < at + 24 * hour).length;
    assert.ok(within <= 8, `${within} in 24 hours`);
  }
  assert.ok(sentAt.length >= 18, `${sentAt.length} in 80 hours: they come back`);
});

test("proving the number ends pauses and no counts; neither does a restart", async () => {
  const given = allowed();
  for (let round = 0; round < 6; round += 1) {
    assert.equal(await given.ask(home), "accepted", `round ${round}`);
    await given.prove(home);
  }
  assert.equal(await given.ask(home), "rate_limited");
  given.restart();
  assert.equal(await given.askOften(home, 9), 1, "as from elsewhere; the number's six stay");
});

test("neither a rotation begins a new count of SMS, nor the end of the key before it", async () => {
  const given = allowed();
  assert.equal(await given.askOften(home, 3), 3);
  given.epochs.current = 2;
  assert.equal(await given.askOften(home, 2), 2);
  given.epochs.current = 3;
  assert.equal(await given.askOften(home, 9), 1, "three and two before");
  given.epochs.oldest = 3;
  assert.equal(await given.askOften(home, 9), 5, "as many as were not counted under the third");
  given.epochs.current = 4;
  assert.equal(await given.askOften(home, 9), 0);
});

test("who asks again and again waits; the owner elsewhere does not wait for it", async () => {
  const given = allowed();
  assert.equal(await given.wait(elsewhere), 0);
  assert.equal(await given.wait(elsewhere), 60);
  assert.equal(await given.ask(elsewhere), "rate_limited");
  assert.equal(await given.wait(home), 0);
  given.clock.nowMs += minute;
  assert.equal(await given.wait(elsewhere), 120);
});

test("the cell's day is held to, and what is refused uses up none of it", async () => {
  const given = allowed({ smsPerDay: 12 });
  const german = (index: number) => `+49151234567${String(index).padStart(2, "0")}`;
  const french = (index: number) => `+336123456${String(index).padStart(2, "0")}`;
  assert.equal(await given.askOften("loopback", 20), 6, "to one number");
  assert.equal(await given.requireAny(), "accepted");
  assert.equal(await given.askOften("loopback", 3, german), 0, "one calling code has had half");
  assert.equal(
    await given.askOften("loopback", 40, french),
    3,
    "the next has half of what is left",
  );
  assert.equal(await given.askOften("loopback", 40, (index) => `+4474001234${10 + index}`), 1);
  assert.equal(await given.ask("loopback", "+393331234567"), "accepted");
  assert.equal(await given.ask("loopback", "+34612345678"), "accepted");
  assert.equal(await given.ask("loopback", "+41791234567"), "rate_limited");
  assert.equal(await given.requireAny(), "rate_limited", "for free, once it was found");
  given.clock.nowMs += minute;
  assert.equal(await given.requireAny(), "accepted", "until it is looked up again");
  assert.equal(await given.ask("loopback", "+41791234567"), "rate_limited");
  given.clock.nowMs += 25 * hour;
  assert.equal(await given.requireAny(), "accepted");
});

test("one network has half of what is free at most, and another finds some", async () => {
  const given = allowed({ smsPerDay: 16 });
  const spread = (index: number) =>
    [`+4915123456${100 + index}`, `+33612345${100 + index}`][index % 2] ?? "";
  assert.equal(await given.askOften(elsewhere, 30, spread), 8);
  assert.equal(await given.askOften(home, 30, (index) => `+447400123${100 + index}`), 4);
});

test("what SMS cost is counted, and no more is spent in a day than may be, whatever each costs", async () => {
  const priceTo = (callingCode: string) => (callingCode === "49" ? 3 : 5);
  const { ask, clock, restart } = allowed({ tariff: { priceTo, budgetPerDay: 11 } });
  const abroad = "+33612345678";
  assert.equal(await ask(home), "accepted");
  assert.equal(await ask(home, abroad), "accepted");
  assert.equal(await ask(home, "+33612345679"), "rate_limited");
  assert.equal(await ask(home, "+4915123456780"), "accepted");
  restart();
  assert.equal(await ask(elsewhere, "+4915123456781"), "rate_limited");
  clock.nowMs += 26 * hour;
  assert.equal(await ask(elsewhere, "+4915123456781"), "accepted");
});

test("where no SMS go, none is counted", async () => {
  const priceTo = (callingCode: string) => (callingCode === "49" ? 0 : undefined);
  const { ask } = allowed({ smsPerDay: 4, tariff: { priceTo, budgetPerDay: undefined } });
  for (let time = 0; time < 5; time += 1) {
    assert.equal(await ask(home, "+33612345678"), "number_refused");
  }
  assert.equal(await ask(home), "accepted");
});

test("how much is used: of the day, of the money, or of what a network may have, whichever is more", async () => {
  const many = (time: number) => `+49151${String(20_000_000 + time)}`;
  const day = allowed({ smsPerDay: 100 });
  assert.equal(await day.share(home), 0);
  await day.askOften(home, 20, many);
  assert.equal(await day.share(elsewhere), 0.2, "of the day");
  assert.equal(await day.share(home), 20 / 79, "of this network: of half of what is free");
  const here = allowed({ smsPerDay: 100 });
  await here.askOften("loopback", 20, many);
  assert.equal(await here.share("loopback"), 0.2, "this machine has no share of its own");

  const dear = allowed({ tariff: { priceTo: () => 2, budgetPerDay: 20 } });
  await dear.askOften(home, 6, many);
  assert.equal(await dear.share(elsewhere), 12 / 20, "of the money");
  const costless = allowed({ tariff: { priceTo: () => 0, budgetPerDay: 0 } });
  assert.equal(await costless.ask(home), "accepted");
  assert.equal(await costless.share("loopback"), 1 / 10_000, "not of money where there is none");
});

test("what is used is seen at once with each SMS, and again after a minute without any", async () => {
  const { ask, share, clock, restart } = allowed({ smsPerDay: 10 });
  assert.equal(await share(elsewhere), 0);
  await ask(home);
  assert.equal(await share(elsewhere), 0.1);
  await ask(home, "+33612345678");
  assert.equal(await share(elsewhere), 0.2);
  clock.nowMs += 26 * hour;
  assert.equal(await share(elsewhere), 0);
  await ask(home);
  restart();
  assert.equal(await share(elsewhere), 0.1, "also after a restart");
});
