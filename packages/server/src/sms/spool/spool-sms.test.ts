// SMS by files, with an smsd of the test's own that moves them: the contract of all transports, who can read the files, and
// that none stays.
import assert from "node:assert/strict";
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { parseNumber } from "@assent/protocol";
import { type After, afterOnThisMachine } from "../../after.ts";
import type { IncomingSms, SmsReport } from "../transport.ts";
import { keepsTheContract } from "../transport-contract-for-tests.ts";
import { createSpoolSms } from "./spool-sms.ts";

const to = parseNumber("+4915123456789");

/** Waits until it is so: files take their time. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 30_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < endMs, isSo.toString());
    await delay(2);
  }
}

interface Changes {
  readonly groupId?: number;
  readonly takenWithinMs?: number;
  readonly after?: After;
}

async function startSpool(context: TestContext, changes: Changes = {}) {
  const directory = await mkdtemp(join(tmpdir(), "assent-spool-"));
  const path = (...names: string[]) => join(directory, ...names);
  for (const name of ["outgoing", "sent", "failed", "incoming", "report"]) await mkdir(path(name));
  const reports: [string, SmsReport][] = [];
  const received: IncomingSms[] = [];
  const troubles: string[] = [];
  const taken: { name: string; to: string; text: string; mode: number; groupId: number }[] = [];
  let offered = 0;
  let takes = true;
  let isRunning = true;
  const parts = {
    config: { directory, groupId: changes.groupId },
    quotas: { lookEveryMs: 5, takenWithinMs: changes.takenWithinMs ?? 30_000, reportsAwaited: 2 },
    after: changes.after ?? afterOnThisMachine,
    reported: (key: string, report: SmsReport) => void reports.push([key, report]),
    async received(text: IncomingSms) {
      offered += 1;
      if (!takes) throw new Error("not now");
      received.push(text);
    },
    trouble: (what: string, code?: string) =>
      void troubles.push(code === undefined ? what : `${what} ${code}`),
  };
  const sms = createSpoolSms(parts);

  /** What smsd does: takes what is whole, gives it the modem's number, and moves it. */
  async function runSmsd(): Promise<void> {
    for (const name of await readdir(path("outgoing"))) {
      if (name.startsWith(".")) continue;
      const { mode, gid } = await stat(path("outgoing", name));
      const content = await readFile(path("outgoing", name), "utf8");
      const [head = "", ...body] = content.split("\n\n");
      const number = /^To: (\d+)$/m.exec(head)?.[1] ?? "";
      const text = body.join("\n\n");
      taken.push({ name, to: `+${number}`, text, mode: mode & 0o777, groupId: gid });
      await writeFile(path("sent", `.${name}`), `${head}\nMessage_id: ${taken.length}\n\n${text}`);
      await rename(path("sent", `.${name}`), path("sent", name));
      await rm(path("outgoing", name));
    }
  }

  async function runOn(): Promise<void> {
    while (!isOver) {
      if (isRunning) await runSmsd().catch(() => undefined);
      await delay(2);
    }
  }
  let isOver = false;
  const smsd = runOn();

  const files = async () => {
    const all = await readdir(directory, { recursive: true, withFileTypes: true });
    return all.filter((one) => one.isFile()).map(({ name }) => name);
  };

  context.after(async () => {
    await sms.close();
    isOver = true;
    await smsd;
    await rm(directory, { recursive: true });
  });
  return {
    sms,
    parts,
    path,
    reports,
    received,
    troubles,
    taken,
    files,
    isEmpty: async () => (await files()).length === 0,
    taking: (is: boolean) => {
      takes = is;
    },
    running: (is: boolean) => {
      isRunning = is;
    },
    send: (key: string, text = "Code 123456") => sms.send({ key, to, text, validForSeconds: 600 }),
    /** A file that smsd makes; resolves when it was looked at, taken or not. */
    async put(where: string, name: string, content: string | Buffer): Promise<void> {
      const before = offered;
      await writeFile(path(where, name), content);
      await until(async () => offered > before || !(await files()).includes(name));
      if (takes) await until(async () => !(await files()).includes(name));
    },
  };
}

