// What the doctor says of a machine and of settings: each fault is made, and found.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { readConfig } from "../config.ts";
import { examineMachine, examineSettings } from "./machine.ts";

const now = Date.now();

async function newFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assent-machine-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const kindsOf = (found: readonly { readonly of: string; readonly kind: string }[]) =>
  Object.fromEntries(found.map(({ of, kind }) => [of, kind]));

test("a machine is well, until its disk, its files or its clock are not", async (context) => {
  const dataDirectory = await newFolder(context);
  const look = async (directory = dataDirectory, connections = 1) =>
    kindsOf(await examineMachine({ dataDirectory: directory }, undefined, connections, now));
  const { disk, ...others } = await look();
  assert.notEqual(disk, "wrong", "there is room where tests run");
  assert.deepEqual(others, { "open files": "well", clock: "well" });
  // A file system without a single block.
  assert.equal((await look("/proc"))["disk"], "wrong");
  assert.equal((await look(dataDirectory, 100_000_000))["open files"], "look");
  const file = join(dataDirectory, "assent.db");
  await writeFile(file, "");
  assert.equal((await look())["clock"], "well");
  await utimes(file, new Date(now + 3_600_000), new Date(now + 3_600_000));
  assert.equal((await look())["clock"], "wrong");
});

test("of a running service its own files count, and not those of whoever looks", async (context) => {
  const dataDirectory = await newFolder(context);
  const look = async (openFilesLimit: number | null, connections: number) => {
    const found = await examineMachine({ dataDirectory }, { openFilesLimit }, connections, now);
    return found.filter(({ of }) => of === "open files").map(({ kind }) => kind);
  };
  assert.deepEqual(await look(300, 1), ["well"]);
  assert.deepEqual(await look(300, 100), ["wrong"]);
  assert.deepEqual(await look(1_024, 20_000), ["look"]);
  assert.deepEqual(await look(200_000_256, 200_000_000), ["well"], "more than anybody may here");
  assert.deepEqual(await look(null, 20_000), ["well"], "the system does not say");
});

const good = {
  ASSENT_ORIGINS: "https://assent.example",
  ASSENT_PUBLIC_HOST: "assent.example",
  ASSENT_TRUSTED_PROXIES: "127.0.0.1",
};

async function settings(
  options: object,
  environment: Record<string, string>,
  reachProvider?: () => Promise<void>,
) {
  const config = readConfig({ sms: "smpp://name@provider", port: 0, ...options }, environment);
  return kindsOf(await examineSettings(config, reachProvider));
}

test("settings that fit are well, and each that does not is named", async (context) => {
  const reached = async () => undefined;
  const well = {
    ...{ sms: "well", push: "well", "sms relay": "well" },
    ...{ origins: "well", proxy: "well", port: "well" },
  };
  assert.deepEqual(await settings({}, good, reached), well);
  const unreached = () => Promise.reject(new Error("unreachable"));
  assert.equal((await settings({}, good, unreached))["sms"], "wrong");
  assert.equal((await settings({ sms: "fake" }, good))["sms"], "wrong", "codes for everybody");
  assert.equal((await settings({ sms: "fake" }, {}))["sms"], "look");
  assert.equal((await settings({}, {}))["origins"], "look");
  assert.equal((await settings({ push: "on" }, good))["push"], "well");
  assert.equal((await settings({ push: "on" }, {}))["push"], "look", "nobody answers for them");
  const otherHost = { ...good, ASSENT_PUBLIC_HOST: "other.example" };
  assert.equal((await settings({}, otherHost))["origins"], "look");
  const noProxy = { ...good, ASSENT_TRUSTED_PROXIES: "" };
  assert.equal((await settings({}, noProxy))["proxy"], "wrong");
  const server = createServer().listen(0, "127.0.0.1");
  context.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  assert.equal((await settings({ port }, good))["port"], "wrong");
  const figures = (at: number) => ({ ...good, ASSENT_METRICS_PORT: String(at) });
  assert.equal((await settings({}, figures(port)))["port"], "wrong");
  assert.equal((await settings({}, figures(0)))["port"], "well");
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port: both } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  assert.equal((await settings({ port: both }, figures(both)))["port"], "wrong", "one for both");
  const folder = await newFolder(context);
  const journal = (at: string) => ({ ...good, ASSENT_ENDED_JOURNAL: join(folder, at) });
  assert.equal((await settings({}, journal("nowhere/ended.journal")))["journal"], "wrong");
  assert.equal((await settings({}, journal("ended.journal")))["journal"], undefined);
});

test("SMS for phones without a SIM are well where some go out, and long ones too", async (context) => {
  const folder = await newFolder(context);
  const relay = async (more: Record<string, string>, sms = "smpp://name@provider") =>
    (await settings({ sms, smsRelay: "on" }, { ...good, ...more }))["sms relay"];
  const priced = async (price: number, perDay: number) => {
    const routes = [
      { by: ["all"], price: 2 * price },
      { by: ["all"], price },
    ];
    const transports = { all: "smpp://name@provider" };
    const file = join(folder, "routes.json");
    await writeFile(file, JSON.stringify({ transports, routes, budget: { perDay } }));
    return relay({}, `routes:${file}`);
  };
  assert.equal((await settings({}, good))["sms relay"], "well", "off");
  assert.equal(await relay({}), "well");
  for (const shown of ["fake", "console"]) assert.equal(await relay({}, shown), "look");
  assert.equal(await relay({ ASSENT_RELAYED_SMS_PER_DAY: "5" }), "well");
  assert.equal(await relay({ ASSENT_RELAYED_SMS_PER_DAY: "4" }), "look");
  assert.equal(await priced(1, 8), "well");
  assert.equal(await priced(1, 7), "look");
  assert.equal(await priced(1, 2), "look");
  assert.equal(await priced(1, 1), "wrong");
  assert.equal(await priced(0, 0), "well");
});
