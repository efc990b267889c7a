// Who is blocked cannot be written to: the thread offers no box, which would say how the text goes, until the number is unblocked.
import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { TestServer } from "../network.ts";
import { WebPhone } from "./web-phone.ts";

const browser = await openBrowser();

test("the thread of a blocked number has a way to unblock it in the place of the box", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: "+4915123456789" });
  const { page, box } = anna;
  await anna.start();
  await anna.writeTo("+33612345678");
  await anna.send("Before");
  await page.getByRole("link", { name: en.details, exact: true }).click();
  await anna.button(en.block).click();
  await anna.button(en.unblock).waitFor();
  await page.getByRole("button", { name: en.newMessageNumber("") }).click();

  await page.getByRole("alert").getByText(en.blockedTitle).waitFor();
  await page.getByRole("log").getByText("Before").waitFor();
  assert.equal(await box.count(), 0);
  await anna.button(en.unblock).click();
  await box.waitFor();
  anna.assertNoComplaints();
});
