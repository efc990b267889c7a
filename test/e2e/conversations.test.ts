// What people do with conversations in the list: pin, mark unread, archive and take back, forget; by right click and by the
// keyboard's key for that.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseNumber } from "@assent/protocol";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { phonesOn, sendNow } from "../memory-phone.ts";
import { TestServer } from "../network.ts";
import { WebPhone } from "./web-phone.ts";

const numbers = ["+33612345678", "+4915120000002", "+4915120000003"] as const;
const browser = await openBrowser();

test("a conversation is pinned, marked unread, archived, taken back, cleared and deleted", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: "+4915123456789" });
  const { page } = anna;
  await anna.start();
  for (const number of numbers) {
    await anna.writeTo(number);
    await anna.send(`to ${number}`);
  }
  const rows = page.getByRole("navigation").getByRole("link");
  const dialog = page.getByRole("dialog");
  const choose = async (row: RegExp, what: string) => {
    await rows.filter({ hasText: row }).click({ button: "right" });
    await dialog.getByRole("button", { name: what, exact: true }).click();
  };
  const first = async (pattern: RegExp) => {
    await rows.nth(0).filter({ hasText: pattern }).waitFor();
    await dialog.waitFor({ state: "detached" });
  };
  await first(/0003/);
  await choose(/12345678|12 34 56 78/, en.pin);
  await first(/12 34 56 78/);
  await rows.nth(0).getByRole("img", { name: en.pinned }).waitFor();

  await choose(/0002/, en.markUnread);
  await rows.filter({ hasText: en.unread(1) }).waitFor();

  await choose(/0002/, en.archive);
  await rows.nth(2).waitFor({ state: "detached" });
  await page.getByRole("button", { name: en.archived }).click();
  await rows.filter({ hasText: /0002/ }).waitFor();
  assert.equal(await rows.count(), 1);
  await choose(/0002/, en.unarchive);
  await rows.nth(2).waitFor();
  // A dialog that closes gives the focus back.
  await dialog.waitFor({ state: "detached" });

  // By the keyboard, from the row that has the focus.
  await rows.nth(0).focus();
  await page.keyboard.press("Shift+F10");
  await dialog.getByRole("button", { name: en.clearTexts }).click();
  await dialog.getByRole("button", { name: en.clearTexts }).click();
  await dialog.waitFor({ state: "detached" });
  await rows.filter({ hasText: /to \+33612345678/ }).waitFor({ state: "detached" });
  assert.equal(await rows.count(), 3);

  await choose(/0003/, en.deleteConversation);
  await dialog.getByRole("button", { name: en.deleteConversation }).click();
  await rows.nth(2).waitFor({ state: "detached" });
  await page.reload();
  await rows.filter({ hasText: /0002/ }).waitFor();
  assert.equal(await rows.filter({ hasText: /0003/ }).count(), 0);
  anna.assertNoComplaints();
});

test("arrows move from the row that has the focus, whatever comes meanwhile, and who comes back finds it", async (t) => {
  const server = await TestServer.start(t);
  const number = parseNumber("+4915123456789");
  const anna = await WebPhone.open(t, browser, server, { number });
  const others = await phonesOn(server, numbers.map(parseNumber));
  const { page } = anna;
  await anna.start();
  await anna.turnOn();
  const focused = page.locator("[data-row]:focus");
  const text = async (index: number, words: string) => {
    await others[index]?.run((profile) => sendNow(profile, number, words));
    await page.locator('[data-row="0"]').getByText(words).waitFor();
  };
  await text(0, "the first");
  await text(1, "the second");
  await page.locator('[data-row="0"]').focus();
  await page.keyboard.press("ArrowDown");
  await focused.getByText("the first").waitFor();
  await text(2, "the third");
  await page.keyboard.press("ArrowUp");
  await focused.getByText("the second").waitFor();
  await page.keyboard.press("Enter");
  await anna.text("the second").waitFor();
  await anna.button(en.accept).focus();
  await page.keyboard.press("Escape");
  await focused.getByText("the second").waitFor();
  anna.assertNoComplaints();
});
