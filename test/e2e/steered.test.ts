// What an operator says of a service, in the app: an invitation is asked for and taken from a link, and a service that ends is
// told of above the list, and leaves SMS once its day has come.
import assert from "node:assert/strict";
import { rename } from "node:fs/promises";
import { test } from "node:test";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { TestServer } from "../network.ts";
import { becomes, WebPhone } from "./web-phone.ts";

const number = "+4915123456789";
const browser = await openBrowser();

async function say(server: TestServer, ...command: string[]) {
  const { exitCode, stdout, stderr } = await server.operate("--json", "admin", ...command);
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout);
}

test("an invitation is asked for where one is needed, and stands in its field by a link", async (t) => {
  const server = await TestServer.start(t);
  await say(server, "registration", "invite-only");
  const { invitations } = await say(server, "invitations", "make");
  const phone = await WebPhone.open(t, browser, server, { number });
  const { page } = phone;
  await phone.start();
  await phone.switch.click();
  await phone.button(en.turnOnYes).click();
  await page.getByLabel(en.numberLabel).fill(number);
  assert.equal(await page.getByLabel(en.invitationLabel).count(), 0, "it is not known yet");
  await phone.button(en.sendCode).click();
  await page.getByLabel(en.invitationLabel).fill("1111-1111-1111-1111");
  await phone.button(en.sendCode).click();
  await page.getByText("This invitation does not hold").waitFor();
  await page.goto(`${server.origin}/#/turn-on/${invitations[0]}`);
  await page.reload();
  await becomes(() => page.getByLabel(en.invitationLabel).inputValue(), invitations[0]);
  await page.getByLabel(en.numberLabel).fill(number);
  await phone.button(en.sendCode).click();
  await page.getByLabel(en.codeLabel).waitFor();
  await page.getByLabel(en.codeLabel).fill(await server.codeFor(number));
  await page.getByText(en.doneTitle).first().waitFor();
});

test("one that knows a phone no more, and says no reason, is not taken for another phone", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number });
  const { page } = phone;
  await phone.start();
  await phone.turnOn();
  await server.stop();
  await rename(server.folder, `${server.folder}-right`);
  await server.start();
  await page.reload();
  await page.getByText(en.bannerUnknown).waitFor();
  await phone.switch.click();
  const question = page.getByRole("region", { name: en.turnOnTitle });
  await question.getByText(en.turnOnKeysStay).waitFor();
  assert.equal(await question.getByText(en.bannerUnknown).count(), 1);
  assert.equal(await page.getByText(en.bannerEnded).count(), 0);
});

test("a service that ends says so above the list, and texts go by SMS once its day has come", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number });
  const { page } = phone;
  await phone.start();
  await phone.turnOn();
  await say(server, "ends", "--on", "2100-03-31");
  await page.goto(`${server.origin}/#/`);
  await page.reload();
  await page.getByText(/This service ends on .*2100/).waitFor();
  await page.getByText(en.bannerServiceEndsHint).waitFor();
  await server.endToday();
  await page.reload();
  await page.getByText(en.bannerServiceEnded).waitFor();
  await page.goto(`${server.origin}/#/new`);
  await page.getByRole("combobox", { name: en.newMessageTo }).fill("+33612345678");
  await page.keyboard.press("Enter");
  await page.getByText(en.lineSmsHint).waitFor();
});
