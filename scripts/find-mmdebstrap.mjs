// What the tests of the Debian package need of Debian and this machine does not have: what makes an empty machine in a folder.
import { existsSync } from "node:fs";

/** Debian's packages that are not there. */
export function missingForDebianRoot() {
  return existsSync("/usr/bin/mmdebstrap") ? [] : ["mmdebstrap"];
}
