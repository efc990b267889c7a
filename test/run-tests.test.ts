// The run of all tests comes to its end, and says what failed, whatever one of them does.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";

const runner = new URL("../scripts/run-tests.mjs", import.meta.url).href;

/** What a run of one file of tests says, and its counts. */
async function run(context: TestContext, file: string) {
  const folder = await mkdtemp(join(tmpdir(), "assent-run-"));
  context.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "one.test.mjs");
  await writeFile(path, `import { test } from "node:test";\n${file}`);
  const program = join(folder, "run.mjs");
  const typed = `import { runTests } from ${JSON.stringify(runner)};
    const limits = { concurrency: 1, timeoutMs: 500, graceMs: 500 };
    const counts = await runTests([${JSON.stringify(path)}], limits);
    console.log("\\n" + JSON.stringify(counts));`;
  await writeFile(program, typed);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const running = spawn(process.execPath, [program], {
    env,
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  // One that does not end by itself is ended with this test, and what it runs with it.
  context.after(() => {
    if (running.exitCode === null && running.pid) process.kill(-running.pid);
  });
  const said = await text(running.stdout);
  return { said, counts: JSON.parse(said.trimEnd().split("\n").at(-1) ?? "") };
}

const limit = { timeout: 60_000 };
const isFine = 'test("another", () => {});';

test("what passes is counted", limit, async (context) => {
  const { counts } = await run(context, isFine);
  assert.deepEqual(counts, { passed: 1, failed: 0, ok: true });
});

test("a test that polls for what never comes fails, and the run ends", limit, async (context) => {
  const polls = `test("polls", async () => {
    for (;;) await new Promise((resolve) => setImmediate(resolve));
  });`;
  const { said, counts } = await run(context, `${polls}\n${isFine}`);
  assert.deepEqual(counts, { passed: 1, failed: 1, ok: false });
  assert.match(said, /✖ polls/);
  assert.match(said, /✔ another/);
});

test("what a test leaves open fails, and is named", limit, async (context) => {
  const opens = `import { createServer } from "node:net";
    test("opens", (context, done) => void createServer().listen(0, "127.0.0.1", done));`;
  const { said, counts } = await run(context, opens);
  assert.deepEqual(counts, { passed: 1, failed: 1, ok: false });
  assert.match(said, /there still is: .*TCPServerWrap/);
});
