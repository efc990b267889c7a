// A thread that texts pour into: whoever is at its end stays there, whoever reads further up keeps their place, and what was let
// go of is there again for whoever goes back. The texts are SMS of the demo's radio, of which the test has the other end.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Seed } from "../../bench/web/seed.ts";
import { conversationsOf, rowOfList, seededText } from "../../bench/web/seeded.ts";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { TestServer } from "../network.ts";
import { becomes, WebPhone } from "./web-phone.ts";

const number = "+4915123456789";
const browser = await openBrowser();
const seed = await Seed.prepare();

// In the page, before the app: its phone gets a radio, and the log can be asked about.
const probe = `{
  const { postMessage } = MessagePort.prototype;
  MessagePort.prototype.postMessage = function (message, ...rest) {
    if (message?.name === "attachPush") {
      const { port1, port2 } = new MessageChannel();
      globalThis.radio = port1;
      postMessage.call(this, { id: 0, name: "attachRadio", args: [port2] }, [port2]);
    }
    return postMessage.call(this, message, ...rest);
  };
  const logOf = () => document.querySelector("[role=log]");
  const boxesIn = (log) => [...log.querySelectorAll(".text")].map((row) => {
    const { top, bottom } = row.getBoundingClientRect();
    const isMeasured = getComputedStyle(row).visibility === "visible";
    return { words: row.querySelector(".bubble-words").textContent, top, bottom, isMeasured };
  });
  globalThis.thread = {
    // Once all rows that are there are measured: the first text whose whole is in sight, and how far down it stands.
    async place() {
      for (;;) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const { top, bottom } = logOf().getBoundingClientRect();
        const boxes = boxesIn(logOf());
        const first = boxes.find((box) => box.top > top && box.bottom < bottom);
        if (first && boxes.every(({ isMeasured }) => isMeasured)) {
          return { words: first.words, down: first.top - top };
        }
      }
    },
    // What is the last text, where all of it is in sight.
    lastInSight() {
      const { bottom } = logOf().getBoundingClientRect();
      const last = boxesIn(logOf()).at(-1);
      return last?.isMeasured && last.bottom <= bottom ? last.words : undefined;
    },
    fromEnd() {
      const { scrollHeight, clientHeight, scrollTop } = logOf();
      return scrollHeight - clientHeight - scrollTop;
    },
    height: () => logOf().scrollHeight,
    top: () => logOf().scrollTop,
    goTo(top) {
      logOf().scrollTo({ top, behavior: "instant" });
    },
    // A frame after it was scrolled, which it is with every text that comes.
    async takesTaps() {
      logOf().scrollBy({ top: -1, behavior: "instant" });
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return getComputedStyle(logOf().querySelector(".bubble")).pointerEvents === "auto";
    },
  };
}`;

const poured = (index: number) => `Poured text number ${index}.`;

/** The thread of somebody who wrote a good many texts, opened at its end. */
async function openThread(t: TestContext, texts: number) {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number, serviceWorker: false });
  const { page, context } = phone;
  await page.goto("about:blank");
  const conversations = conversationsOf(1, texts);
  await seed.fill(context, server.origin, conversations);
  await context.addInitScript(probe);
  await page.goto(server.origin);
  const row = page.locator(rowOfList).first();
  await row.click();
  await page.getByRole("log").getByText(seededText(texts), { exact: true }).waitFor();
  const ask = <T = number>(question: string): Promise<T> => page.evaluate(`thread.${question}`);
  await becomes(() => ask<string>("lastInSight()"), seededText(texts));
  return {
    phone,
    ask,
    jump: phone.button(en.jumpToLatest),
    /** Some hundred texts a second, or as many as the phone can take. */
    pour: (count: number) =>
      page.evaluate(`{
        let index = 0;
        const pouring = setInterval(() => {
          index += 1;
          const text = ${JSON.stringify(poured(0))}.replace(0, index);
          radio.postMessage({ from: ${JSON.stringify(conversations[0]?.number)}, text });
          if (index === ${count}) clearInterval(pouring);
        }, 4);
      }`),
    /** The list shows what came last, wherever in the thread somebody is. */
    hasCome: (index: number) => row.getByText(poured(index), { exact: true }).waitFor(),
  };
}

test("who is at the end of a thread stays there while texts pour in, and all that was let go of is there for who goes back", async (t) => {
  const { phone, ask, jump, pour, hasCome } = await openThread(t, 100);
  await pour(1_000);
  await hasCome(1_000);
  await becomes(() => ask<string>("lastInSight()"), poured(1_000));
  assert.ok((await ask("fromEnd()")) <= 1);
  assert.equal(await jump.count(), 0);
  const heightAtEnd = await ask("height()");
  const log = phone.page.getByRole("log");
  let pixel = 0;
  await becomes(async () => {
    // Each time a little elsewhere: whoever is where they were does not scroll.
    pixel = 1 - pixel;
    await ask(`goTo(${pixel})`);
    return log.getByText(seededText(1), { exact: true }).count();
  }, 1);
  const wholeHeight = await ask("height()");
  assert.ok(wholeHeight > 2 * heightAtEnd, `${heightAtEnd} of ${wholeHeight}`);
  await jump.click();
  await becomes(async () => (await ask("height()")) < wholeHeight / 2, true);
  await becomes(() => ask<string>("lastInSight()"), poured(1_000));
  assert.equal(await jump.count(), 0);
  phone.assertNoComplaints();
});

test("who scrolls up while texts pour in keeps the place where they read, also as older texts are read above it", async (t) => {
  const { phone, ask, jump, pour, hasCome } = await openThread(t, 300);
  await pour(400);
  await becomes(async () => (await ask<string>("lastInSight()"))?.startsWith("Poured"), true);
  // Near enough to the beginning of what is in memory for more to be read.
  await ask("goTo(300)");
  assert.equal(await ask<boolean>("takesTaps()"), true);
  const place = await ask<{ words: string; down: number }>("place()");
  await hasCome(400);
  await becomes(async () => (await ask("top()")) > 1_000, true);
  const now = await ask<typeof place>("place()");
  assert.equal(now.words, place.words);
  assert.ok(Math.abs(now.down - place.down) <= 1, `${place.down} became ${now.down}`);
  await jump.click();
  await becomes(() => ask<string>("lastInSight()"), poured(400));
  phone.assertNoComplaints();
});
