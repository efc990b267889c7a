// What the doctor says of SMS for devices without a SIM while a service runs: whether they go out, and each thing that keeps
// them from it, found.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { PhoneNumber } from "@assent/protocol";
import { createCountedKeyOf } from "../limits/counted-key.ts";
import { createMemoryCounters } from "../limits/memory-counters.ts";
import { quotas } from "../limits/quotas.ts";
import { askService, examineFolder, readFolders, type ServeOptions } from "../main.ts";
import { startTestServer } from "../server-for-tests.ts";
import { tariffOf } from "../sms/chosen-transport.ts";
import { createRelayAllowance } from "../sms-relay/relay-allowance.ts";
import { relayFindings, smsFinding } from "./doctor.ts";
import { createRelayedSms, type RelayHindrance } from "./relayed-sms.ts";

async function newFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assent-doctor-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function running(context: TestContext, options: ServeOptions) {
  const environment = { ASSENT_RELAYED_SMS_PER_DAY: "7" };
  const { folder } = await startTestServer(context, options, environment);
  const folders = readFolders({ data: folder }, {});
  return {
    say: (command: Parameters<typeof askService>[1]) =>
      askService(folders.operatingSocket, command),
    async found() {
      const relay = (await examineFolder(folders)).filter(({ of }) => of === "sms relay");
      return relay.map(({ kind, message }) => `${kind} ${message}`).join("\n");
    },
  };
}

test("a running service says where its keys and its journal are; of a stopped one nothing is made that it does not use", async (context) => {
  const elsewhere = await newFolder(context);
  const environment = {
    ASSENT_KEYS_DIRECTORY: join(elsewhere, "keys"),
    ASSENT_ENDED_JOURNAL: join(elsewhere, "ended.journal"),
  };
  const server = await startTestServer(context, {}, environment);
  // As whoever types the command without the service's settings has them.
  const folders = readFolders({ data: server.folder }, {});
  const found = async (where: typeof folders) => {
    const findings = await examineFolder(where);
    return findings
      .filter(({ of }) => of === "keys" || of === "journal")
      .map(({ of, kind }) => `${of} ${kind}`);
  };
  assert.deepEqual(await found(folders), ["keys well", "journal well"]);
  await chmod(join(elsewhere, "keys", "voprf.key"), 0o644);
  assert.deepEqual(await found(folders), ["keys wrong", "journal well"]);
  await chmod(join(elsewhere, "keys", "voprf.key"), 0o600);
  await server.close();
  assert.deepEqual(await found(folders), ["keys wrong", "journal look"]);
  assert.ok(!existsSync(folders.journalFile));
  const asTheService = readFolders({ data: server.folder }, environment);
  assert.deepEqual(await found(asTheService), ["keys well", "journal well"]);
});

test("a running service says whether SMS go out for phones without a SIM, and why not", async (context) => {
  const off = await running(context, {});
  assert.match(await off.found(), /^well off: /);
  const shown = await running(context, { smsRelay: "on" });
  assert.match(await shown.found(), /^look on, and nobody gets them: --sms fake/);
  const spool = await newFolder(context);
  for (const name of ["outgoing", "incoming"]) await mkdir(join(spool, name));
  const { say, found } = await running(context, { smsRelay: "on", sms: `spool:${spool}` });
  assert.match(await found(), /^well on: up to 7 SMS may go out now/);
  await say({ command: "drain" });
  assert.match(await found(), /^look on, and the service is drained: assent admin undrain$/);
  await say({ command: "sms-relay", is: "stopped" });
  assert.match(await found(), /^look stopped until assent admin sms-relay on$/);
  await say({ command: "undrain" });
  await say({ command: "sms-relay", is: "on" });
  assert.match(await found(), /^well /);
});

test("a provider whose last request got no answer is not said to be well, nor not to have been asked", () => {
  const { kind, message } = smsFinding({ name: "http", state: "not-answered" });
  assert.equal(kind, "look");
  assert.match(message, /^http: .*the last request/);
  assert.equal(smsFinding({ name: "http", state: "not-known" }).kind, "well");
});

test("a day and a budget that are used up are in the way, each by itself", async () => {
  const number = "+4915123456789" as PhoneNumber;
  const look = async (perDay: number, budget: number | undefined, parts: number) => {
    const routes = [{ callingCodes: undefined, by: [], price: 3 }];
    const config = {
      transport: "routes",
      file: { transports: new Map(), routes, budgetPerDay: budget },
    } as const;
    const counters = createMemoryCounters(100);
    const allowance = createRelayAllowance({
      counters,
      peerCounters: counters,
      countedKeyOf: createCountedKeyOf(new Uint8Array(32)),
      smsPerDay: perDay,
      tariff: tariffOf(config),
      quotas: quotas.smsRelay,
      now: () => 0,
    });
    for (let sent = 0; sent < parts; sent += 1)
      await allowance.countSent({
        lookupHash: new Uint8Array([sent]),
        to: number,
        recipientMac: new Uint8Array([sent]),
        parts: 1,
      });
    const draining = { isDrained: () => false };
    return createRelayedSms({ allowance, sms: config, draining })();
  };
  const way = (...inTheWay: RelayHindrance[]) => inTheWay;
  assert.deepEqual(await look(10, undefined, 2), { left: 8, inTheWay: way() });
  assert.deepEqual(await look(1, undefined, 1), { left: 0, inTheWay: way("day-used-up") });
  // Half of it, at three an SMS.
  assert.deepEqual(await look(10, 24, 1), { left: 3, inTheWay: way() });
  assert.deepEqual(await look(10, 24, 4), { left: 0, inTheWay: way("budget-used-up") });
  const both = await look(1, 6, 1);
  assert.deepEqual(both, { left: 0, inTheWay: way("day-used-up", "budget-used-up") });
  const said = relayFindings("on", both).map(({ kind, message }) => `${kind} ${message}`);
  assert.deepEqual(said, [
    "look on, and ASSENT_RELAYED_SMS_PER_DAY is used up for now",
    "look on, and what the budget has for them is used up for now",
  ]);
});
