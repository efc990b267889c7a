// What the tests of the Debian package need of Debian and this machine does not have: what makes an empty machine in a folder,
// and systemd's own reader of units.
import { existsSync } from "node:fs";

/** Debian's packages that are not there. */
export function missingForDebianRoot() {
  return existsSync("/usr/bin/mmdebstrap") ? [] : ["mmdebstrap"];
}

/** Debian's packages that are not there: what reads the unit as systemd does. */
export function missingForUnits() {
  return existsSync("/usr/bin/systemd-analyze") ? [] : ["systemd"];
}
