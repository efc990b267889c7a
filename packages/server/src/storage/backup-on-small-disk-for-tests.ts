// For tests: backs a store up to a folder on a disk that is too small, and prints what came of it.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemRandomness } from "../randomness.ts";
import { openEmbeddedStores } from "./embedded-stores.ts";

const [, , disk = ""] = process.argv;
const folder = await mkdtemp(join(tmpdir(), "assent-backed-up-"));
let failures = 0;
const stores = await openEmbeddedStores(folder, {
  randomness: systemRandomness,
  crashed: (error) => {
    throw error;
  },
  diskFailed: () => {
    failures += 1;
  },
});
const outcome = await stores.backup.backUp(join(disk, "a.db"), () => undefined);
await stores.close();
await rm(folder, { recursive: true });
const left = (await readdir(disk)).length;
console.log(`${JSON.stringify(outcome)} diskFailed ${failures} left ${left}`);
