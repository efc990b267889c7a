// Pictures of one page, each in every look: phone and desktop, light and dark, and a tablet held upright.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";

const sizes = {
  mobile: { width: 390, height: 844 },
  tablet: { width: 768, height: 1024 },
  desktop: { width: 1280, height: 800 },
} as const;

export interface Look {
  readonly size: keyof typeof sizes;
  readonly scheme: "light" | "dark";
}

const everyLook: readonly Look[] = [
  ...(["mobile", "desktop"] as const).flatMap((size) =>
    (["light", "dark"] as const).map((scheme) => ({ size, scheme })),
  ),
  { size: "tablet", scheme: "light" },
];

// What a page still moves after it was resized.
const settleMs = 250;

export class Album {
  readonly #folder: string;
  readonly #wanted: readonly string[];

  private constructor(folder: string, wanted: readonly string[]) {
    this.#folder = folder;
    this.#wanted = wanted;
  }

  /** @param wanted how names of pictures begin that are taken; all of them where none is said. */
  static async open(folder: string, wanted: readonly string[]): Promise<Album> {
    await mkdir(folder, { recursive: true });
    return new Album(folder, wanted);
  }

  /** Takes the page as it is. Says which pictures there are now, one a line. */
  async take(page: Page, name: string, looks: readonly Look[] = everyLook): Promise<void> {
    const isWanted = this.#wanted.some((beginning) => name.startsWith(beginning));
    if (this.#wanted.length > 0 && !isWanted) return;
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
