// A phone is stopped between every two of its steps, while it sends and while it receives: before and after
// every commit, every request and every frame. Whatever the moment, every text arrives, once, in order, and no
// key of a group is used twice.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Encryption, EncryptionRefused, loadMls, type Network } from "@assent/client/node";
import { parseNumber } from "@assent/protocol";
import {
  type Between,
  changedEncryption,
  changedNetwork,
  MemoryPhone,
  phonesOn,
  textsOf,
} from "../memory-phone.ts";
import { TestServer } from "../network.ts";
import { StopAt } from "../stoppable-store.ts";
import { runUntil } from "../stopped-phone.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");

/** Counts messages whose key was used before: there must be none. */
function countingEncryption(encryption: Encryption, counts: { used: number }): Encryption {
  return changedEncryption(encryption, {
    decrypt: async (...args) => {
      try {
        return await encryption.decrypt(...args);
      } catch (error) {
        if (error instanceof EncryptionRefused && error.reason === "used") counts.used += 1;
        throw error;
      }
    },
  });
}

async function twoPhones(server: TestServer, counts: { used: number }) {
  const encryption = countingEncryption(await loadMls(), counts);
  const [anna, ben] = await phonesOn(server, [german, french], encryption);
  assert.ok(anna && ben);
  return { anna, ben };
}

test("a sender stopped anywhere sends everything, once", async (context) => {
  const server = await TestServer.start(context);
  const counts = { used: 0 };
  const { anna, ben } = await twoPhones(server, counts);
  const expected: string[] = [];
  const received: string[] = [];
  for (let step = 0, stopped = true; stopped; step += 1) {
    const stop = new StopAt(step);
    const text = `text ${step}`;
    await runUntil(stop, (between) => anna.send(ben, text, between));
    stopped = stop.stopped;
    // Stopped before it was stored, the text was never accepted, and the owner sends it again.
    const stored = await anna.run((profile) => profile.conversations.history(french));
    if (stored.at(-1)?.text !== text) await anna.send(ben, text);
    await anna.events();
    expected.push(text);
    if (step % 5 === 4) received.push(...(await ben.texts()));
  }
  received.push(...(await ben.texts()));
  assert.ok(expected.length > 5, "there are steps to stop at");
  assert.deepEqual(received, expected);
  assert.equal(counts.used, 0);
});

test("a first contact stopped anywhere arrives, once", async (context) => {
  const server = await TestServer.start(context);
  const counts = { used: 0 };
  const [ben] = await phonesOn(server, [french], countingEncryption(await loadMls(), counts));
  assert.ok(ben);
  for (let step = 0, stopped = true; stopped; step += 1) {
    const number = parseNumber(`+4915123450${String(step).padStart(3, "0")}`);
    const [anna] = await phonesOn(server, [number]);
    assert.ok(anna);
    const stop = new StopAt(step);
    const text = `first ${step}`;
    await runUntil(stop, (between) => anna.send(ben, text, between));
    stopped = stop.stopped;
    const stored = await anna.run((profile) => profile.conversations.history(french));
    if (stored.length === 0) await anna.send(ben, text);
    await anna.events();
    assert.deepEqual(await ben.texts(), [text]);
  }
  assert.equal(counts.used, 0);
});

/** A phone that stops just before it sends a request, or just after the service did what it asks. */
function stoppingAt(procedure: string, when: "before" | "after") {
  return (network: Network): Network =>
    changedNetwork(network, {
      http: async (request, lane, maxBytes) => {
        if (!request.url.endsWith(procedure)) return network.http(request, lane, maxBytes);
        if (when === "after") await network.http(request, lane, maxBytes);
        throw new Error(`stopped ${when} ${procedure}`);
      },
    });
}

