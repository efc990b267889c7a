// Coming back without a signature: who may, for how long, and what ends it.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import {
  addKeyPackages,
  authentication,
  comeBack,
  knock,
  leave,
  leaveByNumber,
  makePhone,
  mint,
  openInbox,
  openOutbox,
  type Phone,
  type TestInbox,
  turnOn,
} from "@assent/bare-phone";
import { ComeBackSchema, randomBytes, returnProof } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { systemRandomness } from "../randomness.ts";
import { type ServerForTests, startTestServer } from "../server-for-tests.ts";
import { Returns } from "./returns.ts";

const mobile = "+4915123456789";
const dayMs = 86_400_000;
const keyPackages = [randomBytes(300), randomBytes(300), randomBytes(300)];

/** A phone that was let in by its signature, with what it was told. */
async function letIn(context: TestContext) {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  await turnOn(server, phone);
  await addKeyPackages(phone, keyPackages);
  const inbox = await openInbox(server, phone);
  const { value: ready } = await inbox.until("ready");
  return { server, phone, inbox, ready };
}

/** What its return key is answered. */
async function answerTo(server: ServerForTests, phone: Phone, key: Uint8Array) {
  const answer = await (await comeBack(server, phone, key)).answer();
  return answer.case === "error" ? answer.value.code : answer.case;
}

/** What it is told that signs on this inbox. */
async function signedOn(inbox: TestInbox, phone: Phone, nonce: Uint8Array) {
  inbox.ask({ case: "authenticate", value: await authentication(phone, nonce) });
  return (await inbox.until("ready")).value;
}

describe("a device that was let in by its signature", () => {
  test("comes back by the key that it was given, and is told the same", async (context) => {
    const { server, phone, inbox, ready } = await letIn(context);
    assert.equal(ready.returnKey.length, 32);
    const [address] = await mint(inbox);
    assert.ok(address);
    const outbox = await openOutbox(server);
    await outbox.resultOf(outbox.put({ capability: address.capability }));
    const { last } = phone.counter;
    for (const isAcknowledged of [false, true]) {
      const again = await comeBack(server, phone, ready.returnKey);
      const { value } = await again.until("ready");
      assert.equal(value.returnKey.length, 0);
      assert.equal(value.lastRequest, undefined);
      assert.equal(value.singleUseKeyPackagesLeft, 3);
      assert.deepEqual([value.lineage, value.generation], [ready.lineage, ready.generation]);
      assert.equal(value.parametersSequence, ready.parametersSequence);
      const { value: delivery } = await again.until("delivery");
      assert.equal(delivery.envelopes.length, isAcknowledged ? 0 : 1);
      again.ask({ case: "acknowledge", value: { position: 1n } });
      await again.until("acknowledged");
    }
    assert.equal(phone.counter.last, last, "it signed nothing");
    const signed = await openInbox(server, phone);
    assert.equal((await signed.until("ready")).value.lastRequest?.counter, last);
  });

  test("replaces the inbox that it has open", async (context) => {
    const { server, phone, inbox, ready } = await letIn(context);
    await (await comeBack(server, phone, ready.returnKey)).until("ready");
    assert.equal(await inbox.closed, 4001);
  });

  test("is given another key each time, and the one before is over", async (context) => {
    const { server, phone, ready } = await letIn(context);
    const { value } = await (await openInbox(server, phone)).until("ready");
    assert.notDeepEqual(value.returnKey, ready.returnKey);
    assert.equal(await answerTo(server, phone, ready.returnKey), "key_outdated");
    assert.equal(await answerTo(server, phone, value.returnKey), "ready");
  });

  test("and is behind is given none: it is shown why whenever it comes", async (context) => {
    const { server, phone, ready } = await letIn(context);
    const { value } = await (await openInbox(server, phone, 1n)).until("ready");
    assert.equal(value.returnKey.length, 0);
    assert.ok(value.lastRequest);
    assert.equal(await answerTo(server, phone, ready.returnKey), "ready");
  });
});

