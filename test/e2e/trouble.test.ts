// What can go wrong with a browser's storage: two tabs, storage that is full, storage that was thrown away. Each is
// said in words, and leads on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { newPhones, TestServer } from "../network.ts";
import { WebPhone } from "./web-phone.ts";

const number = "+4915123456789";
const other = "+33612345678";
const browser = await openBrowser();

test("one tab has the phone; another can take it over, and back", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number });
  await phone.start();
  await phone.turnOn();
  const second = await phone.context.newPage();
  await second.goto(server.origin);
  await second.getByText(en.inUseTitle).waitFor();
  await second.getByRole("button", { name: en.useHere }).click();
  await second.getByText(en.bannerOn).waitFor();
  await phone.page.getByText(en.takenOverTitle).waitFor();
  await phone.button(en.useHere).click();
  await phone.page.getByText(en.bannerOn).waitFor();
  await second.getByText(en.takenOverTitle).waitFor();
});

test("what one tab did, another shows once it has the phone: texts, a draft, and being off", async (t) => {
  const server = await TestServer.start(t);
  const [ben] = await newPhones(t, other);
  assert.ok(ben);
  await ben.turnOn(server);
  const phone = await WebPhone.open(t, browser, server, { number });
  await phone.start();
  await phone.turnOn();
  await phone.writeTo(other);
  await phone.send("from the first tab");
  const second = await phone.context.newPage();
  await second.goto(phone.page.url());
  await second.getByRole("button", { name: en.useHere }).click();
  // It opens what its address names.
  const log = second.getByRole("log");
  await log.getByText("from the first tab").waitFor();
  await phone.page.getByText(en.takenOverTitle).waitFor();
  const box = second.locator("form").getByRole("textbox");
  await box.fill("from the second tab");
  await second.getByRole("button", { name: en.sendPrivateLabel }).click();
  await log.getByText("from the second tab").waitFor();
  await ben.receive();
  await ben.send(number, "to whichever tab it is");
  await log.getByText("to whichever tab it is").waitFor();
  await box.fill("a draft of the second tab");
  await second.getByRole("link", { name: /a draft of the second tab/ }).waitFor();

  await phone.button(en.useHere).click();
  await phone.text("from the second tab").waitFor();
  await phone.text("to whichever tab it is").waitFor();
  await phone.boxHolds("a draft of the second tab");
  await second.getByText(en.takenOverTitle).waitFor();
  await phone.turnOff();
  await phone.page.getByText(en.receiptSigned).waitFor();
  await second.getByRole("button", { name: en.useHere }).click();
  await second.getByText(en.bannerOff).waitFor();
});

test("where the phone opens and then cannot be read, another try opens it", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, serviceWorker: false });
  const { page } = phone;
  await phone.start();
  await phone.turnOn();
  await page.addInitScript({ content: failFirstList });
  await page.reload();
  await page.getByText(en.storageTitle).waitFor();
  await phone.button(en.tryAgain).click();
  await page.getByText(en.bannerOn).waitFor();
  phone.assertNoComplaints();
});

test("where the browser keeps nothing for a page, its screens come up all the same", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, serviceWorker: false });
  await phone.page.addInitScript({ content: refuseLocalStorage });
  await phone.page.reload();
  await phone.start();
  await phone.page.getByText(en.bannerOff).waitFor();
});

test("where what can be done with a conversation does not come over the line, the list stays", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, serviceWorker: false });
  const { page } = phone;
  await phone.start();
  await phone.turnOn();
  await phone.writeTo(other);
  await phone.send("in the list");
  await page.goto(`${server.origin}/#/`);
  await page.route("**/conversation-sheet-*.js", (route) => route.abort());
  const row = page.getByRole("link", { name: /in the list/ });
  await row.click({ button: "right" });
  await page.getByRole("alert").filter({ hasText: en.errors.internal }).waitFor();
  assert.ok(await row.isVisible());
});

