// Two profiles over a pretended service, as those have them who test what they build on the SDK.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { loadMls, openProfile, type Profile, type ProfileEvent, parseNumber } from "../index.ts";
import { MemoryStore } from "../store/memory-store.ts";
import { PretendedService } from "./pretended-service.ts";

const [annasNumber, bensNumber] = [parseNumber("+4915123456789"), parseNumber("+33612345678")];
const encryption = await loadMls();

let service: PretendedService;
let anna: Profile;
let ben: Profile;

beforeEach(async () => {
  service = await PretendedService.start();
  [anna, ben] = await Promise.all([phone(annasNumber), phone(bensNumber)]);
});

afterEach(() => Promise.all([anna.close(), ben.close()]));

async function phone(number: typeof annasNumber): Promise<Profile> {
  const store = new MemoryStore();
  const profile = await openProfile({
    store,
    network: service.network(),
    encryption,
    now: Date.now,
  });
  await profile.account.turnOn(number, service.url, ["service"]);
  await profile.account.verify(service.codeOf(number));
  return profile;
}

/** What waits for a profile. */
async function taken(profile: Profile): Promise<ProfileEvent[]> {
  const events: ProfileEvent[] = [];
  for await (const event of profile.events({ follow: false })) events.push(event);
  return events.filter(({ type }) => type !== "connection");
}

async function textsTaken(profile: Profile): Promise<string[]> {
  return (await taken(profile)).flatMap((event) =>
    event.type === "message" ? [event.text.text] : [],
  );
}

async function sent(from: Profile, to: typeof annasNumber, text: string) {
  const { key } = await from.texts.send(to, text);
  return from.texts.outcome(key);
}

async function acquainted(): Promise<void> {
  await sent(anna, bensNumber, "Hello Ben");
  assert.deepEqual(await textsTaken(ben), ["Hello Ben"]);
  await sent(ben, annasNumber, "Hello Anna");
  assert.deepEqual(await textsTaken(anna), ["Hello Anna"]);
}

test("two profiles find each other, text, and learn what became of it", async () => {
  assert.equal((await anna.people.check(bensNumber)).route, "private");
  await acquainted();
  const { state } = await sent(anna, bensNumber, "How are you?");
  assert.equal(state, "sent");
  assert.deepEqual(await textsTaken(ben), ["How are you?"]);
  const receipts = (await taken(anna)).filter(({ type }) => type === "receipt");
  assert.ok(receipts.length > 0);
  const texts = await anna.conversations.history(bensNumber);
  assert.deepEqual(
    texts.map(({ text, state }) => [text, state]),
    [
      ["Hello Ben", "delivered"],
      ["Hello Anna", "received"],
      ["How are you?", "delivered"],
    ],
  );
});

test("who follows is shown what comes, in order, and each text once", async () => {
  await acquainted();
  const ending = new AbortController();
  const came: string[] = [];
  const following = (async () => {
    for await (const event of ben.events({ signal: ending.signal })) {
      if (event.type === "message") came.push(event.text.text);
      if (came.length === 10) ending.abort();
    }
  })();
  const texts = Array.from({ length: 10 }, (_, index) => `number ${index}`);
  await Promise.all(texts.map((text) => anna.texts.send(bensNumber, text)));
  await anna.texts.flush();
  await following;
  assert.deepEqual(came, texts);
  assert.deepEqual(await textsTaken(ben), []);
});

test("a number nobody turned on is not private, and who left is gone", async () => {
  const nobody = parseNumber("+447400123456");
  assert.equal((await anna.people.check(nobody)).route, "sms");
  await acquainted();
  const left = await ben.account.turnOff();
  assert.equal(left.kind, "gone");
  assert.equal((await sent(anna, bensNumber, "Still there?")).state, "not-delivered");
});

test("without a line a text waits, and goes out with the next", async () => {
  await acquainted();
  service.isReachable = false;
  assert.equal((await sent(anna, bensNumber, "Later")).state, "queued");
  service.isReachable = true;
  await anna.texts.flush();
  assert.deepEqual(await textsTaken(ben), ["Later"]);
});

test("a wrong code proves nothing", async (context) => {
  const number = parseNumber("+447400123456");
  const store = new MemoryStore();
  const network = service.network();
  const carla = await openProfile({ store, network, encryption, now: Date.now });
  context.after(() => carla.close());
  assert.throws(() => service.codeOf(number), TypeError);
  await carla.account.turnOn(number, service.url, ["service"]);
  const wrong = service.codeOf(number) === "123456" ? "654321" : "123456";
  await assert.rejects(carla.account.verify(wrong), { code: "code_wrong" });
  assert.equal((await anna.people.check(number)).route, "sms");
  await carla.account.verify(service.codeOf(number));
  assert.equal((await anna.people.check(number)).route, "private");
});
