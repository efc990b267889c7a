// Work before an SMS: asked for where much is used or unproved and nowhere else, before anything dear is done, good for one
// sealed number, from one network, for some minutes.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  codeOf,
  makePhone,
  proveNumber,
  refusalIn,
  startRegistration,
  startRequest,
  workFor,
} from "@assent/bare-phone";
import {
  AssentError,
  Intent,
  isFitWork,
  limits,
  randomBytes,
  sealedNumberPlaintextLength,
} from "@assent/protocol";
import { quotas } from "../limits/quotas.ts";
import { startTestServer } from "../server-for-tests.ts";
import { createAskedWork } from "./asked-work.ts";

const here = "192.0.2";
const sealedNumber = randomBytes(1_200);

function room({ secret = new Uint8Array(32), from = 1 / 2, leastBits = 4, mostBits = 7 } = {}) {
  const clock = { nowMs: Date.UTC(2030, 0, 1) };
  const { challengeLifetimeMs } = quotas.registration.work;
  const asked = createAskedWork({
    secret,
    quotas: { from, leastBits, mostBits, challengeLifetimeMs },
    now: () => clock.nowMs,
  });
  const askedFor = (share: number, bitsDone = 0) => {
    try {
      asked.require(bitsDone, share, here);
      return undefined;
    } catch (error) {
      assert.ok(error instanceof AssentError && error.code === "work_required" && error.work);
      return error.work;
    }
  };
  return { ...asked, clock, askedFor, challengeLifetimeMs };
}

test("who comes while less than half is used does nothing; then more, the more is used", () => {
  const { askedFor } = room();
  assert.equal(askedFor(0), undefined);
  assert.equal(askedFor(0.499), undefined);
  const bits = [0.5, 0.63, 0.76, 0.9, 1].map((share) => askedFor(share)?.bits);
  assert.deepEqual(bits, [4, 5, 6, 7, 7]);
  assert.equal(askedFor(1, 7), undefined, "enough was done");
  assert.equal(askedFor(1, 6)?.bits, 7, "too little was done");
});

test("what this service asks for at most, a phone does", () => {
  const { leastBits, mostBits } = quotas.registration.work;
  for (const share of [0.5, 1]) {
    const asked = room({ leastBits, mostBits }).askedFor(share);
    assert.ok(asked && isFitWork(asked));
  }
  assert.equal(mostBits, limits.workBits);
});

test("work counts for its sealed number, from its network, as this room asked for it", () => {
  const { askedFor, bitsDone } = room();
  const asked = askedFor(0.63);
  assert.ok(asked);
  const work = workFor(asked, sealedNumber);
  assert.equal(bitsDone(sealedNumber, work, here), 5);
  assert.equal(bitsDone(sealedNumber, undefined, here), 0);
  assert.equal(bitsDone(randomBytes(1_200), work, here), 0, "another sealed number");
  assert.equal(bitsDone(sealedNumber, work, "198.51.100"), 0, "another network");
  const elsewhere = room({ secret: new Uint8Array(32).fill(1) });
  assert.equal(elsewhere.bitsDone(sealedNumber, work, here), 0, "another room");
  const { challenge, numbers } = work;
  for (let at = 0; at < challenge.length; at += 1) {
    const forged = challenge.map((byte, index) => (index === at ? byte ^ 1 : byte));
    const made = workFor({ challenge: forged, bits: 1 }, sealedNumber);
    assert.equal(bitsDone(sealedNumber, made, here), 0, `byte ${at} of the challenge`);
  }
  const short = { challenge: challenge.subarray(1), numbers };
  assert.equal(bitsDone(sealedNumber, short, here), 0, "too short to be a challenge");
  const less = { challenge, numbers: numbers.subarray(4) };
  assert.equal(bitsDone(sealedNumber, less, here), 0, "a part is missing");
});

test("for some minutes, and not where the clock went back since", () => {
  const { askedFor, bitsDone, clock, challengeLifetimeMs } = room();
  const asked = askedFor(0.5);
  assert.ok(asked);
  const work = workFor(asked, sealedNumber);
  const before = clock.nowMs;
  clock.nowMs = before + challengeLifetimeMs - 1;
  assert.equal(bitsDone(sealedNumber, work, here), 4);
  clock.nowMs = before + challengeLifetimeMs;
  assert.equal(bitsDone(sealedNumber, work, here), 0);
  clock.nowMs = before - 1;
  assert.equal(bitsDone(sealedNumber, work, here), 0);
});

