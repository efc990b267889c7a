// Where the library is that sets the clock of a process (Debian's libfaketime); undefined where it is not.
// Runs on the system's Node, as install-missing.mjs does.
import { existsSync, readdirSync } from "node:fs";

export function findFaketime() {
  if (!existsSync("/usr/lib")) return undefined;
  return readdirSync("/usr/lib")
    .map((folder) => `/usr/lib/${folder}/faketime/libfaketime.so.1`)
    .find((file) => existsSync(file));
}
