// Where codes go that nobody proves, no more go for a while; where people prove them, nothing is held back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, lastCode, makePhone, startRegistration } from "@assent/bare-phone";
import { AssentError, parseNumber } from "@assent/protocol";
import { quotas } from "../limits/quotas.ts";
import { startTestServer } from "../server-for-tests.ts";
import { createUnprovedCodes, prefixesOf } from "./unproved-codes.ts";

const here = ["49", "49151"] as const;
const nearby = ["49", "49160"] as const;
const abroad = ["33", "33612"] as const;
const hour = 3_600_000;

function start(smsPerDay = 1_000, remembered = 1_000) {
  const clock = { nowMs: 1_000 };
  const heldBack: string[] = [];
  const codes = createUnprovedCodes({
    smsPerDay,
    quotas: { ...quotas.registration.unproved, remembered },
    now: () => clock.nowMs,
    heldBack: (callingCode) => heldBack.push(callingCode),
  });
  let keys = 0;
  return {
    ...codes,
    clock,
    heldBack,
    send(prefixes: Parameters<typeof codes.require>[0], times = 1): string {
      for (let time = 0; time < times; time++) codes.sending(String(++keys), prefixes);
      return String(keys);
    },
    /** In so many seconds; 0 where it is let through. */
    waits(prefixes: Parameters<typeof codes.require>[0]): number {
      try {
        codes.require(prefixes);
        return 0;
      } catch (error) {
        assert.ok(error instanceof AssentError && error.code === "rate_limited");
        return error.retryAfterSeconds ?? Number.NaN;
      }
    },
  };
}

test("a number is counted by its calling code and the three digits behind it", () => {
  assert.deepEqual(prefixesOf(parseNumber("+4915123456789")), here);
  assert.deepEqual(prefixesOf(parseNumber("+12125550100")), ["1", "1212"]);
});

test("how near they are to being held back: the nearer of calling code and range, never less than nothing", () => {
  const { send, share, proved } = start();
  assert.equal(share(here), 0);
  send(here, 15);
  assert.equal(share(here), 15 / 30);
  assert.equal(share(nearby), 15 / 100);
  assert.equal(share(abroad), 0);
  for (let time = 0; time < 4; time += 1) proved(here);
  assert.equal(share(here), 0, "more is proved than was sent");
});

test("too many unproved in a range: none there, others elsewhere, and one after the other again", () => {
  const { send, waits, clock, heldBack } = start();
  send(here, 29);
  assert.equal(waits(here), 0);
  send(here);
  const waitS = waits(here);
  assert.equal(waitS, (24 * 3_600) / 30);
  assert.deepEqual([waits(nearby), waits(abroad)], [0, 0]);
  clock.nowMs += waitS * 1_000;
  assert.equal(waits(here), 0);
  send(here);
  assert.ok(waits(here) > 0);
  clock.nowMs += 24 * hour;
  assert.equal(waits(here), 0);
  assert.deepEqual(heldBack, ["49", "49"]);
});

test("whoever spreads over ranges is held back by the calling code", () => {
  const { send, waits } = start();
  for (let range = 0; range < 20; range++) send(["49", `49${150 + range}`], 5);
  assert.ok(waits(["49", "49199"]) > 0);
  assert.equal(waits(abroad), 0);
});

test("where one in five is proved, nothing is ever held back; where one in ten is, it is", () => {
  for (const [every, isHeldBack] of [
    [5, false],
    [10, true],
  ] as const) {
    const { send, waits, proved } = start();
    let isOver = false;
    for (let sent = 1; sent <= 1_000; sent++) {
      isOver ||= waits(here) > 0;
      send(here);
      if (sent % every === 0) proved(here);
    }
    assert.equal(isOver, isHeldBack);
  }
});

test("what was proved speaks for a place for a day, and not without end", () => {
  const { send, waits, proved, clock } = start();
  for (let time = 0; time < 1_000; time++) proved(here);
  send(here, 59);
  assert.equal(waits(here), 0);
  send(here);
  assert.ok(waits(here) > 0);
  const other = start();
  for (let time = 0; time < 1_000; time++) other.proved(here);
  other.clock.nowMs += 24 * hour;
  other.send(here, 30);
  assert.ok(other.waits(here) > 0);
  clock.nowMs = 0;
  assert.ok(waits(here) > 0, "a clock that goes back forgets nothing");
});

test("what was sent by a clock that was far ahead is forgotten from now on", () => {
  const { send, waits, clock } = start();
  const nowMs = clock.nowMs;
  clock.nowMs += 400 * 24 * hour;
  send(here, 30);
  clock.nowMs = nowMs;
  assert.ok(waits(here) > 0);
  clock.nowMs += hour;
  assert.equal(waits(here), 0);
});

test("one that failed counts twice, once; one that did not go out counts not at all", () => {
  const { send, waits, reported, notSent } = start();
  const keys = Array.from({ length: 15 }, () => send(here));
  assert.equal(waits(here), 0);
  for (const key of keys.slice(1)) {
    reported(key, "failed");
    reported(key, "failed");
  }
  assert.equal(waits(here), 0);
  reported("of nobody", "failed");
  reported(keys[0] as string, "delivered");
  reported(keys[0] as string, "failed");
  assert.equal(waits(here), 0);
  const last = send(here);
  assert.ok(waits(here) > 0);
  notSent(last);
  notSent(last);
  assert.equal(waits(here), 0);
  send(here);
  assert.ok(waits(here) > 0);
});

test("a service that sends many allows as many more, and remembers no more than it may", () => {
  const { send, waits } = start(100_000);
  send(here, 1_999);
  assert.equal(waits(here), 0);
  const small = start(1_000, 2);
  small.send(here, 30);
  assert.ok(small.waits(here) > 0);
  small.send(abroad);
  assert.equal(small.waits(here), 0, "the oldest is forgotten");
});

test("a service lets nobody have SMS sent where none is proved, until they are", async (context) => {
  const environment = { ASSENT_SMS_PER_DAY: "1000" };
  const server = await startTestServer(context, {}, environment);
  const phoneOf = (index: number) => makePhone(server, `+49151234${String(50_000 + index)}`);
  for (let index = 0; index < 30; index++) await startRegistration(await phoneOf(index));
  const next = await phoneOf(30);
  assert.equal(await codeOf(startRegistration(next)), "rate_limited");
  assert.deepEqual(server.fakeSms?.messagesTo(next.number), []);
  const abroadPhone = await makePhone(server, "+33612345678");
  assert.equal(await codeOf(startRegistration(abroadPhone)), "accepted");
  const lines = server.log.filter((line) => line.includes("no more go there for now"));
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /"callingCode":"49"/);
  server.clock.nowMs += hour;
  const { session } = await startRegistration(next);
  const verify = () =>
    next.registration.verifyCode({ session, code: lastCode(server, next.number) });
  await Promise.all([verify(), verify(), verify()]);
  await verify();
  for (let index = 40; index < 45; index++) {
    assert.equal(await codeOf(startRegistration(await phoneOf(index))), "accepted");
  }
  const one = await codeOf(startRegistration(await phoneOf(45)));
  assert.equal(one, "rate_limited", "one code was proved, however often it was shown");
});
