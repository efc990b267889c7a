// What the operator is told of a cell, and the warning about its root key.
import assert from "node:assert/strict";
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { hex } from "@assent/protocol";
import { makeTestCell } from "../cell/cell-for-tests.ts";
import { createLog } from "../log.ts";
import { createJudgedTime } from "../time/judged-time.ts";
import { createOperating, warnOfRootKey } from "./operating.ts";
import { operatingErrors } from "./operating-error.ts";
import {
  pretendedDesk,
  pretendedDraining,
  pretendedSteering,
  unsteered,
} from "./steering-for-tests.ts";

test("status holds counts and what is public, and a rotation is seen in it", async (context) => {
  const cell = await (await makeTestCell(context)).open();
  let wallMs = 0;
  let isRelayOn = true;
  const judged = createJudgedTime({ wallMs: () => wallMs, uptimeMs: () => 0, kept: undefined });
  const time = { look: judged.look, confirm: async () => judged.confirm() };
  const operating = createOperating({
    cell,
    time,
    backup: {
      backUp: async (file) => ({ kind: file === "/new.db" ? "done" : "exists", bytes: 9 }),
    },
    steering: {
      ...pretendedSteering,
      steered: async () => ({ ...unsteered, smsRelay: isRelayOn ? "on" : "off" }),
    },
    desk: pretendedDesk,
    draining: pretendedDraining,
    sms: async () => [{ name: "smpp", state: "lost" }],
    relayedSms: async () => ({ left: 7, inTheWay: ["drained"] }),
    origin: "http://127.0.0.1:8080",
    folders: { keysDirectory: "/keys", journalFile: "/ended.journal" },
    openFilesLimit: async () => 20_256,
    startedAt: Date.UTC(2030, 0, 1),
    counts: async () => ({ accounts: 3, inboxes: 1 }),
  });
  const { sequence } = cell.publicSide.published();
  const before = await operating.status();
  assert.match(before.version, /^\d+\.\d+\.\d+/);
  assert.deepEqual(before, {
    version: before.version,
    startedAt: "2030-01-01T00:00:00.000Z",
    origin: "http://127.0.0.1:8080",
    cellId: hex(cell.publicSide.id),
    certificateNumber: 1,
    sequence: Number(sequence),
    sealingEpochs: [1],
    voprfEpochs: [1],
    capabilityEpochs: [1],
    pushEpochs: [1],
    rootKeyHere: true,
    keysDirectory: "/keys",
    journalFile: "/ended.journal",
    openFilesLimit: 20_256,
    counts: { accounts: 3, inboxes: 1 },
    destruction: "waits-a-day",
    drained: false,
    sms: [{ name: "smpp", state: "lost" }],
    ...unsteered,
    smsRelay: "on",
    relayedSms: { left: 7, inTheWay: ["drained"] },
  });
  const rotated = await operating.rotate({ what: ["sealing", "online"], rootKeyFile: undefined });
  wallMs = 40 * 86_400_000;
  isRelayOn = false;
  const { version, startedAt, origin, cellId, counts, ...rest } = await operating.status();
  const { destruction, drained, sms, relayedSms, ...keys } = rest;
  const { registration, invitations, origins, smsRelay, end, ...described } = keys;
  const { keysDirectory: _, journalFile: __, openFilesLimit: ___, ...after } = described;
  assert.deepEqual([smsRelay, relayedSms], ["off", null], "nothing is asked of what is off");
  assert.deepEqual([sms, drained], [before.sms, false]);
  assert.equal(destruction, "paused");
  assert.deepEqual(await operating.confirmClock(), { destruction: "waits-a-day" });
  assert.deepEqual(rotated, after);
  assert.deepEqual([after.certificateNumber, after.sealingEpochs], [2, [1, 2]]);
  assert.deepEqual(await operating.backUp("/new.db", () => undefined), {
    file: "/new.db",
    bytes: 9,
  });
  await assert.rejects(
    operating.backUp("/old.db", () => undefined),
    /is there already/,
  );
  const refused = operating.rotate({ what: ["online"], rootKeyFile: "/missing/root.key" });
  await assert.rejects(refused, { name: "OperatingError", code: "refused", message: /--root-key/ });
});

test("a root key beside the other keys is warned of, until it is moved away", async (context) => {
  const kept = await makeTestCell(context);
  const cell = await kept.open();
  const log: string[] = [];
  const toLog = createLog("warn", { write: (line) => void log.push(line) });
  await warnOfRootKey(cell, toLog);
  assert.equal(log.length, 1);
  assert.match(log[0]!, /root\.key is still beside the other keys: move it/);
  await rename(join(kept.folder, "root.key"), join(kept.folder, "..", "root.key"));
  await warnOfRootKey(cell, toLog);
  assert.equal(log.length, 1);
});

test("docs/operating.md lists every code of the operator's, and no other", async () => {
  const page = await readFile(new URL("../../../../docs/operating.md", import.meta.url), "utf8");
  const section = /\n### Codes\n([\s\S]*?)\n##/.exec(page)?.[1] ?? "";
  const rows = [...section.matchAll(/^\| `(\w+)` \| (\w+) \| (.+) \|$/gm)];
  const documented = rows.map(([, code, retry, message]) => ({ code, retry, message }));
  const known = Object.entries(operatingErrors).map(([code, entry]) => ({ code, ...entry }));
  assert.deepEqual(documented, known);
});
