// Runs files of tests, each in a process of its own, and counts. It ends whatever the tests do that wait: one that hangs fails, and so
// does a process that goes on after its tests.
import { run } from "node:test";
import { spec } from "node:test/reporters";

/**
 * @param files as for Node.
 * @param namesToHear what some test or suite must be called; each that is not heard of has failed.
 * @param timeoutMs for one test.
 * @param graceMs from the last test of a process to its end.
 */
export async function runTests(files, { namesToHear = [], concurrency, timeoutMs, graceMs }) {
  let counts;
  let success = false;
  let suitesFailed = 0;
  process.env.ASSENT_TEST_RUNNER = String(process.pid);
  process.env.ASSENT_TEST_GRACE_MS = String(graceMs);
  const events = run({
    files,
    concurrency,
    timeout: timeoutMs,
    execArgv: ["--import", new URL("./see-the-end.mjs", import.meta.url).href],
  });
  // One summary for each file, and one without a file for all of them.
  events.on("test:summary", (summary) => {
    if (summary.file === undefined) ({ counts, success } = summary);
  });
  // A file that cannot be loaded, or a hook that fails: no test has failed, and it is not counted among them.
  events.on("test:fail", ({ details }) => {
    if (details.type === "suite" && details.error.failureType !== "subtestsFailed")
      suitesFailed += 1;
  });
  // Whatever ends a process, by mistake, as if all were well, ends what comes after it there.
  const unheardOf = new Set(namesToHear);
  for (const outcome of ["test:pass", "test:fail"])
    events.on(outcome, ({ name }) => unheardOf.delete(name));
  for await (const text of events.compose(spec)) process.stdout.write(text);
  for (const name of unheardOf) console.error(`${name} did not come to its end.`);
  const { passed = 0, failed = 0, cancelled = 0 } = counts ?? {};
  const allFailed = failed + cancelled + suitesFailed + unheardOf.size;
  return { passed, failed: allFailed, ok: success && allFailed === 0 && passed > 0 };
}
