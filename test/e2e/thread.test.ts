// What people do with texts in a thread: tap what can be tapped, copy, forward, delete; what a touch keyboard's Enter does; and
// that a lost line, and a text that nobody answered, say so.
import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { parseNumber } from "@assent/protocol";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { fillMailbox } from "../filled-mailbox.ts";
import { phonesOn } from "../memory-phone.ts";
import { TestServer } from "../network.ts";
import { RecordingProxy } from "../recording-proxy.ts";
import { noSmsApp, patienceMs, WebPhone } from "./web-phone.ts";

const annasNumber = "+4915123456789";
const bensNumber = "+33612345678";
const carlasNumber = "+4915120000002";
const browser = await openBrowser();

test("a link opens without asking and without saying where from; nothing is fetched before", async (t) => {
  const asked: IncomingMessage[] = [];
  const site = createServer((request, response) => {
    asked.push(request);
    response.end("<title>Here</title>");
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  t.after(() => site.close());
  const address = `http://localhost:${(site.address() as AddressInfo).port}/walk?from=you`;
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  await anna.start();
  await anna.writeTo(bensNumber);
  await anna.send(`see ${address}, or write ada@example.org, or ${carlasNumber}`);
  const log = anna.page.getByRole("log");
  const link = log.getByRole("link", { name: address });
  await link.hover();
  assert.equal(asked.length, 0, "nothing is fetched before it is opened");
  const [opened] = await Promise.all([anna.context.waitForEvent("page"), link.click()]);
  await opened.waitForLoadState();
  const [first] = asked;
  assert.equal(first?.url, "/walk?from=you");
  assert.equal(first?.headers.referer, undefined);
  assert.equal(await opened.evaluate("opener"), null);
  await opened.close();
  const mail = log.getByRole("link", { name: "ada@example.org" });
  assert.equal(await mail.getAttribute("href"), "mailto:ada@example.org");
  await log.getByRole("link", { name: carlasNumber }).click();
  await anna.page.waitForURL(/#\/(new|with)/);
});

test("a text is copied, forwarded as a draft, looked at and deleted, by mouse and by keyboard", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  const { page } = anna;
  await anna.context.grantPermissions(["clipboard-write"]);
  await anna.start();
  await anna.writeTo(carlasNumber);
  await anna.send("to Carla");
  await anna.writeTo(bensNumber);
  await anna.send("keep this");
  await anna.send("🎉");
  assert.equal(await page.locator(".text.big").count(), 1);

  const dialog = page.getByRole("dialog");
  await anna.text("keep this").click({ button: "right" });
  await dialog.getByRole("button", { name: en.copy }).click();
  await dialog.waitFor({ state: "detached" });
  await anna.box.press("Control+V");
  await anna.boxHolds("keep this");
  await anna.box.fill("");

  // By keyboard: every text has a button that says so.
  await page.locator(".bubble-more").first().focus();
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: en.details }).click();
  await dialog.getByText(en.stateHandoff).waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });

  await page.locator(".bubble-more").first().focus();
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: en.forward }).click();
  await dialog.getByRole("button", { name: /0002/ }).click();
  await anna.text("to Carla").waitFor();
  await anna.boxHolds("keep this");
  assert.equal(await anna.text("keep this").count(), 0, "nothing was sent");

  await page.getByRole("navigation").getByRole("link").filter({ hasText: "🎉" }).click();
  await anna.text("keep this").click({ button: "right" });
  await dialog.getByRole("button", { name: en.deleteText }).click();
  await dialog.getByRole("button", { name: en.cancel }).click();
  await anna.text("keep this").click({ button: "right" });
  await dialog.getByRole("button", { name: en.deleteText }).click();
  await dialog.getByRole("button", { name: en.deleteText }).click();
  await anna.text("keep this").waitFor({ state: "detached" });
  await page.reload();
  await anna.text("🎉").waitFor();
  assert.equal(await anna.text("keep this").count(), 0);
  anna.assertNoComplaints();
});

