// The short setting of the drill of taking back; `npm run drill:revoke` is the long one. And it sees what was taken back and is
// handed out all the same, and what was stored and is gone.
import assert from "node:assert/strict";
import { cp, rm } from "node:fs/promises";
import { test } from "node:test";
import { DrilledService } from "./load/service.ts";
import { isCleanRevoking, People, revokingDrill, revokingLine } from "./revoking.ts";
import { Seeded } from "./seeded.ts";
import { temporaryFolder } from "./temporary-folder.ts";

test("killed and cut off at any moment, a text is handed out or taken back, and never both", async (context) => {
  const service = new DrilledService(context, `${await temporaryFolder(context)}/data`);
  const progress = (line: string) => context.diagnostic(line);
  const result = await revokingDrill({ service, rounds: 1, seed: 5, progress });
  assert.ok(isCleanRevoking(result), revokingLine(result));
});

test("a disk that forgets hands out what was taken back, and loses what was stored, and the drill says so", async (context) => {
  const folder = await temporaryFolder(context);
  const service = new DrilledService(context, `${folder}/data`);
  await service.start();
  const people = await People.settle(service, new Seeded(1));
  const text = people.newText();
  await people.put(text);
  await service.stop();
  await cp(service.folder, `${folder}/copy`, { recursive: true });
  await service.start();
  await people.takeBack(text);
  await people.put(people.newText());
  await service.kill();
  await rm(service.folder, { recursive: true });
  await cp(`${folder}/copy`, service.folder, { recursive: true });
  await service.start();
  await people.takeTheRest();
  const line = "0 handed out, 1 taken back, 0 not known; 1 both, 1 lost";
  assert.equal(revokingLine(people.result()), line);
});
