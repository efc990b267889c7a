// A person with the Messaging app in a real browser: does what people do, and finds things by role and label.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { en } from "../../packages/web/src/language/en.ts";
import type { Lifetime, TestServer } from "../network.ts";

/** One line of an exported ledger, its destination without the origin. */
export interface LedgerFileItem {
  readonly declaration: string;
  readonly method: string;
  readonly path: string;
  readonly size: number;
  /** Of the body, in Base64. */
  readonly sha256: string;
}

export function readLedgerFile(file: string): LedgerFileItem[] {
  return file
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const { declaration, method, destination, size, body, bodySha256 } = JSON.parse(line);
      // Long ones are noted by their hash alone.
      const sha256 = bodySha256 ?? sha256Of(Buffer.from(body, "base64"));
      return { declaration, method, path: new URL(destination).pathname, size, sha256 };
    });
}

export function sha256Of(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("base64");
}

/** The service that the app came from, and who sees its SMS. */
export type WebPhoneServer = Pick<TestServer, "origin" | "codeFor">;

export interface WebPhoneOptions {
  readonly number: string;
  /** Where the app comes from, if not from the server itself. */
  readonly origin?: string;
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly language?: string;
  /** Without it, every file comes from the server, and a test can change one on its way. */
  readonly serviceWorker?: boolean;
  /** How much the browser lets the app store. */
  readonly quotaBytes?: number;
}

const words = en;

/** Several times what the slowest answer takes on a machine that does much else. */
export const patienceMs = 60_000;

/** Asks until this is the answer: what a page does follows a press a moment later. */
export async function becomes<T>(ask: () => Promise<T>, expected: T): Promise<void> {
  const lastMs = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (isDeepStrictEqual(answer, expected)) return;
    if (performance.now() > lastMs) assert.deepEqual(answer, expected);
    await pause(20);
  }
}

/** Chromium would ask whether to open it, and take no click and no key until that is answered, which nobody does. */
export const noSmsApp = `navigation.addEventListener("navigate", (event) => {
  if (event.destination.url.startsWith("sms:")) event.preventDefault();
})`;

/** One browser context with the app in it. Whatever the page complains about fails the test. */
export class WebPhone {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly number: string;
  readonly #server: WebPhoneServer;
  readonly #complaints: string[] = [];

  private constructor(context: BrowserContext, page: Page, server: WebPhoneServer, number: string) {
    this.context = context;
    this.page = page;
    this.#server = server;
    this.number = number;
  }

  /** Opens the app at its welcome. */
  static async open(
    t: Lifetime,
    browser: Browser,
    server: WebPhoneServer,
    options: WebPhoneOptions,
  ): Promise<WebPhone> {
    const { number, width = 1280, height = 800, dark = false, language = "en-GB" } = options;
    const { serviceWorker = true } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? "dark" : "light",
      locale: language,
      reducedMotion: "reduce",
      serviceWorkers: serviceWorker ? "allow" : "block",
    });
    context.setDefaultTimeout(patienceMs);
    t.after(() => context.close());
    await context.addInitScript(noSmsApp);
    const page = await context.newPage();
    const phone = new WebPhone(context, page, server, number);
    page.on("pageerror", (error) => phone.#complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") phone.#complaints.push(message.text());
    });
    const origin = options.origin ?? server.origin;
    // Before anything is stored: Chromium remembers for a while how much space there was.
    if (options.quotaBytes) {
      const devtools = await context.newCDPSession(page);
      const quotaSize = options.quotaBytes;
      await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize });
    }
    await page.goto(origin);
    return phone;
  }

  /** What the page complained about so far: errors, and what the content security policy refused. */
  get complaints(): readonly string[] {
    return this.#complaints;
  }

  assertNoComplaints(): void {
    assert.deepEqual(this.#complaints, []);
  }

  /** Until the app opens without a network. */
  async keptForOffline(): Promise<void> {
    // Not by `waitForFunction`, which makes a function of it in the page: the policy there forbids that.
    await this.page.evaluate(`new Promise((resolve) => {
      const { serviceWorker } = navigator;
      if (serviceWorker.controller) resolve();
      else serviceWorker.addEventListener("controllerchange", () => resolve(), { once: true });
    })`);
  }

  /** Until this stands in the box to write in: a draft comes a moment after its thread. */
  async boxHolds(text: string): Promise<void> {
    await becomes(() => this.box.inputValue(), text);
  }

  get switch(): Locator {
    return this.page.getByRole("switch", { name: words.switchLabel });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  async start(): Promise<void> {
    await this.button(words.welcomeStart).click();
    await this.page.getByRole("heading", { name: words.conversations }).waitFor();
  }

  /** From the list to on, by the screens. */
  async turnOn(): Promise<void> {
    await this.switch.click();
    await this.button(words.turnOnYes).click();
    await this.page.getByLabel(words.numberLabel).fill(this.number);
    await this.button(words.sendCode).click();
    const code = this.page.getByLabel(words.codeLabel);
    await code.waitFor();
    await code.fill(await this.#server.codeFor(this.number));
    await this.button(words.done).click();
    await this.page.getByText(words.bannerOn).waitFor();
  }

  /**
   * On the welcome screen.
   * @param outcome what it is said to have come to.
   */
  async importContacts(vcards: string, outcome = words.contactsImported(1)): Promise<void> {
    const [chooser] = await Promise.all([
      this.page.waitForEvent("filechooser"),
      this.button(words.welcomeImport).click(),
    ]);
    const buffer = Buffer.from(vcards);
    await chooser.setFiles({ name: "contacts.vcf", mimeType: "text/vcard", buffer });
    await this.button(words.importYes).click();
    await this.page.getByText(outcome).waitFor();
  }

  /** From the list's switch to off; ends at the receipt, or at what waits for a connection. */
  async turnOff(): Promise<void> {
    await this.switch.click();
    await this.button(words.turnOffYes).click();
  }

  /** The file that the ledger's screen exports. */
  async exportLedger(): Promise<string> {
    await this.button(words.whatLeft).click();
    const [download] = await Promise.all([
      this.page.waitForEvent("download"),
      this.button(words.ledgerExport).click(),
    ]);
    return readFile(await download.path(), "utf8");
  }

  /** Of somebody who wrote first, in their thread. */
  async answerRequest(): Promise<void> {
    await this.button(words.accept).click();
  }

  /** Opens the conversation with a number by the New message screen. */
  async writeTo(number: string): Promise<void> {
    await this.button(words.newMessage).click();
    await this.page.getByRole("combobox").fill(number);
    await this.page.keyboard.press("Enter");
    await this.page.getByRole("log").waitFor();
  }

  /** The box to write in, whatever the route. */
  get box(): Locator {
    return this.page.locator("form").getByRole("textbox");
  }

  /** Writes and sends a text by the route that the line names, once it names one. */
  async send(text: string): Promise<void> {
    await this.box.fill(text);
    // A number that nobody could be asked about yet is asked about as soon as there is a line, and no key sends meanwhile.
    await this.page.locator("form:not(.unchecked) button[type=submit]:enabled").waitFor();
    await this.box.press("Enter");
    await this.text(text).waitFor();
  }

  /** The bubble of a text in the open thread. */
  text(text: string): Locator {
    return this.page.getByRole("log").getByText(text, { exact: false });
  }

  /** The line above the box. */
  get routeLine(): Locator {
    return this.page.locator("form").getByRole("status");
  }
}
