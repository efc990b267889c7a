// The file that Node runs as the command `assent`, wherever a test starts a process of it: its sources, or, in `npm test`, the
// bundle of them that scripts/bundle-command.mjs makes.
import { fileURLToPath } from "node:url";

const isBundled = process.env["ASSENT_TEST_BUNDLED"] === "yes";

export const commandFile = fileURLToPath(
  new URL(
    isBundled ? "../packages/cli/dist/bundled/assent.ts" : "../packages/cli/bin/assent.mjs",
    import.meta.url,
  ),
);
