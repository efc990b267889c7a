// The main path in Firefox: welcome, on, code, text both ways, reload, what left, off and its receipt.
import { test } from "node:test";
import { en } from "../../packages/web/src/language/en.ts";
import { findFirefox } from "../../scripts/debian-packages.mjs";
import { type FirefoxPage, openFirefox } from "../firefox.ts";
import { TestServer } from "../network.ts";

const annasNumber = "+4915123456789";
const bensNumber = "+33612345678";

const executable = findFirefox();
const firefox = executable === undefined ? undefined : await openFirefox(executable);
const skip = firefox ? false : "needs Debian's firefox-esr: npm test installs it as root";

test("two people turn on, text, read what left, and one leaves", { skip }, async (t) => {
  if (!firefox) return;
  const server = await TestServer.start(t);
  const anna = await firefox.open(server.origin);
  const ben = await firefox.open(server.origin);
  await turnOn(anna, server, annasNumber);
  await turnOn(ben, server, bensNumber);

  await anna.press("button", en.newMessage);
  await anna.write("combobox", bensNumber);
  await anna.enter();
  await send(anna, "Hello Ben");
  await ben.pressText("Hello Ben");
  await ben.press("button", en.accept);
  await send(ben, "Hello Anna");
  await anna.reads("Hello Anna");
  await anna.reads(en.stateDelivered);

  // Everything is on the phone, and is there again.
  await anna.reload();
  await anna.reads("Hello Anna");

  await anna.press("button", en.whatLeft);
  await anna.sees("button", en.ledgerExport);

  await anna.open(server.origin);
  await anna.reads(en.bannerOn);
  await anna.press("switch", en.switchLabel);
  await anna.press("button", en.turnOffYes);
  await anna.reads(en.receiptSigned);
  await send(ben, "Still there?");
  await ben.reads(en.stateNotDelivered);
  firefox.assertNoComplaints();
});

async function turnOn(phone: FirefoxPage, server: TestServer, number: string): Promise<void> {
  await phone.press("button", en.welcomeStart);
  await phone.press("switch", en.switchLabel);
  await phone.press("button", en.turnOnYes);
  await phone.write("textbox", number, en.numberLabel);
  await phone.press("button", en.sendCode);
  // Asked for by now, if its box is there.
  await phone.sees("textbox", en.codeLabel);
  await phone.write("textbox", await server.codeFor(number), en.codeLabel);
  await phone.press("button", en.done);
  await phone.reads(en.bannerOn);
}

/** By the route that the line names, once it names one. */
async function send(phone: FirefoxPage, text: string): Promise<void> {
  await phone.write("textbox", text);
  await phone.finds("form:not(.unchecked) button[type=submit]:enabled");
  await phone.enter();
}
