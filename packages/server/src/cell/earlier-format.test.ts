// A data folder from before the first release: refused in one line, and nothing in it is touched.
import assert from "node:assert/strict";
import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { refuseEarlierKeys } from "./earlier-format.ts";

const earlierKeys = new URL(
  "../../../../test/vectors/service-before-release/keys.json",
  import.meta.url,
);

test("keys from before the first release are refused in one line that says what to remove", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "assent-earlier-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  await refuseEarlierKeys(folder);
  await refuseEarlierKeys(join(folder, "not-there"));
  await copyFile(earlierKeys, join(folder, "keys.json"));
  await assert.rejects(refuseEarlierKeys(folder), (error: Error) => {
    assert.equal(error.name, "StartRefused");
    assert.ok(!error.message.includes("\n"));
    for (const named of [folder, "keys.json", "assent.db"])
      assert.ok(error.message.includes(named), named);
    return true;
  });
  assert.deepEqual(await readdir(folder), ["keys.json"]);
});
