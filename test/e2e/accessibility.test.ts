// Every screen, light and dark, on a phone and on a desktop: axe finds nothing. And the main path by keyboard alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseNumber } from "@assent/protocol";
import type { Page } from "playwright-core";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { phonesOn, sendNow } from "../memory-phone.ts";
import { newPhones, TestServer } from "../network.ts";
import { looked } from "./looked.ts";
import { WebPhone } from "./web-phone.ts";

const annasNumber = "+4915123456789";
const bensNumber = "+33612345678";
const browser = await openBrowser();

test("axe finds nothing on any screen, light and dark, small and large", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  const ben = await WebPhone.open(t, browser, server, { number: bensNumber });
  const { page } = anna;
  await looked(page, "welcome");
  await anna.start();
  await looked(page, "empty list");
  await anna.switch.click();
  await anna.button(en.turnOnYes).waitFor();
  await looked(page, "question");
  await anna.button(en.turnOnYes).click();
  await page.getByLabel(en.numberLabel).fill("12");
  await anna.button(en.sendCode).click();
  await page.getByText(en.numberUnreadable).waitFor();
  await looked(page, "number");
  await page.getByLabel(en.numberLabel).fill(annasNumber);
  await anna.button(en.sendCode).click();
  const code = page.getByLabel(en.codeLabel);
  await code.fill("000000");
  await page.getByText(en.errors.code_wrong).waitFor();
  await looked(page, "code");
  await code.fill(await server.codeFor(annasNumber));
  await anna.button(en.done).waitFor();
  await looked(page, "done");
  await anna.button(en.done).click();

  await ben.start();
  await ben.turnOn();
  await anna.button(en.newMessage).click();
  await page.getByRole("combobox").fill(bensNumber);
  await page.getByRole("option").first().waitFor();
  await looked(page, "new message");
  await page.keyboard.press("Enter");
  await anna.box.fill("Hello");
  await anna.routeLine.getByText(en.linePrivate, { exact: true }).waitFor();
  await anna.send("Hello Ben");
  await ben.page.getByRole("link").first().click();
  await ben.button(en.accept).waitFor();
  await looked(ben.page, "request");
  await ben.answerRequest();
  await ben.send("Hello Anna");
  await anna.text("Hello Anna").waitFor();
  await looked(page, "private thread");
  await anna.text("Hello Anna").click({ button: "right" });
  await page.getByRole("dialog").waitFor();
  await looked(page, "what can be done with a text");
  await page.getByRole("dialog").getByRole("button", { name: en.details }).click();
  await looked(page, "details of a text");
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: /Hello/ }).first().click({ button: "right" });
  await page.getByRole("dialog").waitFor();
  await looked(page, "what can be done with a conversation");
  await page.keyboard.press("Escape");

  const thread = new URL(page.url()).hash;
  const screens: readonly [string, string, string][] = [
    ["person", `${thread}/person`, en.contactAddThis],
    ["verify", `${thread}/verify`, en.verifySame],
    ["contacts", "#/contacts", en.contactsNone],
    ["search", "#/search", en.searchHint],
    ["settings", "#/settings", en.settingsLook],
    ["what left", "#/what-left", en.ledgerBlind],
    ["turn off", "#/turn-off", en.turnOffGoes],
  ];
  for (const [name, hash, shown] of screens) {
    await page.evaluate(`location.replace(${JSON.stringify(hash)})`);
    await page.getByText(shown).or(page.getByLabel(shown)).first().waitFor();
    await looked(page, name);
    if (name !== "what left") continue;
    await page
      .getByRole("button", { name: new RegExp(en.eventTexted("")) })
      .first()
      .click();
    await page.getByRole("dialog").locator("summary").first().click();
    await looked(page, "an event of what left");
    await page.keyboard.press("Escape");
  }
  await anna.button(en.turnOffYes).click();
  await page.getByText(en.receiptSigned).waitFor();
  await looked(page, "receipt");
  await ben.send("Still there?");
  await ben.text(en.stateNotDelivered).waitFor();
  await looked(ben.page, "not delivered");
  await ben.button(en.useSms).click();
  await ben.page.getByText(en.smsInsteadLost).waitFor();
  await looked(ben.page, "SMS instead");
});

test("axe finds nothing on what is offered for a text that waits", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  const [ben] = await newPhones(t, bensNumber);
  assert.ok(ben);
  await ben.turnOn(server);
  await anna.start();
  await anna.turnOn();
  await ben.send(annasNumber, "Hello Anna");
  await anna.page.getByRole("link", { name: /Hello Anna/ }).click();
  await anna.answerRequest();
  await anna.send("Are you there?");
  await anna.page.getByRole("navigation").getByRole("img", { name: en.stateSent }).waitFor();
  assert.equal(await anna.page.getByText(en.smsInsteadOffer).count(), 0);
  await anna.page.clock.setFixedTime(Date.now() + 4 * 86_400_000);
  await anna.page.reload();
  await anna.page.getByText(en.smsInsteadOffer).waitFor();
  await looked(anna.page, "a text that waits");
  await anna.button(en.useSms).click();
  await anna.page.getByText(en.smsInsteadLost).waitFor();
  await looked(anna.page, "SMS instead of a text that waits");
});

