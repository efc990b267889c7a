// Zeros reach the disk in parts, so that nothing that is written meanwhile waits for all of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FilesForTests } from "./files-for-tests.ts";
import { writeZeros } from "./zeros.ts";

const partBytes = 262_144;

test("no more than one part is ever written and not synced, and all of it is in the end", async () => {
  const files = new FilesForTests(1);
  const file = files.file("segment");
  await file.write(Buffer.alloc(3 * partBytes, 7), 0);
  await file.sync();
  const written: number[] = [0];
  const watched = Object.assign(Object.create(file) as typeof file, {
    write(bytes: Uint8Array, at: number) {
      written[written.length - 1] = (written.at(-1) ?? 0) + bytes.length;
      return file.write(bytes, at);
    },
    sync() {
      written.push(0);
      return file.sync();
    },
  });
  const many = Array.from({ length: 40 }, (_, index) => ({ from: index * 16, to: index * 16 + 8 }));
  await writeZeros(watched, [...many, { from: 1_000, to: 3 * partBytes - 5 }]);
  assert.ok(
    written.every((bytes) => bytes <= partBytes),
    String(written),
  );
  assert.equal(
    written.reduce((sum, bytes) => sum + bytes),
    40 * 8 + 3 * partBytes - 5 - 1_000,
  );
  assert.equal(written.at(-1), 0, "nothing is left that is not synced");
  const expected = Buffer.alloc(3 * partBytes, 7);
  for (const { from, to } of many) expected.fill(0, from, to);
  expected.fill(0, 1_000, 3 * partBytes - 5);
  assert.ok(files.bytesOf("segment").equals(expected));
});
