// SMS for devices: each goes out once at most, whatever the provider does, wherever the service stops, and however often it
// is asked for; under the sender's own number, and to nobody who wants none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { codeOf } from "@assent/bare-phone";
import { type PhoneNumber, randomBytes } from "@assent/protocol";
import type { SmsOutcome } from "../sms/transport.ts";
import { alice, bob, openRelay } from "./relay-for-tests.ts";

const day = 86_400_000;

/** A provider that answers when the test says so. */
function silence() {
  const answers: ((outcome: SmsOutcome) => void)[] = [];
  return {
    answer: (outcome: SmsOutcome) => answers.shift()?.(outcome),
    send: () => new Promise<SmsOutcome>((resolve) => answers.push(resolve)),
  };
}

async function until(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + 30_000;
  while (!isSo()) {
    assert.ok(performance.now() < endMs, isSo.toString());
    await nextTurn();
  }
}

test("an SMS goes out under the sender's number, and is told of until it was delivered", async () => {
  const room = await openRelay();
  const device = room.turnOn(alice);
  const name = await room.relay.name(device);
  assert.equal(await room.stateOf(device, name), "none");
  assert.equal(await room.ask(device, name), "handed");
  assert.deepEqual(
    room.handed.map(({ to, text, validForSeconds }) => ({ to, text, validForSeconds })),
    [{ to: bob, text: `${alice}:\nOn my way.\nAnswer ${alice}`, validForSeconds: 86_400 }],
  );
  assert.equal(await room.stateOf(device, name), "handed");
  assert.deepEqual(room.relayedParts, [1]);
  room.sent.reported(room.handed[0]?.key ?? "", "delivered");
  assert.equal(await room.stateOf(device, name), "delivered");
  room.sent.reported(room.handed[0]?.key ?? "", "failed");
  assert.equal(await room.stateOf(device, name), "delivered", "what is final stays");
  room.sent.reported("of an SMS with a code", "delivered");
  assert.equal(await room.ask(device, name), "delivered");
  assert.equal(room.handed.length, 1);
});

test("the same name sends nothing again, whatever is sealed with it", async () => {
  const room = await openRelay();
  const device = room.turnOn(alice);
  const name = await room.relay.name(device);
  const provider = silence();
  room.provider(provider.send);
  const both = [room.ask(device, name), room.ask(device, name, { text: "Something else." })];
  await until(() => room.handed.length > 0);
  assert.equal(await room.stateOf(device, name), "accepted");
  provider.answer({ kind: "accepted", id: "" });
  assert.deepEqual(await Promise.all(both), ["handed", "handed"]);
  assert.equal(await room.ask(device, name, { to: alice }), "handed");
  assert.equal(room.handed.length, 1);
  const another = await room.relay.name(device);
  room.provider(async () => ({ kind: "accepted", id: "" }));
  assert.equal(await room.ask(device, another), "handed");
  assert.equal(room.handed.length, 2);
});

test("two services on one store send it once", async () => {
  const room = await openRelay();
  const device = room.turnOn(alice);
  const name = await room.relay.name(device);
  const by = room.start().relay;
  const states = await Promise.all([room.ask(device, name), room.ask(device, name, { by })]);
  assert.equal(room.handed.length, 1);
  assert.ok(states.includes("handed"), states.join());
});

test("a provider that answers late holds nobody up, and what it says then counts", async () => {
  const room = await openRelay();
  const device = room.turnOn(alice);
  const provider = silence();
  room.provider(provider.send);
  const [taken, lost] = [await room.relay.name(device), await room.relay.name(device)];
  for (const name of [taken, lost]) {
    const asked = room.ask(device, name);
    await until(() => room.time.waiting > 0);
    await until(() => room.handed.length === (name === taken ? 1 : 2));
    await room.time.pass(5_000);
    assert.equal(await asked, "accepted");
    assert.equal(await room.stateOf(device, name), "accepted");
  }
  provider.answer({ kind: "accepted", id: "" });
  provider.answer({ kind: "unavailable" });
  await room.relay.close();
  assert.equal(await room.stateOf(device, taken), "handed");
  assert.equal(await room.stateOf(device, lost), "none", "none of it went out");
  room.provider(async () => ({ kind: "accepted", id: "" }));
  assert.equal(await room.ask(device, lost), "handed");
  assert.equal(room.handed.length, 3);
});

test("a provider that never answers may have sent it: it is not known, and not sent again", async () => {
  const room = await openRelay();
  const device = room.turnOn(alice);
  const name = await room.relay.name(device);
  room.provider(async () => ({ kind: "unknown" }));
  assert.equal(await room.ask(device, name), "not-known");
  // Nothing else is said of it: a refusal would say that it did not go out.
  room.unwilling.add(bob);
  assert.equal(await room.ask(device, name), "not-known");
  room.time.nowMs += day;
  assert.equal(await room.ask(device, name), "not-known");
  assert.equal(room.handed.length, 1);
  room.sent.reported(room.handed[0]?.key ?? "", "delivered");
  assert.equal(await room.stateOf(device, name), "delivered", "a report says it all the same");
});

