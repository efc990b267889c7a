// Builds the Messaging app, packages/web, whenever what it is made from has changed, and does nothing, quickly, when
// it has not. Beside every text file it leaves that file compressed, so that the service never compresses.
import { rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compressTexts } from "./compress-texts.mjs";
import { filesIn, fingerprint, isMadeFrom, markMadeFrom } from "./made-from.mjs";
import { runToEnd } from "./run-to-end.mjs";
import { takeTurn } from "./take-turn.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const binaries = join(root, "node_modules/.bin");
const out = "packages/web/dist";

const sources = ["packages/web", "packages/client/src", "packages/protocol/src", "proto"];
const settings = [
  "package-lock.json",
  "tsconfig.base.json",
  "scripts/build-web.mjs",
  "scripts/compress-texts.mjs",
];

if (!isMadeFrom(out, inputs())) {
  await takeTurn("build");
  const madeFrom = inputs();
  if (!isMadeFrom(out, madeFrom)) {
    console.log("Building the Messaging app.");
    await build();
    markMadeFrom(out, madeFrom);
  }
}

function inputs() {
  return fingerprint([...sources.flatMap(filesIn), ...settings]);
}

async function build() {
  // First, and the stamp with it, so that a build that is interrupted is not taken for a whole one.
  rmSync(join(root, out), { recursive: true, force: true });
  const outcome = await runToEnd(join(binaries, "vite"), ["build", "--logLevel", "warn"], {
    cwd: join(root, "packages/web"),
    // It is a script that wants the installed Node.
    env: { ...process.env, PATH: [binaries, process.env.PATH].join(delimiter) },
  });
  if (outcome !== "done") {
    console.error(`The Messaging app was not built: vite build ${outcome}; see above.`);
    process.exit(1);
  }
  compressTexts(join(root, out));
}
