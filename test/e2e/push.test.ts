// Told while the app is closed: asked before anything leaves, woken by a push service of the test's own, and taken back
// everywhere. Chromium has no way to its push service here: the page's side of that is the test's, its service worker is real.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { readConfig, startServer } from "@assent/server";
import type { CDPSession } from "playwright-core";
import {
  type BrowserForTests,
  makeBrowser,
  openPushMessage,
} from "../../packages/server/src/push/browser-for-tests.ts";
import {
  type PushServiceForTests,
  startPushService,
} from "../../packages/server/src/push/push-service-for-tests.ts";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { codeAt, type Lifetime, newPhones, TestServer } from "../network.ts";
import { NotificationsShown, notingNotifications } from "./notifications-shown.ts";
import { becomes, WebPhone } from "./web-phone.ts";

const annasNumber = "+4915123456789";
const bensNumber = "+33612345678";
const browser = await openBrowser();

async function startWakingServer(t: Lifetime, service: PushServiceForTests) {
  const data = await mkdtemp(join(tmpdir(), "assent-push-"));
  const appDirectory = fileURLToPath(new URL("../../packages/web/dist", import.meta.url));
  const options = { data, port: 0, sms: "fake", push: "on", logLevel: "fatal", appDirectory };
  const running = await startServer(readConfig(options, { ASSENT_PUSH_SERVICES: service.host }), {
    pushWay: { isPublic: () => true, ca: service.ca },
  });
  t.after(async () => {
    await running.close();
    await rm(data, { recursive: true, force: true });
  });
  const { origin } = running;
  return { origin, codeFor: codeAt(origin) };
}

/** What the page's PushManager would do, with keys of the test's; it remembers what was done. */
function pretendedPushManager(host: string, { publicKey, secret }: BrowserForTests): string {
  const [p256dh, auth] = [publicKey, secret].map((key) => JSON.stringify([...key]));
  return `{
    const keys = { p256dh: new Uint8Array(${p256dh}).buffer, auth: new Uint8Array(${auth}).buffer };
    const count = (name) => {
      const counted = Number(localStorage.getItem(name) ?? 0) + 1;
      localStorage.setItem(name, counted);
      return counted;
    };
    const subscription = () => {
      const kept = JSON.parse(localStorage.getItem("pretended.push"));
      return kept && {
        endpoint: kept.endpoint,
        options: { applicationServerKey: new Uint8Array(kept.key).buffer },
        getKey: (name) => keys[name],
        async unsubscribe() {
          count("pretended.unsubscribed");
          localStorage.removeItem("pretended.push");
          return true;
        },
      };
    };
    PushManager.prototype.getSubscription = async () => subscription();
    PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
      if (!userVisibleOnly) throw new Error("not taken");
      const endpoint = "https://${host}/push/" + count("pretended.subscribed");
      const key = [...applicationServerKey];
      localStorage.setItem("pretended.push", JSON.stringify({ endpoint, key }));
      return subscription();
    };
  }`;
}

/** The service worker of the app, as the browser's tools see it. */
async function registrationSeen(devtools: CDPSession): Promise<string> {
  const seen = Promise.withResolvers<string>();
  devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    const [one] = registrations;
    if (one) seen.resolve(one.registrationId);
  });
  await devtools.send("ServiceWorker.enable");
  return seen.promise;
}