test("a report that comes before the answer is believed, and twice is once", async () => {
  const room = await openRelay();
  const device = room.turnOn(alice);
  const name = await room.relay.name(device);
  room.provider(async ({ key }) => {
    room.sent.reported(key, "delivered");
    room.sent.reported(key, "delivered");
    return { kind: "accepted", id: key };
  });
  assert.equal(await room.ask(device, name), "delivered");
  assert.equal(await room.stateOf(device, name), "delivered");
});

test("one that is not wanted has failed; where nothing is taken, the same name is good still", async () => {
  const room = await openRelay();
  const device = room.turnOn(alice);
  const [unwanted, later] = [await room.relay.name(device), await room.relay.name(device)];
  room.provider(async () => ({ kind: "refused" }));
  assert.equal(await room.ask(device, unwanted), "failed");
  assert.equal(await room.ask(device, unwanted), "failed");
  room.provider(async () => ({ kind: "unavailable" }));
  assert.equal(await codeOf(room.ask(device, later)), "sms_failed");
  assert.equal(await room.stateOf(device, later), "none");
  room.provider(async () => ({ kind: "accepted", id: "" }));
  assert.equal(await room.ask(device, later), "handed");
  const keys = room.handed.map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length, "transports answer for a key what they did first");
});

test("a service that stops between its note and the provider's answer does not know, and sends nothing again", async () => {
  const room = await openRelay();
  const device = room.turnOn(alice);
  const name = await room.relay.name(device);
  const provider = silence();
  room.provider(provider.send);
  const asked = room.ask(device, name);
  await until(() => room.handed.length > 0);
  const { relay, sent } = room.start();
  assert.equal(await room.stateOf(device, name, relay), "not-known");
  assert.equal(await room.ask(device, name, { by: relay }), "not-known");
  assert.equal(room.handed.length, 1);
  sent.reported(room.handed[0]?.key ?? "", "failed");
  assert.equal(await room.stateOf(device, name, relay), "failed");
  provider.answer({ kind: "accepted", id: "" });
  assert.equal(await asked, "failed");
});

test("under a name of before a backup was put back nothing is sent", async () => {
  const room = await openRelay();
  const device = room.turnOn(alice);
  const [asked, unasked] = [await room.relay.name(device), await room.relay.name(device)];
  assert.equal(await room.ask(device, asked), "handed");
  // What the backup does not have.
  await room.store.forget(room.time.nowMs);
  assert.equal(await room.ask(device, unasked), "handed", "in the same lineage it would be");
  const { relay } = room.start(2);
  assert.equal(await room.ask(device, asked, { by: relay }), "none");
  assert.equal(room.handed.length, 2);
  assert.equal(await room.ask(device, await relay.name(device), { by: relay }), "handed");
});

test("a name is good for a day, and what was sent is remembered for longer", async () => {
  const room = await openRelay();
  const device = room.turnOn(alice);
  const [sent, unsent] = [await room.relay.name(device), await room.relay.name(device)];
  assert.equal(await room.ask(device, sent), "handed");
  room.time.nowMs += day;
  assert.equal(await room.ask(device, unsent), "none");
  const sweep = () => room.sent.sweep({ nowMs: room.time.nowMs, dayAgoMs: room.time.nowMs - day });
  room.time.nowMs += 2 * day - 1;
  await sweep();
  assert.equal(await room.ask(device, sent), "handed");
  room.time.nowMs += 1;
  await sweep();
  assert.equal(await room.ask(device, sent), "none");
  assert.equal(room.handed.length, 1);
  // A clock that was ahead made no names that are good for years.
  const ahead = await room.relay.name(device);
  room.time.nowMs -= 1;
  assert.equal(await room.ask(device, ahead), "none");
});

test("a name is one device's, and a seal that name's", async () => {
  const room = await openRelay();
  const [device, other] = [room.turnOn(alice), room.turnOn(bob)];
  const [name, another] = [await room.relay.name(device), await room.relay.name(device)];
  assert.equal(await room.ask(other, name, { from: bob, to: alice }), "none");
  assert.equal(await room.ask(device, randomBytes(32)), "none");
  const changed = Uint8Array.from(name, (byte, index) => byte ^ Number(index === 8));
  assert.equal(await room.ask(device, changed), "none");
  assert.equal(await codeOf(room.ask(device, name, {}, { name: another })), "request_invalid");
  const { deviceId } = other;
  assert.equal(await codeOf(room.ask(device, name, {}, { deviceId })), "request_invalid");
  assert.equal(room.handed.length, 0);
  assert.equal(await room.ask(device, name), "handed");
  assert.equal(await room.stateOf(other, name), "none");
});

