// The short setting of the drills of a full disk and of few open files; `npm run drill:full-disk` is the long one. That the
// disk is full is seen by the puts that are told to come later, which the drill waits for, and by what the system says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { canMountDisks, fewFilesDrill, fullDiskDrill } from "./full-disk.ts";
import { resultLine } from "./tally.ts";

const skip = (await canMountDisks()) ? false : "no disk can be mounted here";

test("on a full disk puts wait, and taking, acknowledging, leaving and starting go on", {
  skip,
}, async (context) => {
  const progress = (line: string) => context.diagnostic(line);
  const result = await fullDiskDrill({ context, texts: 10, rounds: 4, progress });
  assert.equal(resultLine(result), "80 texts, 0 lost, 0 twice, 0 reordered");
});

test("with few files open, those who text go on", async (context) => {
  const progress = (line: string) => context.diagnostic(line);
  const result = await fewFilesDrill({ context, texts: 10, files: 600, progress });
  assert.equal(resultLine(result), "120 texts, 0 lost, 0 twice, 0 reordered");
});
