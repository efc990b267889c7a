// The Debian package that `npm run package` leaves, on a machine of its own: run by its unit's command line behind Caddy as the
// page for operators says, step by step, with an SMSC that fails, backed up, restored, upgraded and back, removed and purged.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  missingForDebianRoot,
  missingForSmsc,
  missingForUnits,
} from "../../scripts/debian-packages.mjs";
import { boot, whyNotBooted } from "./booted.ts";
import { runBySystemd } from "./by-systemd.ts";
import { disk, pack, run } from "./packing.ts";
import { stepsOf } from "./typed-steps.ts";

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const onDebian = fileURLToPath(new URL("./on-debian.ts", import.meta.url));
const page = new URL("../../docs/operating.md", import.meta.url);
/** Processes, mounts and a network of its own; all of it ends with whoever began it. */
const apart = ["--mount", "--net", "--pid", "--fork", "--kill-child=SIGKILL"];
/** Of apt, with a slow line. */
const patience = ['Acquire::Retries "5"', 'Acquire::http::Timeout "30"'];

function whyNot(): string | false {
  const missing = [...missingForDebianRoot(), ...missingForSmsc()];
  if (missing.length > 0) return `sudo apt-get install ${missing.join(" ")}`;
  if (process.getuid?.() !== 0) return "only root can make a machine in a folder";
  return spawnSync("unshare", [...apart, "true"]).status === 0
    ? false
    : "no network of its own can be made";
}

const folder = await mkdtemp(join(disk, "assent-installed-"));
after(() => rm(folder, { recursive: true, force: true }));
const skip = whyNot();
const root = join(folder, "root");
// It waits for the network most of the time: meanwhile there is a package to make.
const rooted = skip ? undefined : makeRoot();
rooted?.catch(() => undefined);
const deb = skip ? "" : basename(await pack(folder, ".deb"));

async function makeRoot(): Promise<void> {
  const { VERSION_CODENAME = "stable" } = Object.fromEntries(
    (await readFile("/etc/os-release", "utf8")).split("\n").map((line) => line.split("=")),
  );
  await run("mmdebstrap", [
    ...["--quiet", "--variant=minbase", "--dpkgopt=force-unsafe-io"],
    ...['--aptopt=Acquire::Languages "none"', ...patience.map((one) => `--aptopt=${one}`)],
    ...["--include=systemd", "--skip=cleanup/apt/lists", VERSION_CODENAME, root],
  ]);
  await writeFile(join(root, "etc/apt/apt.conf.d/90patience"), `${patience.join(";\n")};\n`);
  await copyFile("/etc/resolv.conf", join(root, "etc/resolv.conf"));
  // What the page has installed beside the package: how long the network takes is nothing that is tested.
  const asked = ["install", "-y", "--no-install-recommends", "--download-only", "caddy"];
  await run("chroot", [root, "apt-get", ...asked]);
}

