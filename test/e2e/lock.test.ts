// The lock of the app: off until its owner wants it; then the app shows and tells nothing before the device has recognized them,
// and whoever the device no longer recognizes is told what is left.
import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { type Lifetime, newPhones, TestServer } from "../network.ts";
import { looked } from "./looked.ts";
import { NotificationsShown, notingNotifications } from "./notifications-shown.ts";
import { WebPhone } from "./web-phone.ts";

const annasNumber = "+4915123456789";
const bensNumber = "+33612345678";
const browser = await openBrowser();

/** What could tell somebody what is in the app: the page, and its title. */
const inPage = "document.title + document.documentElement.outerHTML";
const hiding = (visibility: "hidden" | "visible") => `
  Object.defineProperty(document, "visibilityState", { get: () => "${visibility}", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));`;

/** Anna on, a text of Ben's there, and a device that recognizes its owner. WebAuthn knows pages by their names. */
async function annaWithDevice(t: Lifetime) {
  const server = await TestServer.start(t);
  const origin = server.origin.replace("127.0.0.1", "localhost");
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber, origin });
  const { page, context } = anna;
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const [ben] = await newPhones(t, bensNumber);
  assert.ok(ben);
  await ben.turnOn(server);
  await anna.start();
  await anna.turnOn();
  await anna.keptForOffline();
  await ben.send(annasNumber, "words of Ben's");
  const row = page.getByRole("navigation").getByRole("link");
  await row.filter({ hasText: "words of Ben's" }).waitFor();
  const locked = page.getByRole("heading", { name: en.lockedTitle });
  return {
    server,
    anna,
    ben,
    page,
    row,
    locked,
    lockSwitch: page.getByRole("switch", { name: en.lockSwitch }),
    /** Whether the device recognizes who holds it. */
    recognizes: (isUserVerified: boolean) =>
      devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    credentials: async () =>
      (await devtools.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    putLockOn: async () => {
      await anna.button(en.settings).click();
      await page.getByRole("switch", { name: en.lockSwitch }).click();
      await anna.button(en.lockAskYes).click();
      await anna.button(en.lockNow).waitFor();
    },
    unlock: async () => {
      await anna.button(en.lockOpen).click();
      await locked.waitFor({ state: "detached" });
    },
    showsNothing: async () => {
      await locked.waitFor();
      const shown = await page.evaluate<string>(inPage);
      assert.doesNotMatch(shown, /words of Ben|6 12 34 56|33612345678|\(1\)/);
    },
  };
}

