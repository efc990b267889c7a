// The young generation of V8 keeps its size, where it would grow: in programs of their own, since it never shrinks at once.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

/** Megabytes of room for young objects after a program made a million of them and kept a thousand, in turn. */
function roomAfterGarbage(first: string): number {
  const program = `
    ${first}
    const { getHeapSpaceStatistics } = await import("node:v8");
    const kept = [];
    for (let index = 0; index < 1_000_000; index += 1)
      kept[index % 10_000] = { index, text: String(index), few: [index] };
    const young = getHeapSpaceStatistics().find((space) => space.space_name === "new_space");
    console.log(kept.length > 0 && young.space_size / 1_048_576);`;
  const { stdout, status } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", program],
    { encoding: "utf8" },
  );
  assert.equal(status, 0);
  return Number(stdout);
}

test("young objects get no more room than there was, where they would get several times that", () => {
  const module = JSON.stringify(new URL("young-objects.ts", import.meta.url));
  const few = roomAfterGarbage(`(await import(${module})).keepYoungObjectsFew();`);
  const many = roomAfterGarbage("");
  assert.ok(few <= 4 && many >= 3 * few, `${few} MB, ${many} MB`);
});
