// Where this machine has a Firefox that the tests can drive.
import { existsSync } from "node:fs";

const usualPlaces = ["/usr/bin/firefox-esr", "/usr/bin/firefox"];

/**
 * The one that ASSENT_FIREFOX names, whether it is there or not, or one of the usual places.
 * @returns {string | undefined}
 */
export function findFirefox() {
  return process.env.ASSENT_FIREFOX ?? usualPlaces.find((path) => existsSync(path));
}
