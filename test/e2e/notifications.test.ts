// What is told of texts that come: nothing before the owner asked for it by a tap; then by a notification of the browser's
// own, which replaces the one before it, leads to its thread and goes when that is read; by a badge; and by a tone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { type Lifetime, newPhones, TestServer } from "../network.ts";
import { NotificationsShown, notingNotifications } from "./notifications-shown.ts";
import { becomes, WebPhone } from "./web-phone.ts";

const annasNumber = "+4915123456789";
const bensNumber = "+33612345678";
const carolsNumber = "+4915120000002";
const browser = await openBrowser();

/** What is asked of the browser and what it would play is noted, and done all the same. */
const noting = `globalThis.noted = { asked: 0, tones: 0, badges: [] };
const note = (owner, name, noting) => {
  const real = owner[name];
  owner[name] = function (...values) { noting(values); return real.apply(this, values); };
};
note(Notification, "requestPermission", () => { noted.asked += 1; });
note(OscillatorNode.prototype, "start", () => { noted.tones += 1; });
note(navigator, "setAppBadge", ([count]) => { noted.badges.push(count); });
note(navigator, "clearAppBadge", () => { noted.badges.push(0); });`;

interface Noted {
  readonly asked: number;
  readonly tones: number;
  readonly badges: readonly number[];
}

/** Anna with the app, on; whether she looks at it is for the test to say. */
async function annaWithApp(t: Lifetime, server: TestServer) {
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  const { page, context } = anna;
  await context.addInitScript(noting);
  await context.addInitScript(notingNotifications);
  await page.reload();
  await anna.start();
  await anna.turnOn();
  await anna.keptForOffline();
  const devtools = await context.newCDPSession(page);
  const elsewhere = await context.newPage();
  return {
    anna,
    /** Until the next press in the app. */
    look: async (isLooking: boolean) => {
      await devtools.send("Emulation.setFocusEmulationEnabled", { enabled: isLooking });
      await page.bringToFront();
      if (!isLooking) await elsewhere.bringToFront();
      await becomes(() => page.evaluate("document.hasFocus()"), isLooking);
    },
    shown: new NotificationsShown(page),
    noted: () => page.evaluate<Noted>("globalThis.noted"),
    setting: (name: string) => page.getByRole("switch", { name, exact: true }),
    row: (text: string) => page.getByRole("navigation").getByRole("link").filter({ hasText: text }),
  };
}

test("a text that comes while nobody looks is told as its owner chose", async (t) => {
  const server = await TestServer.start(t);
  const { anna, look, shown, noted, setting, row } = await annaWithApp(t, server);
  const { page, context } = anna;
  const tones = async () => (await noted()).tones;
  const [ben, carol] = await newPhones(t, bensNumber, carolsNumber);
  assert(ben && carol);
  await ben.turnOn(server);
  await carol.turnOn(server);

  // Nothing was chosen: texts come, and are counted, and the browser is asked nothing.
  await context.grantPermissions(["notifications"], { origin: server.origin });
  await look(false);
  await ben.send(annasNumber, "from Ben");
  await row("from Ben").waitFor();
  await carol.send(annasNumber, "from Carol");
  await row("from Carol").waitFor();
  assert.deepEqual(await shown.now(), []);
  await becomes(noted, { asked: 0, tones: 0, badges: [0, 1, 2] });

  await look(true);
  await row("from Ben").click();
  await anna.answerRequest();
  await row("from Carol").click();
  await anna.answerRequest();
  await row("from Carol").click({ button: "right" });
  await page.getByRole("dialog").getByRole("button", { name: en.mute, exact: true }).click();
  await page.getByRole("img", { name: en.muted }).waitFor();
  await anna.button(en.settings).click();
  await setting(en.notificationsShow).click();
  await setting(en.notificationsWords).waitFor();
  await becomes(noted, { asked: 1, tones: 0, badges: [0, 1, 2, 1, 0] });

  // Whoever looks at the app sees it there; what is muted stays quiet; the next one is told, by who wrote alone.
  await ben.send(annasNumber, "looked at");
  await row("looked at").waitFor();
  await look(false);
  await carol.send(annasNumber, "muted");
  await row("muted").waitFor();
  await ben.send(annasNumber, "one");
  await shown.become(en.unread(2));
  assert.match((await shown.now())[0]?.title ?? "", /\+33 6 12 34 56 78/);

  // With its words, in the place of the one before, and to be heard.
  await setting(en.notificationsWords).click();
  await setting(en.notificationsSound).click();
  await becomes(tones, 1);
  await look(false);
  await ben.send(annasNumber, "two");
  await shown.become("two");
  await becomes(tones, 2);

  // A press leads to the thread. The browser would let nobody but a person's finger have the focus.
  const [serviceWorker] = context.serviceWorkers();
  await serviceWorker?.evaluate(`WindowClient.prototype.focus = async () => {};
    registration.getNotifications().then(([notification]) =>
      dispatchEvent(new NotificationEvent("notificationclick", { notification })))`);
  await anna.text("two").waitFor();
  await shown.become();

  // In a thread that is in sight, nothing is told; from elsewhere it is, until it was read.
  await ben.send(annasNumber, "three");
  await anna.text("three").waitFor();
  await anna.button(en.settings).click();
  await look(false);
  await ben.send(annasNumber, "four");
  await shown.become("four");
  await row("four").click();
  await shown.become();
  await becomes(tones, 3);
  await becomes(async () => (await noted()).badges.at(-1), 0);
  assert.deepEqual(await shown.ever(), [en.unread(2), "two", "four"]);

  // The choice is kept; taken back, it is quiet again.
  await page.reload();
  await anna.button(en.settings).click();
  await becomes(() => setting(en.notificationsSound).isChecked(), true);
  await setting(en.notificationsShow).click();
  await setting(en.notificationsWords).waitFor({ state: "detached" });
  await look(false);
  await ben.send(annasNumber, "five");
  await row("five").waitFor();
  assert.equal((await noted()).tones, 1);
  await setting(en.notificationsShow).click();
  await look(false);
  await ben.send(annasNumber, "six");
  await shown.become("six");
  assert.deepEqual(await shown.ever(), ["six"]);
  anna.assertNoComplaints();
});

test("where the browser allows none, the setting stays off and says why", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  await anna.start();
  await anna.button(en.settings).click();
  const setting = anna.page.getByRole("switch", { name: en.notificationsShow, exact: true });
  assert.equal(await setting.isChecked(), false);
  await setting.click();
  await anna.page.getByText(en.notificationsDenied).waitFor();
  assert.equal(await setting.isChecked(), false);
});