test("a phone that stops while it verifies is on after the same command again", async (context) => {
  const server = await TestServer.start(context);
  const [ben] = await phonesOn(server, [french]);
  assert.ok(ben);
  const mls = await loadMls();
  for (const [index, [procedure, when]] of (
    [
      ["/VerifyCode", "after"],
      ["/CreateAccount", "before"],
      ["/CreateAccount", "after"],
      ["/AddKeyPackages", "after"],
    ] as const
  ).entries()) {
    const anna = new MemoryPhone(parseNumber(`+491512345678${index}`), mls);
    await anna.run((profile) => profile.account.turnOn(anna.number, server.origin, ["service"]));
    const code = await server.codeFor(anna.number);
    const verify = (between?: Between) =>
      anna.run((profile) => profile.account.verify(code), between);
    await assert.rejects(verify({ network: stoppingAt(procedure, when) }), { code: "unreachable" });
    assert.equal((await anna.run((profile) => profile.account.status())).phase, "verifying");
    await verify();
    const text = `stopped ${when} ${procedure}`;
    await anna.send(ben, text);
    assert.deepEqual(await ben.texts(), [text]);
  }
});

// Where the account may be at the service, and the phone does not know it.
const unsure = [
  ["/CreateAccount", "before"],
  ["/CreateAccount", "after"],
  ["/AddKeyPackages", "before"],
] as const;

async function turnOnAndStop(
  server: TestServer,
  anna: MemoryPhone,
  [procedure, when]: (typeof unsure)[number],
): Promise<void> {
  const ask = () =>
    anna.run((profile) => profile.account.turnOn(anna.number, server.origin, ["service"]));
  await ask();
  const code = await server.codeFor(anna.number);
  const network = stoppingAt(procedure, when);
  const verify = anna.run((profile) => profile.account.verify(code), { network });
  await assert.rejects(verify, { code: "unreachable" });
  await ask();
}

test("a phone that stopped while its account was made can ask for another code", async (context) => {
  const server = await TestServer.start(context);
  const mls = await loadMls();
  const [ben] = await phonesOn(server, [french]);
  assert.ok(ben);
  for (const [index, where] of unsure.entries()) {
    const anna = new MemoryPhone(parseNumber(`+491512345678${index}`), mls);
    await turnOnAndStop(server, anna, where);
    const code = await server.codeFor(anna.number);
    await anna.run((profile) => profile.account.verify(code));
    assert.equal((await anna.run((profile) => profile.account.status())).phase, "on");
    const text = `another code, ${where.join(" ")}`;
    await ben.send(anna, text);
    assert.deepEqual(await anna.texts(), [text]);
  }
});

test("who asked for another code and keeps it off leaves no account behind", async (context) => {
  const server = await TestServer.start(context);
  const mls = await loadMls();
  const [ben] = await phonesOn(server, [french]);
  assert.ok(ben);
  const routeTo = async (number: typeof german) => {
    const { route } = await ben.run((profile) => profile.people.check(number));
    return route;
  };
  for (const [index, where] of unsure.entries()) {
    const anna = new MemoryPhone(parseNumber(`+491512345678${index}`), mls);
    await turnOnAndStop(server, anna, where);
    const [, when] = where;
    const isThere = where[0] === "/AddKeyPackages" || when === "after";
    assert.equal(await routeTo(anna.number), isThere ? "private" : "sms", "the positive control");
    const left = await anna.run((profile) => profile.account.turnOff());
    assert.equal(left.kind, "gone");
    assert.equal(await routeTo(anna.number), "sms", where.join(" "));
    assert.equal((await anna.storedState()).accountMayExist, false);
  }
});

test("a recipient stopped anywhere shows everything, once", async (context) => {
  const server = await TestServer.start(context);
  const counts = { used: 0 };
  const { anna, ben } = await twoPhones(server, counts);
  const expected: string[] = [];
  const received: string[] = [];
  for (let step = 0, stopped = true; stopped; step += 1) {
    const batch = [`text ${step} a`, `text ${step} b`];
    for (const text of batch) await anna.send(ben, text);
    expected.push(...batch);
    const stop = new StopAt(step);
    await runUntil(stop, async (between) => {
      const { events, error } = await ben.receive(between);
      received.push(...textsOf(events));
      if (error) throw error;
    });
    stopped = stop.stopped;
    const events = await ben.events();
    // Only what a stopped phone was just showing may come again, and then says so.
    const fresh = events.filter(
      (event) => !(event.again && event.type === "message" && received.includes(event.text.text)),
    );
    received.push(...textsOf(fresh));
  }
  assert.deepEqual(received, expected);
  assert.equal(counts.used, 0);
});
