// Fills the phone of a browser's profile before the app opens it, from a page of the app's own origin (seed.dom.ts).
import type { BrowserContext } from "playwright-core";
import { bundle } from "../../test/browser.ts";
import type { SeededConversation } from "./seeded.ts";

export class Seed {
  readonly #script: string;

  private constructor(script: string) {
    this.#script = script;
  }

  static async prepare(): Promise<Seed> {
    return new Seed(await bundle(new URL("seed.dom.ts", import.meta.url)));
  }

  async fill(
    context: BrowserContext,
    origin: string,
    conversations: readonly SeededConversation[],
  ): Promise<void> {
    const page = await context.newPage();
    // The service does not answer for these: a page without the app or its policy.
    await page.route(`${origin}/bench-seed`, (route) =>
      route.fulfill({
        contentType: "text/html",
        body: '<!doctype html><script type="module" src="/bench-seed.js"></script>',
      }),
    );
    await page.route(`${origin}/bench-seed.js`, (route) =>
      route.fulfill({ contentType: "text/javascript", body: this.#script }),
    );
    await page.goto(`${origin}/bench-seed`);
    await page.evaluate(`seed(${JSON.stringify(conversations)})`);
    await page.close();
  }
}
