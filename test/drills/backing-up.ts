// A program of its own that holds the stores of a service, larger than is in memory of them, and backs them up to each file
// that it is told on standard input: below a strace that harms it.
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { systemRandomness } from "../../packages/server/src/randomness.ts";
import { openEmbeddedStores } from "../../packages/server/src/storage/embedded-stores.ts";

const folder = join(process.argv[2] ?? "", "data");
let diskFailed = 0;
const open = () =>
  openEmbeddedStores(folder, {
    randomness: systemRandomness,
    crashed: (error) => {
      throw error;
    },
    diskFailed: () => {
      diskFailed += 1;
    },
  });
await (await open()).close();
const database = new DatabaseSync(join(folder, "assent.db"));
database.exec("CREATE TABLE filler (bytes BLOB); INSERT INTO filler VALUES (zeroblob(9000000))");
database.close();
const stores = await open();
console.log("open");
for await (const file of createInterface({ input: process.stdin })) {
  const outcome = await stores.backup.backUp(file, () => undefined);
  console.log(JSON.stringify({ ...outcome, diskFailed }));
}
await stores.close();
