#!/usr/bin/env node
// The command `assent`: makes sure of the Node it runs on, then becomes the program, in this same process, so that
// signals and exit codes are its own. Plain JavaScript, because an older Node must be able to say what is wrong.
import module from "node:module";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

const major = Number(process.versions.node.split(".")[0]);
if (major >= 24) {
  // Types are stripped and modules compiled once, not at every command. Threads ask the environment where that is kept.
  const folder = compiledFolder();
  const { directory } = folder ? module.enableCompileCache(folder) : {};
  if (directory) process.env.NODE_COMPILE_CACHE ??= directory;
  const { run } = await import("../src/main.ts");
  process.exitCode = await run(process.argv.slice(2));
} else {
  console.error(
    `assent needs Node 24; this is Node ${process.versions.node}.\n` +
      "`npm start` and `npm test` install it in the repository's folder. Then run, in that folder:\n" +
      "  npx --no -- assent …",
  );
  process.exitCode = 2;
}

// What is compiled is run as it is found: it is kept where nobody else writes, which Node's own choice, a name in the folder for
// what is temporary, is not. Where it cannot be kept, nothing is.
function compiledFolder() {
  const { NODE_COMPILE_CACHE, CACHE_DIRECTORY, XDG_CACHE_HOME = "" } = process.env;
  // The second is systemd's.
  const given = NODE_COMPILE_CACHE ?? CACHE_DIRECTORY;
  if (given) return given;
  if (isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, "assent");
  try {
    return join(homedir(), ".cache", "assent");
  } catch {
    // A user that the machine has no entry of, as in a container.
    return undefined;
  }
}
