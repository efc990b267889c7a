// What `npm start` and `npm test` run first: makes node_modules and the generated code match the lockfile and proto/,
// and does nothing when they do. Runs on the system's Node, before anything is installed, so it uses only what
// Node 20.11 has.
import { readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runToEnd } from "./run-to-end.mjs";
import { takeTurn } from "./take-turn.mjs";

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

if (!isInstalled()) {
  await takeTurn("install");
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

  const npmArgs = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  const outcome = await runToEnd("npm", npmArgs, {
    cwd: root,
    // Without our own binaries: npm must not run on the Node it is about to replace.
    env: {
      ...process.env,
      PATH: (process.env.PATH ?? "")
        .split(delimiter)
        .filter((folder) => folder !== binaries)
        .join(delimiter),
    },
  });
  if (outcome !== "done")
    stop(`npm ci ${outcome}; see above. Nothing was started. The next try begins afresh.`);
  if (!isInstalled())
    stop(
      "npm ci ended well, but did not run the scripts this project needs: `ignore-scripts` is set in npm's " +
        "configuration. Allow them once with `npm ci --ignore-scripts=false`.",
    );
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
