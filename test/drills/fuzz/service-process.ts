// The service of the fuzz drill, in a process of its own, so that its memory and its stalls are its own. Tells its
// parent where it listens, and when asked, how it is.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { readConfig, startServer } from "@assent/server";

const faults: string[] = [];
const folder = process.argv[2];
if (!folder || !process.send) throw new Error("started by the fuzz drill alone");

const server = await startServer(
  readConfig({ data: folder, port: 0, sms: "fake", logLevel: "debug" }, {}),
  {
    logDestination: {
      write(line) {
        const level = (JSON.parse(line) as { level: number | string }).level;
        if (["error", "fatal", 50, 60].includes(level)) faults.push(line);
      },
    },
  },
);
const stalls = monitorEventLoopDelay({ resolution: 10 });
stalls.enable();

process.on("message", async () => {
  const longestStallMs = stalls.max / 1e6;
  // Twice, with a pause: what the first finds unused may still hold on to more.
  globalThis.gc?.();
  await delay(50);
  globalThis.gc?.();
  const { rss, arrayBuffers, heapUsed } = process.memoryUsage();
  process.send?.({ rss, arrayBuffers, heapUsed, longestStallMs, faults });
  // The next turn's delay is still of the collecting above.
  await delay(20);
  stalls.reset();
});
process.on("disconnect", () => void server.close().then(() => process.exit(0)));
process.send({ origin: server.origin });
