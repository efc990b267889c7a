// The demo as a newcomer meets it: it plays itself, with the rows of the real store between two phones; and in their hands names
// work, a private text passes the carrier as noise, and SMS goes to somebody who is not on the service, and back.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { FrameLocator } from "playwright-core";
import { en } from "../../packages/web/src/language/en.ts";
import { newContext, openBrowser } from "../browser.ts";
import { TestServer } from "../network.ts";
import { becomes, patienceMs } from "./web-phone.ts";

const browser = await openBrowser();

test("it plays itself: open by SMS, sealed, rows that come and go, and a receipt", async (t) => {
  const { page, anna, ben, carrier } = await openDemo(t);
  const held = page.getByRole("region", { name: "What the service holds" });
  const rowsOf = (table: string) => held.getByRole("row", { name: new RegExp(`^${table}`) });
  // The control: rows of what the service always has are there before anybody said yes, and of people none.
  await rowsOf("cell").waitFor();
  assert.equal(await rowsOf("account").count(), 0);
  const annaIsOn = anna.getByRole("heading", { name: en.doneTitle }).waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Watch 20 seconds" }).click();

  await carrier.getByRole("listitem").getByText("Pier 3, at nine.").waitFor();
  // Her yes is seen to be taken: no question stands where it was answered.
  await annaIsOn;
  await rowsOf("account.*2 rows").waitFor();
  await ben.getByRole("log").getByText(en.fromHerePrivate).waitFor();
  await carrier
    .getByText(/kB: [0-9a-f]{2} /)
    .first()
    .waitFor();
  // The same words went by twice; the carrier read them once.
  await becomes(() => ben.getByRole("log").getByText("Pier 3, at nine.").count(), 2);
  assert.equal(await carrier.getByRole("listitem").getByText("Pier 3, at nine.").count(), 1);

  // Open beside the noise: the words are in sight still, above what followed them, once that was scrolled to.
  await becomes(async () => {
    const list = await carrier.getByRole("list", { name: "What passed" }).boundingBox();
    const open = await carrier.getByText("Pier 3, at nine.").last().boundingBox();
    return list && open && open.y >= list.y && open.y + open.height <= list.y + list.height;
  }, true);

  await rowsOf("account.*1 row").waitFor();
  await anna.getByText(en.receiptSigned).waitFor();
  await page.getByRole("button", { name: "Watch 20 seconds" }).waitFor();
});

test("two phones in somebody's hands: names work, and a stranger is answered by SMS", async (t) => {
  const { page, anna, ben, carrier } = await openDemo(t);
  await page.getByRole("button", { name: "Skip: turn both on" }).click();
  await page.getByText("Both are on. The phones are yours.").waitFor();
  const before = await carrier.getByRole("listitem").count();
  await button(anna, en.back).first().click();
  await write(anna, "Ben", en.linePrivate, "Only for Ben");
  await ben.getByRole("log").getByText("Only for Ben").waitFor();
  // Who answers is known from then on: receipts go back.
  await send(ben, "Got it");
  await anna.getByRole("log").getByText("Got it").waitFor();
  await anna.getByText(en.stateDelivered).waitFor();
  const passed = (await carrier.getByRole("listitem").allTextContents()).slice(before);
  assert.ok(passed.length > 0, "the carrier saw that something passed");
  for (const one of passed) assert.doesNotMatch(one, /Only for Ben|Got it/);

  await button(anna, en.back).first().click();
  await write(anna, "+33612345678", en.lineSms, "For everybody to read");
  await carrier.getByRole("listitem").getByText("For everybody to read").waitFor();
  await carrier.getByRole("textbox").fill("Read you");
  await carrier.getByRole("button", { name: "Send" }).click();
  await anna.getByRole("log").getByText("Read you").waitFor();

  // Another session shows nothing that passed in this one.
  await page.reload();
  await page.getByText("Private · on").nth(1).waitFor();
  assert.equal(await carrier.getByRole("listitem").count(), 0);
});

test("whoever touches a phone takes over", async (t) => {
  const { page, anna } = await openDemo(t);
  await page.getByRole("button", { name: "Watch 20 seconds" }).click();
  await anna.getByRole("log").getByText("Pier 3, at nine.").waitFor();
  // Wherever: the thread makes room for the next step soon.
  await page.getByTitle("Anna's phone").click();
  await page.getByText("The phones are yours. Watch begins again.").waitFor();
  await page.getByRole("button", { name: "Watch 20 seconds" }).waitFor();
});

async function openDemo(t: TestContext) {
  const server = await TestServer.start(t);
  const context = await newContext(t, browser);
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  await page.setViewportSize({ width: 1500, height: 900 });
  await page.goto(`${server.origin}/demo`);
  const anna = page.frameLocator('iframe[title="Anna\'s phone"]');
  const ben = page.frameLocator('iframe[title="Ben\'s phone"]');
  const carrier = page.getByRole("region", { name: "What the carrier sees" });
  await page.getByText("Private · off").nth(1).waitFor();
  return { page, anna, ben, carrier };
}

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
  await phone.locator("form:not(.unchecked) button[type=submit]:enabled").waitFor();
  await box.press("Enter");
  await phone.getByRole("log").getByText(text).waitFor();
}
