// The profile store's contract in a real browser, in a page and in a worker, and what is particular to one: what can
// be read in the database, tabs that compete, and browsers that take space or everything away.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type BrowserContext, chromium, type Page, type Worker } from "playwright-core";
import { chromiumOptions, newContext, openBrowser, serveScript } from "../browser.ts";
import { profileStoreContract } from "./profile-store.contract.ts";

const origin = await serveScript(new URL("./profile-store.page.dom.ts", import.meta.url));
const browser = await openBrowser();

const anna = "+4915123456789";
const first = "000000000001";
const second = "000000000002";

async function openPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(origin);
  await page.waitForFunction("globalThis.storeTests");
  return page;
}

async function openWorker(page: Page): Promise<Worker> {
  const started = page.waitForEvent("worker");
  await page.evaluate(`new Promise((resolve) => {
    // Answers when the module was run.
    const script = 'import "${origin}/script.js"; postMessage("ready");';
    const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    globalThis.worker = new Worker(url, { type: "module" });
    globalThis.worker.onmessage = resolve;
  })`);
  return started;
}

/** What a step of the page module answers. Rejects with the `code` of an AssentError. */
async function ask<T = void>(
  where: { evaluate(expression: string): Promise<unknown> },
  ...call: [string, ...unknown[]]
): Promise<T> {
  const answer = await where.evaluate(`storeTests(...${JSON.stringify(call)})`);
  const { value, code } = answer as { value: T; code?: string };
  if (code !== undefined) throw Object.assign(new Error(code), { code });
  return value;
}

for (const { title } of profileStoreContract) {
  test(`IndexedDB in a page: ${title}`, async (t) => {
    await ask(await openPage(await newContext(t, browser)), "run", title);
  });
  test(`IndexedDB in a worker: ${title}`, async (t) => {
    const page = await openPage(await newContext(t, browser));
    await ask(await openWorker(page), "run", title);
  });
}

test("all of the contract's cases were bundled", async (t) => {
  const page = await openPage(await newContext(t, browser));
  const titles = profileStoreContract.map(({ title }) => title);
  assert.deepEqual(await ask(page, "titles"), titles);
});

test("what was committed is there after the browser was closed", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "assent-chromium-"));
  t.after(() => rm(folder, { recursive: true, maxRetries: 5 }));
  const session = async (step: (page: Page) => Promise<void>) => {
    const context = await chromium.launchPersistentContext(folder, chromiumOptions());
    try {
      await step(await openPage(context));
    } finally {
      await context.close();
    }
  };
  await session(async (page) => {
    await ask(page, "open");
    await ask(page, "commit", [["contacts", anna, "Anna"]]);
  });
  await session(async (page) => {
    await ask(page, "open");
    assert.equal(await ask(page, "get", "contacts", anna), "Anna");
  });
});

test("a page that is reloaded gets its profile back", async (t) => {
  const page = await openPage(await newContext(t, browser));
  await ask(page, "open");
  await ask(page, "commit", [["contacts", anna, "Anna"]]);
  await page.reload();
  await page.waitForFunction("globalThis.storeTests");
  await ask(page, "open", { waitMs: 5_000 });
  assert.equal(await ask(page, "get", "contacts", anna), "Anna");
});

test("nothing in the database can be read, and its keys cannot be taken out", async (t) => {
  const page = await openPage(await newContext(t, browser));
  const ids = ["5f".repeat(32), "a7".repeat(32)];
  await ask(page, "open");
  await ask(page, "commit", [
    ["contacts", anna, "Anna Planted"],
    ["messages", first, "a planted text"],
    ["threads", `${anna}/${first}`, first],
    ["receipts", ids.join("/"), String(ids[1])],
  ]);
  const planted = [anna, anna.slice(1), "Anna", "Planted", "a planted text", ...ids];
  const readable = async () => {
    const found = await ask<string[]>(page, "dump");
    return planted.filter((text) => found.some((part) => part.includes(text)));
  };
  assert.deepEqual(await readable(), []);
  assert.deepEqual(await ask(page, "exportKeys"), ["InvalidAccessError", "InvalidAccessError"]);
  // The same search finds what was written past the store.
  await ask(page, "putRaw", `contacts/${anna}`, planted.join(" "));
  assert.deepEqual(await readable(), planted);
});