test("where storage is full, that is said, and what was there stays", async (t) => {
  const server = await TestServer.start(t);
  const options = { number, quotaBytes: 1_500_000, serviceWorker: false };
  const phone = await WebPhone.open(t, browser, server, options);
  await phone.importContacts(card("Ben", other));
  const name = "x".repeat(2_000);
  const many = Array.from({ length: 1_000 }, (_, index) =>
    card(name, `+49151${10_000_000 + index}`),
  );
  await phone.importContacts(many.join(""), en.errors.storage_failed);
  await phone.button(en.cancel).click();
  await phone.start();
  await phone.button(en.newMessage).click();
  await phone.page.getByRole("combobox").fill("Ben");
  await phone.page.getByRole("option", { name: /Ben/ }).waitFor();
});

test("where the browser threw the phone away, its owner hears of it and can start afresh", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, serviceWorker: false });
  await phone.start();
  await phone.turnOn();
  const devtools = await phone.context.newCDPSession(phone.page);
  await devtools.send("Storage.clearDataForOrigin", {
    origin: server.origin,
    storageTypes: "indexeddb",
  });
  await phone.page.reload();
  await phone.page.getByText(en.damagedTitle).waitFor();
  await phone.button(en.startAfresh).click();
  await phone.page.getByText(en.bannerOff).waitFor();
  await phone.page.reload();
  await phone.page.getByText(en.bannerOff).waitFor();
  // The number is proved again; the account that was lost ends with that.
  await phone.turnOn();
});

test("what is not known yet is not said: neither off nor offline while the phone opens", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, serviceWorker: false });
  await phone.start();
  await phone.page.getByText(en.bannerOff).waitFor();
  await phone.turnOn();
  await phone.page.goto(server.origin);
  await phone.page.addInitScript({ content: noteBanners });
  await phone.page.reload();
  await phone.page.getByText(en.bannerOn).waitFor();
  const seen = await phone.page.evaluate<string[]>("[...bannersSeen]");
  assert.ok(seen.includes(en.bannerOn));
  assert.deepEqual(
    seen.filter((text) => text !== "" && text !== en.bannerOn),
    [],
  );
  await server.kill();
  await phone.page.getByText(en.bannerOffline).waitFor();
});

test("where the app's code is missing, that is said, and nothing is offered to be deleted", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, serviceWorker: false });
  await phone.start();
  const missing = { status: 404, body: "" };
  // What the phone's worker begins with, what the phone itself is, and what that imports.
  for (const code of [/phone\.worker-/, /worker-phone-/, /\/phone-/]) {
    await phone.page.route(code, (route) => route.fulfill(missing));
    await phone.page.reload();
    await phone.page.getByText(en.storageTitle).waitFor();
    assert.equal(await phone.button(en.startAfresh).count(), 0);
    await phone.page.unroute(code);
    await phone.button(en.tryAgain).click();
    await phone.page.getByText(en.bannerOff).waitFor();
  }
  await phone.page.route(/assets\/.*\.js/, (route) => route.fulfill(missing));
  await phone.page.reload();
  await phone.page.getByText("Assent has not started.").waitFor();
});

// As with all site data blocked.
const refuseLocalStorage = `Object.defineProperty(globalThis, "localStorage", {
  get() { throw new DOMException("refused", "SecurityError"); },
})`;

// In the page: the first answer that should hold all of the list says that nothing can be read.
const failFirstList = `{
  const { postMessage } = MessagePort.prototype;
  const { set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, "onmessage");
  let asked;
  MessagePort.prototype.postMessage = function (message, ...rest) {
    if (message?.name === "conversations") asked ??= message.id;
    return postMessage.call(this, message, ...rest);
  };
  Object.defineProperty(MessagePort.prototype, "onmessage", {
    set(hear) {
      set.call(this, (event) => {
        const { id } = event.data;
        const failing = id !== undefined && id === asked && "value" in event.data;
        hear.call(this, failing ? { data: { id, error: "storage_failed" } } : event);
      });
    },
  });
}`;

// In the page: every title that the banner ever had.
const noteBanners = `
  globalThis.bannersSeen = new Set();
  new MutationObserver(() => {
    const banner = document.querySelector(".banner-title");
    if (banner) bannersSeen.add(banner.textContent);
  }).observe(document, { subtree: true, childList: true, characterData: true });
`;

function card(name: string, telephone: string): string {
  return `BEGIN:VCARD\r\nVERSION:4.0\r\nFN:${name}\r\nTEL:${telephone}\r\nEND:VCARD\r\n`;
}
