// What every measurement of the app is given, and how it opens pages.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { bundle } from "../../test/browser.ts";
import { type Figure, median } from "../scale.ts";
import { Seed } from "./seed.ts";
import type { SeededConversation } from "./seeded.ts";
import type { ServedPage } from "./served-pages.ts";

export interface WebScale {
  /** Of a page, for each figure of its loading. */
  readonly loads: number;
  readonly conversations: number;
  /** Conversations of the list that is opened cold, and how often. */
  readonly longList: number;
  readonly coldLoads: number;
  /** Texts of the thread that is compared with a short one, and of that. */
  readonly longThread: number;
  readonly shortThread: number;
  readonly openings: number;
  /** Keys pressed in one round of typing, and rounds. */
  readonly keys: number;
  readonly rounds: number;
  /** Texts that stand for an hour. */
  readonly hourOfTexts: number;
}

export interface WebBenchParts {
  readonly scale: WebScale;
  readonly browser: Browser;
  readonly app: ServedPage;
  readonly reference: ServedPage;
  /** Empty, for profiles of phones that are no browsers. */
  readonly folder: string;
  readonly progress: (line: string) => void;
}

export class WebBench {
  readonly parts: WebBenchParts;
  readonly #probe: string;
  readonly #seed: Seed;

  private constructor(parts: WebBenchParts, probe: string, seed: Seed) {
    this.parts = parts;
    this.#probe = probe;
    this.#seed = seed;
  }

  static async prepare(parts: WebBenchParts): Promise<WebBench> {
    const probe = await bundle(new URL("probe.dom.ts", import.meta.url));
    return new WebBench(parts, probe, await Seed.prepare());
  }

  /** A browser's fresh profile, whose pages can be asked. */
  async newContext(): Promise<BrowserContext> {
    const context = await this.parts.browser.newContext({ viewport: { width: 1280, height: 800 } });
    await this.addProbe(context);
    return context;
  }

  addProbe(context: BrowserContext): Promise<unknown> {
    return context.addInitScript({ content: this.#probe });
  }

  /** @param slowdown of the CPU, as a phone's is slower than this machine's. */
  async open(context: BrowserContext, origin: string, slowdown = 1): Promise<Page> {
    const page = await context.newPage();
    if (slowdown !== 1) {
      const session = await context.newCDPSession(page);
      await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    }
    await page.goto(origin, { waitUntil: "commit" });
    return page;
  }

  /** A browser's profile in which the app finds these conversations, and, where it is kept, its service worker. */
  async seededContext(
    conversations: readonly SeededConversation[],
    { origin, isKept } = { origin: this.parts.app.origin, isKept: true },
  ): Promise<BrowserContext> {
    const context = await this.newContext();
    await this.#seed.fill(context, origin, conversations);
    if (isKept) await this.keepApp(context);
    return context;
  }

  /** Opens the app until its service worker has kept it: from then on it loads without the service. */
  async keepApp(context: BrowserContext): Promise<void> {
    const page = await this.open(context, this.parts.app.origin);
    await page.evaluate("navigator.serviceWorker.ready.then(({ active }) => active.state)");
    await page.close();
  }
}

/** A median of values in milliseconds, and how it stands to another. */
export function compared(
  name: string,
  values: readonly number[],
  other: { readonly name: string; readonly values: readonly number[] },
  reach?: string,
): Figure[] {
  const ratio = median(values) / median(other.values);
  return [
    { name, value: median(values), unit: "ms" },
    { name: `  ${other.name}`, value: median(other.values), unit: "ms" },
    { name: "  ratio", value: ratio, unit: "×", ...(reach === undefined ? {} : { reach }) },
  ];
}