test("the same name stands differently in each table; sequences stay in clear", async (t) => {
  const page = await openPage(await newContext(t, browser));
  await ask(page, "open");
  await ask(page, "commit", [
    ["contacts", anna, "Anna"],
    ["numbers", anna, "Anna"],
    ["threads", `${anna}/${first}`, first],
    ["threads", `${anna}/${second}`, second],
  ]);
  const places = (await ask<string[]>(page, "dump")).filter((part) =>
    /^(contacts|numbers|threads)\/[0-9a-f]{32}(\/\d{12})?$/.test(part),
  );
  assert.equal(places.length, 4);
  assert.equal(new Set(places.map((place) => place.split("/")[1])).size, 3);
});

test("values that were moved, cut or made up are refused", async (t) => {
  const page = await openPage(await newContext(t, browser));
  await ask(page, "open");
  await ask(page, "commit", [
    ["messages", first, "one"],
    ["messages", second, "two"],
    ["queue", first, first],
  ]);
  const unreadable = { code: "profile_unreadable" };
  await ask(page, "move", `messages/${first}`, `messages/${second}`);
  await assert.rejects(ask(page, "get", "messages", second), unreadable);
  await assert.rejects(ask(page, "list", "messages"), unreadable);
  assert.equal(await ask(page, "get", "messages", first), "one");
  await ask(page, "move", `messages/${first}`, `queue/${first}`);
  await assert.rejects(ask(page, "get", "queue", first), unreadable);
  for (const madeUp of ["", "short", "as long as a sealed value, and under no key"]) {
    await ask(page, "putRaw", `messages/${first}`, madeUp);
    await assert.rejects(ask(page, "get", "messages", first), unreadable);
  }
});

test("rows without their keys are not opened, and not mixed with others", async (t) => {
  const page = await openPage(await newContext(t, browser));
  await ask(page, "open");
  await ask(page, "commit", [["messages", first, "one"]]);
  await ask(page, "close");
  await ask(page, "forgetKeys");
  await assert.rejects(ask(page, "open"), { code: "profile_unreadable" });
  // That attempt let go of the profile.
  await assert.rejects(ask(page, "open"), { code: "profile_unreadable" });
});

test("one tab at a time; the next gets in when it is closed", async (t) => {
  const context = await newContext(t, browser);
  const [one, other] = [await openPage(context), await openPage(context)];
  await ask(one, "open");
  await assert.rejects(ask(other, "open"), { code: "profile_in_use" });
  const waiting = ask(other, "open", { waitMs: 10_000 });
  await ask(one, "close");
  await waiting;
  await assert.rejects(ask(one, "get", "messages", first), { code: "storage_failed" });
  assert.equal(await ask(one, "timesTakenOver"), 0);
});

test("a tab that takes over shuts the other out, also from what it had under way", async (t) => {
  const context = await newContext(t, browser);
  const [one, other] = [await openPage(context), await openPage(context)];
  await ask(one, "open");
  await ask(one, "commit", [["groups", "aa", "older"]]);
  await ask(one, "holdEncryption");
  await ask(one, "startCommit", [["groups", "aa", "rolled back"]]);
  await ask(other, "open", { takeOver: true });
  await ask(other, "commit", [["groups", "aa", "newer"]]);
  await ask(one, "letEncrypt");
  const inUse = { code: "profile_in_use" };
  await assert.rejects(ask(one, "endCommit"), inUse);
  await assert.rejects(ask(one, "commit", [["groups", "aa", "rolled back"]]), inUse);
  await assert.rejects(ask(one, "get", "groups", "aa"), inUse);
  assert.equal(await ask(one, "timesTakenOver"), 1);
  assert.equal(await ask(other, "get", "groups", "aa"), "newer");
});

