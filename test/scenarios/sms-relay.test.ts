// SMS that the service sends for whoever has no SIM: by a yes of its own, one for each text whatever is stopped, lost or set back,
// and nothing of a private text but where its owner says so.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  AssentError,
  GetRecordResponseSchema,
  type PhoneNumber,
  parseNumber,
  RequestErrorSchema,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import {
  changedNetwork,
  type MemoryPhone,
  offline,
  phonesOn,
  phonesThatTexted,
  sendNow,
} from "../memory-phone.ts";
import { newPhones, TestServer } from "../network.ts";
import { StopAt } from "../stoppable-store.ts";
import { runUntil } from "../stopped-phone.ts";
import { type Between, both, lying, outboxSaying } from "./lying-network.ts";

const bensNumber = parseNumber("+33612345678");
const relaying = { transport: "fake", environment: { ASSENT_SMS_RELAY: "on" } };

// One service for all: each test has senders of its own, for whom it sends few a day.
const ends: (() => unknown)[] = [];
let server: TestServer;
before(async () => {
  server = await TestServer.start({ after: (end) => ends.unshift(end) }, relaying);
});
after(async () => {
  for (const end of ends) await end();
});

/** As its recipient reads it. */
function read(from: string, text: string): string {
  return `${from}:\n${text}\nAnswer ${from}`;
}

/** What was sent to a number by SMS, codes aside. */
async function smsTo(number: string, by = server): Promise<string[]> {
  const answer = await fetch(`${by.origin}/sms/messages?to=${encodeURIComponent(number)}`);
  const all = (await answer.json()) as { readonly text: string }[];
  return all.map(({ text }) => text).filter((text) => text.includes("\nAnswer "));
}

function numbered(from: number, count: number): PhoneNumber[] {
  return Array.from({ length: count }, (_, index) => parseNumber(`+49151234567${from + index}`));
}

/** Another for each text: the service sends few to one number. */
function someNumber(step: number): PhoneNumber {
  return parseNumber(`+336123457${String(step).padStart(2, "0")}`);
}

/** Phones whose owners said yes to it. */
async function phonesThatMay(...numbers: PhoneNumber[]): Promise<MemoryPhone[]> {
  const phones = await phonesOn(server, numbers);
  for (const phone of phones) await saysYes(phone);
  return phones;
}

async function saysYes(phone: MemoryPhone): Promise<void> {
  await phone.run(({ account }) => account.setPurpose("sms-relay", true));
}

function sendSms(phone: MemoryPhone, to: PhoneNumber, text: string, network?: Between) {
  return phone.run(
    async (profile) => {
      const { key } = await profile.texts.send(to, text, { route: "sms" });
      return profile.texts.outcome(key);
    },
    network ? { network } : {},
  );
}

/** How far it came in time: carriers say so when they like, also this service's. */
const went: readonly unknown[] = ["sent", "delivered"];

/** What a phone's thread says of its last text. */
async function last(phone: MemoryPhone, to: PhoneNumber) {
  const text = (await phone.run((profile) => profile.conversations.history(to))).at(-1);
  return text && [text.text, text.route, text.state];
}

test("one SMS is sent for each text, wherever the phone was stopped", async () => {
  const senders = await phonesThatMay(...numbered(10, 4));
  let wasStoredAndStopped = 0;
  for (let step = 0, stopped = true; stopped; step += 1) {
    const [stop, to] = [new StopAt(step), someNumber(step)];
    const sender = senders[Math.floor(step / 8)];
    assert.ok(sender);
    await runUntil(stop, (between) =>
      sender.run(async (profile) => {
        const { key } = await profile.texts.send(to, "once", { route: "sms" });
        await profile.texts.outcome(key);
      }, between),
    );
    stopped = stop.stopped;
    await sender.run((profile) => profile.texts.flush());
    const known = await last(sender, to);
    // Stopped before it was stored, it was never taken.
    assert.ok(!known || went.includes(known[2]), `step ${step}: ${known}`);
    assert.deepEqual(await smsTo(to), known ? [read(sender.number, "once")] : [], `step ${step}`);
    if (known && stopped) wasStoredAndStopped += 1;
  }
  assert.ok(wasStoredAndStopped > 8, "there are steps to stop at");
});

