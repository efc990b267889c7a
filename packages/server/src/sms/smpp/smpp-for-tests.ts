// For tests: SMS through SMPP to SMSCs of the test's own, with a clock that the test moves.
import assert from "node:assert/strict";
import { type Duplex, duplexPair } from "node:stream";
import type { TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { parseNumber } from "@assent/protocol";
import type { IncomingSms, SmsReport } from "../transport.ts";
import { createSmppSms, senderName } from "./smpp.ts";
import { createTestSmsc, type TestSmsc } from "./smsc-for-tests.ts";

const ben = parseNumber("+4915123456789");
export const anna = parseNumber("+4915123456780");

/** Waits until what is under way has come to rest: nothing here takes longer than some turns of the loop. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await nextTurn();
}

function clock() {
  let now = 0;
  let waiting: { readonly at: number; readonly then: () => void }[] = [];
  return {
    /** How much is still to be done some time. */
    left: () => waiting.length,
    now: () => now,
    after(ms: number, then: () => void) {
      const one = { at: now + ms, then };
      waiting.push(one);
      return () => {
        waiting = waiting.filter((other) => other !== one);
      };
    },
    async pass(ms: number): Promise<void> {
      const until = now + ms;
      for (;;) {
        await rest();
        const next = waiting.toSorted((a, b) => a.at - b.at)[0];
        if (!next || next.at > until) break;
        waiting = waiting.filter((other) => other !== next);
        now = next.at;
        next.then();
      }
      now = until;
      await rest();
    },
  };
}

export function startSmpp(
  context: TestContext,
  prepared: (smsc: TestSmsc) => void = () => undefined,
) {
  const { after, pass, left, now } = clock();
  const smscs: TestSmsc[] = [];
  const reports: [string, SmsReport][] = [];
  const received: IncomingSms[] = [];
  let takes = true;
  const troubles: string[] = [];
  const lines: Duplex[] = [];
  let isReachable = true;
  const sms = createSmppSms({
    connect: async () => {
      if (!isReachable) throw new Error("nobody is there");
      const [ours, theirs] = duplexPair();
      lines.push(ours, theirs);
      const smsc = createTestSmsc(theirs);
      prepared(smsc);
      smscs.push(smsc);
      return ours;
    },
    bind: { systemId: "assent", password: "secret12", systemType: "" },
    source: senderName("Assent"),
    quotas: {
      window: 2,
      bindMs: 1_000,
      answerMs: 2_000,
      quietMs: 10_000,
      closeMs: 1_000,
      firstPauseMs: 100,
      longestPauseMs: 10_000,
      patienceMs: 500,
      throttledPausesMs: [100, 200],
      receiptsAwaited: 100,
      incompleteTexts: 3,
      incompleteMs: 60_000,
    },
    now,
    after,
    random: () => 0,
    reported: (key, report) => reports.push([key, report]),
    async received(text) {
      if (!takes) throw new Error("not now");
      received.push(text);
    },
    trouble: (what) => troubles.push(what),
  });
  context.after(() => lines.map((line) => line.destroy()));
  const last = () => {
    const smsc = smscs.at(-1);
    assert.ok(smsc);
    return smsc;
  };
  return {
    sms,
    pass,
    left,
    smscs,
    last,
    reports,
    received,
    /** Whether what people write is taken. */
    taking: (is: boolean) => {
      takes = is;
    },
    troubles,
    state: () => sms.state(),
    close: () => sms.close(),
    reachable: (is: boolean) => {
      isReachable = is;
    },
    send: async (key: string, text = "Your code is 123456", to = ben) =>
      (await sms.send({ key, to, text, validForSeconds: 600 })).kind,
  };
}
