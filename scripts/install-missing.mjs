// What `npm start` and `npm test` run first: makes node_modules and the generated code match the lockfile and proto/,
// and does nothing when they do. Runs on the system's Node, before anything is installed, so it uses only what
// Node 20.11 has.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 11))
  stop(
    `Assent needs Node 20.11 or newer to install itself (it then runs on a Node 24 of its own). ` +
      `This is Node ${process.versions.node}.`,
  );

const root = fileURLToPath(new URL("..", import.meta.url));
const binaries = join(root, "node_modules/.bin");
const lockfile = join(root, "package-lock.json");
// Written last by an install that came to its end (generate-contract.mjs). The folder node_modules itself proves
// nothing: an install that failed leaves it behind.
const installedLockfile = join(root, "node_modules/.installed-lock.json");
// An owner that was killed is not waited for any longer than this.
const staleTurnMs = 10_000;

if (!isInstalled()) {
  await takeTurn();
  if (!isInstalled()) await install();
}
await import("./generate-contract.mjs");

function isInstalled() {
  return read(installedLockfile) === readFileSync(lockfile, "utf8");
}

async function install() {
  console.log("Installing what is missing, exactly as package-lock.json names it: npm ci");
  // First, so that an install that is interrupted while npm empties the folder is not taken for a whole one.
  rmSync(installedLockfile, { force: true });

  const npm = spawn("npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
    // Without our own binaries: npm must not run on the Node it is about to replace.
    env: {
      ...process.env,
      PATH: (process.env.PATH ?? "")
        .split(delimiter)
        .filter((folder) => folder !== binaries)
        .join(delimiter),
    },
  });
  // npm must not go on by itself when this process is told to end.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => npm.kill(signal));
  const outcome = await new Promise((resolve) => {
    npm.on("error", (error) => resolve(`could not be started (${error.message})`));
    npm.on("exit", (code, signal) => resolve(code === 0 ? "done" : `failed (${signal ?? code})`));
  });

  if (outcome !== "done")
    stop(`npm ci ${outcome}; see above. Nothing was started. The next try begins afresh.`);
  if (!isInstalled())
    stop(
      "npm ci ended well, but did not run the scripts this project needs: `ignore-scripts` is set in npm's " +
        "configuration. Allow them once with `npm ci --ignore-scripts=false`.",
    );
}

/**
 * One install of this folder at a time: `npm test` and `npm start` may be called together, and npm would empty the
 * folder that the other one is filling. The turn is a file that its owner keeps fresh until it ends.
 */
async function takeTurn() {
  const name = createHash("sha256").update(root).digest("hex").slice(0, 16);
  // Not in the folder itself, where npm would empty it and git would see it.
  const turn = join(tmpdir(), `assent-install-${name}`);
  for (let waiting = false; !isOurs(); await sleep(200)) {
    const age = Date.now() - (statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > staleTurnMs) rmSync(turn, { force: true });
    if (!waiting) console.log("Waiting for another install of this folder to end.");
    waiting = true;
  }
  setInterval(() => utimesSync(turn, new Date(), new Date()), staleTurnMs / 10).unref();
  process.on("exit", () => rmSync(turn, { force: true }));

  function isOurs() {
    try {
      writeFileSync(turn, "", { flag: "wx" });
      return true;
    } catch (error) {
      if (error.code === "EEXIST") return false;
      throw error;
    }
  }
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function stop(reason) {
  console.error(reason);
  process.exit(1);
}
