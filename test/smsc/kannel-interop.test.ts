// The SMSC that SMPP is tested against, tried by a messaging entity from elsewhere: what it says is what Kannel understands,
// and Kannel's parts of long texts are put together by our own code, as ours are by Kannel's.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createIncomingTexts } from "../../packages/server/src/sms/smpp/incoming.ts";
import { segmentsOf } from "../../packages/server/src/sms/smpp/segments.ts";
import {
  createTestSmsc,
  type SubmittedSms,
  type TestSmsc,
} from "../../packages/server/src/sms/smpp/smsc-for-tests.ts";
import { missingForKannel } from "../../scripts/debian-packages.mjs";
import { type Kannel, startKannel } from "./kannel.ts";

const to = "4915123456789";

describe("a messaging entity from elsewhere", () => {
  const missing = missingForKannel().join(" ");
  const skip =
    missing !== "" && `needs what this machine does not have: sudo apt-get install ${missing}`;
  const bound = Promise.withResolvers<TestSmsc>();
  let server: Server;
  let kannel: Kannel;
  let smsc: TestSmsc;

  before(async () => {
    if (skip) return;
    server = createServer((socket) => bound.resolve(createTestSmsc(socket)));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    kannel = await startKannel((server.address() as AddressInfo).port);
    smsc = await bound.promise;
    await until(() => smsc.bound !== undefined);
  });

  after(async () => {
    if (skip) return;
    await kannel.close();
    server.close();
  });

  async function until(isSo: () => boolean): Promise<void> {
    for (let turn = 0; !isSo(); turn++) {
      if (turn > 1_200) throw new Error("it did not come to pass in a minute");
      await delay(50);
    }
  }

  /** What came since, put together by our own code. */
  async function nextText(before: number): Promise<string> {
    const incoming = createIncomingTexts(
      { incompleteTexts: 9, incompleteMs: 1 },
      () => () => undefined,
    );
    for (let next = before; ; next++) {
      await until(() => smsc.submitted.length > next);
      const whole = incoming.take(asDelivered(smsc.submitted[next] as SubmittedSms));
      if (whole) return whole.text;
    }
  }

  test("it is let in as SMPP 3.4", { skip }, () => {
    assert.deepEqual(smsc.bound, {
      systemId: "assent",
      password: "secret12",
      systemType: "OTP",
      version: 0x34,
    });
  });

  test("its texts are read here, long ones too", { skip }, async () => {
    for (const [alphabet, text] of [
      ["gsm", "Code 123456 ÄÖÜ @£$ àéù"],
      ["gsm", "A long text of the GSM alphabet, in parts. ".repeat(9).trim()],
      ["ucs2", "Код 123456, и это длинный текст. ".repeat(9).trim()],
    ] as const) {
      const before = smsc.submitted.length;
      await kannel.send("text", to, text, alphabet);
      assert.equal(await nextText(before), text);
      assert.equal(smsc.submitted[before]?.destination, to);
    }
  });

  test("it understands receipts, whether they say delivered or failed", { skip }, async () => {
    for (const [key, state, type] of [
      ["good", "DELIVRD", "1"],
      ["bad", "UNDELIV", "2"],
    ] as const) {
      const before = smsc.submitted.length;
      smsc.onSubmit = (sms) => smsc.accept(sms, `id-${key}`);
      await kannel.send(key, to, "text", "gsm");
      await until(() => smsc.submitted.length > before);
      const dates = "submit date:2611212200 done date:2611212201";
      const text = `id:id-${key} sub:001 dlvrd:001 ${dates} stat:${state} err:000 text:text`;
      smsc.report({ from: to, text });
      await until(() => kannel.reports.some(([told]) => told === key));
      assert.deepEqual(
        kannel.reports.filter(([told]) => told === key),
        [[key, type]],
      );
    }
  });

  test("it puts our parts together", { skip }, async () => {
    const text = "Our parts of a long text, [in] the GSM alphabet. ".repeat(8).trim();
    for (const { content, hasHeader } of segmentsOf(text, 42)) {
      const octets = Buffer.from(content).toString("latin1");
      smsc.deliver("4915100000000", octets, hasHeader ? 0x40 : 0);
    }
    await until(() => kannel.texts.length > 0);
    assert.deepEqual(kannel.texts, [{ from: "+4915100000000", text }]);
  });
});

/** As it would come to somebody whom it was for. */
function asDelivered({
  source,
  destination,
  esmClass,
  validity,
  dataCoding,
  content,
}: SubmittedSms) {
  return {
    source: { type: 5, plan: 0, digits: source },
    destination: { type: 1, plan: 1, digits: destination },
    esmClass,
    validity,
    registeredDelivery: 0,
    dataCoding,
    content,
    parameters: new Map<number, Uint8Array>(),
  };
}
