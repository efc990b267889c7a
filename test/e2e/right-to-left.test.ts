// Screens that begin on the right, with words that begin on the left.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ar } from "../../packages/web/src/language/ar.ts";
import { openBrowser } from "../browser.ts";
import { TestServer } from "../network.ts";
import { WebPhone } from "./web-phone.ts";

const number = "+4915123456789";
const other = "+33612345678";
const browser = await openBrowser();

test("a row of the list shows how a long Latin text begins", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, language: "ar" });
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
});
