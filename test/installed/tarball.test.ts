// The tarball that `npm run package` leaves, where nothing else is: installed without a network, it is a service.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
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
