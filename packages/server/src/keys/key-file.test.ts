// The key file: what is written is read, by its owner alone, and what is damaged is refused.
import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { loadVoprf } from "@assent/protocol";
import { type RunningServer, readConfig, StartRefused, startServer } from "../main.ts";
import { readKeyFile, writeKeyFile } from "./key-file.ts";
import { makeKeys } from "./keys.ts";

async function newFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assent-keys-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("keys come back as they were written, readable by their owner alone", async (context) => {
  await loadVoprf();
  const file = join(await newFolder(context), "keys.json");
  assert.equal(await readKeyFile(file), undefined);
  const keys = await makeKeys();
  await writeKeyFile(file, keys);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const read = await readKeyFile(file);
  assert.deepEqual(JSON.stringify(read), JSON.stringify({ ...keys, ...read }));
  assert.deepEqual(read?.registration.pair.privateKey, keys.registration.pair.privateKey);
  assert.deepEqual(Buffer.from(read?.registrationCode ?? []), Buffer.from(keys.registrationCode));
  await chmod(file, 0o644);
  await assert.rejects(readKeyFile(file), StartRefused);
});

test("a damaged key file is refused", async (context) => {
  await loadVoprf();
  const file = join(await newFolder(context), "keys.json");
  await writeKeyFile(file, await makeKeys());
  const text = await readFile(file, "utf8");
  const damaged = [
    text.slice(0, -20),
    "{}",
    text.replace('"format": 1', '"format": 2'),
    text.replace(/"epoch": 1/, '"epoch": 0'),
    text.replace(
      /("publicKey": ")(.)/,
      (_, name: string, first: string) => `${name}${first === "A" ? "B" : "A"}`,
    ),
  ];
  for (const broken of damaged) {
    await writeFile(file, broken);
    await assert.rejects(readKeyFile(file), StartRefused);
  }
});

test("a cell does not start without its keys, or with another's", async (context) => {
  const [folder, other] = [await newFolder(context), await newFolder(context)];
  const logDestination = { write: () => undefined };
  const start = (data: string, environment = {}): Promise<RunningServer> =>
    startServer(readConfig({ data, port: 0, sms: "fake" }, environment), { logDestination });
  await (await start(folder)).close();
  await (await start(other)).close();
  await (await start(folder)).close();
  const keysFile = { ASSENT_KEYS_FILE: join(other, "keys.json") };
  await assert.rejects(start(folder, keysFile), StartRefused);
  await rm(join(folder, "keys.json"));
  await assert.rejects(start(folder), StartRefused);
});
