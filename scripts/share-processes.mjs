// Has many short test files share a process: Node starts, and loads and compiles what they all use, once for a score of them
// instead of for each. Each is a suite of its own, so that its hooks are for its own tests, and a failure names its file.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "node_modules/.cache/shared-processes");

/**
 * @param files from the root; neighbours come together.
 * @param most in one process.
 * @returns the files to run in their stead: each loads its share of them.
 */
export function shareProcesses(files, most) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const processes = Math.ceil(files.length / most);
  return Array.from({ length: processes }, (_, index) => {
    const share = files.slice(
      Math.floor((index * files.length) / processes),
      Math.floor(((index + 1) * files.length) / processes),
    );
    const path = join(folder, `${index + 1}-of-${processes}.mjs`);
    writeFileSync(path, `import { describe } from "node:test";\n${share.map(suite).join("")}`);
    return path;
  });
}

function suite(file) {
  const url = pathToFileURL(join(root, file));
  return `describe(${JSON.stringify(file)}, () => import(${JSON.stringify(url.href)}));\n`;
}
