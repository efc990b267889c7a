// A service that is drained while it runs: who is connected is told to come again, nobody is let in, whoever sends people to
// services is told, and nothing that was acknowledged is lost.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import {
  codeOf,
  makePhone,
  mint,
  nameSms,
  openInbox,
  openOutbox,
  sendSms,
  smsStates,
  startRegistration,
  turnOn,
} from "@assent/bare-phone";
import { SmsState } from "@assent/protocol";
import { startTestServer } from "../server-for-tests.ts";
import { askForStatus, askService } from "./ask.ts";

test("drained, it is empty and lets nobody in, until it is undrained", async (context) => {
  const server = await startTestServer(context, { smsRelay: "on" }, { ASSENT_METRICS_PORT: "0" });
  const socket = join(server.folder, "service.sock");
  const ready = async () => (await fetch(`${server.metricsOrigin}/ready`)).status;
  const anna = await makePhone(server, "+4915123456789");
  await turnOn(server, anna);
  const inbox = await openInbox(server, anna);
  await mint(inbox);
  await openOutbox(server);
  const [sent, named] = [await nameSms(anna), await nameSms(anna)];
  const sms = { to: "+4915123456780", text: "On my way." };
  await sendSms(anna, sent, sms);
  assert.equal(await ready(), 200);
  assert.equal((await askForStatus(socket)).drained, false);

  const drain = () => askService(socket, { command: "drain" });
  assert.deepEqual(await Promise.all([drain(), drain()]), [{ drained: true }, { drained: true }]);
  assert.equal(await ready(), 503);
  assert.equal((await askForStatus(socket)).drained, true);
  await assert.rejects(openOutbox(server));
  await assert.rejects(openInbox(server, anna));
  const ben = await makePhone(server, "+33612345678");
  assert.equal(await codeOf(startRegistration(ben)), "busy");
  assert.equal(server.fakeSms?.messagesTo(ben.number).length, 0);
  assert.equal(await codeOf(nameSms(anna)), "busy");
  assert.equal(await codeOf(sendSms(anna, named, sms)), "busy");
  assert.deepEqual(await smsStates(anna, [sent, named]), [SmsState.DELIVERED, SmsState.NONE]);
  assert.equal(server.fakeSms?.messagesTo(sms.to).length, 1);

  assert.deepEqual(await askService(socket, { command: "undrain" }), { drained: false });
  assert.equal(await ready(), 200);
  const again = await openInbox(server, anna);
  await mint(again);
  assert.equal(await codeOf(startRegistration(ben)), "accepted");
  assert.equal(await sendSms(anna, named, sms), SmsState.DELIVERED);
});
