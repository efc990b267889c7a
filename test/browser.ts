// A real browser for tests: Chromium, without its own traffic, and a loopback server for the pages it shows. Two
// contexts are two phones.
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from "playwright-core";
import { findChromium } from "../scripts/debian-packages.mjs";

const binaries = fileURLToPath(new URL("../node_modules/.bin", import.meta.url));

// Nothing that Chromium sends of its own accord belongs into a test of what a page sends.
const quiet = [
  ...["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
];

/** What starts the Chromium of this machine. It runs without its sandbox: all pages are ours, and root has none. */
export function chromiumOptions(): LaunchOptions {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error("There is no Chromium here: `npm test` installs one, or says how.");
  }
  return { executablePath, headless: true, chromiumSandbox: false, args: quiet };
}

/**
 * One browser for a test file, closed when its tests are done. Called at the top of the file.
 * @param more options of Chromium's own.
 */
export async function openBrowser(more: readonly string[] = []): Promise<Browser> {
  const options = chromiumOptions();
  const browser = await chromium.launch({ ...options, args: [...(options.args ?? []), ...more] });
  after(() => browser.close());
  return browser;
}

/** A browser's fresh profile for one test, closed when that is done. */
export async function newContext(t: TestContext, browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext();
  t.after(() => context.close());
  return context;
}

/**
 * Serves an empty page with one script, bundled from a module of ours, until the tests of the file are done. Returns
 * the origin: a free port of the loopback.
 * @param answer what `/script.js`, for the page and its workers, and `/`, the page, leave.
 */
export async function serveScript(
  entry: URL,
  answer: RequestListener = (_, response) => response.writeHead(404).end(),
): Promise<string> {
  const page = '<!doctype html><title>Test</title><script type="module" src="/script.js"></script>';
  const script = await bundle(entry);
  const served = new Map([
    ["/", { type: "text/html", text: page }],
    ["/script.js", { type: "text/javascript", text: script }],
  ]);
  const server = createServer((request, response) => {
    const file = served.get(request.url ?? "");
    if (!file) return answer(request, response);
    response.setHeader("content-type", `${file.type}; charset=utf-8`);
    response.end(file.text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** By the bundler that comes with Vite, which also builds the app. */
export async function bundle(entry: URL): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assent-bundle-"));
  try {
    const file = join(folder, "script.js");
    const form = ["--format", "esm", "--platform", "browser", "--no-codeSplitting"];
    const args = [fileURLToPath(entry), "--file", file, ...form];
    const { status, stderr } = spawnSync(join(binaries, "rolldown"), args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${entry} was not bundled: ${stderr}`);
    return await readFile(file, "utf8");
  } finally {
    await rm(folder, { recursive: true });
  }
}
