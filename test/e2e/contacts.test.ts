// Numbers and contacts as people have them: without a country code, with 00, short, of an address book of many countries;
// read in the country that the screen names, shown before anything is stored, changed and deleted.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { de } from "../../packages/web/src/language/de.ts";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { TestServer } from "../network.ts";
import { RecordingProxy } from "../recording-proxy.ts";
import { becomes, WebPhone } from "./web-phone.ts";

const number = "+4915123456789";
const root = new URL("../../", import.meta.url);
const browser = await openBrowser();

const book = [
  ["Anna", "0151 23456789"],
  ["Ada", "+44 20 7946 0991"],
  ["Kim", "010-12345678"],
  ["Emergency", "112"],
  ["Desk", "+49 30 1234567;ext=5"],
]
  .map(([name = "", tel = ""]) => card(name, tel))
  .join("");

function card(name: string, tel: string, photo?: string): string {
  const picture = photo ? `PHOTO;ENCODING=b;TYPE=PNG:${photo}\r\n` : "";
  return `BEGIN:VCARD\r\nFN:${name}\r\nTEL:${tel}\r\n${picture}END:VCARD\r\n`;
}

test("an address book is shown before it is stored: what is ready, needs a country, cannot be used", async (t) => {
  const server = await TestServer.start(t);
  const watched = await RecordingProxy.start(t, server.origin);
  const options = { number, origin: watched.origin, language: "en-GB" };
  const phone = await WebPhone.open(t, browser, server, options);
  const { page } = phone;
  await phone.start();
  await phone.button(en.settings).click();
  await choose(phone, en.settingsImport, book);
  const sheet = page.getByRole("dialog");
  await sheet.getByText(en.importReady(1)).waitFor();
  await sheet.getByText(en.importNeedCountry(2)).click();
  await sheet.getByText("010-12345678").waitFor();
  await sheet.getByText(en.importUnusable(2)).click();
  await sheet.getByText(en.numberShort).waitFor();
  await sheet.getByText(en.numberExtension).waitFor();

  // Nothing of it is here before the answer.
  await phone.button(en.cancel).click();
  await page.getByRole("link", { name: en.settingsContacts }).click();
  await page.getByText(en.contactsNone).waitFor();

  await choose(phone, en.settingsImport, book);
  await chooseCountry(sheet, en.countryChoose, "germ", "Germany");
  await sheet.getByText(en.importReady(2)).waitFor();
  await sheet.getByText(en.importUnusable(3)).click();
  await sheet.getByText(en.numberNotOfCountry).waitFor();
  await phone.button(en.importYes).click();
  await sheet.waitFor({ state: "detached" });
  await page.getByRole("button", { name: /^Ada/ }).waitFor();
  await page.getByRole("button", { name: /^Anna.*\+49 1512 3456789/ }).waitFor();
  assert.deepEqual(
    watched.items.filter(({ path }) => path.startsWith("/assent")),
    [],
  );
  phone.assertNoComplaints();
});

test("a contact is found, renamed, texted, deleted, and another is added", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, language: "de-DE" });
  const { page } = phone;
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  await button(de.welcomeStart).click();
  await go(page, "#/contacts");
  await button(de.contactAdd).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel(de.personName).fill("Ben");
  // In this device's language numbers are German ones.
  await sheet.getByRole("button", { name: /Deutschland/ }).waitFor();
  await sheet.getByLabel(de.numberLabel).fill("22222");
  await button(de.save).click();
  await sheet.getByText(de.numberShort).waitFor();
  await sheet.getByLabel(de.numberLabel).fill("015123456789");
  await button(de.save).click();
  await sheet.waitFor({ state: "detached" });

  const row = (name: string) => page.getByRole("button", { name: new RegExp(`^${name}`) });
  await page.getByLabel(de.contactsFind).fill("nobody");
  await page.getByText(de.newMessageNobody).waitFor();
  await page.getByLabel(de.contactsFind).fill("0151 234");
  await row("Ben").click();
  await sheet.getByLabel(de.personName).fill("Benedikt");
  await button(de.save).click();
  await row("Benedikt").click();
  await button(de.newMessageNumber("Benedikt")).click();
  await sheet.waitFor({ state: "detached" });
  await phone.box.fill("Hallo");
  await go(page, "#/contacts");
  await row("Benedikt").click();
  await button(de.contactDelete).click();
  await sheet.getByText(de.contactDeleteHint).waitFor();
  await sheet.getByRole("button", { name: de.contactDelete }).click();
  await page.getByText(de.contactsNone).waitFor();
  // The conversation stays, by its number.
  await page.getByRole("link", { name: /\+49 1512 3456789/ }).waitFor();
  phone.assertNoComplaints();
});

test("a picture that came with a card is shown in the place of letters", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number });
  const photo = await readFile(new URL("packages/web/public/icons/assent-180.png", root), "base64");
  const cards = [card("Ada", "+44 20 7946 0991", photo), card("Ben", "+33612345678")];
  const { page } = phone;
  await phone.importContacts(cards.join(""), en.contactsImported(2));
  await phone.start();
  await go(page, "#/contacts");
  const picture = page.getByRole("button", { name: /^Ada/ }).locator("img");
  await picture.waitFor();
  await becomes(
    () => picture.evaluate((image: { naturalWidth: number }) => image.naturalWidth),
    180,
  );
  assert.equal(await page.getByRole("button", { name: /^Ben/ }).locator("img").count(), 0);
  phone.assertNoComplaints();
});

