// The demo as a newcomer meets it: two phones on one page, codes that come by the pretended SMS network, a private
// text that does not pass it, and SMS to somebody who is not on the service, and back.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FrameLocator } from "playwright-core";
import { en } from "../../packages/web/src/language/en.ts";
import { newContext, openBrowser } from "../browser.ts";
import { TestServer } from "../network.ts";

const browser = await openBrowser();

test("two phones on one page: on, a private text, an SMS to a stranger and back", async (t) => {
  const server = await TestServer.start(t);
  const context = await newContext(t, browser);
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  await page.setViewportSize({ width: 1500, height: 900 });
  await page.goto(`${server.origin}/demo`);
  const anna = page.frameLocator('iframe[title="Anna\'s phone"]');
  const ben = page.frameLocator('iframe[title="Ben\'s phone"]');
  const network = page.getByRole("region", { name: "SMS network" });

  for (const phone of [anna, ben]) {
    const before = await network.getByRole("listitem").count();
    await button(phone, en.welcomeStart).click();
    await phone.getByRole("switch", { name: en.switchLabel }).click();
    await button(phone, en.turnOnYes).click();
    // The number of the phone's SIM card stands there.
    await button(phone, en.sendCode).click();
    await network.getByRole("listitem").nth(before).waitFor();
    const sms = await network.getByRole("listitem").nth(before).textContent();
    const code = /\b\d{6}\b/.exec(sms ?? "")?.[0] ?? "";
    await phone.getByLabel(en.codeLabel).fill(code);
    await button(phone, en.done).click();
    await phone.getByText(en.bannerOn).waitFor();
  }

  const carriedBefore = await network.getByRole("listitem").count();
  await write(anna, "+61491570156", en.linePrivate, "Only for Ben");
  await ben.getByRole("link", { name: /Only for Ben/ }).click();
  await ben.getByRole("log").getByText("Only for Ben").waitFor();
  // Who answers is known from then on: receipts go back.
  await send(ben, "Got it");
  await anna.getByRole("log").getByText("Got it").waitFor();
  await anna.getByText(en.stateDelivered).waitFor();
  assert.equal(await network.getByRole("listitem").count(), carriedBefore, "nothing came by SMS");

  await button(anna, en.back).first().click();
  await write(anna, "+33612345678", en.lineSms, "For everybody to read");
  await network.getByText("For everybody to read").waitFor();
  await network.getByRole("textbox").fill("Read you");
  await network.getByRole("button", { name: "Send" }).click();
  await anna.getByRole("log").getByText("Read you").waitFor();
});

function button(phone: FrameLocator, name: string) {
  return phone.getByRole("button", { name, exact: true });
}

async function write(phone: FrameLocator, number: string, line: string, text: string) {
  await button(phone, en.newMessage).click();
  await phone.getByRole("combobox").fill(number);
  await phone.getByRole("option").first().waitFor();
  await phone.getByRole("combobox").press("Enter");
  await phone.locator("form").getByRole("textbox").fill(text);
  await phone.locator("form").getByRole("status").getByText(line, { exact: true }).waitFor();
  await send(phone, text);
}

async function send(phone: FrameLocator, text: string) {
  const box = phone.locator("form").getByRole("textbox");
  await box.fill(text);
  await box.press("Enter");
  await phone.getByRole("log").getByText(text).waitFor();
}