test("an SMS is not sent again by a phone that was set back to before it was", async () => {
  const [anna] = await phonesThatMay(...numbered(20, 1));
  assert.ok(anna);
  const to = someNumber(80);
  assert.equal((await sendSms(anna, to, "once", offline)).state, "queued");
  const putBack = anna.copied();
  await anna.run((profile) => profile.texts.flush());
  assert.deepEqual(await smsTo(to), [read(anna.number, "once")]);
  putBack();
  assert.deepEqual(await last(anna, to), ["once", "sms", "queued"]);
  await anna.run((profile) => profile.texts.flush());
  assert.deepEqual(await last(anna, to), ["once", "sms", "not-known"]);
  assert.deepEqual(await smsTo(to), [read(anna.number, "once")]);
});

test("a private text goes by the service where its owner says so, and never otherwise", async () => {
  const [annasNumber] = numbered(21, 1) as [PhoneNumber];
  const [anna, ben] = await phonesThatTexted(server, [annasNumber, bensNumber]);
  await anna.receive();
  await saysYes(anna);
  // Ben's phone was not there since: none of his devices can have been handed it.
  const { id } = await anna.send(ben, "by SMS");
  const { state } = await anna.run(async (profile) =>
    profile.texts.sendAsSms((await profile.texts.keyOf(id)) ?? ""),
  );
  assert.ok(went.includes(state), state);
  const sent = [read(annasNumber, "by SMS")];
  assert.deepEqual(await smsTo(bensNumber), sent);
  await anna.send(ben, "stays private");
  assert.deepEqual(await ben.texts(), ["stays private"]);
  assert.deepEqual(await smsTo(bensNumber), sent);
});

test("a service that says that somebody is gone is not given what was for them alone", async () => {
  const [annasNumber] = numbered(30, 1) as [PhoneNumber];
  const [anna, ben] = await phonesThatTexted(server, [annasNumber, bensNumber]);
  await saysYes(anna);
  const network = both(
    lying("/GetRecord", GetRecordResponseSchema, (answer) => {
      answer.found = false;
    }),
    // So that it is looked up anew, as it is where an address ran out.
    outboxSaying((answer) => {
      for (const { request } of answer.putResults.splice(0))
        answer.errors.push(create(RequestErrorSchema, { request, code: "address_expired" }));
    }),
  );
  const sent = await smsTo(bensNumber);
  await assert.rejects(anna.send(ben, "for Ben alone", { network }), { code: "not_private" });
  assert.deepEqual(await smsTo(bensNumber), sent);
  // The positive control: whoever never was there gets what may go either way.
  const nobody = someNumber(84);
  const { state } = await anna.run((profile) => sendNow(profile, nobody, "for anybody"), {
    network,
  });
  assert.ok(went.includes(state), state);
  assert.deepEqual(await smsTo(nobody), [read(annasNumber, "for anybody")]);
});

test("what a drained service refuses waits; what one refuses that its operator stopped is kept, and goes by the SMS app", async (context) => {
  const steered = await TestServer.start(context, relaying);
  const [anna] = await phonesOn(steered, numbered(25, 1));
  assert.ok(anna);
  await saysYes(anna);
  const say = async (...command: string[]) => {
    const { exitCode, stderr } = await steered.operate("admin", ...command);
    assert.equal(exitCode, 0, stderr);
  };
  const to = someNumber(83);
  await say("drain");
  assert.equal((await sendSms(anna, to, "later")).state, "queued");
  await say("undrain");
  await anna.run((profile) => profile.texts.flush());
  assert.ok(went.includes((await last(anna, to))?.[2]));
  assert.deepEqual(await smsTo(to, steered), [read(anna.number, "later")]);

  await say("sms-relay", "stopped");
  const refused = await sendSms(anna, to, "now");
  assert.deepEqual(
    [refused.state, "error" in refused && refused.error],
    ["not-delivered", "not_offered"],
  );
  assert.deepEqual(await last(anna, to), ["now", "sms", "not-delivered"]);
  assert.equal((await sendSms(anna, to, "instead")).state, "handoff", "it was told so");
  await say("sms-relay", "on");
  await anna.receive();
  assert.ok(went.includes((await sendSms(anna, to, "again")).state));
  const all = ["later", "again"].map((text) => read(anna.number, text));
  assert.deepEqual(await smsTo(to, steered), all);
});