test("Enter is a new line where fingers type, and a long press asks what to do", async (t) => {
  const server = await TestServer.start(t);
  const context = await browser.newContext({
    ...{ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, locale: "en-GB" },
    reducedMotion: "reduce",
  });
  t.after(() => context.close());
  context.setDefaultTimeout(patienceMs);
  await context.addInitScript(noSmsApp);
  const page = await context.newPage();
  await page.goto(server.origin);
  await page.getByRole("button", { name: en.welcomeStart }).tap();
  await page.getByRole("button", { name: en.newMessage, exact: true }).tap();
  await page.getByRole("combobox").fill(bensNumber);
  await page.keyboard.press("Enter");
  const box = page.locator("form").getByRole("textbox");
  await box.fill("one");
  await box.press("Enter");
  await box.pressSequentially("two");
  assert.equal(await box.inputValue(), "one\ntwo");
  await page.getByRole("button", { name: en.sendSmsLabel }).tap();
  const text = page.getByRole("log").getByText("one");
  // What is offered below it moves it: it is touched where it stays.
  await page.getByText(en.stateHandoff).waitFor();
  await text.tap({ trial: true });
  const { x, y } = (await text.boundingBox()) ?? { x: 0, y: 0 };
  const touch = await context.newCDPSession(page);
  const points = [{ x: x + 5, y: y + 5 }];
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: points });
  await page.getByRole("dialog").getByRole("button", { name: en.copy }).waitFor();
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
});

test("a text that nobody answered explains itself, and a lost line is said at once", async (t) => {
  const server = await TestServer.start(t);
  const watched = await RecordingProxy.start(t, server.origin);
  const anna = await WebPhone.open(t, browser, server, {
    number: annasNumber,
    origin: watched.origin,
  });
  const ben = await WebPhone.open(t, browser, server, { number: bensNumber });
  for (const phone of [anna, ben]) {
    await phone.start();
    await phone.turnOn();
  }
  await anna.writeTo(bensNumber);
  await anna.send("Are you there?");
  await anna.text(en.sentUnanswered).waitFor();
  await ben.page.getByRole("link", { name: /Are you there/ }).click();
  await ben.answerRequest();
  await ben.send("I am");
  await anna.text("I am").waitFor();
  await anna.text(en.sentUnanswered).waitFor({ state: "detached" });

  const lost = anna.page.locator(".thread").getByText(en.bannerOfflineHint);
  assert.equal(await lost.count(), 0);
  watched.cut();
  await lost.waitFor();
});

test("a network that goes without a word to the line shows when the device says so", async (t) => {
  const server = await TestServer.start(t);
  const watched = await RecordingProxy.start(t, server.origin);
  const { origin } = watched;
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber, origin });
  await anna.start();
  await anna.turnOn();
  await anna.writeTo(bensNumber);
  const lost = anna.page.locator(".thread").getByText(en.bannerOfflineHint);
  watched.fallSilent();
  assert.equal(await lost.count(), 0);
  await anna.page.evaluate("dispatchEvent(new Event('offline'))");
  // Before the line would notice by itself: after 45 s without a word, and 30 s without an answer.
  await lost.waitFor({ timeout: 40_000 });
  watched.mend();
  await anna.page.evaluate("dispatchEvent(new Event('online'))");
  await lost.waitFor({ state: "detached" });
});

test("who is not known asks first: nobody is told that it arrived until they are accepted", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  const ben = await WebPhone.open(t, browser, server, { number: bensNumber });
  for (const phone of [anna, ben]) {
    await phone.start();
    await phone.turnOn();
  }
  await anna.writeTo(bensNumber);
  await anna.send("one");
  const row = ben.page.getByRole("navigation").getByRole("link", { name: /one/ });
  await row.filter({ hasText: en.requestTag }).click();
  await ben.page.getByText(en.requestUnseen).waitFor();
  assert.equal(await ben.box.count(), 0);
  // What comes behind it came to a phone that would have said so by now.
  await anna.send("and more");
  await ben.page
    .getByRole("navigation")
    .getByRole("link", { name: /and more/ })
    .waitFor();
  assert.equal(await anna.text(en.stateDelivered).count(), 0);
  await ben.answerRequest();
  await ben.box.waitFor();
  await anna.send("two");
  await ben.text("two").waitFor();
  await anna.text(en.stateDelivered).waitFor();
  assert.equal(await row.filter({ hasText: en.requestTag }).count(), 0);
});

