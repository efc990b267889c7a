// What is handed to the app from outside opens what it names, sends nothing, and leaves no number behind: links, what other
// apps share. And a conversation that was opened and never used is not kept.
import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { TestServer } from "../network.ts";
import { RecordingProxy } from "../recording-proxy.ts";
import { becomes, WebPhone } from "./web-phone.ts";

const number = "+4915123456789";
const other = "+33612345678";
const shown = "+33 6 12 34 56 78";
const browser = await openBrowser();

test("a link opens the thread that it names, with its words as a draft", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number });
  const { page } = phone;
  await phone.start();
  const link = encodeURIComponent(`sms:${other}?body=See%20you%20at%208`);
  await page.evaluate(`location.hash = "#/new?to=${link}"`);
  await phone.box.waitFor();
  await phone.boxHolds("See you at 8");
  await page.getByRole("heading", { name: shown }).waitFor();
  // The list was before it: the number is in no step of the browser's history.
  await page.goBack();
  await page.getByText(en.chooseConversation).waitFor();

  // Opened with the link, another form of it.
  const opened = await phone.context.newPage();
  await page.close();
  await opened.goto(`${server.origin}/#/new?to=web%2Bassent:${other}`);
  await opened.getByRole("heading", { name: shown }).waitFor();
  await becomes(async () => /new|33612345678/.test(opened.url()), false);

  // What may be a number or not is for its owner to say.
  await opened.goto(`${server.origin}/#/new?to=0151%2023456789`);
  await opened.getByRole("combobox", { name: en.newMessageTo }).waitFor();
  await opened.getByText(en.country, { exact: true }).waitFor();
  await becomes(async () => new URL(opened.url()).hash, "#/new");
});

test("what another app shares reaches no server, and waits for somebody to be chosen", async (t) => {
  const server = await TestServer.start(t);
  const watched = await RecordingProxy.start(t, server.origin);
  const isShared = () => watched.items.some(({ path }) => path.startsWith("/share"));
  const phone = await WebPhone.open(t, browser, server, { number, origin: watched.origin });
  await phone.start();
  await phone.keptForOffline();
  await share(phone, watched.origin);
  await phone.page.getByRole("combobox").fill(other);
  await phone.page.getByRole("option").first().click();
  await phone.box.waitFor();
  await phone.boxHolds("A recipe\nhttps://example.org/soup");
  assert.equal(isShared(), false);

  // The same eyes see it where no service worker stands between.
  const bare = { number, origin: watched.origin, serviceWorker: false };
  const without = await WebPhone.open(t, browser, server, bare);
  const answered = without.page.waitForResponse(/\/share$/);
  await share(without, watched.origin);
  await answered;
  assert.equal(isShared(), true);
});

test("who was chosen and not written to is not kept; a draft is", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number });
  const { page } = phone;
  await phone.start();
  const row = page.getByRole("navigation").getByRole("link");
  await phone.writeTo(other);
  await row.first().waitFor();
  await page.keyboard.press("Escape");
  await row.first().waitFor({ state: "detached" });
  await phone.writeTo(other);
  await phone.box.fill("half a thought");
  await page.keyboard.press("Escape");
  await page.getByText(en.chooseConversation).waitFor();
  await row.getByText("half a thought").waitFor();
});

/** As the system does it: a page from elsewhere posts a form. */
async function share(phone: WebPhone, origin: string): Promise<void> {
  await phone.page.goto("about:blank");
  await phone.page.setContent(`<form method="post" enctype="multipart/form-data" action="${origin}/share">
    <input name="title" value="A recipe"><input name="url" value="https://example.org/soup"></form>`);
  await phone.page.evaluate("document.forms[0].submit()");
}