function statusReport(from: string, messageId: number, status: number): string {
  return `From: ${from}\nSubject: GSM1\n\nSMS STATUS REPORT\nMessage_id: ${messageId}\nStatus: ${status},text\n`;
}

keepsTheContract("spool", ["report", "write"], async (context) => {
  const { sms, put, files, reports, received, taken, taking } = await startSpool(context);
  let texts = 0;
  return {
    sms,
    took: async () => taken.map(({ to: number, text }) => ({ to: number, text })),
    pass: () => delay(2),
    reports,
    received,
    async report(index, report) {
      const { name, to: number } = taken[index] ?? { name: "", to: "" };
      await until(async () => !(await files()).includes(name));
      texts += 1;
      const status = report === "failed" ? 0x46 : 0;
      await put("report", `GSM1.${texts}`, statusReport(number.slice(1), index + 1, status));
    },
    async write({ from, text }) {
      await put("incoming", "GSM1.text", `From: ${from.slice(1)}\nAlphabet: UTF-8\n\n${text}`);
    },
    taking,
  };
});

test("a file is its owner's and its group's alone, whole when smsd sees it, and erased once it was sent", async (context) => {
  const before = process.umask(0o077);
  context.after(() => void process.umask(before));
  const [groupId = 0] = process.getgroups?.().slice(-1) ?? [];
  const { send, taken, isEmpty } = await startSpool(context, { groupId });
  assert.deepEqual(await send("a1", "[{€~}]\n\n@host #123456"), {
    kind: "accepted",
    id: "assent-a1",
  });
  assert.deepEqual(taken, [
    { name: "assent-a1", to, text: "[{€~}]\n\n@host #123456", mode: 0o640, groupId },
  ]);
  await until(isEmpty);
});

test("smsd that does not run: the SMS is taken back, and said to be", async (context) => {
  const { send, running, isEmpty, troubles, taken } = await startSpool(context, {
    takenWithinMs: 20,
  });
  running(false);
  assert.deepEqual(await send("a1"), { kind: "unavailable" });
  assert.deepEqual([troubles, taken], [["unreachable"], []]);
  assert.ok(await isEmpty());
});

test("closing, it takes back at once what smsd did not take", async (context) => {
  const never: After = () => () => undefined;
  const { running, send, sms, path, isEmpty, troubles } = await startSpool(context, {
    after: never,
  });
  running(false);
  const sent = send("a1");
  await until(async () => (await readdir(path("outgoing"))).includes("assent-a1"));
  await sms.close();
  assert.deepEqual(await sent, { kind: "unavailable" });
  assert.ok(await isEmpty());
  assert.deepEqual(troubles, []);
});

test("no folder to write into: unavailable, and nothing is left of it", async (context) => {
  const { send, path, troubles, isEmpty } = await startSpool(context);
  await rm(path("outgoing"), { recursive: true });
  assert.deepEqual(await send("a1"), { kind: "unavailable" });
  assert.deepEqual(troubles, ["unreachable ENOENT"]);
  assert.ok(await isEmpty());
});

test("of a folder that gives its group to what is made in it, none is asked that this process may not know", async (context) => {
  const [ownGroup = 0] = process.getgroups?.().slice(-1) ?? [];
  // Nobody's: it is this process's own neither here nor where systemd shows it no others.
  const { send, path, taken } = await startSpool(context, { groupId: 2_147_483_000 });
  await chown(path("outgoing"), -1, ownGroup);
  await chmod(path("outgoing"), 0o2770);
  assert.equal((await send("a1")).kind, "accepted");
  assert.deepEqual(
    taken.map(({ mode, groupId }) => [mode, groupId]),
    [[0o640, ownGroup]],
  );
});

test("a file that could not be made is remembered until one was taken", async (context) => {
  const { sms, send, path, troubles } = await startSpool(context);
  assert.equal((await send("a0")).kind, "accepted");
  // In the way of this one alone: the folder can be written.
  await writeFile(path("outgoing", ".assent-a1"), "");
  assert.deepEqual(await send("a1"), { kind: "unavailable" });
  assert.deepEqual(troubles, ["unreachable EEXIST"]);
  assert.equal(await sms.state(), "unreachable");
  assert.equal((await send("a2")).kind, "accepted");
  assert.equal(await sms.state(), "ready");
});