test("a service whose day is half used up asks for work before it opens a number, and takes it once", async (context) => {
  const server = await startTestServer(context, {}, { ASSENT_SMS_PER_DAY: "8" });
  const begin = async (number: string, intent = Intent.REGISTER) => {
    const phone = await makePhone(server, number);
    const request = await startRequest(phone, { intent });
    return { request, start: (asked: object) => phone.registration.startRegistration(asked) };
  };
  for (const number of ["+4915123456780", "+4915123456781", "+33612345678", "+447400123456"]) {
    const { request, start } = await begin(number);
    assert.equal(await codeOf(start(request)), "accepted");
  }
  const mobile = "+34612345678";
  const phone = await makePhone(server, mobile);
  const garbage = await startRequest(phone, {
    plaintext: new Uint8Array(sealedNumberPlaintextLength),
  });
  const { start } = await begin(mobile);
  const refused = await start(garbage).then(() => undefined, refusalIn);
  assert.equal(refused?.code, "work_required");
  assert.ok(refused.work);
  for (const intent of [Intent.LEAVE, Intent.NEVER]) {
    assert.equal(await codeOf(start((await begin(mobile, intent)).request)), "work_required");
  }
  const work = workFor(refused.work, garbage.sealedNumber);
  assert.equal(await codeOf(start({ ...garbage, work })), "number_invalid", "now it is opened");
  // Otherwise than before, or it would be known by its bytes alone.
  const again = { ...garbage, work, token: randomBytes(1) };
  assert.equal(await codeOf(start(again)), "request_invalid", "and not again");
  const leaving = (await begin(mobile, Intent.LEAVE)).request;
  const done = { ...leaving, work: workFor(refused.work, leaving.sealedNumber) };
  const otherwise = { ...done, intent: Intent.NEVER };
  assert.equal(await codeOf(start(otherwise)), "request_invalid", "it does not open");
  assert.equal(await codeOf(start(done)), "request_invalid", "and that was its work");
  const { request } = await begin(mobile);
  assert.equal(await codeOf(start({ ...request, work })), "work_required", "of another number");
  assert.deepEqual(server.fakeSms?.messagesTo(mobile), []);
  const own = workFor(refused.work, request.sealedNumber);
  assert.equal(
    await codeOf(start({ ...request, work: own })),
    "accepted",
    "one challenge for both",
  );
  assert.equal(server.fakeSms?.messagesTo(mobile).length, 1);
});

test("where half of what may be unproved is, work is asked for there and not elsewhere", async (context) => {
  const server = await startTestServer(context, {}, { ASSENT_SMS_PER_DAY: "1000" });
  const start = async (number: string) => startRequestOf(await makePhone(server, number));
  const { leastOfRange, provedOutweighs } = quotas.registration.unproved;
  const inRange = (index: number) => `+49151000000${String(index + 10).padStart(2, "0")}`;
  const wantsNone = inRange(89);
  await proveNumber(server, await makePhone(server, wantsNone), { intent: Intent.NEVER });
  assert.equal(await codeOf(start(wantsNone)), "number_refused", "while no work is asked for");
  // One of them was proved.
  for (let index = 1 - provedOutweighs; index < leastOfRange / 2; index += 1) {
    assert.equal(await codeOf(start(inRange(index))), "accepted");
  }
  assert.equal(await codeOf(start(inRange(20))), "work_required");
  assert.equal(await codeOf(start(wantsNone)), "work_required", "of no number is told for free");
  const worked = startRegistration(await makePhone(server, wantsNone));
  assert.equal(await codeOf(worked), "number_refused");
  assert.equal(await codeOf(start("+4916012345678")), "accepted", "another range");
  assert.equal(await codeOf(startRegistration(await makePhone(server, inRange(21)))), "accepted");
  for (let index = 22; index < 24; index += 1) {
    await proveNumber(server, await makePhone(server, inRange(index)));
  }
  assert.equal(await codeOf(start(inRange(24))), "accepted", "codes are proved again");
});

async function startRequestOf(phone: Awaited<ReturnType<typeof makePhone>>) {
  return phone.registration.startRegistration(await startRequest(phone));
}
