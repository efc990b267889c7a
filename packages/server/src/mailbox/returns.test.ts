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
import { randomBytes, returnProof } from "@assent/protocol";
import { systemRandomness } from "../randomness.ts";
import { type ServerForTests, startTestServer } from "../server-for-tests.ts";
import { Returns } from "./returns.ts";

const mobile = "+4915123456789";
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

  test("after a day; and of too many, who was let in first has to sign", async () => {
    let nowMs = 0;
    const day = 86_400_000;
    const returns = new Returns({ most: 2, forMs: day }, () => nowMs, systemRandomness);
    const nonce = randomBytes(32);
    const devices = [randomBytes(32), randomBytes(32), randomBytes(32)].map((deviceId, index) => ({
      deviceId,
      mailboxId: String(index),
    }));
    const enter = ({ deviceId, mailboxId }: (typeof devices)[number]) => {
      const left = { singleUse: 1, lastResortTaken: false };
      const key = returns.keyFor(deviceId, { accountId: "account", mailboxId, left });
      return { mailboxId, ask: { deviceId, proof: returnProof(key, nonce) } };
    };
    const found = (entered: readonly ReturnType<typeof enter>[]) =>
      entered.map(({ ask }) => returns.find(ask as never, nonce)?.mailboxId);
    const [first, second] = devices as [(typeof devices)[0], (typeof devices)[0]];
    const early = [enter(first), enter(second)];
    assert.deepEqual(found(early), ["0", "1"]);
    nowMs = 1;
    // It signed again: it stands behind the other now.
    const later = [enter(first), ...devices.slice(2).map(enter)];
    assert.deepEqual(found(early), [undefined, undefined]);
    assert.deepEqual(found(later), ["0", "2"]);
    nowMs = day;
    assert.deepEqual(found(later), ["0", "2"]);
    nowMs = day + 1;
    assert.deepEqual(found(later), [undefined, undefined]);
  });

  test("also where it changed in the same transaction as its device was let in", async () => {
    const returns = new Returns({ most: 9, forMs: 9 }, () => 0, systemRandomness);
    const [deviceId, nonce] = [randomBytes(32), randomBytes(32)];
    // Told of in the same turn, in the order of the calls.
    returns.changed(deviceId);
    const left = { singleUse: 1, lastResortTaken: false };
    const key = returns.keyFor(deviceId, { accountId: "account", mailboxId: "mailbox", left });
    await turn();
    const ask = { deviceId, proof: returnProof(key, nonce) };
    assert.equal(returns.find(ask as never, nonce), undefined);
  });
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
