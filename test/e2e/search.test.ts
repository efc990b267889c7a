// What is looked for on the device is found where it stands: a text's own place in its thread, also far up in a long one, and
// the texts of one thread alone. Nothing new counts as read before it is in sight.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseNumber } from "@assent/protocol";
import { Seed } from "../../bench/web/seed.ts";
import { conversationsOf } from "../../bench/web/seeded.ts";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { phonesOn } from "../memory-phone.ts";
import { TestServer } from "../network.ts";
import { becomes, WebPhone } from "./web-phone.ts";

const annasNumber = "+4915123456789";
const bensNumber = parseNumber("+33612345678");
const carlasNumber = parseNumber("+447400123456");
// More than the first page of a thread.
const textsBefore = 20;
const textsAfter = 90;
const browser = await openBrowser();

test("a found text is in sight and marked in its thread; the newest are read when one goes there", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  const { page } = anna;
  await anna.start();
  await anna.turnOn();
  const [ben, carla] = await phonesOn(server, [bensNumber, carlasNumber]);
  assert(ben && carla);
  const texts = [
    ...Array.from({ length: textsBefore }, (_, index) => `earlier ${index}`),
    "the lighthouse stands here",
    ...Array.from({ length: textsAfter }, (_, index) => `later ${index}`),
  ];
  const from = async (phone: typeof ben, all: readonly string[]) =>
    phone.run(async ({ texts: outgoing }) => {
      for (const text of all) {
        const { key } = await outgoing.send(parseNumber(annasNumber), text);
        if (text === all.at(-1)) await outgoing.outcome(key);
      }
    });
  await from(ben, texts);
  await from(carla, ["another lighthouse"]);
  const rows = page.getByRole("navigation", { name: en.conversations }).getByRole("link");
  await rows.filter({ hasText: `later ${textsAfter - 1}` }).waitFor();
  await rows.filter({ hasText: "another lighthouse" }).waitFor();

  await page.keyboard.press("Control+k");
  await page.getByLabel(en.searchLabel).fill("lighthouse");
  await page.getByText(en.searchFound(2)).waitFor();
  const hits = page.locator(".hits").getByRole("link");
  await hits.filter({ hasText: "stands here" }).click();
  const log = page.getByRole("log");
  const found = log.locator(".log-found");
  await found.getByText("the lighthouse stands here").waitFor();
  await comesInSight();
  await log.locator(".log-found:focus").waitFor();
  assert.equal(await log.getByText(`later ${textsAfter - 1}`).count(), 0);
  // What is below was not seen yet.
  await rows
    .filter({ hasText: `later ${textsAfter - 1}` })
    .filter({ hasText: "unread" })
    .waitFor();

  await anna.button(en.jumpToLatest).click();
  await log.getByText(`later ${textsAfter - 1}`).waitFor();
  await rows.filter({ hasText: "unread" }).nth(1).waitFor({ state: "detached" });
  assert.equal(await rows.filter({ hasText: "unread" }).count(), 1, "of Carla alone");

  // In this thread alone.
  await anna.button(en.more).first().click();
  await page.getByRole("dialog").getByRole("button", { name: en.search, exact: true }).click();
  await page.getByRole("searchbox").fill("lighthouse");
  await page.getByText(en.searchFound(1)).waitFor();
  assert.equal(await hits.filter({ hasText: "another" }).count(), 0);
  await hits.click();
  await found.getByText("the lighthouse stands here").waitFor();
  await comesInSight();
  // A thread that is not longer than the screen is at its end.
  await page.keyboard.press("Control+k");
  await page.getByLabel(en.searchLabel).fill("another");
  await hits.filter({ hasText: "another lighthouse" }).click();
  await found.getByText("another lighthouse").waitFor();
  await rows.filter({ hasText: "unread" }).waitFor({ state: "detached" });
  anna.assertNoComplaints();

  /** The thread is scrolled to it when it is there. */
  async function comesInSight(): Promise<void> {
    await becomes(async () => {
      const [row, sight] = [await found.boundingBox(), await log.boundingBox()];
      assert(row && sight);
      return row.y >= sight.y && row.y + row.height <= sight.y + sight.height;
    }, true);
  }
});

test("of many people with a name the first are shown, and the others when they are asked for", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  const { page, context } = anna;
  await page.goto("about:blank");
  await (await Seed.prepare()).fill(context, server.origin, conversationsOf(60, 1));
  await page.goto(`${server.origin}/#/search`);
  await page.getByLabel(en.searchLabel).fill("person");
  const people = page.locator(".hits a");
  await becomes(() => people.count(), 50);
  await anna.button(en.more).click();
  await becomes(() => people.count(), 60);
  assert.equal(await anna.button(en.more).count(), 0);
  anna.assertNoComplaints();
});