test("axe finds nothing on the demo, played and in somebody's hands", async (t) => {
  const server = await TestServer.start(t);
  const context = await browser.newContext({ reducedMotion: "reduce" });
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(`${server.origin}/demo`);
  await page.getByText("Private · off").nth(1).waitFor({ state: "attached" });
  await looked(page, "demo");
  await page.getByRole("button", { name: "Skip: turn both on" }).click();
  await page.getByText("Both are on.").waitFor({ state: "attached" });
  await looked(page, "demo, both on");
});

test("from the welcome to a text and off again by keyboard alone", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  const { page } = anna;
  const { keyboard } = page;
  await page.getByRole("button", { name: en.welcomeStart }).waitFor();
  await tabTo(page, en.welcomeStart);
  await keyboard.press("Enter");
  await page.getByText(en.noConversations, { exact: true }).waitFor();
  await tabTo(page, en.switchLabel);
  await keyboard.press("Space");
  await page.getByRole("heading", { name: en.turnOnTitle }).waitFor();
  await tabTo(page, en.turnOnYes);
  await keyboard.press("Enter");
  await page.getByLabel(en.numberLabel).waitFor();
  await keyboard.type(annasNumber);
  await keyboard.press("Enter");
  await page.getByLabel(en.codeLabel).waitFor();
  await keyboard.type(await server.codeFor(annasNumber));
  await page.getByRole("button", { name: en.done }).waitFor();
  await tabTo(page, en.done);
  await keyboard.press("Enter");
  await page.getByText(en.bannerOn).waitFor();

  await tabTo(page, en.newMessage);
  await keyboard.press("Enter");
  await page.getByRole("combobox").waitFor();
  await keyboard.type(bensNumber);
  await page.getByRole("option").first().waitFor();
  await keyboard.press("Enter");
  await anna.box.and(page.locator(":focus")).waitFor();
  await keyboard.type("a draft");
  await anna.routeLine.getByText(en.lineSms, { exact: true }).waitFor();
  await keyboard.press("Escape");
  await page.getByText(en.chooseConversation).waitFor();
  await page.getByRole("link", { name: /a draft/ }).waitFor();
  // Who comes back is at the row they left by. The list is one stop; arrows move in it, and Enter opens.
  const row = page.locator("[data-row]:focus").filter({ hasText: "a draft" });
  await row.waitFor();
  await keyboard.press("Shift+Tab");
  await row.waitFor({ state: "detached" });
  await keyboard.press("Tab");
  await row.waitFor();
  await keyboard.press("End");
  await keyboard.press("Home");
  await keyboard.press("Enter");
  await anna.box.waitFor();
  await anna.boxHolds("a draft");
  await keyboard.press("Control+k");
  await page.getByLabel(en.searchLabel).waitFor();
  await keyboard.press("Escape");

  await tabTo(page, en.switchLabel);
  await keyboard.press("Space");
  await page.getByText(en.turnOffGoes).waitFor();
  await tabTo(page, en.turnOffYes);
  await keyboard.press("Enter");
  await page.getByText(en.receiptSigned).waitFor();
  anna.assertNoComplaints();
});

test("a text that comes into the open thread is read aloud, and what is scrolled into sight is not", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  const [ben] = await phonesOn(server, [parseNumber(bensNumber)]);
  assert.ok(ben);
  await anna.start();
  await anna.turnOn();
  const { page } = anna;
  const write = (text: string) =>
    ben.run((profile) => sendNow(profile, parseNumber(annasNumber), text));
  await write("written before");
  await page.getByRole("link", { name: /written before/ }).click();
  await anna.answerRequest();
  const said = page.locator(".thread > [role=status]");
  await anna.text("written before").waitFor();
  assert.equal(await page.getByRole("log").getAttribute("aria-live"), "off");
  assert.equal(await said.textContent(), "");
  await write("written now");
  await said.filter({ hasText: /: written now$/ }).waitFor();
  await ben.run((profile) => profile.account.turnOff());
  await anna.send("Still there?");
  await said.filter({ hasText: `${en.stateNotDelivered}: Still there?` }).waitFor();
  anna.assertNoComplaints();
});

test("at 400 % who is asked whether to answer sees what was written, and both answers can be reached", async (t) => {
  const server = await TestServer.start(t);
  // What is left of 1280 by 1024.
  const anna = await WebPhone.open(t, browser, server, {
    number: annasNumber,
    width: 320,
    height: 256,
  });
  const [ben] = await phonesOn(server, [parseNumber(bensNumber)]);
  await anna.start();
  await anna.turnOn();
  await ben?.run((profile) => sendNow(profile, parseNumber(annasNumber), "It is Ben."));
  await anna.page.getByRole("link", { name: /It is Ben/ }).click();
  await anna.button(en.accept).waitFor();
  const log = await anna.page.getByRole("log").boundingBox();
  const written = await anna.text("It is Ben.").boundingBox();
  assert.ok(log && written && written.y >= log.y, JSON.stringify({ log, written }));
  assert.ok(written.y + written.height <= log.y + log.height, JSON.stringify({ log, written }));
  await anna.button(en.block).scrollIntoViewIfNeeded();
  await anna.answerRequest();
  await anna.box.waitFor();
});

// Between the last stop and the first one nothing has the focus but the page.
const nameOfFocused = `document.activeElement === document.body ? "" :
  (document.activeElement.getAttribute("aria-label") ?? "") + document.activeElement.textContent`;

/** Presses Tab until what has this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    const focused: string = await page.evaluate(nameOfFocused);
    if (focused.includes(name)) return;
  }
  assert.fail(`Tab does not lead to ${name}`);
}
