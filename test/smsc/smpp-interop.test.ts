// SMPP with an SMSC and a telephone that nobody here wrote: what the service sends arrives, letter by letter, and a code
// that came this way turns private messages on.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { parseNumber } from "@assent/protocol";
import { afterOnThisMachine } from "../../packages/server/src/after.ts";
import { quotas } from "../../packages/server/src/limits/quotas.ts";
import { connectToSmsc } from "../../packages/server/src/sms/smpp/connect.ts";
import { createSmppSms, senderName } from "../../packages/server/src/sms/smpp/smpp.ts";
import type { SmsReport } from "../../packages/server/src/sms/transport.ts";
import { missingForSmsc } from "../../scripts/debian-packages.mjs";
import { newPhones, TestServer } from "../network.ts";
import { type OsmoMsc, ports, startOsmoMsc } from "./osmo-msc.ts";
import { attachTelephone, type Telephone } from "./telephone.ts";

const number = parseNumber("+4915123456789");

describe("an SMSC and a telephone from elsewhere", () => {
  const missing = missingForSmsc().join(" ");
  const skip =
    missing !== "" && `needs what this machine does not have: sudo apt-get install ${missing}`;
  let msc: OsmoMsc;
  let telephone: Telephone | undefined;

  before(async () => {
    if (!skip) msc = await startOsmoMsc(number.slice(1));
  });
  after(async () => {
    telephone?.close();
    if (!skip) await msc.close();
  });

  function startSms(password = "secret12") {
    const reports = new Map<string, SmsReport>();
    const troubles: string[] = [];
    const told = new Set<() => void>();
    const address = { host: msc.host, port: ports.smpp, withTls: false };
    const sms = createSmppSms({
      connect: (closing) => connectToSmsc(address, 2_000, closing),
      bind: { systemId: "app", password, systemType: "" },
      source: senderName("Assent"),
      quotas: { ...quotas.sms.smpp, patienceMs: 2_000 },
      now: Date.now,
      after: afterOnThisMachine,
      random: Math.random,
      reported(key, report) {
        reports.set(key, report);
        for (const look of told) look();
      },
      received: async () => undefined,
      trouble: (what) => troubles.push(what),
    });
    const reported = async (key: string) => {
      while (!reports.has(key)) await new Promise<void>((resolve) => told.add(resolve));
      return reports.get(key);
    };
    const send = async (key: string, text: string) =>
      (await sms.send({ key, to: number, text, validForSeconds: 600 })).kind;
    return { sms, send, reported, troubles };
  }

  test("a wrong password is not let in", { skip }, async () => {
    const { sms, send, troubles } = startSms("wrong");
    assert.equal(await send("a", "text"), "unavailable");
    assert.equal(troubles[0], "not-let-in");
    await sms.close();
  });

  test("texts arrive as they were written, also one that waited for the telephone", {
    skip,
  }, async () => {
    const { sms, send, reported } = startSms();
    const texts = [
      "while nobody is there",
      "[{^€~}] and ÄÖÜ",
      "код 123456 👍",
      "A long text, put together again. ".repeat(12),
      "Ещё длиннее, и с картинками 👩‍👩‍👧‍👦. ".repeat(8),
    ];
    assert.equal(await send("0", texts[0] as string), "accepted");
    telephone = await attachTelephone(msc.host, ports.sgs);
    for (const [index, text] of texts.entries()) {
      if (index > 0) assert.equal(await send(String(index), text), "accepted");
    }
    assert.deepEqual(new Set(await telephone.texts(texts.length)), new Set(texts));
    for (const key of texts.keys()) assert.equal(await reported(String(key)), "delivered");
    await sms.close();
  });

  test("a code that came by it turns private messages on", { skip }, async (context) => {
    telephone ??= await attachTelephone(msc.host, ports.sgs);
    const before = (await telephone.texts(0)).length;
    const server = await TestServer.start(context, {
      transport: `smpp://app@${msc.host}:${ports.smpp}?from=Assent`,
      environment: { ASSENT_SMPP_PASSWORD: "secret12" },
    });
    const [owner] = await newPhones(context, number);
    assert.ok(owner);
    await owner.ok(["on", number, "--server", server.origin, "--yes"]);
    const sms = (await telephone.texts(before + 1)).at(-1) ?? "";
    const code = /\b\d{6}\b/.exec(sms)?.[0];
    assert.ok(code, sms);
    await owner.ok(["verify", code]);
    const [status] = await owner.ok(["status"]);
    assert.equal(status?.["phase"], "on");
    assert.equal(await server.stop(), 0);
    assert.doesNotMatch(server.log, new RegExp(`${number.slice(1)}|${code}|secret12`));
  });
});
