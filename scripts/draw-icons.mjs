// Draws the app's icons from its mark, packages/web/public/icons/assent.svg, with Chromium. They are committed: run this
// when the mark has changed.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { findChromium } from "./debian-packages.mjs";

const folder = new URL("../packages/web/public/icons/", import.meta.url);
const mark = readFileSync(new URL("assent.svg", folder), "utf8");

// Systems cut a maskable icon, and Apple's, to a shape of their own: no corners of ours, and the mark within the
// circle that every shape leaves (https://www.w3.org/TR/appmanifest/#icon-masks).
const uncut = mark.replace(/ rx="\d+"/, "");
const withinCircle = uncut.replace(
  '<g id="mark">',
  '<g id="mark" transform="translate(256 256) scale(0.82) translate(-256 -256)">',
);
const icons = [
  { name: "assent-180.png", size: 180, svg: uncut },
  { name: "assent-192.png", size: 192, svg: mark },
  { name: "assent-512.png", size: 512, svg: mark },
  { name: "assent-maskable-512.png", size: 512, svg: withinCircle },
];

const browser = await chromium.launch({ executablePath: findChromium(), chromiumSandbox: false });
try {
  const page = await browser.newPage();
  for (const { name, size, svg } of icons) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`);
    await page.screenshot({ path: fileURLToPath(new URL(name, folder)), omitBackground: true });
  }
} finally {
  await browser.close();
}
