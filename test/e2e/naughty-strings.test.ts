// Whatever people type or are sent is shown as what it is: text. Every field of the app takes strings that broke other
// programs, and nothing of them runs, loads or leaves its place.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { TestServer } from "../network.ts";
import { RecordingProxy } from "../recording-proxy.ts";
import { WebPhone } from "./web-phone.ts";

const all: string[] = JSON.parse(
  readFileSync(new URL("../vectors/naughty-strings/blns.json", import.meta.url), "utf8"),
);
// One text for each: nothing to send is not sent, and a line break is typed by other keys.
const texts = all.filter((text) => text.trim() !== "");
const annasNumber = "+4915123456789";
const bensNumber = "+33612345678";
const browser = await openBrowser();

test("every naughty string is a text like any other, in every field", async (t) => {
  const server = await TestServer.start(t);
  const watched = await RecordingProxy.start(t, server.origin);
  const anna = await WebPhone.open(t, browser, server, { number: annasNumber });
  const ben = await WebPhone.open(t, browser, server, {
    number: bensNumber,
    origin: watched.origin,
  });
  const dialogs: string[] = [];
  for (const { page } of [anna, ben]) page.on("dialog", (dialog) => dialogs.push(dialog.message()));
  await anna.start();
  await anna.turnOn();
  await ben.start();
  await ben.turnOn();
  await anna.writeTo(bensNumber);
  await anna.box.fill("Hello");
  await anna.routeLine.getByText(en.linePrivate, { exact: true }).waitFor();

  // Many in one text, and the worst alone: as sent and as received.
  const batches = [texts.join("\n"), ...texts.filter((text) => /<|javascript:|%s|\$\{/.test(text))];
  for (const text of batches.slice(0, 40)) {
    await anna.box.fill(text);
    await anna.box.press("Enter");
  }
  // Higher than the screen.
  const tall = "a".repeat(2_000);
  await anna.send(tall);
  const last = "the last of them";
  await anna.send(last);
  await ben.page.getByRole("link").first().click();
  await ben.text(last).waitFor();
  await ben.answerRequest();
  for (const phone of [anna, ben]) {
    const bubbles = await phone.page.locator(".bubble-words").allTextContents();
    assert.ok(bubbles.length > 1);
    for (const shown of bubbles) {
      assert.ok(
        [...batches, tall, last].some(
          (text) => text.replaceAll("\r\n", "\n").trim() === shown.trim() || text === shown,
        ),
        shown.slice(0, 200),
      );
    }
  }

  // A person's name, a search, a number, a draft.
  for (const text of ["<img src=x onerror=alert(1)>", "\u202ereversed", "'; DROP TABLE texts;--"]) {
    await ben.page.getByRole("link", { name: new RegExp(`${en.details}$`) }).click();
    // Who has no name yet is offered to be added.
    const naming = new RegExp(`^(${en.contactAddThis}|${en.personName})`);
    await ben.page.getByRole("button", { name: naming }).click();
    await ben.page.getByLabel(en.personName, { exact: true }).fill(text);
    await ben.button(en.save).click();
    await ben.page.getByRole("link").first().click();
    await ben.page.getByRole("heading", { level: 1 }).getByText(text.trim()).first().waitFor();
    await ben.page.keyboard.press("Control+k");
    await ben.page.getByLabel(en.searchLabel).fill(text);
    await ben.page.keyboard.press("Escape");
    await ben.button(en.newMessage).click();
    await ben.page.getByRole("combobox").fill(text);
    await ben.page.keyboard.press("Escape");
    await ben.page.getByRole("link").first().click();
    await ben.box.fill(text);
    await ben.box.fill("");
  }

  assert.deepEqual(dialogs, []);
  assert.deepEqual(
    [...new Set(watched.items.map(({ path }) => path.split("?")[0] ?? ""))].filter(
      (path) =>
        !/^\/($|assets\/|icons\/|assent\.v1|buckets\/|inbox|outbox|manifest|service-worker)/.test(
          path,
        ),
    ),
    [],
    "nothing of a text was fetched",
  );
  anna.assertNoComplaints();
  ben.assertNoComplaints();
});
