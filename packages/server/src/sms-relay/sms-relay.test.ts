// SMS for devices against a real service: offered where the operator says so, under the account's number, and gone with it.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  codeOf,
  leave,
  makePhone,
  nameSms,
  type Phone,
  renewClaim,
  sendSms,
  smsStates,
  turnOn,
} from "@assent/bare-phone";
import { randomBytes, SmsState, smsRelay } from "@assent/protocol";
import { askForStatus, askService, readConfig, readFolders, rotateKeys } from "../main.ts";
import { type ServerForTests, startTestServer } from "../server-for-tests.ts";

const [mobile, friend] = ["+4915123456789", "+4915123456780"];
const text = "Are you at the station already?";
const { DELIVERED, NONE } = SmsState;

async function phoneThatIsOn(context: TestContext) {
  const server = await startTestServer(context, { smsRelay: "on" });
  const phone = await makePhone(server, mobile);
  await turnOn(server, phone);
  return { server, phone };
}

const sentTo = (server: ServerForTests, number: string) =>
  server.fakeSms?.messagesTo(number).map((sms) => sms.text) ?? [];

test("a phone without a SIM writes by SMS, and learns that it arrived", async (context) => {
  const { server, phone } = await phoneThatIsOn(context);
  assert.deepEqual(phone.parameters.features, [smsRelay]);
  const [name, unsent] = [await nameSms(phone), await nameSms(phone)];
  assert.equal(await sendSms(phone, name, { to: friend, text }), DELIVERED);
  assert.deepEqual(sentTo(server, friend), [`${mobile}:\n${text}\nAnswer ${mobile}`]);
  assert.deepEqual(await smsStates(phone, [unsent, name]), [NONE, DELIVERED]);
  assert.equal(await sendSms(phone, name, { to: friend, text }), DELIVERED);
  assert.equal(sentTo(server, friend).length, 1);

  const restarted = await server.restart();
  const again = { ...(await makePhone(restarted, mobile, phone.root)), ...keptBy(phone) };
  assert.deepEqual(await smsStates(again, [name]), [DELIVERED]);
  assert.equal(await sendSms(again, name, { to: friend, text }), DELIVERED);
  assert.deepEqual(sentTo(restarted, friend), []);
});

test("nothing is offered, nor sent, unless the operator says so", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  await turnOn(server, phone);
  assert.deepEqual(phone.parameters.features, []);
  assert.equal(await codeOf(nameSms(phone)), "not_offered");
  assert.equal(await sendSms(phone, randomBytes(32), { to: friend, text }), NONE);
  assert.deepEqual(await smsStates(phone, [randomBytes(32)]), [NONE]);
  assert.deepEqual(sentTo(server, friend), []);
  assert.throws(() => readConfig({ sms: "fake", smsRelay: "yes" }, {}), /--sms-relay is on or off/);
  const none = { ASSENT_RELAYED_SMS_PER_DAY: "0" };
  assert.throws(() => readConfig({ sms: "fake", smsRelay: "on" }, none), /a whole number from 1/);
  const many = { ASSENT_RELAYED_SMS_PER_DAY: "7" };
  const { smsRelay: chosen } = readConfig({ sms: "fake", smsRelay: "on" }, many);
  assert.deepEqual(chosen, { isOn: true, perDay: 7 });
});

