// Installs the browser that the tests drive, where there is none: Debian's package, when root runs this. With --fonts
// also those that people need who look at screenshots: Arabic, Chinese and emoji, some 250 MB.
// Runs on the system's Node, as install-missing.mjs does.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { findChromium } from "./find-chromium.mjs";

const fonts = {
  "fonts-noto-core": "/usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf",
  "fonts-noto-cjk": "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
  "fonts-noto-color-emoji": "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf",
};

const missing = findChromium() === undefined ? ["chromium"] : [];
if (process.argv.includes("--fonts"))
  for (const [name, file] of Object.entries(fonts)) if (!existsSync(file)) missing.push(name);

if (missing.length > 0) install();

function install() {
  const names = missing.join(" ");
  if (process.getuid?.() !== 0 || aptGet("--version").error)
    stop(
      `The tests of the web app need Debian's ${names}, and only root can install packages: ` +
        `sudo apt-get install ${names}. A Chromium that is elsewhere can be named in ASSENT_CHROMIUM.`,
    );
  console.log(`Installing what the tests of the web app need: ${names}`);
  // The list of packages may be missing or old; fetching it takes longer than most installs.
  if (aptInstalls() || (aptGet("update", "-qq").status === 0 && aptInstalls())) return;
  stop(`apt-get could not install ${names}; see above.`);
}

function aptInstalls() {
  return aptGet("install", "-y", "-qq", "--no-install-recommends", ...missing).status === 0;
}

function aptGet(...args) {
  return spawnSync("apt-get", args, {
    stdio: args[0] === "--version" ? "ignore" : "inherit",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
}

function stop(reason) {
  console.error(reason);
  process.exit(1);
}
