// Pictures of one page, each in every look: phone and desktop, light and dark.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";

const sizes = {
  mobile: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
} as const;

export interface Look {
  readonly size: keyof typeof sizes;
  readonly scheme: "light" | "dark";
}

const everyLook: readonly Look[] = (["mobile", "desktop"] as const).flatMap((size) =>
  (["light", "dark"] as const).map((scheme) => ({ size, scheme })),
);

// What a page still moves after it was resized.
const settleMs = 250;

export class Album {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<Album> {
    await mkdir(folder, { recursive: true });
    return new Album(folder);
  }

  /** Takes the page as it is. Says which pictures there are now, one a line. */
  async take(page: Page, name: string, looks: readonly Look[] = everyLook): Promise<void> {
    for (const { size, scheme } of looks) {
      await page.setViewportSize(sizes[size]);
      await page.emulateMedia({ colorScheme: scheme });
      await page.waitForTimeout(settleMs);
      const file = join(this.#folder, `${name}-${size}-${scheme}.png`);
      await page.screenshot({ path: file });
      console.log(file);
    }
    // Steps between two pictures are written for two panes.
    await page.setViewportSize(sizes.desktop);
  }
}
