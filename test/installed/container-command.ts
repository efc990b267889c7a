// `npm run drill:container`, as root: builds deploy/Containerfile with buildah, on a base that is made here under the name it asks
// for, and runs a service in it. Needs Debian's buildah and mmdebstrap; all of it is in a folder that goes in the end.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { pack, run } from "./packing.ts";

const containerfile = fileURLToPath(new URL("../../deploy/Containerfile", import.meta.url));
const baseName = "docker.io/library/node:24-bookworm-slim";
const folder = await mkdtemp(join(tmpdir(), "assent-container-"));
const places = ["--root", join(folder, "images"), "--runroot", join(folder, "run")];
const apart = [...places, "--storage-driver", "vfs"];
const buildah = async (...args: readonly string[]) =>
  (await run("buildah", [...apart, ...args])).trim();

async function timed<Done>(what: string, work: Promise<Done>): Promise<Done> {
  const began = performance.now();
  const done = await work;
  console.log(`${what}: ${Math.round((performance.now() - began) / 1_000)} s`);
  return done;
}

/** Debian with the Node and npm that run this. */
async function makeBase(): Promise<void> {
  const root = join(folder, "base");
  await run("mmdebstrap", ["--quiet", "--variant=minbase", "bookworm", root]);
  const local = join(root, "usr/local");
  await cp(process.execPath, join(local, "bin/node"));
  const npm = dirname(dirname(process.env["npm_execpath"] ?? ""));
  await cp(npm, join(local, "lib/node_modules/npm"), { recursive: true, dereference: true });
  await symlink("../lib/node_modules/npm/bin/npm-cli.js", join(local, "bin/npm"));
  await run("chroot", [root, "useradd", "--create-home", "--user-group", "node"]);
  const container = await buildah("from", "scratch");
  await buildah("add", "--quiet", container, root, "/");
  const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  await buildah("config", "--env", path, container);
  await buildah("commit", "--quiet", container, baseName);
  await buildah("rm", container);
  await rm(root, { recursive: true });
}

async function build(): Promise<void> {
  const context = join(folder, "context");
  await mkdir(join(context, "packed"), { recursive: true });
  await pack(join(context, "packed"), ".tgz");
  const how = ["--pull=never", "--isolation", "chroot"];
  await buildah("build", ...how, "--file", containerfile, "--tag", "assent", context);
}

/** With the settings that the image has, and what its comments say how to look after it. */
async function serveInside(): Promise<void> {
  const container = await buildah("from", "--pull=never", "localhost/assent");
  const inside = ["run", "--isolation", "chroot", "--user", "node"];
  const settings = ["--env", "ASSENT_SMS=fake", "--env", "ASSENT_PORT=0"];
  // Its process is one of this machine's.
  const serve = ["sh", "-c", "echo pid $$; exec assent serve"];
  const service = spawn("buildah", [...apart, ...inside, ...settings, container, "--", ...serve], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exit = once(service, "exit");
  let pid = 0;
  for await (const line of createInterface({ input: service.stdout })) {
    pid = Number(/^pid (\d+)$/.exec(line)?.[1] ?? pid);
    if (line.startsWith("assent ready")) break;
  }
  assert.ok(pid > 0, "it did not start");
  const there = [...inside, container, "--"];
  try {
    const status = await buildah(...there, "assent", "admin", "status", "--json");
    assert.equal(JSON.parse(status).counts.accounts, 0);
    assert.equal(await buildah(...there, "stat", "-c", "%U %a", "/var/lib/assent"), "node 700");
  } finally {
    process.kill(pid, "SIGTERM");
  }
  const [code] = await exit;
  assert.equal(code, 0, "it ends by itself on SIGTERM");
  await buildah("rm", container);
}

try {
  await timed("a base", makeBase());
  await timed("packed and built", build());
  await timed("served, asked and stopped", serveInside());
} finally {
  await rm(folder, { recursive: true, force: true });
}
