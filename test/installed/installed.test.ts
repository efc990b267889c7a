// What `npm run package` leaves, where nothing else is: the tarball in an empty folder, installed without a network; the
// Debian package on a machine of its own, run by its unit's command line behind Caddy as the page for operators says, step by
// step, backed up, restored, upgraded, removed and purged.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { missingForDebianRoot } from "../../scripts/find-mmdebstrap.mjs";
import { stepsOf } from "./typed-steps.ts";

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const onDebian = fileURLToPath(new URL("./on-debian.ts", import.meta.url));
const page = new URL("../../docs/operating.md", import.meta.url);

function whyNot(): string | false {
  const missing = missingForDebianRoot();
  if (missing.length > 0) return `sudo apt-get install ${missing.join(" ")}`;
  if (process.getuid?.() !== 0) return "only root can make a machine in a folder";
  return spawnSync("unshare", ["-mn", "true"]).status === 0
    ? false
    : "no network of its own can be made";
}

const folder = await mkdtemp(join(tmpdir(), "assent-installed-"));
after(() => rm(folder, { recursive: true, force: true }));
const packed = run(process.execPath, pathOf("../../scripts/package-service.mjs"), folder, "--quick")
  .split("\n")
  .filter((line) => line.startsWith(folder));

function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  assert.equal(status, 0, `${program} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout + stderr;
}

test("the tarball is installed without a network, and is a service", async (context) => {
  const tarball = packed.find((name) => name.endsWith(".tgz")) ?? "";
  const place = join(folder, "place");
  run("npm", "install", "--offline", "--ignore-scripts", "--prefix", place, tarball);
  const bin = join(place, "node_modules/assent/bin/assent.mjs");
  const files = await readdir(join(place, "node_modules/assent"), { recursive: true });
  assert.deepEqual(
    files.filter((file) => /\.test\.|for-tests|bare-phone/.test(file)),
    [],
  );
  const data = join(place, "data");
  const serve = ["serve", "--sms", "fake", "--port", "0", "--data", data];
  const service = spawn(process.execPath, [bin, ...serve], { stdio: ["ignore", "pipe", "ignore"] });
  context.after(() => service.kill("SIGKILL"));
  const [line] = (await once(createInterface({ input: service.stdout }), "line")) as [string];
  const origin = /^assent ready (\S+)$/.exec(line)?.[1] ?? "";
  assert.match(await (await fetch(origin)).text(), /<title>/, "the app is in it");
  const status = JSON.parse(
    run(process.execPath, bin, "admin", "status", "--json", "--data", data),
  );
  assert.equal(status.origin, origin);
  service.kill("SIGTERM");
  const [code] = await once(service, "exit");
  assert.equal(code, 0);
});

describe("a clean Debian", { skip: whyNot() }, () => {
  const root = join(folder, "root");
  const deb = basename(packed.find((name) => name.endsWith(".deb")) ?? "");

  const type = (commands: string) => run("chroot", root, "/bin/sh", "-ec", `cd /root\n${commands}`);

  before(async () => {
    const { VERSION_CODENAME = "stable" } = Object.fromEntries(
      (await readFile("/etc/os-release", "utf8")).split("\n").map((line) => line.split("=")),
    );
    run("mmdebstrap", "--quiet", "--variant=minbase", VERSION_CODENAME, root);
    await copyFile(join(folder, deb), join(root, "root", deb));
    await copyFile("/etc/resolv.conf", join(root, "etc/resolv.conf"));
  });

  test("is a service with two phones that text, by the steps of the page", async () => {
    const [install = ""] = await stepsOf(page, "From an empty machine to the first text");
    assert.match(install, /assent_0\.1\.0_amd64\.deb/);
    type(install.replace("assent_0.1.0_amd64.deb", deb));
    const systemctl = join(root, "usr/local/bin/systemctl");
    await copyFile(pathOf("./systemctl.sh"), systemctl);
    await chmod(systemctl, 0o755);
    const { status, stdout, stderr } = spawnSync(
      "unshare",
      ["-mn", process.execPath, onDebian, root],
      { encoding: "utf8" },
    );
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), {
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
      },
      doctor: {
        keys: "well",
        "root key": "well",
        database: "well",
        journal: "well",
        time: "well",
        clock: "well",
      },
      received: true,
      moved: ["assent_accounts 2", "assent_codes_proved_total 2"],
      restored: "assent_accounts 2",
      receivedAgain: true,
    });
  });

  test("may write where the page has it back up to", async () => {
    const unit = await readFile(join(root, "usr/lib/systemd/system/assent.service"), "utf8");
    const [, writable = "none"] = /^ReadWritePaths=(\S+)$/m.exec(unit) ?? [];
    const typed = (await stepsOf(page, "From an empty machine to the first text")).join("");
    assert.ok(typed.includes(`assent backup "${writable}/`));
    assert.match(type(`stat -c '%U %a' ${writable}`), /^assent 700$/m);
  });

  test("keeps settings and accounts over an upgrade and a removal, and accounts over a purge", () => {
    const settings = "md5sum /etc/assent/assent.conf; md5sum /var/lib/assent/assent.db";
    const before = type(settings);
    type(`dpkg -i ./${deb}`);
    assert.equal(type(settings), before);
    type("dpkg -r assent");
    assert.equal(type(settings), before);
    const purged = type("test ! -e /usr/bin/assent; dpkg -P assent");
    assert.match(purged, /left, with the keys .* \/var\/lib\/assent \/var\/backups\/assent\./);
    type("test ! -e /etc/assent; test -e /var/lib/assent/assent.db; getent passwd assent");
    type(`dpkg -i ./${deb}`);
    type("rm -r /var/lib/assent /var/backups/assent; dpkg -P assent");
    type("test ! -e /var/lib/assent; ! getent passwd assent");
  });
});
