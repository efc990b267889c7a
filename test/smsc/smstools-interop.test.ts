// The spool with Debian's SMS Server Tools and a modem that is pretended: what is written there goes over the serial line as
// it was written, what the network says comes back, and nothing of it stays in the folder.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { parseNumber } from "@assent/protocol";
import { afterOnThisMachine } from "../../packages/server/src/after.ts";
import { createSpoolSms } from "../../packages/server/src/sms/spool/spool-sms.ts";
import type {
  IncomingSms,
  SmsReport,
  SmsTransport,
} from "../../packages/server/src/sms/transport.ts";
import { missingForModem } from "../../scripts/debian-packages.mjs";
import { newPhones, TestServer } from "../network.ts";
import { type Modem, startModem } from "./modem.ts";

const to = parseNumber("+4915123456789");
const folders = ["outgoing", "checked", "failed", "incoming", "sent", "report"];

describe("SMS Server Tools from elsewhere, and a modem", () => {
  const missing = missingForModem().join(" ");
  const skip =
    missing !== "" && `needs what this machine does not have: sudo apt-get install ${missing}`;
  const reports = new Map<string, SmsReport>();
  const received: IncomingSms[] = [];
  let folder = "";
  let modem: Modem;
  let smsd: ChildProcess;
  let sms: SmsTransport;

  before(async () => {
    if (skip) return;
    folder = await mkdtemp(join(tmpdir(), "assent-smsd-"));
    for (const name of folders) await mkdir(join(folder, name));
    modem = await startModem(folder);
    await writeFile(join(folder, "smsd.conf"), configOf(folder, modem.line));
    // Of its own process group: its children end with it.
    smsd = spawn("smsd", ["-t", `-c${join(folder, "smsd.conf")}`], {
      stdio: "ignore",
      detached: true,
    });
    sms = startSms();
  });

  after(async () => {
    if (skip) return;
    await sms.close();
    process.kill(-(smsd.pid as number), "SIGKILL");
    await once(smsd, "exit");
    await modem.close();
    await rm(folder, { recursive: true });
  });

  function startSms(): SmsTransport {
    return createSpoolSms({
      config: { directory: folder, groupId: undefined },
      quotas: { lookEveryMs: 100, takenWithinMs: 20_000, reportsAwaited: 10 },
      after: afterOnThisMachine,
      reported: (key, report) => void reports.set(key, report),
      received: async (text) => void received.push(text),
      trouble: () => undefined,
    });
  }

  const send = async (key: string, text: string) =>
    (await sms.send({ key, to, text, validForSeconds: 600 })).kind;

  async function until(isSo: () => boolean): Promise<void> {
    for (let turn = 0; !isSo(); turn++) {
      if (turn > 1_200) throw new Error("it did not come to pass in a minute");
      await delay(50);
    }
  }

  test("texts go out as they were written, and what became of them is heard", {
    skip,
  }, async () => {
    const texts = ["Assent code: 123456 [{€~}]\n\n@assent.example #123456", "код 123456 👍"];
    for (const [index, text] of texts.entries()) {
      assert.equal(await send(`text${index}`, text), "accepted");
      await until(() => modem.sent.length > index);
    }
    assert.deepEqual(
      modem.sent,
      texts.map((text) => ({ to, text })),
    );
    modem.report(0, 0x00);
    modem.report(1, 0x46);
    await until(() => reports.size === 2);
    assert.deepEqual([...reports].sort(), [
      ["text0", "delivered"],
      ["text1", "failed"],
    ]);
  });

  test("what somebody wrote is heard", { skip }, async () => {
    modem.receive("+4915100000000", "Кто это?");
    await until(() => received.length > 0);
    assert.deepEqual(received, [{ from: "4915100000000", text: "Кто это?" }]);
  });

  test("a code that came by it turns private messages on", { skip }, async (context) => {
    await sms.close();
    const server = await TestServer.start(context, { transport: `spool:${folder}` });
    const [owner] = await newPhones(context, to);
    assert.ok(owner);
    const before = modem.sent.length;
    await owner.ok(["on", to, "--server", server.origin, "--yes"]);
    await until(() => modem.sent.length > before);
    const code = /\b\d{6}\b/.exec(modem.sent.at(-1)?.text ?? "")?.[0];
    assert.ok(code);
    await owner.ok(["verify", code]);
    const [status] = await owner.ok(["status"]);
    assert.equal(status?.["phase"], "on");
    assert.equal(await server.stop(), 0);
    assert.doesNotMatch(server.log, new RegExp(`${to.slice(1)}|${code}`));
  });

  test("what the modem does not send has failed, and nothing stays in the folder", {
    skip,
  }, async () => {
    sms = startSms();
    modem.refuses = true;
    assert.equal(await send("refused", "text"), "accepted");
    await until(() => reports.has("refused"));
    assert.equal(reports.get("refused"), "failed");
    for (const name of folders) {
      assert.deepEqual(await readdir(join(folder, name)), [], name);
    }
  });
});

function configOf(folder: string, line: string): string {
  return `devices = GSM1
loglevel = 2
logfile = ${folder}/smsd.log
infofile = ${folder}/smsd.working
pidfile = ${folder}/smsd.pid
${folders.map((name) => `${name} = ${folder}/${name}`).join("\n")}
delaytime = 1
delaytime_mainprocess = 1
errorsleeptime = 1
blocktime = 1
autosplit = 3

[GSM1]
device = ${line}
incoming = yes
report = yes
baudrate = 115200
memory_start = 1
`;
}