test("nothing is asked of the service before a yes to its SMS, nor after it was taken back", async (context) => {
  const [annasNumber] = numbered(22, 1) as [PhoneNumber];
  const [anna] = await newPhones(context, annasNumber);
  assert.ok(anna);
  await anna.turnOn(server);
  const smsRelay = (state: "on" | "off") => [{ smsRelay: state, offered: true }];
  const to = someNumber(81);
  const send = ["send", to, "-m", "hello", "--route", "sms"];
  assert.deepEqual(await anna.ok(["sms-relay", "status"]), smsRelay("off"));
  assert.equal((await anna.run(send)).exitCode, 3);
  assert.equal(await anna.refused(["sms-relay", "on"], "no\n"), "change_declined");
  assert.equal((await anna.run(send)).exitCode, 3);
  assert.deepEqual(await smsTo(to), []);
  assert.deepEqual(await anna.ok(["sms-relay", "on"], "yes\n"), smsRelay("on"));
  const [sent] = await anna.ok(send);
  assert.ok(went.includes(sent?.["state"]));
  assert.equal(sent?.["byService"], true);
  assert.deepEqual(await smsTo(to), [read(annasNumber, "hello")]);
  const [, , shown] = await anna.ok(["history", to]);
  assert.deepEqual([shown?.["route"], shown?.["byService"]], ["sms", true]);
  const left = (await anna.ok(["ledger"])).filter(({ purpose }) => purpose === "sms-relay");
  assert.deepEqual(
    left.map(({ declaration }) => declaration),
    ["name-sms", "send-sms"],
  );
  assert.deepEqual(await anna.ok(["sms-relay", "off"]), smsRelay("off"));
  assert.equal((await anna.run(send)).exitCode, 3);
  assert.equal((await smsTo(to)).length, 1);
  assert.equal((await anna.run(["sms-relay", "maybe"])).exitCode, 2);
});

test("where the service sends none, no yes to it is taken", async (context) => {
  const without = await TestServer.start(context);
  const [anna] = await newPhones(context, ...numbered(23, 1));
  assert.ok(anna);
  await anna.turnOn(without);
  assert.equal(await anna.refused(["sms-relay", "on", "--yes"]), "not_offered");
  assert.deepEqual(await anna.ok(["sms-relay", "status"]), [{ smsRelay: "off", offered: false }]);
});

// Last: what the service pretended to send is gone with it.
test("an SMS is sent once where its answer was lost, and where the service was killed then", async () => {
  const [anna] = await phonesThatMay(...numbered(24, 1));
  assert.ok(anna);
  const to = someNumber(82);
  let lost = 0;
  const losing: Between = (real) =>
    changedNetwork(real, {
      http: async (request, lane, maxBytes) => {
        const answer = await real.http(request, lane, maxBytes);
        if (!request.url.endsWith("/SendSms")) return answer;
        lost += 1;
        throw new AssentError("unreachable");
      },
    });
  assert.equal((await sendSms(anna, to, "lost", losing)).state, "queued");
  assert.ok(lost > 0);
  assert.deepEqual(await smsTo(to), [read(anna.number, "lost")]);
  await server.kill();
  await server.start();
  await anna.run((profile) => profile.texts.flush());
  assert.ok(went.includes((await last(anna, to))?.[2]));
  assert.deepEqual(await smsTo(to), []);
  // That it would show one that was sent since.
  await sendSms(anna, to, "control");
  assert.deepEqual(await smsTo(to), [read(anna.number, "control")]);
});
