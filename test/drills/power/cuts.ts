// What the power drills of services and of phones share: moments to cut at, the folder as a cut leaves it, and whether a
// record is the whole truth.
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Seeded } from "../seeded.ts";
import type { DiskCall } from "./disk-calls.ts";
import { type CutKind, type DiskContents, RecordedDisk } from "./recorded-disk.ts";

export const cutKinds: readonly CutKind[] = ["lost", "written", "torn", "mixed", "mixed"];

/** Whoever follows all the calls has in the end the very files that are there: none was missed. */
export async function assertWholeTruth(calls: readonly DiskCall[], folder: string): Promise<void> {
  const disk = new RecordedDisk(calls);
  disk.advance(Number.POSITIVE_INFINITY);
  const followed = disk.cut("written", new Seeded(0));
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  assert.equal([...followed.values()].filter((one) => one !== "folder").length, files.length);
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    assert.ok((await readFile(path)).equals(followed.get(path) as Buffer), `${name} as it is`);
  }
}

/** So many, in their order; each once before any is twice. */
export function chosenLines(lines: readonly number[], count: number, random: Seeded): number[] {
  const found: number[] = [];
  let left: number[] = [];
  while (found.length < count) {
    if (left.length === 0) left = [...lines];
    found.push(...left.splice(random.below(left.length), 1));
  }
  return found.sort((one, other) => one - other);
}

/** @param recorded where the files were. @param folder where they are to be. */
export async function layOut(
  contents: DiskContents,
  recorded: string,
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const at = (path: string) => join(folder, path.slice(recorded.length));
  for (const [path, one] of contents)
    if (one === "folder") await mkdir(at(path), { recursive: true, mode: 0o700 });
  for (const [path, one] of contents) {
    if (one === "folder") continue;
    await mkdir(dirname(at(path)), { recursive: true, mode: 0o700 });
    await writeFile(at(path), one, { mode: 0o600 });
  }
}
