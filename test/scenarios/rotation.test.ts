// The service's keys are rotated while people text: nothing is lost, nothing comes twice, and nobody has to prove their
// number again. Whoever was away meanwhile catches up.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hex, parseNumber } from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { PersonSchema } from "../../packages/client/src/store/records.ts";
import { type MemoryPhone, phonesOn, phonesThatTexted, sendNow } from "../memory-phone.ts";
import { TestServer } from "../network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");
const british = parseNumber("+447400123456");
const spanish = parseNumber("+34612345678");

async function countSms(server: TestServer, number: string): Promise<number> {
  const answer = await fetch(`${server.origin}/sms/messages?to=${encodeURIComponent(number)}`);
  return ((await answer.json()) as unknown[]).length;
}

/** The rights to write that a phone has, by whose they are. */
async function capabilitiesOf(phone: MemoryPhone): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  await phone.withStore(async (store) => {
    for (const { value } of await store.list("people")) {
      const { number, devices } = fromBinary(PersonSchema, value);
      found.set(number, devices.map(({ capability }) => hex(capability)).join());
    }
  });
  return found;
}

/**
 * Both follow, and text each other as fast as they can, until `meanwhile` is done; at least twenty times each.
 * Resolves when each has all that the other sent: what each sent, and what each was shown.
 */
async function textBothWays(phones: readonly [MemoryPhone, MemoryPhone], meanwhile: Promise<void>) {
  const sent: [string[], string[]] = [[], []];
  const shown: [string[], string[]] = [[], []];
  const allSent = Promise.withResolvers<void>();
  let isOver = false;
  let sending: number = phones.length;
  void meanwhile.finally(() => {
    isOver = true;
  });
  const one = (me: 0 | 1, other: 0 | 1) =>
    phones[me].run(async (profile) => {
      const following = new AbortController();
      const hasAll = Promise.withResolvers<void>();
      const check = () => {
        if (sending === 0 && shown[me].length >= sent[other].length) hasAll.resolve();
      };
      const receive = async () => {
        for await (const event of profile.events({ signal: following.signal })) {
          if (event.type === "message") shown[me].push(event.text.text);
          check();
        }
      };
      const received = receive();
      while (!isOver || sent[me].length < 20) {
        const text = `${me} says ${sent[me].length}`;
        sent[me].push(text);
        await sendNow(profile, phones[other].number, text);
      }
      sending -= 1;
      if (sending === 0) allSent.resolve();
      await allSent.promise;
      check();
      await Promise.race([hasAll.promise, received]);
      following.abort();
      await received;
    });
  await Promise.all([one(0, 1), one(1, 0), meanwhile]);
  return { sent, shown };
}

test("every key is rotated while two phones text: nothing is lost, nothing comes twice", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  const rotateAll = async () => {
    for (const role of ["sealing", "voprf", "capability", "online"] as const)
      await server.rotate(role);
  };
  const { sent, shown } = await textBothWays([anna, ben], rotateAll());
  assert.deepEqual(shown[1], sent[0]);
  assert.deepEqual(shown[0], sent[1]);
  assert.deepEqual(await anna.texts(), []);
  assert.deepEqual(await ben.texts(), []);

  // Somebody who was never here before finds both: they renewed, and nobody sent them an SMS for it.
  const [carol] = await phonesOn(server, [british]);
  assert.ok(carol);
  for (const phone of [anna, ben]) {
    await carol.send(phone, "I am new");
    assert.deepEqual(await phone.texts(), ["I am new"]);
    await phone.send(carol, "welcome");
    assert.equal(await countSms(server, phone.number), 1);
  }
  assert.deepEqual(await carol.texts(), ["welcome", "welcome"]);
});

test("who was away while keys were rotated writes as before, and is found again once connected", async (context) => {
  const server = await TestServer.start(context);
  const [anna, dora] = await phonesThatTexted(server, [german, spanish]);
  await dora.events();
  await server.rotate("sealing", "voprf", "capability", "online");
  await anna.events();
  await anna.send(dora, "while you were away");
  const [carol] = await phonesOn(server, [british]);
  assert.ok(carol);
  const { route } = await carol.run((profile) => profile.people.check(spanish));
  assert.equal(route, "sms", "not under the new key yet");

  // By an address of the former epoch, and before she heard of any new key.
  const before = await capabilitiesOf(dora);
  await dora.send(anna, "I am back");
  assert.deepEqual(await capabilitiesOf(dora), before);
  assert.deepEqual(await anna.texts(), ["I am back"]);
  // Looking somebody up needs the new key, and fetches it.
  assert.equal((await dora.run((profile) => profile.people.check(british))).route, "private");

  assert.deepEqual(await dora.texts(), ["while you were away"]);
  assert.equal((await carol.run((profile) => profile.people.check(spanish))).route, "private");
  await carol.send(dora, "there you are");
  assert.deepEqual(await dora.texts(), ["there you are"]);
  assert.equal(await countSms(server, spanish), 1);
});

test("rotated twice while the service was stopped, it goes on with the phones it had", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  await server.stop();
  assert.equal((await anna.send(ben, "waits for the service")).state, "queued");
  for (let times = 0; times < 2; times += 1)
    await server.rotate("sealing", "voprf", "capability", "online");
  await server.start();
  await anna.events();
  assert.deepEqual(await ben.texts(), ["waits for the service"]);
  await ben.send(anna, "and back");
  assert.deepEqual(await anna.texts(), ["and back"]);
  const [carol] = await phonesOn(server, [british]);
  assert.ok(carol);
  await carol.send(ben, "found");
  await carol.send(anna, "found");
  assert.deepEqual(await ben.texts(), ["found"]);
  assert.deepEqual(await anna.texts(), ["found"]);
  // Since the service started again, whose pretended SMS are gone with its process.
  for (const { number } of [anna, ben]) assert.equal(await countSms(server, number), 0);
  assert.equal(await countSms(server, british), 1);
});

test("who writes first under a key that a listening phone has not heard of is heard by it", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  const [carol] = await phonesOn(server, [british]);
  assert.ok(carol);
  // As long as he has not moved on to the new key, who asked before finds him.
  await carol.run((profile) => profile.people.check(french));
  const shown: string[] = [];
  await ben.run(async (profile) => {
    const following = new AbortController();
    for await (const event of profile.events({ signal: following.signal })) {
      if (event.type === "message") shown.push(event.text.text);
      if (shown.includes("the last")) following.abort();
      if (event.type !== "connection" || !event.connected) continue;
      await server.rotate("voprf");
      await carol.events();
      await carol.send(ben, "I am new");
      await anna.send(ben, "the last");
    }
  });
  assert.deepEqual([...shown, ...(await ben.texts())].sort(), ["I am new", "the last"]);
});
