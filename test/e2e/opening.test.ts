// How the app opens on a phone that has much in it: phone and page are loaded side by side, and the first rows of the list
// stand before all of it is read.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Seed } from "../../bench/web/seed.ts";
import { conversationsOf, rowOfList, seededText } from "../../bench/web/seeded.ts";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { TestServer } from "../network.ts";
import { becomes, WebPhone } from "./web-phone.ts";

const number = "+4915123456789";
const browser = await openBrowser();
const seed = await Seed.prepare();

// In the page: what the phone answers to a call comes (`listCame`), and the app does not hear of it before `letList`. What
// else was called stands in `called`.
const holding = (call: string) => `{
  const { postMessage } = MessagePort.prototype;
  const { set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, "onmessage");
  const letting = new Promise((resolve) => { globalThis.letList = resolve; });
  let coming;
  globalThis.listCame = new Promise((resolve) => { coming = resolve; });
  const asked = new Set();
  globalThis.called = [];
  MessagePort.prototype.postMessage = function (message, ...rest) {
    if (message?.name) called.push(message.name);
    if (message?.name === "${call}") asked.add(message.id);
    return postMessage.call(this, message, ...rest);
  };
  Object.defineProperty(MessagePort.prototype, "onmessage", {
    set(hear) {
      set.call(this, async (event) => {
        if (event.data && "value" in event.data && asked.has(event.data.id)) {
          coming();
          await letting;
        }
        hear.call(this, event);
      });
    },
  });
}`;
// All of the list.
const holdList = holding("conversations");

test("the first rows stand, and open, before all of the list is there, and it takes back nothing of what was done", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, serviceWorker: false });
  const { page, context } = phone;
  await page.goto("about:blank");
  await seed.fill(context, server.origin, conversationsOf(60, 3));
  await context.addInitScript(holdList);
  await page.goto(server.origin);
  const rows = page.locator(rowOfList);
  await rows.first().getByText("Person 60").waitFor();
  await becomes(async () => (await rows.count()) > 8, true);
  await page.getByText(en.bannerOff).waitFor();
  await rows.first().click();
  await page.getByRole("log").getByText(seededText(3)).waitFor();
  await page.evaluate("listCame");
  await phone.box.fill("A draft");
  await rows.first().getByText("A draft").waitFor();
  // Only the first of them are here yet.
  await rows.first().focus();
  await page.keyboard.press("End");
  const lastName = rows.last().locator(".conversation-name");
  await becomes(() => lastName.textContent(), "Person 37");
  await page.evaluate("letList()");
  await becomes(async () => {
    await rows.first().focus();
    await page.keyboard.press("End");
    return lastName.textContent();
  }, "Person 1");
  await becomes(async () => {
    await rows.first().focus();
    await page.keyboard.press("Home");
    return page.locator('[data-row="0"]').getByText("A draft").count();
  }, 1);
  phone.assertNoComplaints();
});

test("the phone is loaded while the page's own code has not come", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, serviceWorker: false });
  const { page } = phone;
  await page.goto("about:blank");
  const { promise: letPage, resolve } = Promise.withResolvers<void>();
  await page.route(/first-screen-.*\.js/, async (route) => {
    await letPage;
    await route.continue();
  });
  const asked = page.waitForRequest(/worker-phone-/);
  await page.goto(server.origin, { waitUntil: "commit" });
  await asked;
  assert.equal(await page.locator("h1").count(), 0);
  resolve();
  await phone.start();
  await page.getByText(en.bannerOff).waitFor();
  phone.assertNoComplaints();
});

test("a text is forwarded to any of many, of whom those in sight are in the page", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, serviceWorker: false });
  const { page, context } = phone;
  await page.goto("about:blank");
  await seed.fill(context, server.origin, conversationsOf(200, 3));
  await page.goto(server.origin);
  await page.locator(rowOfList).first().click();
  await page.getByRole("log").getByText(seededText(3)).click({ button: "right" });
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: en.forward }).click();
  const choices = dialog.getByRole("button");
  await choices.getByText("Person 199").waitFor();
  assert.ok((await choices.count()) < 60, "they are not all there");
  // Whoever goes through them by keyboard comes to the last one, and past none, however fast.
  await choices.first().focus();
  for (let pressed = 0; pressed < 198; pressed += 1) await page.keyboard.press("Tab");
  await dialog
    .locator(":focus")
    .getByText(/^Person 1$/)
    .waitFor();
  await page.keyboard.press("Enter");
  await phone.boxHolds(seededText(3));
  phone.assertNoComplaints();
});

test("words that are handed in are there before the phone is, for whoever is chosen at once", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, serviceWorker: false });
  const { page, context } = phone;
  await page.goto("about:blank");
  await seed.fill(context, server.origin, conversationsOf(2, 3));
  await context.addInitScript(holdList);
  await page.goto(`${server.origin}/#/new?text=A%20recipe`);
  await page.getByText(en.forwardHint).waitFor();
  await page.getByRole("combobox").fill("+33612345678");
  await page.getByRole("option").first().click();
  await page.evaluate("letList()");
  await phone.boxHolds("A recipe");
  phone.assertNoComplaints();
});

test("whoever is chosen twice gets what was handed in once", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, serviceWorker: false });
  const { page, context } = phone;
  await page.goto("about:blank");
  await seed.fill(context, server.origin, conversationsOf(2, 3));
  await context.addInitScript(holding("conversation"));
  await page.goto(`${server.origin}/#/new?text=A%20recipe`);
  await page.getByText(en.forwardHint).waitFor();
  const choice = page.getByRole("option").filter({ hasText: "Person 2" });
  await choice.click();
  // The draft is there, and the list does not have it yet.
  await page.evaluate("listCame");
  await choice.click();
  const begun = `called.filter((name) => name === "startConversation").length`;
  assert.equal(await page.evaluate(begun), 1);
  await page.evaluate("letList()");
  await phone.boxHolds("A recipe");
  phone.assertNoComplaints();
});
