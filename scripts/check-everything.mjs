// All that `npm test` checks, in one run: types, lint and format, dead code, the build of the app, tests. Every step
// runs, also after one that failed. The last line is `N passed, N failed`: the tests, and each other step as one.
// With names of steps as arguments, only those: `node scripts/check-everything.mjs types`.
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { memoryDisk } from "./memory-disk.mjs";
import { runTests } from "./run-tests.mjs";
import { shareProcesses } from "./share-processes.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);
process.env.PATH = [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter);
// Types are stripped and modules compiled for the first process of tests only.
process.env.NODE_COMPILE_CACHE ??= join(root, "node_modules/.cache/compiled");

const steps = { types, lint, "dead-code": deadCode, build, tests };
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(steps, name));
if (unknown.length > 0) {
  console.error(`No such step: ${unknown.join(", ")}. There are ${Object.keys(steps).join(", ")}.`);
  process.exit(2);
}

// Few enough that four processes at once have work until the end.
const mostFilesInProcess = 20;

const total = { passed: 0, failed: 0 };
for (const [name, step] of Object.entries(steps))
  if (wanted.length === 0 || wanted.includes(name)) await step().catch(broke);
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`${total.passed} passed, ${total.failed} failed`);

/** A step that could not be taken to its end has failed; the others are taken still. */
function broke(error) {
  console.error(error);
  total.failed += 1;
}

async function types() {
  // A project of its own for each set of files that runs in one kind of place: one tsc for each.
  for (const project of globSync([
    "packages/*/tsconfig*.json",
    "{test,bench}/tsconfig*.json",
  ]).sort())
    if (globSync(`${dirname(project)}/**/*.ts`).length > 0)
      await command(`types ${project}`, "tsc", ["--project", project]);
}

async function lint() {
  await command("lint and format", "biome", ["ci", "--error-on-warnings", "."]);
}

async function deadCode() {
  await command("dead code", "knip", ["--no-progress"]);
}

async function build() {
  await command("build", process.execPath, ["scripts/build-web.mjs"]);
}

async function tests() {
  if (await command("bundle", process.execPath, ["scripts/bundle-command.mjs"]))
    process.env.ASSENT_TEST_BUNDLED = "yes";
  // Those that start machines, browsers and services first: the short ones fill up the end.
  const long = ["test/installed/**/*.test.ts", "test/**/*.test.ts"];
  const apart = new Set(long.flatMap((pattern) => globSync(pattern).sort(byName)));
  // A room's tests stand together, and load the same.
  const together = globSync("packages/*/src/**/*.test.ts").sort();
  process.env.ASSENT_TEST_DISK = tmpdir();
  process.env.TMPDIR = memoryDisk() ?? tmpdir();
  const counts = await announced("tests", () =>
    runTests([...apart, ...shareProcesses(together, mostFilesInProcess)], {
      namesToHear: together,
      // For the smallest machine this must pass on, which has two cores: files wait for half of their time, and more of them at once
      // would wait for a processor where a test waits for a browser.
      concurrency: 4,
      // Several times what a slow machine takes for the longest test, and for whatever closes slowly.
      timeoutMs: 600_000,
      graceMs: 60_000,
    }),
  );
  total.passed += counts.passed;
  // A run without any test has failed, though no test has.
  total.failed += counts.ok ? 0 : Math.max(counts.failed, 1);
}

/** By the file's own name before its folder's: browsers, which need most of a machine, do not all run at once. */
function byName(one, other) {
  const [a, b] = [one, other].map((path) => `${basename(path)} ${path}`);
  return a < b ? -1 : 1;
}

async function command(title, program, args) {
  const { ok } = await announced(title, () => {
    const { status, error } = spawnSync(program, args, { stdio: "inherit" });
    if (error) console.error(error.message);
    return { ok: status === 0 };
  });
  total[ok ? "passed" : "failed"] += 1;
  return ok;
}

async function announced(title, work) {
  console.log(`▶ ${title}`);
  const start = performance.now();
  const outcome = await work();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${outcome.ok ? "✔" : "✖"} ${title} (${seconds} s)\n`);
  return outcome;
}
