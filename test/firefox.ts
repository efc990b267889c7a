// A Firefox for tests, as Debian has it: driven by WebDriver BiDi (W3C) over its own WebSocket, with as much of that as
// pages of ours need. Each page is in a user context of its own, and so a phone of its own; things are found by role and
// name, in Firefox's accessibility tree, or by their text.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";

// It takes several times as long as Chromium to make keys: on a machine that does much else, more than half a minute.
const patienceMs = 300_000;

// What it sends of its own accord is switched off by Firefox itself where it is driven (remote.prefs.recommended).
const preferences = { "intl.accept_languages": "en-GB", "ui.prefersReducedMotion": 1 };

/** BiDi's answers, as far as they are read here. */
interface Answers {
  readonly context: string;
  readonly userContext: string;
  readonly nodes: readonly { readonly sharedId: string }[];
  readonly result: { readonly value?: unknown };
}

type Locator =
  | { type: "accessibility"; value: { role: string; name?: string } }
  | { type: "css"; value: string }
  | { type: "xpath"; value: string };

/** One Firefox for a test file, closed when its tests are done. Called at the top of the file. */
export async function openFirefox(executablePath: string): Promise<Firefox> {
  const profile = await mkdtemp(join(tmpdir(), "assent-firefox-"));
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  await writeFile(join(profile, "user.js"), lines.join(""));
  const own = ["--headless", "--no-remote", "--remote-debugging-port=0", "--profile", profile];
  const firefox = spawn(executablePath, own, { stdio: ["ignore", "ignore", "pipe"] });
  const gone = once(firefox, "close");
  after(async () => {
    firefox.kill();
    await gone;
    await rm(profile, { recursive: true, maxRetries: 3 });
  });
  for await (const line of createInterface(firefox.stderr)) {
    const [, address] = /^WebDriver BiDi listening on (ws:\S+)$/.exec(line) ?? [];
    if (!address) continue;
    firefox.stderr.resume();
    return Firefox.connect(`${address}/session`);
  }
  throw new Error("Firefox ended before it could be driven.");
}

export class Firefox {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answers>>();
  readonly #complaints: string[] = [];
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (message) => this.#take(JSON.parse(message.toString())));
    socket.on("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("Firefox is gone."));
    });
  }

  static async connect(address: string): Promise<Firefox> {
    const socket = new WebSocket(address);
    await once(socket, "open");
    const firefox = new Firefox(socket);
    await firefox.send("session.new", { capabilities: {} });
    await firefox.send("session.subscribe", { events: ["log.entryAdded"] });
    return firefox;
  }

  /** A page in a window and a user context of its own. */
  async open(url: string): Promise<FirefoxPage> {
    const { userContext } = await this.send("browser.createUserContext", {});
    const { context } = await this.send("browsingContext.create", { type: "window", userContext });
    const viewport = { width: 1280, height: 800 };
    await this.send("browsingContext.setViewport", { context, viewport });
    const page = new FirefoxPage(this, context);
    await page.open(url);
    return page;
  }

  /** Errors of all pages, and what their content security policy refused. */
  assertNoComplaints(): void {
    assert.deepEqual(this.#complaints, []);
  }

  /** @throws Error what Firefox says of a command that it did not carry out. */
  send(method: string, params: object): Promise<Answers> {
    const answer = Promise.withResolvers<Answers>();
    const id = ++this.#last;
    this.#waiting.set(id, answer);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return answer.promise;
  }

  #take(message: {
    type: "success" | "error" | "event";
    id?: number;
    result: Answers;
    error?: string;
    message?: string;
    params?: { level?: string; text?: string };
  }): void {
    if (message.type === "event") {
      if (message.params?.level === "error") this.#complaints.push(message.params.text ?? "");
      return;
    }
    const answer = this.#waiting.get(message.id ?? 0);
    this.#waiting.delete(message.id ?? 0);
    if (message.type === "success") answer?.resolve(message.result);
    else answer?.reject(new Error(`${message.error}: ${message.message}`));
  }
}

