// Work before a code, in the app: done in its worker, seen while it is done, and nothing of it where none is asked for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { makePhone, startRegistration } from "@assent/bare-phone";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { TestServer } from "../network.ts";
import { WebPhone } from "./web-phone.ts";

const number = "+4915123456789";
const browser = await openBrowser();

// Whatever stands in the line that says what goes on, and how far the bar in it is.
const remember = `globalThis.seen = [];
new MutationObserver(() => {
  for (const line of document.querySelectorAll('[role="status"]')) {
    const bar = line.querySelector("progress");
    globalThis.seen.push({ text: line.textContent, ...(bar && { done: bar.value }) });
  }
}).observe(document, { childList: true, subtree: true, characterData: true, attributes: true });`;

async function seenWhileAsking(phone: WebPhone): Promise<{ text: string; done?: number }[]> {
  const { page } = phone;
  await phone.start();
  await phone.switch.click();
  await phone.button(en.turnOnYes).click();
  await page.getByLabel(en.numberLabel).fill(number);
  await page.evaluate(remember);
  await phone.button(en.sendCode).click();
  await page.getByLabel(en.codeLabel).waitFor();
  return page.evaluate("globalThis.seen");
}

test("who asks for a code sees that the service asks for work, and how far it is", async (t) => {
  const environment = { ASSENT_SMS_PER_DAY: "4" };
  const server = await TestServer.start(t, { transport: "fake", environment });
  for (const other of ["+33612345678", "+447400123456", "+34612345678"]) {
    await startRegistration(await makePhone({ origin: server.origin }, other));
  }
  const phone = await WebPhone.open(t, browser, server, { number });
  const working = (await seenWhileAsking(phone)).filter(({ text }) => text === en.workFirst);
  assert.ok(working.length > 0);
  assert.ok(working.some(({ done }) => done !== undefined && done >= 0 && done <= 1));
  await phone.page.getByLabel(en.codeLabel).fill(await server.codeFor(number));
  await phone.page.getByRole("heading", { name: en.doneTitle }).waitFor();
});

test("and sees nothing of it where the service asks for none", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number });
  const seen = await seenWhileAsking(phone);
  assert.ok(seen.some(({ text }) => text === en.sendingCode));
  assert.ok(!seen.some(({ text }) => text === en.workFirst));
});
