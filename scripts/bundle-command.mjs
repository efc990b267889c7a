// Bundles the command `assent` out of its sources, for tests: a process of it starts in half the time, as Node looks for some
// fifty files instead of a thousand, and tests start hundreds. Does nothing, quickly, when it is up to date.
import { readFileSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesIn, fingerprint, isMadeFrom, markMadeFrom } from "./made-from.mjs";
import { runToEnd } from "./run-to-end.mjs";
import { takeTurn } from "./take-turn.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const binaries = join(root, "node_modules/.bin");
// As deep as the sources are, because the service reads its version two folders above itself.
const out = "packages/cli/dist/bundled";

const sources = ["cli", "client", "protocol", "server"].map((name) => `packages/${name}`);
const settings = ["package-lock.json", "scripts/bundle-command.mjs"];
const thread = /new URL\("(\.[^"]+\.ts)", import\.meta\.url\)/g;

if (!isMadeFrom(out, inputs())) {
  await takeTurn("bundle");
  const madeFrom = inputs();
  if (!isMadeFrom(out, madeFrom)) {
    await bundle();
    markMadeFrom(out, madeFrom);
  }
}

function inputs() {
  return fingerprint([...sources.flatMap(filesIn), ...settings]);
}

/** What is started as a thread is looked for beside whoever starts it: files of their own, and named as they are. */
function threads() {
  return sources
    .flatMap(filesIn)
    .filter((path) => path.endsWith(".ts") && !/(?:\.test|-for-tests)\.ts$/.test(path))
    .flatMap((path) =>
      [...readFileSync(join(root, path), "utf8").matchAll(thread)].map(([, name]) =>
        join(dirname(path), name),
      ),
    );
}

async function bundle() {
  // First, and the stamp with it, so that a bundle that is interrupted is not taken for a whole one.
  rmSync(join(root, out), { recursive: true, force: true });
  // By the bundler that comes with Vite.
  const form = ["--format", "esm", "--platform", "node", "--keepNames"];
  const names = ["--dir", out, "--entryFileNames", "[name].ts"];
  const args = [...form, ...names, "packages/cli/bin/assent.mjs", ...threads()];
  const outcome = await runToEnd(join(binaries, "rolldown"), args, {
    cwd: root,
    // It lists all that it writes.
    stdio: ["ignore", "ignore", "inherit"],
    // It is a script that wants the installed Node.
    env: { ...process.env, PATH: [binaries, process.env.PATH].join(delimiter) },
  });
  if (outcome === "done") return;
  console.error(`The command was not bundled: rolldown ${outcome}; see above.`);
  process.exit(1);
}
