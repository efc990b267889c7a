// Whether something that is made here is up to date: a stamp in its folder, written last, names what it was made from.
// An installation needs it before anything is installed, so it uses only what Node 20.11 has.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** All paths are from the root; what is made or installed inside of a folder is none of its files. */
export function filesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length))
    .filter((path) => !/[\\/](?:dist|node_modules)[\\/]/.test(path))
    .sort();
}

/** Of names and contents: a file that was renamed makes something else. */
export function fingerprint(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

export function isMadeFrom(out, inputs) {
  const stamp = stampIn(out);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === inputs;
}

/** Call it when all else is written. Whoever makes it again empties the folder first, and the stamp with it. */
export function markMadeFrom(out, inputs) {
  writeFileSync(stampIn(out), inputs);
}

function stampIn(out) {
  return join(root, out, ".made-from");
}
