// Leaving takes effect at once, senders are told, and a new account is never taken for the old one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { reachCell } from "@assent/bare-phone";
import {
  bytesFromHex,
  type CellId,
  DeleteAccountCallSchema,
  openDeletionReceipt,
  parseNumber,
  requestHashOf,
  sha256,
} from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { offline, phonesOn, phonesThatTexted } from "../memory-phone.ts";
import { newPhones, TestPhone, TestServer } from "../network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");
const british = parseNumber("+447400654321");

test("after off the sender is told, and a new account has a key the sender must accept", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  await anna.turnOn(server);
  await ben.turnOn(server);
  await ben.send(german, "hello");
  assert.deepEqual(await anna.texts(), ["hello"]);
  await anna.send(french, "waits for Ben");
  const [left] = await ben.ok<{
    state: string;
    receipt: { deleted: Record<string, number>; lastDigits: string };
  }>(["off", "--yes"]);
  assert.equal(left?.state, "off");
  assert.equal(left?.receipt.lastDigits, "78");
  assert.equal(left?.receipt.deleted.records, 1);
  // What waited was taken before leaving, is Ben's, and Anna is told.
  assert.deepEqual(
    (await ben.ok<{ text: string }>(["history", german])).map(({ text }) => text),
    ["hello", "waits for Ben"],
  );
  assert.deepEqual(
    (await anna.receive()).map(({ type, state }) => [type, state]),
    [["receipt", "delivered"]],
  );

  assert.equal(await anna.refused(["send", french, "-m", "too late"]), "gone");
  assert.deepEqual(await anna.ok(["check", french]), [{ number: french, route: "sms" }]);
  assert.equal((await anna.handOff(french, "by SMS then"))?.state, "handoff");

  await ben.turnOn(server);
  assert.equal(await anna.refused(["send", french, "-m", "who are you"]), "key_changed");
  assert.equal((await anna.send(french, "hello again", "--accept-new-key"))[0]?.state, "sent");
  assert.ok((await ben.texts()).includes("hello again"));
});

test("the receipt stands alone: with the cell's id anyone can check it, and that it answers what was asked", async (context) => {
  const server = await TestServer.start(context);
  const [anna] = await newPhones(context, german);
  assert.ok(anna);
  await anna.turnOn(server);
  const { cellId } = await reachCell(server);
  const [left] = await anna.ok<{ receipt: ReceiptJson }>(["off", "--yes"]);
  assert.ok(left);
  const { receipt } = left;
  assert.deepEqual(bytesFromHex(receipt.cellId), cellId);
  const statement = await statementOf(receipt, cellId);
  assert.ok(statement);
  assert.equal(new Date(Number(statement.deletedAtMs)).toISOString(), receipt.deletedAt);

  // The request, as the owner's own ledger has it.
  const ledger = await anna.ok<{ declaration: string; body: string }>(["ledger"]);
  const [asked] = ledger.filter(({ declaration }) => declaration === "delete-account");
  const { request } = fromBinary(DeleteAccountCallSchema, bytesOf(asked?.body));
  assert.ok(request);
  const { deviceId, counter, body } = request;
  const procedure = "/assent.v1.AccountService/DeleteAccount";
  const fields = { cellId, procedure, deviceId, counter, bodyHash: sha256(body) };
  assert.deepEqual(statement.requestHash, requestHashOf(fields));

  const otherCell = new Uint8Array(cellId).fill(7) as CellId;
  const changed = { ...receipt, receipt: receipt.receipt.replace(/^../, "CC") };
  assert.equal(await statementOf(receipt, otherCell), undefined);
  assert.equal(await statementOf(changed, cellId), undefined);
});

interface ReceiptJson {
  readonly deletedAt: string;
  readonly cellId: string;
  readonly receipt: string;
  readonly signature: string;
  readonly certificate: string;
  readonly certificateSignature: string;
}

function statementOf(json: ReceiptJson, cellId: CellId) {
  return openDeletionReceipt(cellId, {
    receipt: { encoded: bytesOf(json.receipt), signature: bytesOf(json.signature) },
    certificate: {
      encoded: bytesOf(json.certificate),
      signature: bytesOf(json.certificateSignature),
    },
  });
}

function bytesOf(base64 = ""): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(base64, "base64"));
}

