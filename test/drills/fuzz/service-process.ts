// The service of the fuzz drill, in a process of its own, so that its memory and its stalls are its own. Tells its
// parent where it listens, and when asked, how it is.
import { setTimeout as delay } from "node:timers/promises";
import { readConfig, startServer } from "@assent/server";

const faults: string[] = [];
const folder = process.argv[2];
if (!folder || !process.send) throw new Error("started by the fuzz drill alone");

const server = await startServer(
  readConfig({ data: folder, port: 0, sms: "fake", smsRelay: "on", logLevel: "debug" }, {}),
  {
    logDestination: {
      write(line) {
        const level = (JSON.parse(line) as { level: number | string }).level;
        if (["error", "fatal", 50, 60].includes(level)) faults.push(line);
      },
    },
  },
);
// What this thread computes between two turns of a timer: how long others of the machine held it up is not in it.
const turnMs = 10;
let longestStallMs = 0;
let before = process.threadCpuUsage();
setInterval(() => {
  const { user, system } = process.threadCpuUsage(before);
  before = process.threadCpuUsage();
  longestStallMs = Math.max(longestStallMs, (user + system) / 1_000);
}, turnMs).unref();

process.on("message", async () => {
  const told = longestStallMs;
  // Twice, with a pause: what the first finds unused may still hold on to more.
  globalThis.gc?.();
  await delay(50);
  globalThis.gc?.();
  const { rss, arrayBuffers, heapUsed } = process.memoryUsage();
  process.send?.({ rss, arrayBuffers, heapUsed, longestStallMs: told, faults });
  // The next turn is still of the collecting above.
  await delay(2 * turnMs);
  longestStallMs = 0;
});
process.on("disconnect", () => void server.close().then(() => process.exit(0)));
process.send({ origin: server.origin });
