// Freezes the contract: makes the vectors of our own in test/vectors, or in the folder that --into names. What is there
// already is not replaced by anything else unless --write says so: a difference is a change of the contract. Exits 1
// where there is one.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { makeVectors } from "../test/frozen-contract/make-vectors.ts";

const { values } = parseArgs({
  options: {
    write: { type: "boolean", default: false },
    into: { type: "string", default: fileURLToPath(new URL("../test/vectors", import.meta.url)) },
  },
});
const frozenSeals = read("contract-v1/seals.json");
const vectors = await makeVectors(frozenSeals && JSON.parse(frozenSeals));

for (const [path, made] of Object.entries(vectors)) {
  const before = read(path);
  const after = readable(made);
  if (before === after) continue;
  if (before !== undefined && !values.write) {
    console.error(`${path} is frozen and would change. --write replaces it.`);
    process.exitCode = 1;
    continue;
  }
  mkdirSync(dirname(join(values.into, path)), { recursive: true });
  writeFileSync(join(values.into, path), after);
  console.log(`${path} was written.`);
}

/** @param {string} path */
function read(path) {
  const file = join(values.into, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/**
 * JSON, indented, with lists of plain values on one line.
 * @param {unknown} value
 */
function readable(value) {
  const indented = JSON.stringify(value, undefined, 1);
  return `${indented.replaceAll(/\[\s+([^[\]{}]*?)\s+\]/g, (_, list) => `[${list.replaceAll(/\n\s+/g, " ")}]`)}\n`;
}
