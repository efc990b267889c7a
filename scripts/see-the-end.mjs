// Loaded before a file of tests. Once all of its tests are over, the process has a while to come to its end by itself: whoever polls
// for what never comes, or left open what they opened, would keep it for ever, and with it the run. The process then fails instead.
import { after } from "node:test";
import { isMainThread } from "node:worker_threads";

// Not what a test starts: its programs and its threads come with the same arguments.
if (isMainThread && process.env.ASSENT_TEST_RUNNER === String(process.ppid)) {
  // As it is before a test puts the clock aside.
  const { setTimeout } = globalThis;
  after(() => {
    setTimeout(() => {
      console.error(
        `Its tests are over, and there still is: ${process.getActiveResourcesInfo().join(", ")}`,
      );
      process.exit(1);
    }, Number(process.env.ASSENT_TEST_GRACE_MS)).unref();
  });
}
