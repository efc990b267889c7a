// Installs what the tests drive and npm does not have, where it is missing: Debian's packages, when root runs this.
// Chromium must be there; without what Firefox, the second client or the SMSC needs, its tests are skipped. With --fonts,
// instead of these, the fonts that people need who look at screenshots: Arabic, Chinese and emoji, some 250 MB. With
// --clock, what sets the clocks of the time drill, and nothing else; so with --strace and --containers.
// Runs on the system's Node, as install-missing.mjs does.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import {
  findChromium,
  findFaketime,
  findFirefox,
  findStrace,
  missingForDebianRoot,
  missingForKannel,
  missingForModem,
  missingForPromtool,
  missingForSecondClient,
  missingForSmsc,
  missingForTls,
  missingForUnits,
} from "./debian-packages.mjs";

const fonts = {
  "fonts-noto-core": "/usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf",
  "fonts-noto-cjk": "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
  "fonts-noto-color-emoji": "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf",
};

if (process.argv.includes("--clock")) {
  const problem = install("time drill", findFaketime() ? [] : ["libfaketime"]);
  if (problem) console.error(problem);
  process.exit(problem ? 1 : 0);
}
const missingForDisks = () => (findStrace() ? [] : ["strace"]);
if (process.argv.includes("--strace")) {
  const problem = install("drills of disks", missingForDisks());
  if (problem) console.error(problem);
  process.exit(problem ? 1 : 0);
}
if (process.argv.includes("--containers")) {
  const builder = existsSync("/usr/bin/buildah") ? [] : ["buildah"];
  const problem = install("drill of containers", [...missingForDebianRoot(), ...builder]);
  if (problem) console.error(problem);
  process.exit(problem ? 1 : 0);
}
const forScreens = process.argv.includes("--fonts");
const forWeb = findChromium() === undefined ? ["chromium"] : [];
if (forScreens)
  for (const [name, file] of Object.entries(fonts)) if (!existsSync(file)) forWeb.push(name);

const webProblem = install(
  "tests of the web app",
  forWeb,
  " A Chromium that is elsewhere can be named in ASSENT_CHROMIUM.",
);
if (webProblem) {
  console.error(webProblem);
  process.exit(1);
}
if (!forScreens) {
  for (const problem of [
    install("tests in Firefox", findFirefox() ? [] : ["firefox-esr"]),
    install("tests of the second client", missingForSecondClient()),
    install("tests with an SMSC", missingForSmsc()),
    install("tests with a modem", missingForModem()),
    install("tests with a messaging entity", missingForKannel()),
    install("tests of SMPP by TLS", missingForTls()),
    install("tests of figures and alerts", missingForPromtool()),
    install("tests of the Debian package", [...missingForDebianRoot(), ...missingForUnits()]),
  ]) {
    if (problem) console.error(`${problem} Until then they are skipped.`);
  }
}

/** What is wrong, if anything is. */
function install(whose, packages, otherwise = "") {
  const names = packages.join(" ");
  if (packages.length === 0) return undefined;
  if (process.getuid?.() !== 0 || aptGet("--version").error)
    return (
      `The ${whose} need Debian's ${names}, and only root can install packages: ` +
      `sudo apt-get install ${names}.${otherwise}`
    );
  console.log(`Installing what the ${whose} need: ${names}`);
  // The list of packages may be missing or old; fetching it takes longer than most installs.
  if (aptInstalls(packages) || (aptGet("update", "-qq").status === 0 && aptInstalls(packages)))
    return undefined;
  return `apt-get could not install ${names}; see above.`;
}

function aptInstalls(packages) {
  return aptGet("install", "-y", "-qq", "--no-install-recommends", ...packages).status === 0;
}

function aptGet(...args) {
  return spawnSync("apt-get", args, {
    stdio: args[0] === "--version" ? "ignore" : "inherit",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
}
