// What a later version sends: shown by its fallback where it has one, and otherwise said to be there, in thread and list.
import { test } from "node:test";
import { parseNumber } from "@assent/protocol";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { laterVersion } from "../later-version.ts";
import { phonesOn, sendNow } from "../memory-phone.ts";
import { TestServer } from "../network.ts";
import { WebPhone } from "./web-phone.ts";

const annasNumber = parseNumber("+4915123456789");
const bensNumber = "+33612345678";
const browser = await openBrowser();

test("what this version cannot show, and what nobody can see, is said to be there", async (t) => {
  const server = await TestServer.start(t);
  const [anna] = await phonesOn(server, [annasNumber]);
  const ben = await WebPhone.open(t, browser, server, { number: bensNumber });
  await ben.start();
  await ben.turnOn();
  const say = async (fallback: string) => {
    const encryption = await laterVersion({ fallback, ignorable: false });
    await anna?.run((profile) => sendNow(profile, parseNumber(bensNumber), "…"), { encryption });
  };
  await say("");
  await ben.page.getByRole("link", { name: en.notUnderstood }).click();
  await ben.text(en.notUnderstood).first().waitFor();
  await say("A map of the harbour.");
  await ben.text("A map of the harbour.").waitFor();
  await anna?.run((profile) => sendNow(profile, parseNumber(bensNumber), "\u200B"));
  await ben.text(en.unseenText).waitFor();
  ben.assertNoComplaints();
});
