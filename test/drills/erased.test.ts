// The short setting of the drill of what delivered texts leave behind; `npm run drill:erased` is the long one. That pieces are
// found while they wait is its positive control.
import assert from "node:assert/strict";
import { test } from "node:test";
import { erasedDrill } from "./erased.ts";
import { DrilledService } from "./load/service.ts";
import { resultLine } from "./tally.ts";
import { temporaryFolder } from "./temporary-folder.ts";

test("of texts that were delivered no piece is left, and no space", async (context) => {
  const service = new DrilledService(context, `${await temporaryFolder(context)}/data`);
  const progress = (line: string) => context.diagnostic(line);
  const result = await erasedDrill({ service, texts: 1_600, progress });
  assert.equal(resultLine(result), "1600 texts, 0 lost, 0 twice, 0 reordered");
  // Each has 32 pieces.
  assert.ok(result.piecesWaiting >= 1_600 * 32);
  assert.ok(result.fullBytes > result.emptyBytes + 1_600 * 512, "they took space");
});