test("a text to whom too many wait for says that it waits, and why", async (t) => {
  const server = await TestServer.start(t);
  const [ben, carla] = await phonesOn(server, [bensNumber, carlasNumber].map(parseNumber));
  assert.ok(ben && carla);
  await carla.send(ben, "Hello from a stranger");
  const putOf = await fillMailbox(t, server, carla, bensNumber);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  await anna.start();
  await anna.turnOn();
  await anna.writeTo(bensNumber);
  // With the first contact it is more than there is room for.
  await anna.send("Hello Ben ".repeat(300).trim());
  await anna.page.getByText(en.stateHeldUp, { exact: true }).waitFor();
  await anna.page.getByText(en.errors.mailbox_full).waitFor();
  await anna.page.getByRole("navigation").getByRole("img", { name: en.stateHeldUp }).waitFor();
  assert.equal((await putOf(512)).kind, "put");
});

test("a word that is longer than any line is typed, and sent, within the screen", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber, width: 390 });
  await anna.start();
  await anna.writeTo(bensNumber);
  await anna.box.fill("a".repeat(500));
  const send = anna.button(en.sendSmsLabel);
  const box = await send.boundingBox();
  assert.ok(box && box.x > 0 && box.x + box.width <= 390, JSON.stringify(box));
  await send.click();
  const sent = await anna.text("a".repeat(500)).boundingBox();
  assert.ok(sent && sent.x > 0 && sent.x + sent.width <= 390, JSON.stringify(sent));
});

test("pressed twice, a text goes once; the keys of an input method send nothing and leave nothing", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  await anna.start();
  await anna.writeTo(bensNumber);
  await anna.box.fill("once");
  await anna.button(en.sendSmsLabel).evaluate((button: { click(): void }) => {
    button.click();
    button.click();
  });
  await anna.boxHolds("");
  await anna.send("once more");
  assert.equal(await anna.text("once").count(), 2);
  await anna.box.fill("nihao");
  // As Safari tells of the key that took the word, and any browser of one that is pressed before that.
  await anna.box.dispatchEvent("keydown", { key: "Enter", keyCode: 229 });
  await anna.box.dispatchEvent("keydown", { key: "Escape", isComposing: true });
  await anna.boxHolds("nihao");
  await anna.send("你好");
  assert.equal(await anna.text("nihao").count(), 0);
  await anna.box.dispatchEvent("keydown", { key: "Escape" });
  await anna.page.getByText(en.chooseConversation).waitFor();
  anna.assertNoComplaints();
});

test("a link is read from left to right, whatever turns the words around it", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  await anna.start();
  await anna.writeTo(bensNumber);
  // Turned around, the first would be the address of a bank.
  const links = ["https://live.example/moc.elpmaxe.knab//:sptth", "+44 7700 900412"];
  await anna.box.fill(`\u202e${links[0]} \u202e${links[1]}`);
  await anna.box.press("Enter");
  for (const name of links) {
    const link = anna.page.getByRole("log").getByRole("link", { name, exact: true });
    await link.waitFor();
  }
  assert.deepEqual(await anna.page.evaluate(linksAsDrawn), links);
});

// The letters of each link, from the leftmost on.
const linksAsDrawn = `[...document.querySelectorAll(".bubble-link")].map(({ firstChild }) => {
  const range = new Range();
  const letters = [...firstChild.data].map((letter, at) => {
    range.setStart(firstChild, at);
    range.setEnd(firstChild, at + 1);
    const [{ top, left }] = range.getClientRects();
    return { letter, top, left };
  });
  return letters.sort((a, b) => a.top - b.top || a.left - b.left).map(({ letter }) => letter).join("");
})`;
