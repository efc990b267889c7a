// What the tests need of Debian and this machine may not have: where it is, and which packages are missing.
// Runs on the system's Node, as install-missing.mjs does.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";

const chromiums = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const firefoxes = ["/usr/bin/firefox-esr", "/usr/bin/firefox"];

/**
 * A Chromium that the tests can drive: the one that ASSENT_CHROMIUM names, whether it is there or not, or one of the usual places.
 * @returns {string | undefined}
 */
export function findChromium() {
  return process.env.ASSENT_CHROMIUM ?? chromiums.find((path) => existsSync(path));
}

/**
 * A Firefox that the tests can drive: the one that ASSENT_FIREFOX names, whether it is there or not, or one of the usual places.
 * @returns {string | undefined}
 */
export function findFirefox() {
  return process.env.ASSENT_FIREFOX ?? firefoxes.find((path) => existsSync(path));
}

/** The library that sets the clock of a process (libfaketime); undefined where it is not. */
export function findFaketime() {
  if (!existsSync("/usr/lib")) return undefined;
  return readdirSync("/usr/lib")
    .map((folder) => `/usr/lib/${folder}/faketime/libfaketime.so.1`)
    .find((file) => existsSync(file));
}

/** Whether there is a strace that may look at a process here: the drills that record calls, or make them fail, need one. */
export function findStrace() {
  // Where it may not trace, it is there and of no use.
  return spawnSync("strace", ["-f", "-o", "/dev/null", "true"]).status === 0;
}

// Of the second client (test/independent): Debian's, never others that come first on the PATH, which do not see Debian's libraries.
export const python = "/usr/bin/python3";
export const protoc = "/usr/bin/protoc";

const libraries = "/usr/lib/python3/dist-packages";
// Of what stands in for SCTP and for a serial line.
const compiler = { gcc: "/usr/bin/gcc", "libc6-dev": "/usr/include/stdio.h" };

/** Debian's packages that the second client is made and run with, and that are not there. The libraries bring their Python with them. */
export function missingForSecondClient() {
  return missingOf({
    "protobuf-compiler": protoc,
    "libprotobuf-dev": "/usr/include/google/protobuf/descriptor.proto",
    "python3-protobuf": `${libraries}/google/protobuf/descriptor_pb2.py`,
    "python3-cryptography": `${libraries}/cryptography/__init__.py`,
  });
}

/** The same of an SMSC with its home register. */
export function missingForSmsc() {
  return missingOf({
    "osmo-msc": "/usr/bin/osmo-msc",
    "osmo-hlr": "/usr/bin/osmo-hlr",
    ...compiler,
  });
}

/** Of a daemon for modems. */
export function missingForModem() {
  return missingOf({ smstools: "/usr/sbin/smsd", ...compiler });
}

/** Of a messaging entity. */
export function missingForKannel() {
  return missingOf({ kannel: "/usr/sbin/bearerbox" });
}

/** Of what makes certificates. */
export function missingForTls() {
  return missingOf({ openssl: "/usr/bin/openssl" });
}

/** Of Prometheus's own reader of figures and alerts. */
export function missingForPromtool() {
  return missingOf({ prometheus: "/usr/bin/promtool" });
}

/** Of what makes an empty machine in a folder. */
export function missingForDebianRoot() {
  return missingOf({ mmdebstrap: "/usr/bin/mmdebstrap" });
}

/** Of what reads the unit as systemd does. */
export function missingForUnits() {
  return missingOf({ systemd: "/usr/bin/systemd-analyze" });
}

function missingOf(filesOf) {
  return Object.keys(filesOf).filter((name) => !existsSync(filesOf[name]));
}