test("a tab that was not told that another took over cannot write either", async (t) => {
  const context = await newContext(t, browser);
  const [one, other] = [await openPage(context), await openPage(context)];
  await ask(one, "ignoreLocks");
  await ask(one, "open");
  await ask(one, "commit", [["groups", "aa", "older"]]);
  await ask(other, "open");
  await ask(other, "commit", [["groups", "aa", "newer"]]);
  const rolledBack = [["groups", "aa", "rolled back"]];
  await assert.rejects(ask(one, "commit", rolledBack), { code: "profile_in_use" });
  await assert.rejects(ask(one, "get", "groups", "aa"), { code: "profile_in_use" });
  assert.equal(await ask(other, "get", "groups", "aa"), "newer");
});

test("a commit that the browser has no space for changes nothing", async (t) => {
  const context = await newContext(t, browser);
  const page = await openPage(context);
  const devtools = await context.newCDPSession(page);
  // Before anything is stored: Chromium remembers for a while how much space there was.
  await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1_000_000 });
  await ask(page, "open");
  await ask(page, "commit", [["contacts", anna, "Anna"]]);
  const large = [
    ["contacts", anna, "Anna B."],
    ["groups", "aa", "a".repeat(4_000_000)],
  ];
  await assert.rejects(ask(page, "commit", large), { code: "storage_failed" });
  assert.equal(await ask(page, "get", "contacts", anna), "Anna");
  assert.equal(await ask(page, "get", "groups", "aa"), undefined);
  await devtools.send("Storage.overrideQuotaForOrigin", { origin });
  await ask(page, "commit", large);
  assert.equal(await ask(page, "get", "contacts", anna), "Anna B.");
});

test("a profile that the browser evicts while it is open fails, and can be begun afresh", async (t) => {
  const context = await newContext(t, browser);
  const page = await openPage(context);
  const devtools = await context.newCDPSession(page);
  await ask(page, "open");
  await ask(page, "commit", [["messages", first, "one"]]);
  await devtools.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
  await assert.rejects(ask(page, "commit", [["messages", second, "two"]]), {
    code: "storage_failed",
  });
  await assert.rejects(ask(page, "get", "messages", first), { code: "storage_failed" });
  await ask(page, "open", { waitMs: 5_000 });
  assert.deepEqual(await ask(page, "list", "messages"), []);
});

test("another tab can delete the profile", async (t) => {
  const context = await newContext(t, browser);
  const [one, other] = [await openPage(context), await openPage(context)];
  await ask(one, "open");
  await ask(other, "deleteDatabase");
  await assert.rejects(ask(one, "get", "messages", first), { code: "storage_failed" });
});

test("a browser that allows no database is said to have no room", async (t) => {
  const page = await openPage(await newContext(t, browser));
  await ask(page, "forbidDatabases");
  await assert.rejects(ask(page, "open"), { code: "storage_failed" });
});

test("the newest 50 of 10,000 texts are listed without opening the others", async (t) => {
  const page = await openPage(await newContext(t, browser));
  await ask(page, "open");
  await ask(page, "putUnreadable", "messages", 9_950);
  const newest = Array.from({ length: 50 }, (_, index) => String(10_000 - index).padStart(12, "0"));
  await ask(
    page,
    "commit",
    newest.map((key) => ["messages", key, "a text"]),
  );
  const range = { newestFirst: true, limit: 50 };
  assert.deepEqual(await ask(page, "list", "messages", range), newest);
  // Opening only one of the others fails.
  await assert.rejects(ask(page, "list", "messages", { ...range, limit: 51 }), {
    code: "profile_unreadable",
  });
});

test("a window may ask that the profile be kept", async (t) => {
  const page = await openPage(await newContext(t, browser));
  assert.equal(typeof (await ask(page, "askToPersist")), "boolean");
});
