// What axe finds on a page, on a phone and on a desktop, light and dark.
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

const sizes = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];

/** The page as it is now: axe finds nothing. @param name of the screen, or of its state. */
export async function looked(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const colorScheme of ["light", "dark"] as const) {
    for (const size of sizes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize(size);
      const axe = new AxeBuilder({ page }).setLegacyMode(true);
      // In the dark nothing is different but colours.
      if (colorScheme === "dark") axe.withRules("color-contrast");
      const { violations } = await axe.analyze();
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
        [],
        `${name}, ${colorScheme}, ${size.width}`,
      );
    }
  }
  if (before) await page.setViewportSize(before);
}
