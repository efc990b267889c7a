// What the tests of SMS need of Debian and this machine does not have: an SMSC with its home register, a messaging entity, a
// daemon for modems, what makes certificates, and the compiler of what stands in for SCTP and for a serial line.
import { existsSync } from "node:fs";

const compiler = { gcc: "/usr/bin/gcc", "libc6-dev": "/usr/include/stdio.h" };
const forSmsc = {
  "osmo-msc": "/usr/bin/osmo-msc",
  "osmo-hlr": "/usr/bin/osmo-hlr",
  ...compiler,
};
const forModem = { smstools: "/usr/sbin/smsd", ...compiler };

/** Debian's packages that are not there. */
export function missingForSmsc() {
  return missingOf(forSmsc);
}

/** Debian's packages that are not there. */
export function missingForModem() {
  return missingOf(forModem);
}

/** Debian's packages that are not there. */
export function missingForKannel() {
  return missingOf({ kannel: "/usr/sbin/bearerbox" });
}

/** Debian's packages that are not there. */
export function missingForTls() {
  return missingOf({ openssl: "/usr/bin/openssl" });
}

function missingOf(filesOf) {
  return Object.keys(filesOf).filter((name) => !existsSync(filesOf[name]));
}
