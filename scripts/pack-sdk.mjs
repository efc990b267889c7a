// `npm run pack`: builds the SDK and leaves what a registry would get, a tarball for each package, in ./packed, or in the
// folder that is named. Fetches nothing.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildSdk, sdkPackages } from "./build-sdk.mjs";

const destination = resolve(process.argv[2] ?? "packed");
mkdirSync(destination, { recursive: true });
const built = mkdtempSync(join(tmpdir(), "assent-sdk-"));
try {
  buildSdk(built);
  for (const name of sdkPackages) {
    const args = ["pack", join(built, name), "--pack-destination", destination, "--loglevel=error"];
    const { status, error } = spawnSync("npm", [...args, "--offline", "--ignore-scripts"], {
      stdio: "inherit",
    });
    if (error) throw error;
    if (status !== 0) throw new Error(`npm did not pack ${name}: see above`);
  }
} finally {
  rmSync(built, { recursive: true, force: true });
}
