// For tests: what every SMS transport keeps, whoever the provider is. Each transport's own test starts it with a provider of
// the test's, and says what that provider can do.
import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { parseNumber } from "@assent/protocol";
import type { IncomingSms, SmsOutcome, SmsReport, SmsTransport } from "./transport.ts";

const ben = parseNumber("+4915123456789");
const anna = parseNumber("+4915123456780");
const text = "Your code is 123456 [{€~}]";

/** How a provider answers from now on; one that never does has taken the SMS. */
export type Answering = "yes" | "no" | "not-now" | "never";

export interface ProviderForTests {
  readonly sms: SmsTransport;
  /** What it took, in that order. */
  took(): Promise<readonly { readonly to: string; readonly text: string }[]>;
  /** Lets time go by, so that whatever is waited for is over in the end. */
  pass(): Promise<void>;
  readonly reports: readonly (readonly [string, SmsReport])[];
  readonly received: readonly IncomingSms[];
  /** Of one that answers differently when it is told to. */
  readonly answer?: (how: Answering) => void;
  /** Of one that reports: on the SMS it took at this place. Resolves when it was heard. */
  readonly report?: (index: number, report: SmsReport) => Promise<void>;
  /** Of one that passes on what people write. Resolves when it was heard, taken or not. */
  readonly write?: (sms: IncomingSms) => Promise<void>;
  /** Whether what people write is taken from now on. */
  readonly taking?: (is: boolean) => void;
}

export function keepsTheContract(
  name: string,
  can: readonly ("refuse" | "fall-silent" | "report" | "write")[],
  start: (context: TestContext) => Promise<ProviderForTests>,
): void {
  const asked = (key: string, to = ben) => ({ key, to, text, validForSeconds: 600 });

  /** Time goes by until it is there. */
  async function settled<Value>(waited: Promise<Value>, pass: () => Promise<void>): Promise<Value> {
    const over = waited.then(() => true);
    while (!(await Promise.race([over, pass().then(() => false)])));
    return waited;
  }

  describe(`${name} keeps the contract of SMS transports`, () => {
    test("an SMS goes out as it is, once, however often it is asked for", async (context) => {
      const { sms, took, pass } = await start(context);
      const send = (key: string, to = ben) => settled(sms.send(asked(key, to)), pass);
      const [first, second] = await Promise.all([send("a1"), send("a1"), send("b2", anna)]);
      assert.equal(first?.kind, "accepted");
      assert.deepEqual(second, first);
      assert.deepEqual(await send("a1"), first);
      assert.deepEqual(
        [...(await took())].sort((a, b) => b.to.localeCompare(a.to)),
        [
          { to: ben, text },
          { to: anna, text },
        ],
      );
    });

    test("closed, it takes nothing more", async (context) => {
      const { sms, took, pass } = await start(context);
      const sent = sms.send(asked("a1"));
      assert.equal((await settled(sent, pass)).kind, "accepted");
      await settled(sms.close(), pass);
      assert.deepEqual(await sms.send(asked("b2")), { kind: "unavailable" });
      assert.equal((await took()).length, 1);
    });

    if (can.includes("refuse")) {
      test("what is refused, or not taken now, is said, and did not go out", async (context) => {
        const { sms, took, pass, answer } = await start(context);
        for (const [how, kind] of [
          ["no", "refused"],
          ["not-now", "unavailable"],
        ] as const) {
          answer?.(how);
          assert.deepEqual(await settled(sms.send(asked(`${kind}1`)), pass), { kind });
        }
        assert.deepEqual(await took(), []);
        answer?.("yes");
        assert.equal((await settled(sms.send(asked("b2")), pass)).kind, "accepted");
        assert.equal((await took()).length, 1);
      });
    }

    if (can.includes("fall-silent")) {
      test("one that is never answered for may be on its way, and goes out once", async (context) => {
        const { sms, took, pass, answer } = await start(context);
        answer?.("never");
        const outcomes: SmsOutcome[] = await Promise.all([
          settled(sms.send(asked("a1")), pass),
          settled(sms.send(asked("a1")), pass),
        ]);
        assert.deepEqual(outcomes, [{ kind: "unknown" }, { kind: "unknown" }]);
        answer?.("yes");
        assert.deepEqual(await settled(sms.send(asked("a1")), pass), { kind: "unknown" });
        assert.equal((await took()).length, 1);
      });
    }

    if (can.includes("report")) {
      test("what became of each is heard once", async (context) => {
        const { sms, pass, report, reports } = await start(context);
        await settled(sms.send(asked("a1")), pass);
        await settled(sms.send(asked("b2", anna)), pass);
        await report?.(1, "failed");
        await report?.(0, "delivered");
        await report?.(0, "delivered");
        await report?.(0, "failed");
        assert.deepEqual(reports, [
          ["b2", "failed"],
          ["a1", "delivered"],
        ]);
      });
    }

    if (can.includes("write")) {
      test("what people write is heard, and offered again where it was not taken", async (context) => {
        const { write, received, taking } = await start(context);
        const written: IncomingSms = { from: "+4915100000000", text: "Who is this? ¿€?" };
        taking?.(false);
        await write?.(written);
        assert.equal(received.length, 0);
        taking?.(true);
        await write?.(written);
        assert.deepEqual(
          received.map(({ from, text: said }) => [from.replace(/^\+?/, "+"), said]),
          [[written.from, written.text]],
        );
      });
    }
  });
}