/** The same, named as a later one. @returns its file */
async function madeLater(): Promise<string> {
  const unpacked = join(folder, "later");
  await run("dpkg-deb", ["--raw-extract", join(folder, deb), unpacked]);
  const ours = "usr/lib/assent/node_modules/@assent/server/package.json";
  for (const file of ["DEBIAN/control", "usr/lib/assent/package.json", ours]) {
    const path = join(unpacked, file);
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace(/(?<=^Version: |"version": ")0\.1\.0/m, "0.2.0"));
  }
  const later = deb.replace("0.1.0", "0.2.0");
  const built = join(root, "root", later);
  await run("dpkg-deb", ["--root-owner-group", "-Znone", "--build", unpacked, built]);
  await rm(unpacked, { recursive: true });
  return later;
}

const withoutUnits = missingForUnits();
test("systemd understands every line of the unit", {
  skip: withoutUnits.length > 0 && `sudo apt-get install ${withoutUnits.join(" ")}`,
}, async () => {
  const unit = await readFile(pathOf("../../deploy/debian/assent.service"), "utf8");
  const verify = async (text: string) => {
    const file = join(folder, "assent.service");
    // The command is on another machine.
    await writeFile(file, text.replace("ExecStart=/usr/bin/assent", "ExecStart=/bin/true"));
    return spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" }).stderr;
  };
  assert.equal(await verify(unit), "");
  const isBelow = (tenths: number) => {
    const asked = ["security", "--no-pager", "--offline=true", `--threshold=${tenths}`];
    return spawnSync("systemd-analyze", [...asked, join(folder, "assent.service")]).status === 0;
  };
  assert.deepEqual([isBelow(20), isBelow(10)], [true, false], "how far it is shut in");
  assert.match(await verify(unit.replace("ProtectHome", "ProtectHose")), /ProtectHose/);
});

describe("a clean Debian", { skip }, () => {
  const type = (commands: string) =>
    run("chroot", [root, "/bin/sh", "-ec", `exec 2>&1\ncd /root\n${commands}`]);

  before(async () => {
    await rooted;
    await copyFile(join(folder, deb), join(root, "root", deb));
  });

  test("is a service with phones that text, by the steps of the page", {
    timeout: 1_500_000,
  }, async () => {
    const [install = ""] = await stepsOf(page, "From an empty machine to the first text");
    assert.match(install, /assent_0\.1\.0_amd64\.deb/);
    const [later] = await Promise.all([
      madeLater(),
      type(install.replace("assent_0.1.0_amd64.deb", deb)),
    ]);
    const systemctl = join(root, "usr/bin/systemctl");
    await rename(systemctl, `${systemctl}.real`);
    await copyFile(pathOf("./systemctl.sh"), systemctl);
    await chmod(systemctl, 0o755);
    const typing = [process.execPath, onDebian, root, deb, later];
    const found = JSON.parse(await run("unshare", [...apart, ...typing]));
    assert.deepEqual(found, {
      unset: 2,
      unreached: "wrong",
      checked: {
        sms: "well",
        origins: "well",
        push: "well",
        "sms relay": "well",
        proxy: "well",
        port: "well",
        clock: "well",
      },
      owner: ["assent 700", "assent 600"],
      noProxy: { service: "wrong" },
      unbelieved: { TLS: "wrong" },
      fromOutside: {
        service: "well",
        "secure context": "well",
        // The proxy's own is for half a day.
        TLS: "look",
        HSTS: "well",
        "Host and Upgrade": "well",
        clock: "well",
        "fake SMS": "well",
        figures: "well",
        parameters: "well",
        "sms relay": "well",
      },
      doctor: {
        keys: "well",
        "root key": "well",
        database: "well",
        journal: "well",
        time: "well",
        sms: "well",
        "sms relay": "well",
        clock: "well",
      },
      received: true,
      moved: [2, 2],
      bySms: {
        answered: ["I am."],
        exit: 3,
        state: "handoff",
        link: "sms:+33612345678?body=It%20is%20late.",
        taken: ["It is not."],
      },
      failing: {
        meanwhile: "sms_failed",
        unavailable: 1,
        submitted: 2,
        arrived: 4,
        proved: 4,
      },
      lookedAfter: {
        registration: "open",
        invitations: [],
        origins: ["https://assent.example"],
        smsRelay: "on",
        end: null,
        drained: false,
        certificateNumber: 2,
        sealingEpochs: [1, 2],
        rootKeyHere: false,
      },
      restored: { accounts: 4, received: true },
      upgraded: [
        { version: "0.2.0", isAnother: true, accounts: 4, received: true },
        { version: "0.1.0", isAnother: true, accounts: 4, received: true },
      ],
    });
  });

  test("may write where the page has it back up to", async () => {
    const unit = await readFile(join(root, "usr/lib/systemd/system/assent.service"), "utf8");
    const [, writable = "none"] = /^ReadWritePaths=(\S+)$/m.exec(unit) ?? [];
    const typed = (await stepsOf(page, "From an empty machine to the first text")).join("");
    assert.ok(typed.includes(`assent backup "${writable}/`));
    assert.match(await type(`stat -c '%U %a' ${writable}`), /^assent 700$/m);
  });

  test("is run by systemd: ready when it says so, shut in, back after a crash, stopped cleanly", {
    skip: whyNotBooted(),
    timeout: 1_500_000,
  }, async ({ signal }) => {
    const units = join(root, "etc/systemd/system");
    await mkdir(join(units, "assent.service.d"), { recursive: true });
    // Not after five seconds.
    await writeFile(join(units, "assent.service.d/soon.conf"), "[Service]\nRestartSec=100ms\n");
    await symlink("/dev/null", join(units, "caddy.service"));
    const machine = await boot(root, signal);
    try {
      assert.deepEqual(await runBySystemd(machine), {
        accounts: 4,
        score: "below 2, and not below 1",
        process: ["CapEff: 0000000000000000", "NoNewPrivs: 1", "Seccomp: 2"],
        writable: "no yes",
        backup: true,
        nowhere: "1",
        journal: ["well", "look"],
        restarts: "1 active",
        spooled: "smsd 640",
        stopped: ["ActiveState=inactive", "ExecMainStatus=0", "Result=success"],
        log: "stopped",
        refused: ["ActiveState=failed", "ExecMainStatus=2", "NRestarts=0"],
      });
    } finally {
      await machine.end();
    }
  });

  test("keeps settings and accounts over a removal, and accounts over a purge", async () => {
    const settings = "md5sum /etc/assent/assent.conf; md5sum /var/lib/assent/assent.db";
    const before = await type(settings);
    await type("dpkg -r assent");
    assert.equal(await type(settings), before);
    const purged = await type("test ! -e /usr/bin/assent; dpkg -P assent");
    assert.match(purged, /left, with the keys .* \/var\/lib\/assent \/var\/backups\/assent\./);
    await type("test ! -e /etc/assent; test -e /var/lib/assent/assent.db; getent passwd assent");
    await type(`dpkg -i ./${deb}`);
    await type("rm -r /var/lib/assent /var/backups/assent; dpkg -P assent");
    await type("test ! -e /var/lib/assent; ! getent passwd assent");
  });
});
