// How many connections there is room for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mostConnections, readOpenFilesLimit } from "./open-files.ts";

test("as many as there are files for, with a warning where that is few and a refusal where it is none", async () => {
  const warned: unknown[] = [];
  const most = (wanted: number, openFiles: number | undefined) =>
    mostConnections(wanted, openFiles, { warn: (_event, facts) => void warned.push(facts) });
  assert.equal(most(20_000, 20_256), 20_000);
  assert.equal(most(20_000, undefined), 20_000);
  assert.deepEqual(warned, []);
  assert.equal(most(20_000, 1_024), 768);
  assert.deepEqual(warned, [{ connections: 768, files: 1_024, filesNeeded: 20_256 }]);
  assert.throws(() => most(20_000, 511), { name: "StartRefused", message: /ulimit -n/ });
  const limit = await readOpenFilesLimit();
  assert.ok(limit === undefined || limit > 0);
});
