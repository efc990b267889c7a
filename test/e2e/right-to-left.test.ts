// Screens that begin on the right, with words that begin on the left.
import assert from "node:assert/strict";
import { test } from "node:test";
import { declarations } from "@assent/protocol";
import { ar } from "../../packages/web/src/language/ar.ts";
import { declared } from "../../packages/web/src/language/declared/ar.ts";
import { openBrowser } from "../browser.ts";
import { TestServer } from "../network.ts";
import { WebPhone } from "./web-phone.ts";

const number = "+4915123456789";
const other = "+33612345678";
const browser = await openBrowser();

test("a row of the list shows how a long Latin text begins", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, language: "ar-EG" });
  const { page } = phone;
  await phone.button(ar.welcomeStart).click();
  await phone.button(ar.newMessage).click();
  await page.getByRole("combobox").fill(other);
  await page.keyboard.press("Enter");
  const text = "Beginning of a Latin text ".repeat(6).trim();
  await phone.send(text);
  await page
    .locator(".conversation-words")
    .filter({ hasText: text.slice(0, 9) })
    .waitFor();
  const { begins, from, to } = await page.evaluate<{ begins: number; from: number; to: number }>(
    `(() => {
      const row = document.querySelector(".conversation-words");
      const range = document.createRange();
      range.setStart(row.firstChild, 0);
      range.setEnd(row.firstChild, 1);
      const first = range.getBoundingClientRect();
      const { left, right } = row.getBoundingClientRect();
      if (row.scrollWidth <= row.clientWidth) throw new Error("the text is not longer than its row");
      return { begins: (first.left + first.right) / 2, from: left, to: right };
    })()`,
  );
  assert.ok(begins > from && begins < to, `${begins} in ${from}–${to}`);
  // With the figures that stand in all the other words, and not with those of the region.
  assert.match(await page.locator(".conversation-time").innerText(), /^\d+:\d\d/);
});

test("what left is told in the language of the screens, to the last field of an item", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number });
  const { page } = phone;
  await phone.start();
  await phone.turnOn();
  await page.evaluate(`localStorage.setItem("assent.language", "ar")`);
  await page.goto(`${server.origin}/#/what-left`);
  await page.reload();
  await page.getByRole("button", { name: ar.eventOn }).click();
  const { why, readableBy, kept } = declarations["start-registration"];
  const item = page
    .getByRole("dialog")
    .locator("details")
    .filter({ hasText: declared.phrases[why] });
  await item.locator("summary").first().click();
  for (const phrase of [readableBy, kept]) {
    await item.getByText(declared.phrases[phrase] as string, { exact: true }).waitFor();
  }
  await item.getByText(declared.purposes.service, { exact: true }).waitFor();
  // But for where it went.
  const words = await item.locator("dd:not(:has(bdi))").allInnerTexts();
  assert.equal(words.length, 5);
  for (const said of words) assert.doesNotMatch(said, /[a-z]/);
  phone.assertNoComplaints();
});
