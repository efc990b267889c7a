// The reference of the fuzz drill: a process that syncs a few bytes, answers and does nothing else. How long its answers take is the
// machine's doing, and its disk's.
import { fdatasync, openSync, write } from "node:fs";
import { promisify } from "node:util";

const file = openSync(process.argv[2] as string, "w");
const bytes = Buffer.from("there");
const [writeTo, sync] = [promisify(write), promisify(fdatasync)];

process.on("message", async (message) => {
  await writeTo(file, bytes, 0, bytes.length, 0);
  await sync(file);
  process.send?.(message);
});
process.on("disconnect", () => process.exit(0));
