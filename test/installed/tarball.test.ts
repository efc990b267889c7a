// The tarball that `npm run package` leaves, where nothing else is: installed without a network, it is a service.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { disk, pack, run } from "./packing.ts";

test("the tarball is installed without a network, and is a service", async (context) => {
  const folder = await mkdtemp(join(disk, "assent-tarball-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const tarball = await pack(folder, ".tgz");
  const place = join(folder, "place");
  await run("npm", ["install", "--offline", "--ignore-scripts", "--prefix", place, tarball]);
  const bin = join(place, "node_modules/assent/bin/assent.mjs");
  const files = await readdir(join(place, "node_modules/assent"), { recursive: true });
  assert.deepEqual(
    files.filter((file) => /\.test\.|for-tests|bare-phone/.test(file)),
    [],
  );
  const named = await pagesNamed(join(place, "node_modules/assent"), files);
  assert.ok(named.includes("sms.md") && named.includes("threat-model.md"), named.join());
  const pages = files.filter((file) => file.startsWith("docs/")).map((file) => basename(file));
  assert.deepEqual(
    named.filter((name) => !pages.includes(name)),
    [],
  );
  // Beside it, where Debian's tools are.
  for (const debian of (await readdir(folder)).filter((name) => name.endsWith(".deb"))) {
    const contents = await run("dpkg-deb", ["--contents", join(folder, debian)]);
    const isIn = (name: string) => contents.includes(`/usr/share/doc/assent/${name}.gz\n`);
    assert.deepEqual(
      named.filter((name) => !isIn(name)),
      [],
    );
  }
  const data = join(place, "data");
  const serve = ["serve", "--sms", "fake", "--port", "0", "--data", data];
  const service = spawn(process.execPath, [bin, ...serve], { stdio: ["ignore", "pipe", "ignore"] });
  context.after(() => service.kill("SIGKILL"));
  const [line] = (await once(createInterface({ input: service.stdout }), "line")) as [string];
  const origin = /^assent ready (\S+)$/.exec(line)?.[1] ?? "";
  assert.match(await (await fetch(origin)).text(), /<title>/, "the app is in it");
  const status = JSON.parse(
    await run(process.execPath, [bin, "admin", "status", "--json", "--data", data]),
  );
  assert.equal(status.origin, origin);
  service.kill("SIGTERM");
  const [code] = await once(service, "exit");
  assert.equal(code, 0);
});

/** By the page for operators, and by what the command says. */
async function pagesNamed(installed: string, files: readonly string[]): Promise<string[]> {
  const page = new URL("../../docs/operating.md", import.meta.url);
  const linked = (await readFile(page, "utf8")).matchAll(/[(`](?:docs\/)?([a-z-]+\.md)[)#`]/g);
  const names = new Set([...linked].map(([, name = ""]) => name));
  for (const file of files.filter((one) => /^src\/.*\.js$|@assent\/server\/.*\.js$/.test(one))) {
    const text = await readFile(join(installed, file), "utf8");
    for (const [, name = ""] of text.matchAll(/docs\/([a-z-]+\.md)/g)) names.add(name);
  }
  return [...names].sort();
}
