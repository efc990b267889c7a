// The short setting of the busy drill; `npm run drill:busy` is the long one. And it sees what was stored and is gone, and what
// was acknowledged and comes again.
import assert from "node:assert/strict";
import { cp, rm } from "node:fs/promises";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { busyDrill } from "./busy.ts";
import { DrilledService } from "./load/service.ts";
import { Village } from "./load/village.ts";
import { resultLine } from "./tally.ts";
import { temporaryFolder } from "./temporary-folder.ts";

test("killed under load, nothing stored is lost and nothing acknowledged comes again", async (context) => {
  const service = new DrilledService(context, `${await temporaryFolder(context)}/data`);
  const progress = (line: string) => context.diagnostic(line);
  const result = await busyDrill({ service, ways: 4, kills: 3, seed: 3, progress });
  assert.match(resultLine(result), /^\d+ texts, 0 lost, 0 twice, 0 reordered$/);
  assert.ok(result.texts > 0);
});

/** A service that is killed, and finds on its disk what was there at an earlier kill. */
async function forgetting(context: TestContext) {
  const folder = await temporaryFolder(context);
  const service = new DrilledService(context, `${folder}/data`);
  await service.start();
  const village = await Village.settle({ origin: () => service.origin, ways: 2, window: 4 });
  context.after(() => village.close());
  return {
    village,
    async remember() {
      await service.stop();
      await cp(service.folder, `${folder}/copy`, { recursive: true });
      await service.start();
    },
    async forget() {
      await service.kill();
      await rm(service.folder, { recursive: true });
      await cp(`${folder}/copy`, service.folder, { recursive: true });
      await service.start();
    },
  };
}

test("a disk that forgets what was stored loses texts, and the drill says so", async (context) => {
  const { village, remember, forget } = await forgetting(context);
  await village.send(3);
  await remember();
  await village.send(2);
  await forget();
  village.take();
  const endMs = Date.now() + 30_000;
  while (village.tally.missing().length > 4 && Date.now() < endMs) await delay(20);
  // And nothing more.
  await village.arrived(500);
  assert.equal(resultLine(village.tally.result()), "10 texts, 4 lost, 0 twice, 0 reordered");
});

test("a disk that forgets what was acknowledged shows texts twice, and the drill says so", async (context) => {
  const { village, remember, forget } = await forgetting(context);
  await village.send(3);
  await remember();
  village.take();
  await village.acknowledged();
  await forget();
  await village.send(1);
  await village.arrived();
  assert.equal(resultLine(village.tally.result()), "8 texts, 0 lost, 6 twice, 0 reordered");
});