test("a second phone that proves the number ends the first one's account", async (context) => {
  const server = await TestServer.start(context);
  const [first, second, friend] = await newPhones(context, german, german, french);
  assert.ok(first && second && friend);
  await first.turnOn(server);
  await friend.turnOn(server);
  await friend.send(german, "to the first");
  assert.deepEqual(await first.texts(), ["to the first"]);
  await second.turnOn(server);
  assert.equal(await first.refused(["receive"]), "signed_out");
  const [ended] = await first.ok<{ phase: string; ending?: { reason: string } }>(["status"]);
  assert.equal(ended?.phase, "ended");
  assert.equal(ended?.ending?.reason, "taken-over");
  assert.equal(await friend.refused(["send", german, "-m", "to whom?"]), "key_changed");
  await friend.send(german, "to the second", "--accept-new-key");
  assert.deepEqual(await second.texts(), ["to the second"]);
  const again = await first.runPlain(["on", german, "--server", server.origin, "--yes"]);
  assert.match(again.stdout, /Its keys stay the same/, again.stderr);
});

test("off without a connection holds here at once, and reaches the service later", async (context) => {
  const server = await TestServer.start(context);
  const [anna] = await newPhones(context, german);
  assert.ok(anna);
  await anna.turnOn(server);
  await server.stop();
  assert.deepEqual(await anna.ok(["off", "--yes"]), [{ state: "leaving" }]);
  assert.equal(await anna.refused(["receive"]), "consent_required");
  await server.start();
  const [left] = await anna.ok<{ state: string; receipt?: object }>(["off", "--yes"]);
  assert.equal(left?.state, "off");
  assert.ok(left?.receipt);
});

test("a phone whose number was taken turns on again as the account it was", async (context) => {
  const server = await TestServer.start(context);
  const [first, friend] = await phonesThatTexted(server, [german, french]);
  await phonesOn(server, [german]);
  const { error } = await first.receive();
  assert.equal((error as { code?: string } | undefined)?.code, "signed_out");
  await first.run(async (profile) => {
    await profile.account.turnOn(german, server.origin, ["service"]);
    await profile.account.verify(await server.codeFor(german));
  });
  // Both ways: an address of the mailbox that ended would lead nowhere.
  await first.send(friend, "it is me again");
  const shown = await friend.events();
  assert.ok(!shown.some((event) => event.type === "notice" && event.kind === "key-changed"));
  await friend.send(first, "welcome back");
  assert.deepEqual(await first.texts(), ["welcome back"]);
  const history = await first.run((profile) => profile.conversations.history(french));
  assert.deepEqual(
    history.map(({ text }) => text),
    ["hello", "hello yourself", "it is me again", "welcome back"],
  );
});

test("a text from a new key is shown with a warning", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  await anna.turnOn(server);
  await ben.turnOn(server);
  await anna.send(french, "old key");
  await ben.texts();
  await ben.send(german, "noted");
  const other = new TestPhone(`${anna.folder}-new`, german);
  await other.turnOn(server);
  await other.send(french, "new key");
  const shown = await ben.receive();
  assert.ok(shown.some(({ type, kind }) => type === "notice" && kind === "key-changed"));
  assert.ok(shown.some(({ text }) => text === "new key"));
  assert.equal(await ben.refused(["send", german, "-m", "?"]), "key_changed");
});

test("whoever leaves looks nobody up, offers nothing new, and says only what they owe", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben, carol] = await phonesOn(server, [german, french, british]);
  assert.ok(anna && ben && carol);
  await ben.send(anna, "hello");
  await anna.events();
  await anna.send(ben, "waits for Ben");
  await carol.send(ben, "from somebody new");
  await ben.run((profile) => profile.texts.send(parseNumber("+33698765432"), "to be looked up"), {
    network: offline,
  });
  const before = (await ben.run((profile) => profile.ledger.lines())).length;
  assert.equal((await ben.run((profile) => profile.account.turnOff())).kind, "gone");
  const left = (await ben.run((profile) => profile.ledger.lines())).slice(before);
  assert.deepEqual(
    new Set(left.map(({ declaration }) => declaration)),
    new Set(["open-inbox", "authenticate", "acknowledge", "open-outbox", "put", "delete-account"]),
  );
  await anna.events();
  const [, text] = await anna.run((profile) => profile.conversations.history(french));
  assert.deepEqual([text?.text, text?.state], ["waits for Ben", "delivered"]);
  // Nobody vouched for Carol's number: her text was not shown, and she is not told that it was.
  carol.now = () => Date.now() + 2 * 86_400_000;
  await carol.events();
  const [toBen] = await carol.run((profile) => profile.conversations.history(french));
  assert.equal(toBen?.state, "not-delivered");
});