test("stopped while the service runs, nothing is begun, over a restart too; what went out is told of", async (context) => {
  const { server, phone } = await phoneThatIsOn(context);
  const socket = join(server.folder, "service.sock");
  const say = (is: "on" | "stopped") => askService(socket, { command: "sms-relay", is });
  const [sent, named] = [await nameSms(phone), await nameSms(phone)];
  await sendSms(phone, sent, { to: friend, text });
  assert.deepEqual(await say("stopped"), { smsRelay: "stopped" });
  assert.deepEqual((await makePhone(server, mobile)).parameters.features, []);
  assert.equal(await codeOf(nameSms(phone)), "not_offered");
  assert.equal(await codeOf(sendSms(phone, named, { to: friend, text })), "not_offered");
  assert.equal(await sendSms(phone, sent, { to: friend, text }), DELIVERED);
  assert.equal(sentTo(server, friend).length, 1);

  const restarted = await server.restart();
  assert.equal((await askForStatus(socket)).smsRelay, "stopped");
  const again = { ...(await makePhone(restarted, mobile, phone.root)), ...keptBy(phone) };
  assert.deepEqual(again.parameters.features, []);
  assert.equal(await codeOf(sendSms(again, named, { to: friend, text })), "not_offered");
  assert.deepEqual(await smsStates(again, [sent, named]), [DELIVERED, NONE]);
  assert.deepEqual(await say("on"), { smsRelay: "on" });
  assert.deepEqual((await makePhone(restarted, mobile)).parameters.features, [smsRelay]);
  assert.equal(await sendSms(again, named, { to: friend, text }), DELIVERED);
  assert.equal(sentTo(restarted, friend).length, 1);
});

test("what the settings turned off cannot be turned on, or stopped, while the service runs", async (context) => {
  const server = await startTestServer(context);
  const socket = join(server.folder, "service.sock");
  for (const is of ["on", "stopped"] as const) {
    const refused = askService(socket, { command: "sms-relay", is });
    await assert.rejects(refused, { code: "refused", message: /--sms-relay off/ });
  }
  const { smsRelay: state, relayedSms } = await askForStatus(socket);
  assert.deepEqual([state, relayedSms], ["off", null]);
});

test("the sender is the account's number, also after the service changed its keys", async (context) => {
  const { server, phone } = await phoneThatIsOn(context);
  const name = await nameSms(phone);
  const foreign = sendSms(phone, name, { to: friend, text, from: "+4915123456781" });
  assert.equal(await codeOf(foreign), "request_invalid");
  const folders = readFolders({ data: server.folder }, {});
  await rotateKeys(folders, { what: ["voprf", "sealing"], rootKeyFile: undefined });
  assert.equal(await codeOf(sendSms(phone, name, { to: friend, text })), "accepted");
  assert.equal(sentTo(server, friend).length, 1);
  assert.equal(await codeOf(renewClaim(phone)), "accepted", "it was of the former key");
});

test("what is asked for in the wrong lengths, or of nothing, is refused", async (context) => {
  const { phone } = await phoneThatIsOn(context);
  const short = sendSms(phone, randomBytes(31), { to: friend, text });
  assert.equal(await codeOf(short), "request_invalid");
  assert.equal(await codeOf(smsStates(phone, [])), "request_invalid");
  assert.equal(await codeOf(smsStates(phone, [randomBytes(33)])), "request_invalid");
  const names = (count: number) => Array.from({ length: count }, () => randomBytes(32));
  assert.equal(await codeOf(smsStates(phone, names(17))), "request_invalid");
  assert.equal((await smsStates(phone, names(16))).length, 16);
});

test("neither number nor text is in the log or on the disk, and leaving takes the rest", async (context) => {
  const { server, phone } = await phoneThatIsOn(context);
  await sendSms(phone, await nameSms(phone), { to: friend, text });
  const rows = async () => {
    const answer = await fetch(`${server.origin}/demo/held`);
    const tables = (await answer.json()) as { name: string; rows: number }[];
    return tables.find(({ name }) => name === "relayed_sms")?.rows;
  };
  assert.equal(await rows(), 1);
  const [said, kept] = [server.log.join("\n"), await allFilesOf(server.folder)];
  assert.ok(said.length > 0 && kept.includes("relayed_sms"));
  for (const secret of [text, friend, friend.slice(1), mobile.slice(1)]) {
    assert.ok(!said.includes(secret), "the log");
    assert.ok(!kept.includes(secret), "the disk");
  }
  await leave(phone);
  assert.equal(await rows(), 0);
});

function keptBy({ device, counter }: Phone) {
  return { device, counter };
}

async function allFilesOf(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const contents = files
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => readFile(join(parentPath, name), "latin1"));
  return (await Promise.all(contents)).join("\n");
}
