// The short setting of the sockets drill; `npm run drill:sockets` is the long one. And it sees a service that stands still.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { DrilledService } from "./load/service.ts";
import { arrived, p99, registered, socketsDrill, texting } from "./sockets.ts";
import { temporaryFolder } from "./temporary-folder.ts";

test("texts go through while strangers hold sockets, and while all phones come back", async (context) => {
  const service = new DrilledService(context, `${await temporaryFolder(context)}/data`);
  const result = await socketsDrill({
    ...{ service, strangers: 100, calmSeconds: 1, seconds: 1, returns: 40, returnSeconds: 0 },
    ...{ pairs: 2, devices: 2, textsPerSecond: 20 },
    progress: (line) => context.diagnostic(line),
  });
  for (const ms of [result.calmP99Ms, result.pressedP99Ms, result.returningP99Ms]) {
    assert.ok(ms > 0 && ms < 5_000, `${ms} ms`);
  }
  assert.ok(Number.isFinite(result.grownHeapMegabytes));
});

test("a service that stands still for a while is seen", async (context) => {
  const service = new DrilledService(context, `${await temporaryFolder(context)}/data`);
  await service.start();
  const pairs = await texting(service, await registered(service, 1), 50);
  context.after(() => pairs[0]?.close());
  await arrived(pairs, 5);
  process.kill(service.pid, "SIGSTOP");
  await delay(400);
  process.kill(service.pid, "SIGCONT");
  // More than can have come before it stood still, and were not asked for yet.
  assert.ok(p99(await arrived(pairs, 50)) >= 300);
});
