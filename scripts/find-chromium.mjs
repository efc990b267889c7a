// Where this machine has a Chromium that the tests can drive.
import { existsSync } from "node:fs";

const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * The one that ASSENT_CHROMIUM names, whether it is there or not, or one of the usual places.
 * @returns {string | undefined}
 */
export function findChromium() {
  return process.env.ASSENT_CHROMIUM ?? usualPlaces.find((path) => existsSync(path));
}
