// The browser's network: it sends what it is given, what a browser adds to that is known, and it follows nothing.
import assert from "node:assert/strict";
import type { IncomingMessage, RequestListener } from "node:http";
import { type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import { newContext, openBrowser, serveScript } from "../browser.ts";

interface Received {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}
const received: Received[] = [];

const answer: RequestListener = async (request, response) => {
  const path = request.url ?? "";
  received.push({ path, headers: request.headers, body: await textOf(request) });
  if (path === "/answer") response.setHeader("set-cookie", "answered=1");
  if (path === "/open") response.setHeader("access-control-allow-origin", "*");
  if (path === "/moved") response.writeHead(302, { location: "/answer" });
  if (path === "/never") return;
  response.end(path === "/long" ? "a".repeat(100_000) : "an answer");
};

const script = new URL("./network.page.dom.ts", import.meta.url);
const [origin, otherOrigin] = [
  await serveScript(script, answer),
  await serveScript(script, answer),
];
const browser = await openBrowser();

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

async function openPage(t: TestContext): Promise<Page> {
  const page = await (await newContext(t, browser)).newPage();
  await page.goto(`${origin}/`);
  await page.waitForFunction("globalThis.send");
  await page.evaluate("document.cookie = 'planted=1'");
  received.length = 0;
  return page;
}

function send(page: Page, method: "GET" | "POST", url: string, maxBytes = 1_000) {
  return page.evaluate<{ code?: string; status?: number; body?: string }>(
    `send(...${JSON.stringify([method, url, maxBytes])})`,
  );
}

test("what is sent is what was given, and what no browser leaves out", async (t) => {
  const page = await openPage(t);
  const { status, body } = await send(page, "POST", `${origin}/answer`);
  assert.deepEqual({ status, body }, { status: 200, body: "an answer" });
  const [request] = received;
  assert.equal(request?.body, "what was given");
  const given = ["content-type"];
  const ofEachConnection = ["accept", "accept-encoding", "connection", "content-length", "host"];
  const added = Object.keys(request?.headers ?? {})
    .filter((name) => !given.includes(name) && !ofEachConnection.includes(name))
    .filter((name) => !/^sec-(ch-ua|fetch)-?/.test(name));
  const neverLeftOut = ["accept-language", "cache-control", "origin", "pragma", "user-agent"];
  assert.deepEqual(added.sort(), neverLeftOut);
  // A plain request of the same page does carry what is left out above, and no cookie that the answer set.
  await page.evaluate("fetch('/plain')");
  assert.equal(received[1]?.headers.cookie, "planted=1");
  assert.equal(received[1]?.headers.referer, `${origin}/`);
});

test("a redirect is not followed", async (t) => {
  const page = await openPage(t);
  assert.deepEqual(await send(page, "GET", `${origin}/moved`), { code: "unreachable" });
  assert.deepEqual(
    received.map(({ path }) => path),
    ["/moved"],
  );
});

test("an answer that is too long is not taken", async (t) => {
  const page = await openPage(t);
  assert.deepEqual(await send(page, "GET", `${origin}/long`, 99_999), { code: "unreachable" });
  assert.equal((await send(page, "GET", `${origin}/long`, 100_000)).body?.length, 100_000);
});

test("another origin is asked as another, and must allow it", async (t) => {
  const page = await openPage(t);
  assert.deepEqual(await send(page, "GET", `${otherOrigin}/answer`), { code: "unreachable" });
  assert.equal((await send(page, "GET", `${otherOrigin}/open`)).body, "an answer");
  assert.equal(received.at(-1)?.headers.origin, origin);
});

test("nobody there is unreachable", async (t) => {
  const page = await openPage(t);
  assert.deepEqual(await send(page, "GET", "http://127.0.0.1:1/"), { code: "unreachable" });
});

test("what is under way when it is closed is unreachable at once", {
  timeout: 120_000,
}, async (t) => {
  const page = await openPage(t);
  // Nor does it end for having been waited for too long.
  await page.evaluate("globalThis.setTimeout = () => 0");
  const asked = page.waitForRequest(`${origin}/never`);
  const sent = send(page, "GET", `${origin}/never`);
  await asked;
  await page.evaluate("closeNetwork()");
  assert.deepEqual(await sent, { code: "unreachable" });
});
