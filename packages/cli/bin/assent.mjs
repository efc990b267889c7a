#!/usr/bin/env node
// The command `assent`: makes sure of the Node it runs on, then becomes the program, in this same process, so that
// signals and exit codes are its own. Plain JavaScript, because an older Node must be able to say what is wrong.
import module from "node:module";

const major = Number(process.versions.node.split(".")[0]);
if (major >= 24) {
  // Types are stripped and modules compiled once, not at every command. Threads ask the environment where that is kept.
  const { directory } = module.enableCompileCache();
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