test("a number is spaced while it is typed, the caret stays, and 00 is a plus sign", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, language: "de-DE" });
  const { page } = phone;
  await page.getByRole("button", { name: de.welcomeStart }).click();
  await go(page, "#/new");
  const to = page.getByRole("combobox", { name: de.newMessageTo });
  await to.pressSequentially("015123456789", { delay: 60 });
  await shows(to, "01512 3456789");
  await page.getByRole("option", { name: /\+49 1512 3456789/ }).waitFor();
  // In the middle: a digit goes, another comes, and the caret is where it was.
  await to.press("Home");
  for (let step = 0; step < 4; step += 1) await to.press("ArrowRight");
  await to.press("Delete");
  await shows(to, "01513 456789");
  await to.pressSequentially("2");
  await shows(to, "01512 3456789");
  const caret = "document.activeElement.value.slice(0, document.activeElement.selectionStart)";
  assert.equal(await page.evaluate(caret), "01512 ");

  await to.fill("");
  await to.pressSequentially("0044 20 7946 0991", { delay: 60 });
  await shows(to, "+44 20 7946 0991");
  await to.fill("112");
  await to.press("Enter");
  await page.getByText(de.numberShort).waitFor();
  await to.fill("020 7946 0991");
  await chooseCountry(
    page.locator("form, .recipient-choice").first(),
    "Deutschland",
    "44",
    "Vereinigtes Königreich",
  );
  await page.getByRole("option", { name: /\+44 20 7946 0991/ }).click();
  await phone.box.waitFor();
  phone.assertNoComplaints();
});

test("one's own number is read in the country that the device's language offers", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, language: "de-DE" });
  const { page } = phone;
  await page.getByRole("button", { name: de.welcomeStart }).click();
  await go(page, "#/turn-on");
  await page.getByRole("button", { name: de.turnOnYes }).click();
  await page.getByRole("button", { name: /Deutschland/ }).waitFor();
  // Nobody's own is a short one: some of it is missing.
  await page.getByLabel(de.numberLabel).fill("0151 2");
  await page.getByRole("button", { name: de.sendCode }).click();
  await page.getByText(de.numberNotOfCountry).waitFor();
  // Without the zero, as many know it.
  await page.getByLabel(de.numberLabel).fill("151 23456789");
  await page.getByRole("button", { name: de.sendCode }).click();
  await page.getByLabel(de.codeLabel).waitFor();
  await page.getByLabel(de.codeLabel).fill(await server.codeFor(number));
  await page.getByText(de.doneHint).waitFor();
});

test("Enter takes the number that was typed, also before the phone has read it", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, language: "de-DE" });
  const { page } = phone;
  await page.getByRole("button", { name: de.welcomeStart, exact: true }).click();
  await phone.button(de.settings).click();
  await choose(phone, de.settingsImport, card("Ben", "+33630123456"));
  await phone.button(de.importYes).click();
  await page.getByText(de.contactsImported(1)).waitFor();
  await go(page, "#/new");
  // His number holds the same digits.
  const field = page.getByRole("combobox");
  await field.fill("30123456");
  await page.getByRole("option", { name: /Ben/ }).waitFor();
  await field.fill("*3012#");
  await field.press("Enter");
  await page.getByText(de.numberDialed).waitFor();
  assert.equal(await page.getByRole("option").count(), 0);
  await field.fill("");
  // In one task, in which nothing is heard of the phone: drawn, and no more.
  await page.evaluate(`(async () => {
    const field = document.querySelector("[role=combobox]");
    field.value = "030123456";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    for (let turns = 0; turns < 100; turns += 1) await undefined;
    const enter = { key: "Enter", bubbles: true, cancelable: true };
    field.dispatchEvent(new KeyboardEvent("keydown", enter));
  })()`);
  await page.getByRole("heading", { name: "+49 30 123456" }).waitFor();
});

/** As a link in the app does. */
async function go(page: Page, hash: string): Promise<void> {
  await page.evaluate(`location.hash = "${hash}"`);
}

async function choose(phone: WebPhone, label: string, vcards: string): Promise<void> {
  const [chooser] = await Promise.all([
    phone.page.waitForEvent("filechooser"),
    phone.button(label).click(),
  ]);
  const buffer = Buffer.from(vcards);
  await chooser.setFiles({ name: "contacts.vcf", mimeType: "text/vcard", buffer });
}

async function chooseCountry(within: Locator, now: string, typed: string, name: string) {
  await within.getByRole("button", { name: now }).click();
  await within.getByRole("combobox").last().fill(typed);
  await within.getByRole("option", { name: new RegExp(name) }).click();
  await within.getByRole("button", { name: new RegExp(name) }).waitFor();
}

/** Spacing comes a moment after the key. */
async function shows(field: Locator, text: string): Promise<void> {
  // Not by `waitForFunction`, which the page's policy forbids.
  await field.page().evaluate(`new Promise((resolve) => {
    const look = () =>
      document.activeElement.value === ${JSON.stringify(text)}
        ? resolve()
        : requestAnimationFrame(look);
    look();
  })`);
}