test("what smsd could not send has failed, and its file is erased", async (context) => {
  const { put, reports, isEmpty } = await startSpool(context);
  await put("failed", "assent-b2", "To: 4915123456789\nFail_reason: Unknown\n\nCode");
  await until(() => reports.length > 0);
  assert.deepEqual(reports, [["b2", "failed"]]);
  assert.ok(await isEmpty());
});

test("a report is of whom it came from and of the modem's number; while it is tried again it says nothing", async (context) => {
  const { send, put, reports, isEmpty } = await startSpool(context);
  await send("a1");
  await until(isEmpty);
  await put("incoming", "1", statusReport("4915123456780", 1, 0));
  await put("incoming", "2", statusReport("4915123456789", 9, 0));
  await put("incoming", "3", statusReport("4915123456789", 1, 0x30));
  assert.deepEqual(reports, []);
  await put("incoming", "4", statusReport("015123456789", 1, 0));
  assert.deepEqual(reports, [["a1", "delivered"]]);
});

test("a file that is still being written is left until it is whole", async (context) => {
  const waiting: (() => void)[] = [];
  const after: After = (_ms, then) => {
    waiting.push(then);
    return () => undefined;
  };
  const { path, received } = await startSpool(context, { after });
  const look = async () => {
    await until(() => waiting.length > 0);
    waiting.shift()?.();
    await until(() => waiting.length > 0);
  };
  const file = path("incoming", "GSM1.x");
  await until(() => waiting.length > 0);
  for (const content of ["From: 49", "From: 4915100000000\n", "From: 4915100000000\n\nHel"]) {
    await writeFile(file, content);
    await look();
  }
  assert.equal(received.length, 0);
  await writeFile(file, "From: 4915100000000\n\nHello");
  await look();
  await look();
  assert.deepEqual(received, [{ from: "4915100000000", text: "Hello" }]);
});

test("what people write, in each alphabet that smsd keeps it in", async (context) => {
  const { put, received, isEmpty } = await startSpool(context);
  const file = (alphabet: string, body: Buffer) =>
    Buffer.concat([Buffer.from(`From: 22022\n${alphabet}\n\n`), body]);
  await put("incoming", "1", file("Alphabet: ISO", Buffer.from([0xa4, 0xe4])));
  await put("incoming", "2", file("Alphabet: UCS2", Buffer.from("ничего", "utf16le").swap16()));
  await put("incoming", "3", file("Alphabet: binary", Buffer.from([1, 2])));
  await put("incoming", "4", file("Subject: GSM1", Buffer.from("plain")));
  await put("incoming", "5", Buffer.from("no header"));
  assert.deepEqual(
    received.map(({ text }) => text),
    ["€ä", "ничего", "", "plain", ""],
  );
  assert.ok(await isEmpty());
});

test("what a process that is gone left to be sent is erased; what is of others stays", async (context) => {
  const { path, sms, parts, files, running } = await startSpool(context);
  running(false);
  await sms.close();
  for (const name of ["assent-old", ".assent-old", "of-somebody-else"]) {
    await writeFile(path("outgoing", name), "To: 1\n\ntext");
  }
  await createSpoolSms(parts).close();
  assert.deepEqual(await files(), ["of-somebody-else"]);
});

test("a spool takes SMS while its folder can be written and smsd took the last one", async (context) => {
  const { sms, send, running, path } = await startSpool(context, { takenWithinMs: 2_000 });
  assert.equal(await sms.state(), "ready");
  running(false);
  assert.deepEqual(await send("a1"), { kind: "unavailable" });
  assert.equal(await sms.state(), "unreachable");
  running(true);
  assert.equal((await send("a2")).kind, "accepted");
  assert.equal(await sms.state(), "ready");
  await rename(path("outgoing"), path("elsewhere"));
  assert.equal(await sms.state(), "unreachable");
  await rename(path("elsewhere"), path("outgoing"));
  assert.equal(await sms.state(), "ready");
});
