// By which way a text goes: the line says it before, sending is disarmed when it changes, a private text never becomes
// SMS by itself, and read receipts are asked for before any is sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { newPhones, TestServer } from "../network.ts";
import { RecordingProxy } from "../recording-proxy.ts";
import { becomes, WebPhone } from "./web-phone.ts";

const annasNumber = "+4915123456789";
const bensNumber = "+33612345678";
const carlasNumber = "+4915120000002";
const browser = await openBrowser();

test("a route that changes while one types disarms sending until the new line was seen", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  const ben = await WebPhone.open(t, browser, server, { number: bensNumber });
  await anna.start();
  await anna.turnOn();
  await ben.start();
  await ben.turnOn();
  await anna.writeTo(bensNumber);
  // Nobody is asked about the number before its owner writes to it.
  await anna.box.fill("half a thought");
  await anna.routeLine.getByText(en.linePrivate, { exact: true }).waitFor();
  const send = anna.page.locator("button[type=submit]");
  await assertEnabled(true);

  // The number is proved on another phone in the middle of the sentence: this one is off from then on.
  const [elsewhere] = await newPhones(t, annasNumber);
  await elsewhere?.turnOn(server);
  await anna.page.getByText(en.lineChanged).waitFor();
  await assertEnabled(false);
  await anna.box.press("Enter");
  await anna.boxHolds("half a thought");
  await anna.routeLine.getByText(en.lineSms, { exact: true }).waitFor();
  await anna.button(en.lineSeen).click();
  await assertEnabled(true);
  // And why: the service stated it.
  await anna.page.getByText(en.bannerEnded).waitFor();
  // It goes now: that Enter before sent nothing, or it would be there twice.
  await anna.box.press("Enter");
  await anna.boxHolds("");
  await anna.text("half a thought").waitFor();
  assert.equal(await anna.text("half a thought").count(), 1);

  async function assertEnabled(isEnabled: boolean): Promise<void> {
    await becomes(() => send.isEnabled(), isEnabled);
  }
});

test("a thread that is merely opened asks nobody about its number; its first character does", async (t) => {
  const server = await TestServer.start(t);
  const watched = await RecordingProxy.start(t, server.origin);
  const { origin } = watched;
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber, origin });
  await anna.start();
  await anna.turnOn();
  const lookUps = () =>
    watched.items.filter(({ path }) => path.endsWith("DiscoveryService/Evaluate")).length;
  // Whoever was asked about for a thread that was only looked at was asked about before anybody else.
  for (const [number, asked] of [
    [bensNumber, 1],
    [carlasNumber, 2],
  ] as const) {
    await anna.writeTo(carlasNumber);
    await anna.routeLine.waitFor();
    await anna.writeTo(number);
    await anna.box.fill("h");
    await anna.routeLine.getByText(en.lineSms, { exact: true }).waitFor();
    assert.equal(lookUps(), asked);
    await anna.box.fill("");
  }
  anna.assertNoComplaints();
});

test("read receipts are asked for first, and taken back at once", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  const ben = await WebPhone.open(t, browser, server, { number: bensNumber });
  for (const phone of [anna, ben]) {
    await phone.start();
    await phone.turnOn();
  }
  await anna.writeTo(bensNumber);
  await anna.send("one");
  await ben.page.getByRole("link", { name: /one/ }).click();
  await ben.answerRequest();
  await ben.send("answer");
  await anna.page.getByText(en.stateDelivered).waitFor();

  await ben.button(en.settings).click();
  const receipts = ben.page.getByRole("switch", { name: en.settingsReceipts });
  await receipts.click();
  await ben.button(en.askReceiptsNo).click();
  assert.equal(await receipts.isChecked(), false);
  await receipts.click();
  await ben.button(en.askReceiptsYes).click();
  await ben.page.getByRole("link", { name: /answer/ }).click();
  await anna.send("two");
  await ben.text("two").waitFor();
  await anna.page.getByText(en.stateRead, { exact: true }).waitFor();
  // Above a later text, its tick says so.
  const readTicks = anna.page.getByRole("log").getByRole("img", { name: en.stateRead });

  await ben.button(en.settings).click();
  await receipts.click();
  await becomes(() => receipts.isChecked(), false);
  await ben.page.getByRole("link", { name: /two/ }).click();
  await anna.send("three");
  await ben.text("three").waitFor();
  await ben.send("a later text, so that every receipt has gone before");
  await anna.text("a later text").waitFor();
  assert.equal(await readTicks.count(), 1);
  assert.equal(await anna.page.getByText(en.stateRead, { exact: true }).count(), 0);
});

test("a text by SMS is handed over, and nobody claims that anything opened", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  await anna.start();
  await anna.writeTo(bensNumber);
  await anna.send("by SMS");
  await anna.page.getByText(en.handoffAsk).waitFor();
  await anna.page.getByText(en.stateHandoff).waitFor();
  assert.equal(await anna.page.getByText(en.stateSent, { exact: true }).count(), 0);
  for (const name of [en.handoffAgain, en.copy]) await anna.button(name).waitFor();
  await anna.page.getByText(en.handoffScan).waitFor();
  // Whom to write to was one question: back from the thread is the list.
  await anna.page.goBack();
  await anna.page.getByText(en.chooseConversation).waitFor();
});

test("a private text that waits goes by SMS where its sender says so, and comes by no other way", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  const [ben] = await newPhones(t, bensNumber);
  assert.ok(ben);
  await ben.turnOn(server);
  await anna.start();
  await anna.turnOn();
  await anna.writeTo(bensNumber);
  await anna.send("hello");
  await anna.page.getByText(en.stateSent, { exact: true }).waitFor();
  assert.deepEqual(await ben.texts(), ["hello"]);
  await ben.send(annasNumber, "hello yourself");
  await anna.text("hello yourself").waitFor();
  await anna.send("waits");
  await anna.page.getByText(en.stateSent, { exact: true }).waitFor();
  await anna.button(`${en.more}: waits`).click();
  await anna.button(en.useSms).click();
  await anna.page.getByText(en.smsInsteadLost).waitFor();
  await anna.button(en.useSms).click();
  await anna.page.getByText(en.stateHandoff, { exact: true }).waitFor();
  // Positive control: what was not taken back comes.
  await anna.send("privately");
  await anna.page.getByText(en.stateSent, { exact: true }).waitFor();
  assert.deepEqual(await ben.texts(), ["privately"]);
});