/** What a person does with a page. Each step waits until it can be done, and says what it waited for if it never can. */
export class FirefoxPage {
  readonly #firefox: Firefox;
  readonly #context: string;

  constructor(firefox: Firefox, context: string) {
    this.#firefox = firefox;
    this.#context = context;
  }

  async open(url: string): Promise<void> {
    await this.#send("browsingContext.navigate", { url, wait: "complete" });
  }

  async reload(): Promise<void> {
    await this.#send("browsingContext.reload", { wait: "complete" });
  }

  press(role: string, name: string): Promise<void> {
    return this.#press({ type: "accessibility", value: { role, name } });
  }

  /** The element that has this text, wherever it stands. */
  pressText(text: string): Promise<void> {
    return this.#press(havingText(text));
  }

  /** Into a box, the only one of its role where no name is given, by the keyboard; what stood there is written over. */
  async write(role: string, text: string, name?: string): Promise<void> {
    await this.#press({ type: "accessibility", value: name ? { role, name } : { role } });
    await this.#keys([
      { type: "keyDown", value: control },
      ...stroke("a"),
      { type: "keyUp", value: control },
    ]);
    await this.#keys([...text].flatMap(stroke));
  }

  enter(): Promise<void> {
    return this.#keys(stroke("\uE007"));
  }

  /** Until there is something of this role and name. */
  async sees(role: string, name: string): Promise<void> {
    await this.#locate({ type: "accessibility", value: { role, name } });
  }

  /** Until this text stands on the page. */
  async reads(text: string): Promise<void> {
    await this.#locate(havingText(text));
  }

  /** Until a selector finds something. */
  async finds(selector: string): Promise<void> {
    await this.#locate({ type: "css", value: selector });
  }

  async #press(locator: Locator): Promise<void> {
    const element = await this.#locate(locator);
    await this.#send("script.callFunction", {
      functionDeclaration: inItsPlace,
      arguments: [element],
      target: { context: this.#context },
      awaitPromise: true,
    });
    const origin = { type: "element", element };
    await this.#perform("pointer", [
      { type: "pointerMove", x: 0, y: 0, origin },
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ]);
  }

  async #locate(locator: Locator): Promise<{ readonly sharedId: string }> {
    const lastMs = performance.now() + patienceMs;
    for (;;) {
      const { nodes } = await this.#send("browsingContext.locateNodes", { locator });
      const found = nodes.at(-1);
      if (found) return { sharedId: found.sharedId };
      if (performance.now() > lastMs) throw new Error(`not there: ${JSON.stringify(locator)}`);
      await pause(50);
    }
  }

  #keys(actions: readonly object[]): Promise<void> {
    return this.#perform("key", actions);
  }

  async #perform(type: "key" | "pointer", actions: readonly object[]): Promise<void> {
    await this.#send("input.performActions", { actions: [{ type, id: type, actions }] });
  }

  #send(method: string, params: object): Promise<Answers> {
    return this.#firefox.send(method, { context: this.#context, ...params });
  }
}

/** Resolves when an element is in sight and moves no more: what comes above it would take the press. */
const inItsPlace = `async (element) => {
  for (let [before, now] = [undefined, ""]; now !== before; ) {
    element.scrollIntoView({ block: "center" });
    before = now;
    now = JSON.stringify(element.getBoundingClientRect());
    await new Promise((later) => setTimeout(later, 40));
  }
}`;

/** BiDi's own locator by text is one that Firefox 140 does not have. */
function havingText(text: string): Locator {
  return { type: "xpath", value: `//*[text()[contains(., ${JSON.stringify(text)})]]` };
}

const control = "\uE009";

function stroke(value: string): object[] {
  return [
    { type: "keyDown", value },
    { type: "keyUp", value },
  ];
}