test("the app is locked from its start, and shows nothing before its owner was recognized", async (t) => {
  const { anna, page, row, locked, lockSwitch, credentials, ...device } = await annaWithDevice(t);
  // The check can see: a list that is open shows it.
  assert.match(await page.evaluate<string>(inPage), /\(1\).*words of Ben/s);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const sent = () => asked.filter((path) => !/^\/(assets|icons)\//.test(path));

  // By keyboard alone. Nobody who says no, and nobody the device does not know, gets a lock.
  await anna.button(en.settings).click();
  await lockSwitch.focus();
  await page.keyboard.press("Enter");
  await page.getByText(en.lockAskNot).waitFor();
  await looked(page, "whether to lock the app");
  await page.keyboard.press("Escape");
  // A dialog that closes gives the focus back.
  await lockSwitch.and(page.locator(":focus")).waitFor();
  assert.equal(await lockSwitch.isChecked(), false);
  await device.recognizes(false);
  await page.keyboard.press("Enter");
  await anna.button(en.lockAskYes).press("Enter");
  await page.getByRole("alert").getByText(en.lockFailed).waitFor();
  assert.deepEqual(await credentials(), []);
  await device.recognizes(true);
  await anna.button(en.lockAskYes).press("Enter");
  await anna.button(en.lockNow).waitFor();
  assert.equal(await lockSwitch.isChecked(), true);
  await looked(page, "settings, with a lock");
  assert.deepEqual(
    (await credentials()).map(({ rpId, isResidentCredential }) => ({ rpId, isResidentCredential })),
    [{ rpId: "localhost", isResidentCredential: false }],
  );

  await anna.button(en.lockNow).click();
  await device.showsNothing();
  await looked(page, "locked");
  await device.unlock();
  // No server has a part in it. The check can see: loading the page is asked for.
  assert.deepEqual(sent(), []);
  await anna.button(en.lockNow).click();
  await page.reload();
  await device.showsNothing();
  assert.equal(sent()[0], "/");
  await device.recognizes(false);
  await anna.button(en.lockOpen).press("Enter");
  await page.getByText(en.lockFailed).waitFor();
  await page.keyboard.press("Control+k");
  await device.showsNothing();
  await device.recognizes(true);
  await page.keyboard.press("Tab");
  await anna.button(en.lockOpen).press("Enter");
  // Where it was left; what came is there.
  await lockSwitch.waitFor();
  await row.filter({ hasText: "words of Ben's" }).waitFor();

  // Off again, once the owner was recognized.
  await device.recognizes(false);
  await lockSwitch.click();
  await page.getByText(en.lockFailed).waitFor();
  assert.equal(await lockSwitch.isChecked(), true);
  await device.recognizes(true);
  await lockSwitch.click();
  await anna.button(en.lockNow).waitFor({ state: "detached" });
  await page.reload();
  await row.filter({ hasText: "words of Ben's" }).waitFor();
  assert.equal(await locked.count(), 0);
  anna.assertNoComplaints();
});

test("it locks when it was out of sight for as long as its owner chose", async (t) => {
  const { page, locked, putLockOn, unlock, showsNothing } = await annaWithDevice(t);
  await putLockOn();
  const later = (minutes: number) =>
    page.evaluate(`{ const now = Date.now; Date.now = () => now() + ${minutes * 60_000}; }`);
  await page.evaluate(hiding("hidden"));
  await later(4);
  await page.evaluate(hiding("visible"));
  assert.equal(await locked.count(), 0);
  await page.evaluate(hiding("hidden"));
  await later(5);
  await page.evaluate(hiding("visible"));
  await showsNothing();
  await unlock();
  await page.evaluate(hiding("hidden"));
  await later(-1);
  await page.evaluate(hiding("visible"));
  await showsNothing();
  await unlock();
  // At once, and before anybody looks again.
  await page.getByRole("radio", { name: en.lockAtOnce }).check();
  await page.evaluate(hiding("hidden"));
  await showsNothing();
});

test("what was out of sight when another window put the lock on is locked, too", async (t) => {
  const { server, anna, page, showsNothing } = await annaWithDevice(t);
  const origin = server.origin.replace("127.0.0.1", "localhost");
  const second = await anna.context.newPage();
  await second.goto(origin);
  await second.getByText(en.inUseTitle).waitFor();
  await page.evaluate(hiding("hidden"));
  await page.evaluate(
    `void (globalThis.heard = new Promise((heard) => addEventListener("storage", () => heard())))`,
  );
  const choice = JSON.stringify({ credential: "AAAA", afterMinutes: 5 });
  await second.evaluate(`localStorage.setItem("assent.lock", '${choice}')`);
  await page.evaluate("heard");
  await page.evaluate("{ const now = Date.now; Date.now = () => now() + 300_000; }");
  await page.evaluate(hiding("visible"));
  await showsNothing();
});

test("while it is locked, a notification says that something came, and one that said more is taken back", async (t) => {
  const { server, anna, ben, page, row, putLockOn, unlock } = await annaWithDevice(t);
  const origin = server.origin.replace("127.0.0.1", "localhost");
  await anna.context.grantPermissions(["notifications"], { origin });
  const shown = new NotificationsShown(page);
  await page.evaluate(notingNotifications);
  await putLockOn();
  await page.getByRole("switch", { name: en.notificationsShow, exact: true }).click();
  await page.getByRole("switch", { name: en.notificationsWords, exact: true }).click();
  await row.filter({ hasText: "words of Ben's" }).click();
  await anna.answerRequest();
  await anna.box.waitFor();
  await anna.button(en.settings).click();
  await page.evaluate("document.hasFocus = () => false");
  await ben.send(annasNumber, "told in words");
  await shown.become("told in words");
  await anna.button(en.lockNow).click();
  const nothingMore = { title: en.wokenText, body: en.wokenHint };
  await shown.become(nothingMore.body);
  assert.deepEqual(await shown.now(), [nothingMore]);
  await page.evaluate(`navigator.serviceWorker.ready
    .then((registration) => registration.getNotifications())
    .then((all) => all.forEach((one) => one.close()))`);
  await shown.become();
  await ben.send(annasNumber, "told by nothing");
  await shown.become(nothingMore.body);
  assert.deepEqual(await shown.now(), [nothingMore]);
  await unlock();
  await row.filter({ hasText: "told by nothing" }).waitFor();
});

test("whom the device no longer knows is told what is left, and nothing goes before a second yes", async (t) => {
  const { anna, page, row, locked, putLockOn, ...device } = await annaWithDevice(t);
  await putLockOn();
  await anna.button(en.lockNow).click();
  await device.recognizes(false);
  await anna.button(en.lockLost).click();
  await page.getByText(en.lockLostAnew).waitFor();
  await looked(page, "the way out of a lock");
  await anna.button(en.cancel).click();
  await device.recognizes(true);
  await device.unlock();
  await row.filter({ hasText: "words of Ben's" }).waitFor();

  await anna.button(en.lockNow).click();
  await anna.button(en.lockLost).click();
  await anna.button(en.lockBeginAnew).click();
  await page.getByText(en.noConversations).waitFor();
  await page.getByText(en.bannerOff).first().waitFor();
  assert.equal(await locked.count(), 0);
  assert.equal(await row.filter({ hasText: "words of Ben's" }).count(), 0);
});

test("nothing of it is shown where the device, or the page's address, has no such thing", async (t) => {
  const server = await TestServer.start(t);
  for (const origin of [server.origin, server.origin.replace("127.0.0.1", "localhost")]) {
    const anna = await WebPhone.open(t, browser, server, { number: annasNumber, origin });
    await anna.start();
    await anna.button(en.settings).click();
    await anna.page.getByRole("heading", { name: en.settingsLanguage }).waitFor();
    assert.equal(await anna.page.getByRole("switch", { name: en.lockSwitch }).count(), 0);
  }
});
