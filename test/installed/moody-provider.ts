// A provider of SMS on a bad day, for tests: wants fewer at first, answers late and twice, and says twice that an SMS arrived.
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import {
  createTestSmsc,
  type SubmittedSms,
  type TestSmsc,
} from "../../packages/server/src/sms/smpp/smsc-for-tests.ts";

const throttled = 0x58;

export async function startMoodyProvider(host: string, port: number) {
  const lines = new Set<Socket>();
  const submitted: SubmittedSms[] = [];
  const saidTwice = Promise.withResolvers<void>();

  async function answerLateAndTwice(smsc: TestSmsc, sms: SubmittedSms): Promise<void> {
    await delay(500);
    const arrived = { from: sms.destination, text: "id:1 stat:DELIVRD" };
    for (let twice = 0; twice < 2; twice += 1) {
      smsc.accept(sms, "1");
      smsc.report(arrived);
    }
    while (smsc.deliveryAnswers.length < 2) await delay(20);
    saidTwice.resolve();
  }

  const provider = createServer((line) => {
    lines.add(line);
    const smsc = createTestSmsc(line);
    smsc.onSubmit = (sms) => {
      submitted.push(sms);
      if (submitted.length === 1) smsc.refuse(sms, throttled);
      else void answerLateAndTwice(smsc, sms);
    };
  });
  provider.listen(port, host);
  await once(provider, "listening");
  return {
    submitted,
    /** Resolves when the service took both that it was said. */
    saidTwice: saidTwice.promise,
    close() {
      provider.close();
      for (const line of lines) line.destroy();
    },
  };
}
