// Makes the generated code from proto/, whenever what it is made from has changed. npm runs it as `prepare`, the last
// step of an install, so it also leaves the mark by which install-missing.mjs knows that an install is whole.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const binaries = join(root, "node_modules/.bin");

const contracts = [
  {
    template: "buf.gen.yaml",
    source: "proto/assent/v1",
    out: "packages/protocol/src/generated",
  },
  {
    template: "buf.gen.profile.yaml",
    source: "proto/assent/profile",
    out: "packages/client/src/generated",
  },
];

// npm runs `prepare` also when it was asked to install nothing.
const { npm_command, npm_config_dry_run, npm_config_package_lock_only } = process.env;
if (npm_config_dry_run === "true" || npm_config_package_lock_only === "true") process.exit(0);

for (const contract of contracts) generate(contract);

// Only an install may leave the mark: run by hand, this says nothing about what is in node_modules.
if (npm_command === "ci" || npm_command === "install")
  copyFileSync(join(root, "package-lock.json"), join(root, "node_modules/.installed-lock.json"));

function generate({ template, source, out }) {
  if (!existsSync(join(root, source))) {
    rmSync(join(root, out), { recursive: true, force: true });
    return;
  }
  // In the folder that buf empties first: the stamp exists only beside a finished result.
  const stamp = join(root, out, ".made-from");
  const inputs = fingerprint([template, "buf.yaml", "package-lock.json", ...filesIn(source)]);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === inputs) return;

  const buf = spawnSync(join(binaries, "buf"), ["generate", "--template", template], {
    cwd: root,
    stdio: "inherit",
    // buf finds its plugin on the path, and both are scripts that want the installed Node.
    env: { ...process.env, PATH: [binaries, process.env.PATH].join(delimiter) },
  });
  if (buf.error?.code === "ENOENT")
    stop("buf is not installed. `npm test` and `npm start` install what is missing.");
  if (buf.error) throw buf.error;
  if (buf.status !== 0) stop(`buf could not make ${out} from ${source}: see above.`);
  writeFileSync(stamp, inputs);
}

function filesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length))
    .sort();
}

/** Of names and contents: a file that was renamed makes other code. */
function fingerprint(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

function stop(reason) {
  console.error(reason);
  process.exit(1);
}
