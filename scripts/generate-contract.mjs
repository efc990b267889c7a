// Makes the generated code from proto/, whenever what it is made from has changed. npm runs it as `prepare`, the last
// step of an install, so it also leaves the mark by which install-missing.mjs knows that an install is whole.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesIn, fingerprint, isMadeFrom, markMadeFrom } from "./made-from.mjs";

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
  const inputs = fingerprint([template, "buf.yaml", "package-lock.json", ...filesIn(source)]);
  if (isMadeFrom(out, inputs)) return;

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
  // buf has emptied the folder first.
  markMadeFrom(out, inputs);
}

function stop(reason) {
  console.error(reason);
  process.exit(1);
}