describe("who shows no proof", () => {
  const proofs: Record<string, (key: Uint8Array, nonce: Uint8Array) => Uint8Array> = {
    "by another key": (_, nonce) => returnProof(randomBytes(32), nonce),
    "of another challenge": (key) => returnProof(key, randomBytes(32)),
    "that is none": () => new Uint8Array(),
    "with its last bit off": (key, nonce) =>
      returnProof(key, nonce).map((byte, index) => (index === 63 ? byte ^ 1 : byte)),
  };
  for (const [what, proofOf] of Object.entries(proofs)) {
    test(`${what}: is asked to sign, and may`, async (context) => {
      const { server, phone, ready } = await letIn(context);
      const inbox = await knock(server);
      const { nonce } = inbox.challenge;
      const proof = proofOf(ready.returnKey, nonce);
      const request = inbox.ask({ case: "comeBack", value: { deviceId: phone.device.id, proof } });
      const answer = await inbox.answer();
      assert.ok(answer.case === "error");
      assert.deepEqual([answer.request, answer.value.code], [request, "key_outdated"]);
      assert.equal(
        await answerTo(server, phone, ready.returnKey),
        "ready",
        "the device itself lost nothing",
      );
      await signedOn(inbox, phone, nonce);
    });
  }

  test("tries once on a socket", async (context) => {
    const { server, phone } = await letIn(context);
    const inbox = await knock(server);
    const value = { deviceId: phone.device.id, proof: randomBytes(64) };
    inbox.ask({ case: "comeBack", value });
    assert.equal((await inbox.answer()).request, 1);
    inbox.ask({ case: "comeBack", value });
    const answer = await inbox.answer();
    assert.equal(answer.case === "error" && answer.value.code, "unauthenticated");
    assert.equal(await inbox.closed, 1008);
  });

  test("has the key of another device: it is of use to that one alone", async (context) => {
    const { server, ready } = await letIn(context);
    const other = await makePhone(server, "+4915123456790");
    await turnOn(server, other);
    assert.equal(await answerTo(server, other, ready.returnKey), "key_outdated");
  });

  test("is refused what is for those who were let in, and nobody comes back twice", async (context) => {
    const { server, phone, ready } = await letIn(context);
    const inbox = await comeBack(server, phone, ready.returnKey);
    await inbox.until("delivery");
    const { nonce } = inbox.challenge;
    const proof = returnProof(ready.returnKey, nonce);
    inbox.ask({ case: "comeBack", value: { deviceId: phone.device.id, proof } });
    const answer = await inbox.answer();
    assert.equal(answer.case === "error" && answer.value.code, "request_invalid");
  });
});

describe("the key is over", () => {
  const ends: Record<string, (server: ServerForTests, phone: Phone) => Promise<unknown>> = {
    "when its device signs a request": (_, phone) => addKeyPackages(phone, []),
    "when one of its KeyPackages is taken": (_, phone) =>
      phone.directory.takeKeyPackages({ accountId: phone.accountId }),
    "when the account leaves": (_, phone) => leave(phone),
    "when the account is ended by its number": leaveByNumber,
    "when somebody else proves the number": async (server) =>
      turnOn(server, await makePhone(server, mobile)),
  };
  for (const [when, end] of Object.entries(ends)) {
    test(when, async (context) => {
      const { server, phone, ready } = await letIn(context);
      await end(server, phone);
      assert.equal(await answerTo(server, phone, ready.returnKey), "key_outdated");
    });
  }

  test("and what changed is told to who signs", async (context) => {
    const { server, phone, ready } = await letIn(context);
    await phone.directory.takeKeyPackages({ accountId: phone.accountId });
    const inbox = await comeBack(server, phone, ready.returnKey);
    assert.equal((await inbox.answer()).case, "error");
    const told = await signedOn(inbox, phone, inbox.challenge.nonce);
    assert.equal(told.singleUseKeyPackagesLeft, 2);
    assert.equal(await answerTo(server, phone, told.returnKey), "ready");
  });

  test("when the service starts anew, which its challenge shows", async (context) => {
    const { server, phone, ready } = await letIn(context);
    const before = (await knock(server)).challenge.serviceStart;
    assert.deepEqual((await knock(server)).challenge.serviceStart, before);
    const again = await server.restart();
    const inbox = await comeBack(again, phone, ready.returnKey);
    assert.notDeepEqual(inbox.challenge.serviceStart, before);
    assert.equal((await inbox.answer()).case, "error");
  });

  test("when KeyPackages that outlived themselves are gone, whose ever they were", async (context) => {
    const { server, phone } = await letIn(context);
    const signed = async () => (await (await openInbox(server, phone)).until("ready")).value;
    server.clock.nowMs += 88 * dayMs;
    await server.sweep();
    let told = await signed();
    // They go within these days, at one of these hours.
    for (let hour = 0; hour < 72 && told.singleUseKeyPackagesLeft === 3; hour += 1) {
      server.clock.nowMs += dayMs / 24;
      await server.sweep();
      const answer = await answerTo(server, phone, told.returnKey);
      told = await signed();
      assert.equal(answer, told.singleUseKeyPackagesLeft === 3 ? "ready" : "key_outdated");
    }
    assert.equal(told.singleUseKeyPackagesLeft, 0);
  });

  test("after a day at most", async (context) => {
    const { server, phone, ready } = await letIn(context);
    server.clock.nowMs += dayMs / 2 - 1;
    await server.sweep();
    assert.equal(await answerTo(server, phone, ready.returnKey), "ready");
    server.clock.nowMs += dayMs / 2 + 1;
    await server.sweep();
    assert.equal(await answerTo(server, phone, ready.returnKey), "key_outdated");
  });
});

