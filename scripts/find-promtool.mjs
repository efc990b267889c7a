// What the tests of figures and alerts need of Debian and this machine does not have: Prometheus's own reader of them.
import { existsSync } from "node:fs";

/** Debian's packages that are not there. */
export function missingForPromtool() {
  return existsSync("/usr/bin/promtool") ? [] : ["prometheus"];
}
