// SMS by the service, in the app: asked for in words that say who reads them and where answers go, sent then from a computer that
// has no SIM, told of under each text, and taken back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { TestServer } from "../network.ts";
import { becomes, WebPhone } from "./web-phone.ts";

const annasNumber = "+4915123456789";
const friendsNumber = "+33612345678";
const browser = await openBrowser();

test("somebody without a SIM says yes, and their SMS go out by the service", async (t) => {
  const environment = { ASSENT_SMS_RELAY: "on" };
  const server = await TestServer.start(t, { transport: "fake", environment });
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  const { page } = anna;
  const smsToFriend = async () => {
    const url = `${server.origin}/sms/messages?to=${encodeURIComponent(friendsNumber)}`;
    return ((await (await fetch(url)).json()) as { text: string }[]).map(({ text }) => text);
  };
  const setting = page.getByRole("switch", { name: en.relayName, exact: true });
  await anna.start();
  await anna.turnOn();

  // Off at first, and after a no; both answers look the same.
  await anna.button(en.settings).click();
  assert.equal(await setting.isChecked(), false);
  await setting.click();
  await page.getByText(en.relayAskAnswers).waitFor();
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  assert.deepEqual(
    violations.map(({ id }) => id),
    [],
  );
  const sizes = await Promise.all(
    [en.relayAskYes, en.relayAskNo].map(async (name) => {
      const { width, height } = (await anna.button(name).boundingBox()) ?? {};
      return [width, height];
    }),
  );
  assert.deepEqual(sizes[0], sizes[1]);
  await anna.button(en.relayAskNo).click();
  await page.getByText(en.relayAskAnswers).waitFor({ state: "detached" });
  assert.equal(await setting.isChecked(), false);
  await anna.button(en.back).click();

  // Without it, the text is for the device's own SMS app.
  await anna.writeTo(friendsNumber);
  await anna.box.fill("by hand");
  await anna.routeLine.getByText(en.lineSmsHint).waitFor();
  await anna.send("by hand");
  await page.getByText(en.stateHandoff).first().waitFor();
  assert.deepEqual(await smsToFriend(), []);

  await anna.button(en.settings).click();
  await setting.click();
  await anna.button(en.relayAskYes).click();
  await becomes(() => setting.isChecked(), true);
  await anna.button(en.back).click();
  await page.getByRole("link", { name: /by hand/ }).click();
  await anna.box.fill("from my laptop");
  // Before it is sent, and each time.
  await anna.routeLine.getByText(en.lineSmsRelayHint).waitFor();
  await anna.send("from my laptop");
  const read = `${annasNumber}:\nfrom my laptop\nAnswer ${annasNumber}`;
  await becomes(smsToFriend, [read]);
  const went = page.getByText(en.stateSentByService).or(page.getByText(en.stateDelivered));
  await went.first().waitFor();
  await anna.text("from my laptop").click({ button: "right" });
  await page.getByRole("dialog").getByRole("button", { name: en.details }).click();
  await page.getByRole("dialog").getByText(en.lineSmsRelayHint).waitFor();
  await page.keyboard.press("Escape");

  // What left, by which yes.
  await anna.button(en.settings).click();
  await setting.click();
  await becomes(() => setting.isChecked(), false);
  await anna.button(en.back).click();
  const left = (await anna.exportLedger()).split("\n").filter((line) => /sms-relay/.test(line));
  const declared = left.map((line) => (JSON.parse(line) as { declaration: string }).declaration);
  assert.deepEqual(declared.slice(0, 2), ["name-sms", "send-sms"]);
  anna.assertNoComplaints();
});

test("where the service sends none, nothing is asked", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  await anna.start();
  await anna.turnOn();
  await anna.button(en.settings).click();
  await anna.page.getByRole("switch", { name: en.settingsReceipts, exact: true }).waitFor();
  const setting = anna.page.getByRole("switch", { name: en.relayName, exact: true });
  assert.equal(await setting.count(), 0);
});