describe("of those that are kept", () => {
  const nonce = randomBytes(32);

  function keeping(most: number) {
    const clock = { nowMs: 1_000 };
    const returns = new Returns({ most, forMs: dayMs }, () => clock.nowMs, systemRandomness);
    const enter = (deviceId = randomBytes(32)) => {
      const mailboxId = randomBytes(16);
      const left = { singleUse: 1, lastResortTaken: false };
      const key = returns.keyFor(deviceId, { accountId: randomBytes(32), mailboxId, left });
      const ask = create(ComeBackSchema, { deviceId, proof: returnProof(key, nonce) });
      return { deviceId, mailboxId, isKnown: () => returns.find(ask, nonce) !== undefined };
    };
    return { returns, clock, enter };
  }

  test("the later half is here for half a day to a day, also where nobody looks for long", () => {
    const { returns, clock, enter } = keeping(100);
    const first = enter();
    clock.nowMs += dayMs / 2 - 1;
    returns.sweep();
    const second = enter();
    clock.nowMs += 1;
    returns.sweep();
    assert.ok(first.isKnown() && second.isKnown());
    const third = enter();
    clock.nowMs += dayMs / 2;
    returns.sweep();
    assert.deepEqual(
      [first, second, third].map(({ isKnown }) => isKnown()),
      [false, false, true],
    );
    clock.nowMs += dayMs;
    returns.sweep();
    assert.ok(!third.isKnown());
  });

  test("who was let in first has to sign, where they are too many; half of all stay", () => {
    const { enter } = keeping(10);
    const entered = Array.from({ length: 100 }, () => enter());
    const known = entered.map(({ isKnown }) => isKnown());
    assert.ok(known.filter(Boolean).length >= 5 && known.filter(Boolean).length <= 10);
    assert.deepEqual(known.slice(-5), Array(5).fill(true));
    assert.ok(!known[0]);
  });

  const changes: Readonly<Record<string, (returns: Returns, one: Entered) => void>> = {
    "its device changed": (returns, { deviceId }) => returns.changed(deviceId),
    "its mailbox ended": (returns, { mailboxId }) => returns.mailboxesChanged([mailboxId]),
    "all may have": (returns) => returns.allChanged(),
  };
  type Entered = ReturnType<ReturnType<typeof keeping>["enter"]>;
  for (const [what, change] of Object.entries(changes)) {
    test(`one goes where ${what}, whichever half it is of`, async () => {
      const { returns, clock, enter } = keeping(100);
      const [earlier, other] = [enter(), enter()];
      clock.nowMs += dayMs / 2;
      returns.sweep();
      const later = enter();
      for (const one of [earlier, later]) change(returns, one);
      await turn();
      assert.deepEqual(
        [earlier, later].map(({ isKnown }) => isKnown()),
        [false, false],
      );
      assert.equal(other.isKnown(), what !== "all may have");
    });

    test(`and also where ${what} in the transaction that let its device in`, async () => {
      const { returns, enter } = keeping(100);
      const deviceId = randomBytes(32);
      const before = enter(deviceId);
      // Told of in the same turn, in the order of the calls.
      change(returns, before);
      const entered = enter(deviceId);
      if (what === "its mailbox ended") change(returns, entered);
      await turn();
      assert.ok(!entered.isKnown());
    });
  }
});

test("the key is in no file of the service", async (context) => {
  const { server, phone, ready } = await letIn(context);
  await (await comeBack(server, phone, ready.returnKey)).until("ready");
  await server.close();
  const files = await readdir(server.folder, { recursive: true, withFileTypes: true });
  const all = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name))),
  );
  assert.ok(
    all.some((bytes) => bytes.includes(Buffer.from(phone.device.id))),
    "what it has of the device",
  );
  const text = Buffer.from(ready.returnKey);
  for (const form of [text, text.toString("base64"), text.toString("hex")]) {
    assert.ok(!all.some((bytes) => bytes.includes(form)));
  }
});
