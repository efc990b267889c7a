// A whole phone at a pretended service that sends SMS: what leaves by its owner's yes alone, what the ledger says of it, and
// what stays when the yes is taken back.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { loadMls, openProfile, type Profile, parseNumber } from "../index.ts";
import { MemoryStore } from "../store/memory-store.ts";
import { PretendedService } from "../testing/pretended-service.ts";

const [annasNumber, bensNumber] = [parseNumber("+4915123456789"), parseNumber("+33612345678")];
const asBenReadsIt = (text: string) => `${annasNumber}:\n${text}\nAnswer ${annasNumber}`;
const encryption = await loadMls();

let service: PretendedService;
let anna: Profile;
let aheadMs: number;

beforeEach(async () => {
  service = await PretendedService.start();
  service.offerSmsRelay();
  aheadMs = 0;
  anna = await phoneOf(annasNumber);
});

afterEach(() => anna.close());

async function phoneOf(number: typeof annasNumber): Promise<Profile> {
  const store = new MemoryStore();
  const network = service.network();
  const now = () => Date.now() + aheadMs;
  const profile = await openProfile({ store, network, encryption, now });
  await profile.account.turnOn(number, service.url, ["service"]);
  await profile.account.verify(service.codeOf(number));
  return profile;
}

/** What left, by the yes to it, since the last time. */
async function left(profile: Profile): Promise<string[]> {
  const lines = await profile.ledger.lines();
  await profile.ledger.clear();
  return lines.filter(({ purpose }) => purpose === "sms-relay").map((line) => line.declaration);
}

async function sendSms(profile: Profile, text: string) {
  const { key } = await profile.texts.send(bensNumber, text, { route: "sms" });
  return profile.texts.outcome(key);
}

test("without its own yes a text goes to the SMS app, and nothing is asked of the service", async () => {
  assert.equal((await anna.account.status()).relaysSms, true);
  assert.deepEqual(anna.texts.previewSms("hello"), { by: "device", text: "hello", parts: 1 });
  assert.equal((await sendSms(anna, "hello")).state, "handoff");
  assert.deepEqual([service.smsTo(bensNumber), await left(anna)], [[], []]);
  // The control: with it.
  await anna.account.setPurpose("sms-relay", true);
  const { by, text, parts } = anna.texts.previewSms("hello");
  assert.deepEqual([by, text, parts], ["service", asBenReadsIt("hello"), 1]);
  const { state, ...sent } = await sendSms(anna, "hello");
  assert.deepEqual([state, "byService" in sent], ["sent", true]);
  assert.deepEqual(service.smsTo(bensNumber), [asBenReadsIt("hello")]);
  assert.deepEqual(await left(anna), ["name-sms", "send-sms"]);
});

test("what the recipient's phone has is delivered, as carriers say", async () => {
  await anna.account.setPurpose("sms-relay", true);
  await sendSms(anna, "hello");
  aheadMs = 60_000;
  await anna.texts.flush();
  const [text] = await anna.conversations.history(bensNumber);
  assert.deepEqual([text?.route, text?.state, text?.byService], ["sms", "delivered", true]);
  assert.deepEqual(await left(anna), ["name-sms", "send-sms", "get-sms-states"]);
});

test("a yes that is taken back ends it at once: what waits is not sent, also when it is given again", async () => {
  await anna.account.setPurpose("sms-relay", true);
  service.isReachable = false;
  const { key } = await anna.texts.send(bensNumber, "hello", { route: "sms" });
  assert.equal((await anna.texts.outcome(key)).state, "queued");
  assert.equal((await anna.account.status()).queued, 1);
  await anna.account.setPurpose("sms-relay", false);
  service.isReachable = true;
  await anna.texts.flush();
  const { state, ...why } = await anna.texts.outcome(key);
  assert.deepEqual([state, "error" in why && why.error], ["not-delivered", "consent_required"]);
  await anna.account.setPurpose("sms-relay", true);
  await anna.texts.flush();
  assert.deepEqual(service.smsTo(bensNumber), []);
  // By its owner, once more.
  assert.equal((await anna.texts.sendAsSms(key)).state, "sent");
  assert.deepEqual(service.smsTo(bensNumber), [asBenReadsIt("hello")]);
});

test("a private text that waits is taken back, and goes by the service where its owner says so", async () => {
  const ben = await phoneOf(bensNumber);
  const sentTo = async (from: Profile, to: typeof annasNumber, text: string) => {
    const { key } = await from.texts.send(to, text);
    await from.texts.outcome(key);
    return key;
  };
  const texts = async (profile: Profile) => {
    const all: string[] = [];
    for await (const event of profile.events({ follow: false }))
      if (event.type === "message") all.push(event.text.text);
    return all;
  };
  await sentTo(anna, bensNumber, "Hello Ben");
  await texts(ben);
  await sentTo(ben, annasNumber, "Hello Anna");
  await texts(anna);
  await anna.account.setPurpose("sms-relay", true);
  const key = await sentTo(anna, bensNumber, "You there?");
  assert.deepEqual(
    [(await anna.texts.outcome(key)).state, service.smsTo(bensNumber)],
    ["sent", []],
  );
  assert.equal((await anna.texts.sendAsSms(key)).state, "sent");
  assert.deepEqual(service.smsTo(bensNumber), [asBenReadsIt("You there?")]);
  assert.deepEqual(await texts(ben), []);
  // Whatever was taken already stays private.
  const had = await sentTo(anna, bensNumber, "Here");
  assert.deepEqual(await texts(ben), ["Here"]);
  assert.equal((await anna.texts.sendAsSms(had)).state, "taken");
  assert.equal(service.smsTo(bensNumber).length, 1);
  await ben.close();
});

test("what is too long for it goes to the SMS app", async () => {
  await anna.account.setPurpose("sms-relay", true);
  const long = "a".repeat(700);
  assert.equal(anna.texts.previewSms(long).by, "device");
  assert.equal((await sendSms(anna, long)).state, "handoff");
  assert.deepEqual(service.smsTo(bensNumber), []);
});
