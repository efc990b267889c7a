// The heap of V8 has little room for garbage, where it would grow: in programs of their own, since it never shrinks at once.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

const module = JSON.stringify(new URL("heap-room.ts", import.meta.url));
const keepGarbageLittle = `(await import(${module})).keepGarbageLittle();`;

/** The number that a program prints. */
function printedBy(...steps: readonly string[]): number {
  const program = `
    const { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } = await import("node:v8");
    const made = (index) => ({ index, text: String(index), few: [index] });
    ${steps.join("\n")}`;
  const { stdout, status } = spawnSync(
    process.execPath,
    ["--expose-gc", "--input-type=module", "--eval", program],
    { encoding: "utf8" },
  );
  assert.equal(status, 0);
  return Number(stdout);
}

test("young objects get no more room than there was, where they would get several times that", () => {
  const garbage = `
    const kept = [];
    for (let index = 0; index < 1_000_000; index += 1) kept[index % 10_000] = made(index);
    const young = getHeapSpaceStatistics().find((space) => space.space_name === "new_space");
    console.log(kept.length > 0 && young.space_size / 1_048_576);`;
  const [few, many] = [printedBy(keepGarbageLittle, garbage), printedBy(garbage)];
  assert.ok(few <= 4 && many >= 3 * few, `${few} MB, ${many} MB`);
});

test("old objects that are of no use any more are let go of before there are several times those of use", () => {
  // How many times what is of use the heap holds at most, where all that is made lives for a while.
  const garbage = `
    const used = Array.from({ length: 100_000 }, (_, index) => made(index));
    gc();
    const ofUse = getHeapStatistics().used_heap_size;
    const kept = [];
    let most = 0;
    for (let index = 0; index < 600_000; index += 1) {
      kept[index % 30_000] = made(index);
      if (index % 1_000 === 0) most = Math.max(most, getHeapStatistics().used_heap_size);
    }
    console.log(used.length > 0 && most / ofUse);`;
  // Both with few young objects: how long what is made lives is the same then.
  const young = `setFlagsFromString("--semi-space-growth-factor=1");`;
  const [few, many] = [printedBy(keepGarbageLittle, garbage), printedBy(young, garbage)];
  assert.ok(few > 1 && many >= 1.25 * few, `${few}, ${many}`);
});