test("nobody writes under another's number, nor to one that wants none, or that costs extra", async () => {
  const room = await openRelay();
  const device = room.turnOn(alice);
  const name = await room.relay.name(device);
  assert.equal(await codeOf(room.ask(device, name, { from: bob })), "request_invalid");
  const premium = "+449012345678" as PhoneNumber;
  assert.equal(await codeOf(room.ask(device, name, { to: premium })), "number_refused");
  room.unwilling.add(bob);
  assert.equal(await codeOf(room.ask(device, name)), "number_refused");
  assert.equal(room.handed.length, 0);
  room.unwilling.delete(bob);
  room.holdBack(bob);
  assert.equal(await codeOf(room.ask(device, name)), "rate_limited");
  assert.equal(room.handed.length, 0);
  room.time.nowMs += day - 1;
  assert.equal(await room.ask(device, name), "handed", "all that time the name was good");
});

test("one that is too many is not sent, and may be asked for again", async () => {
  const room = await openRelay();
  const device = room.turnOn(alice);
  for (let text = 0; text < 5; text += 1) {
    assert.equal(await room.ask(device, await room.relay.name(device)), "handed");
  }
  room.time.nowMs += day / 2;
  const name = await room.relay.name(device);
  assert.equal(await codeOf(room.ask(device, name)), "rate_limited");
  assert.equal(await room.stateOf(device, name), "none");
  assert.equal(room.handed.length, 5);
  room.time.nowMs += (2 * day) / 3;
  assert.equal(await room.ask(device, name), "handed");
});

test("an hour without a provider uses up nobody's day", async () => {
  const room = await openRelay();
  const device = room.turnOn(alice);
  room.provider(async () => ({ kind: "unavailable" }));
  for (let time = 0; time < 12; time += 1) {
    // The app gives each of them up, and its owner writes another.
    const name = await room.relay.name(device);
    assert.equal(await codeOf(room.ask(device, name)), "sms_failed");
  }
  const outcomes = [{ kind: "refused" }, { kind: "unknown" }] as const;
  for (const outcome of outcomes) {
    room.provider(async () => outcome);
    await room.ask(device, await room.relay.name(device));
  }
  room.provider(async () => ({ kind: "accepted", id: "" }));
  for (let text = 0; text < 3; text += 1) {
    assert.equal(await room.ask(device, await room.relay.name(device)), "handed");
  }
  const more = room.ask(device, await room.relay.name(device));
  assert.equal(await codeOf(more), "rate_limited", "what may have gone out stays counted");
});

test("whoever asks without end is stopped, by names and by what is looked at", async () => {
  const room = await openRelay();
  const device = room.turnOn(alice);
  const name = await room.relay.name(device);
  for (let more = 1; more < 40; more += 1) await room.relay.name(device);
  assert.equal(await codeOf(room.relay.name(device)), "rate_limited");
  const foreign = () => codeOf(room.ask(device, name, { from: bob }));
  for (let time = 0; time < 40; time += 1) assert.equal(await foreign(), "request_invalid");
  assert.equal(await foreign(), "rate_limited");
  room.time.nowMs += day / 48;
  assert.equal(await room.ask(device, name), "handed");
});

test("whose account ended has nothing sent, and nothing kept", async () => {
  const room = await openRelay();
  const device = room.turnOn(alice);
  const [sent, unsent] = [await room.relay.name(device), await room.relay.name(device)];
  assert.equal(await room.ask(device, sent), "handed");
  room.store.endDevice(device.deviceId);
  assert.equal(await room.stateOf(device, sent), "none");
  assert.equal(await codeOf(room.ask(device, unsent)), "signed_out");
  assert.equal(room.handed.length, 1);
});

for (const code of ["not_offered", "busy"] as const) {
  test(`${code}: nothing is begun, what was begun is told of, and a name is good for later`, async () => {
    const room = await openRelay();
    const device = room.turnOn(alice);
    const provider = silence();
    room.provider(provider.send);
    const [sent, named] = [await room.relay.name(device), await room.relay.name(device)];
    const underWay = room.ask(device, sent);
    await until(() => room.handed.length === 1);
    room.refuse(code);
    room.provider(async ({ key }) => ({ kind: "accepted", id: key }));
    assert.equal(await codeOf(room.relay.name(device)), code);
    assert.equal(await codeOf(room.ask(device, named)), code);
    assert.equal(await room.stateOf(device, sent), "accepted");
    provider.answer({ kind: "accepted", id: "" });
    assert.equal(await underWay, "handed");
    assert.equal(await room.ask(device, sent), "handed", "its answer was lost, say");
    assert.equal(await room.stateOf(device, named), "none");
    assert.equal(room.handed.length, 1);
    room.refuse(undefined);
    assert.equal(await room.ask(device, named), "handed");
  });
}
