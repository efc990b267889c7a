// What a trace says that is on a disk: also what was written by a process that was killed meanwhile.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Seeded } from "../seeded.ts";
import { diskCallsIn } from "./disk-calls.ts";
import { RecordedDisk } from "./recorded-disk.ts";
import { readTraces } from "./trace.ts";

const hex = (text: string) =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
const file = hex("/data/log");
const opened = `1 1.0 openat(AT_FDCWD, "${file}", O_RDWR|O_CREAT|O_DSYNC, 0600) = 3<${file}>`;
const folder = hex("/data");
const named = [
  `1 1.1 fsync(4<${folder}>) = 0`,
  `1 1.2 pwrite64(3<${file}>, "${hex("one")}", 3, 0) = 3`,
];
const cutShort = `1 1.3 pwrite64(3<${file}>, "${hex("two")}", 3, 3 <unfinished ...>`;
const killed = "1 1.4 +++ killed by SIGKILL +++";
const synced = `2 2.0 fdatasync(3<${file}>) = 0`;

function lost(...records: readonly string[][]): string {
  const trace = readTraces(records.map((lines) => lines.join("\n")));
  const disk = new RecordedDisk(diskCallsIn(trace, "/data"));
  disk.advance(Number.POSITIVE_INFINITY);
  return String(disk.cut("lost", new Seeded(1)).get("/data/log"));
}

test("what was written while its process was killed is durable once the next one synced it, and not before", () => {
  const first = [opened, ...named, cutShort, killed];
  assert.equal(lost(first), "one");
  assert.equal(lost(first, [synced]), "onetwo");
});