test("somebody whose app is closed is told that something came, and nothing more", async (t) => {
  const service = await startPushService(t);
  const server = await startWakingServer(t, service);
  const keys = makeBrowser();
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  const { page, context } = anna;
  await context.addInitScript(pretendedPushManager(service.host, keys));
  await page.reload();
  await anna.start();
  await anna.turnOn();
  await anna.keptForOffline();
  const counted = (name: string) =>
    page.evaluate<string | null>(`localStorage.getItem("pretended.${name}")`);
  /** How each subscription that the service keeps begins. */
  const held = async () => {
    const tables = (await (await fetch(`${server.origin}/demo/held`)).json()) as {
      name: string;
      newest: { sealed: { begin: string } }[];
    }[];
    const kept = tables.find(({ name }) => name === "push_subscription");
    return kept?.newest.map(({ sealed }) => sealed.begin);
  };
  const countHeld = async () => (await held())?.length;

  // Asked first, in words that say who learns what; until then nothing left.
  await context.grantPermissions(["notifications"], { origin: server.origin });
  await anna.button(en.settings).click();
  const setting = page.getByRole("switch", { name: en.wakingName, exact: true });
  assert.equal(await setting.isChecked(), false);
  await setting.click();
  await page.getByText(en.wakingAskLearns).waitFor();
  await anna.button(en.wakingAskNo).click();
  await page.getByText(en.wakingAskLearns).waitFor({ state: "detached" });
  assert.deepEqual([await counted("subscribed"), await countHeld()], [null, 0]);
  await setting.click();
  await anna.button(en.wakingAskYes).click();
  await becomes(() => setting.isChecked(), true);
  await becomes(countHeld, 1);
  assert.equal(await counted("subscribed"), "1");

  // The app is closed: its browser alone can be woken.
  const [ben] = await newPhones(t, bensNumber);
  assert.ok(ben);
  await ben.turnOn(server);
  const blank = await context.newPage();
  const devtools = await context.newCDPSession(blank);
  const registrationId = await registrationSeen(devtools);
  await page.close();
  await ben.send(annasNumber, "what nobody but Anna reads");
  const push = await service.push(1);
  const data = openPushMessage(push.body, keys).toString("base64");
  const deliver = () =>
    devtools.send("ServiceWorker.deliverPushMessage", {
      origin: server.origin,
      registrationId,
      data,
    });
  const [serviceWorker] = context.serviceWorkers();
  assert.ok(serviceWorker);
  await serviceWorker.evaluate(notingNotifications);
  const shown = new NotificationsShown(serviceWorker);
  await deliver();
  await shown.become(en.wokenHint);
  assert.deepEqual(await shown.now(), [{ title: en.wokenText, body: en.wokenHint }]);

  // A press opens the app. The browser would open a window for nobody but a person's finger.
  await serviceWorker.evaluate(`clients.openWindow = async (url) => void (globalThis.opened = url);
    registration.getNotifications().then(([notification]) =>
      dispatchEvent(new NotificationEvent("notificationclick", { notification })))`);
  await becomes(() => serviceWorker.evaluate<string>("globalThis.opened"), "/#/");
  await deliver();
  await shown.become(en.wokenHint);

  // The app takes what came, and takes back what said no more than that. In sight, it is left alone.
  const again = await context.newPage();
  await again.goto(server.origin);
  await again.getByRole("navigation").getByText("what nobody but Anna reads").waitFor();
  await shown.become();
  // By the event itself, so that it is known when it was dealt with.
  await serviceWorker.evaluate(`new Promise((dealtWith) => {
    const event = new PushEvent("push");
    event.waitUntil = (done) => done.then(dealtWith);
    dispatchEvent(event);
  })`);
  assert.deepEqual(await shown.now(), []);

  // The browser gave the address up, as it may: another one is asked for, and told.
  const before = await held();
  await again.evaluate('localStorage.removeItem("pretended.push")');
  await serviceWorker.evaluate('dispatchEvent(new ExtendableEvent("pushsubscriptionchange"))');
  const subscribed = () => again.evaluate('localStorage.getItem("pretended.subscribed")');
  await becomes(subscribed, "2");
  await becomes(async () => isDeepStrictEqual(await held(), before), false);
  await becomes(countHeld, 1);

  // What the browser allows no more is said; the yes is still there to be taken back: by the browser, and by the service.
  await context.clearPermissions();
  await again.getByRole("button", { name: en.settings, exact: true }).click();
  await again.getByText(en.notificationsDenied).first().waitFor();
  assert.equal(await again.getByText(en.wakingHint).count(), 0);
  await again.getByRole("switch", { name: en.wakingName, exact: true }).click();
  await becomes(countHeld, 0);
  await becomes(() => again.evaluate('localStorage.getItem("pretended.unsubscribed")'), "1");
  await becomes(() => again.evaluate('localStorage.getItem("pretended.push")'), null);

  // The ledger has all of it, with what the browser itself told its push service.
  await again.getByRole("button", { name: en.back, exact: true }).click();
  await again.getByRole("button", { name: en.whatLeft, exact: true }).click();
  const [download] = await Promise.all([
    again.waitForEvent("download"),
    again.getByRole("button", { name: en.ledgerExport, exact: true }).click(),
  ]);
  const file = await readFile(await download.path(), "utf8");
  const items = file
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { declaration: string; destination: string })
    .filter(({ declaration }) => /push/.test(declaration))
    .map(({ declaration, destination }) => `${declaration} ${destination}`)
    // A connection that was opened just before is told once more.
    .filter((item, index, all) => item !== all[index - 1]);
  const inbox = `${server.origin.replace("http", "ws")}/inbox`;
  const browsers = "subscribe-to-pushes the push service of this browser";
  assert.deepEqual(items, [
    ...[browsers, `set-push ${inbox}`, browsers, `set-push ${inbox}`],
    ...[`unsubscribe-from-pushes https://${service.host}`, `end-push ${inbox}`],
  ]);
  anna.assertNoComplaints();
});

test("where the service wakes nobody, nothing is asked", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  await anna.start();
  await anna.turnOn();
  await anna.button(en.settings).click();
  await anna.page.getByRole("switch", { name: en.notificationsShow, exact: true }).waitFor();
  const setting = anna.page.getByRole("switch", { name: en.wakingName, exact: true });
  assert.equal(await setting.count(), 0);
});
