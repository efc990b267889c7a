// What the tests of SMPP need of Debian and this machine does not have: an SMSC with its home register, and the compiler
// of the library that carries SCTP over TCP.
import { existsSync } from "node:fs";

const filesOf = {
  "osmo-msc": "/usr/bin/osmo-msc",
  "osmo-hlr": "/usr/bin/osmo-hlr",
  gcc: "/usr/bin/gcc",
  "libc6-dev": "/usr/include/stdio.h",
};

/** Debian's packages that are not there. */
export function missingForSmsc() {
  return Object.keys(filesOf).filter((name) => !existsSync(filesOf[name]));
}
