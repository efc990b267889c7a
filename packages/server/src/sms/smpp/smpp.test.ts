// SMS through an SMSC that answers late, twice, never or with no: each goes out once, or says honestly that it did not,
// or that nobody can know.
import assert from "node:assert/strict";
import { type Duplex, duplexPair } from "node:stream";
import { type TestContext, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { parseNumber } from "@assent/protocol";
import type { SmsReport } from "../transport.ts";
import { createSmppSms, senderName } from "./smpp.ts";
import { createTestSmsc, pdu, type TestSmsc } from "./smsc-for-tests.ts";

const ben = parseNumber("+4915123456789");
const anna = parseNumber("+4915123456780");

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

function start(context: TestContext, prepared: (smsc: TestSmsc) => void = () => undefined) {
  const { after, pass, left } = clock();
  const smscs: TestSmsc[] = [];
  const reports: [string, SmsReport][] = [];
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
      firstPauseMs: 100,
      longestPauseMs: 10_000,
      patienceMs: 500,
      throttledPausesMs: [100, 200],
      receiptsAwaited: 100,
    },
    after,
    random: () => 0,
    reported: (key, report) => reports.push([key, report]),
    trouble: (what) => troubles.push(what),
  });
  context.after(() => lines.map((line) => line.destroy()));
  const last = () => {
    const smsc = smscs.at(-1);
    assert.ok(smsc);
    return smsc;
  };
  return {
    pass,
    left,
    smscs,
    last,
    reports,
    troubles,
    close: () => sms.close(),
    reachable: (is: boolean) => {
      isReachable = is;
    },
    send: (key: string, text = "Your code is 123456", to = ben) =>
      sms.send({ key, to, text, validForSeconds: 600 }),
  };
}

test("an SMS goes out once, with its sender, its validity and its text", async (context) => {
  const { send, last } = start(context);
  assert.deepEqual(await Promise.all([send("a"), send("a"), send("b", "ничего", anna)]), [
    "handed-over",
    "handed-over",
    "handed-over",
  ]);
  assert.equal(await send("a"), "handed-over");
  const [first, second, ...others] = last().submitted;
  assert.deepEqual(others, []);
  assert.equal(first?.source, "Assent");
  assert.equal(first.destination, "4915123456789");
  assert.equal(first.validity, "000000001000000R");
  assert.equal(first.content.toString("latin1"), "Your code is 123456");
  assert.equal(first.dataCoding, 0);
  assert.equal(second?.destination, "4915123456780");
  assert.equal(second.dataCoding, 8);
  assert.equal(second.content.swap16().toString("utf16le"), "ничего");
});

test("it binds as SMPP 3.4 has it, and understands what comes one octet at a time", async (context) => {
  const { send, last } = start(context, (smsc) => {
    smsc.inPieces = true;
  });
  assert.equal(await send("a"), "handed-over");
  assert.deepEqual(last().bound, {
    systemId: "assent",
    password: "secret12",
    systemType: "",
    version: 0x34,
  });
});

test("what is refused is not tried again", async (context) => {
  const { send, last } = start(context, (smsc) => {
    smsc.onSubmit = (sms) => smsc.refuse(sms, 0x0b);
  });
  assert.equal(await send("a"), "refused");
  assert.equal(last().submitted.length, 1);
});

test("a wrong password: unavailable soon, and tried less and less often", async (context) => {
  const { send, pass, smscs, troubles } = start(context, (smsc) => {
    smsc.bindStatus = 14;
  });
  const sent = send("a");
  await pass(500);
  assert.equal(await sent, "unavailable");
  assert.deepEqual(new Set(troubles), new Set(["not-let-in"]));
  const before = smscs.length;
  await pass(9_000);
  assert.ok(smscs.length > before && smscs.length < 12, `${smscs.length} binds`);
});

test("an SMSC that says nothing to a bind is left, and tried again", async (context) => {
  let isSilent = true;
  const { send, pass, troubles } = start(context, (smsc) => {
    smsc.bindStatus = isSilent ? "silent" : 0;
  });
  const first = send("a");
  await pass(1_000);
  assert.equal(await first, "unavailable");
  assert.deepEqual(troubles, ["unreachable"]);
  isSilent = false;
  const second = send("b");
  await pass(200);
  assert.equal(await second, "handed-over");
});

test("where the SMSC wants fewer at a time, the SMS waits and goes out once", async (context) => {
  let refusals = 2;
  const { send, pass, last } = start(context, (smsc) => {
    smsc.onSubmit = (sms) => {
      refusals -= 1;
      if (refusals < 0) smsc.accept(sms, "7");
      else smsc.refuse(sms, refusals === 1 ? 0x58 : 0x14);
    };
  });
  const sent = send("a");
  await pass(400);
  assert.equal(await sent, "handed-over");
  assert.equal(last().submitted.length, 3);
});

test("where it wants fewer for too long, the SMS is unavailable", async (context) => {
  const { send, pass } = start(context, (smsc) => {
    smsc.onSubmit = (sms) => smsc.refuse(sms, 0x58);
  });
  const sent = send("a");
  await pass(400);
  assert.equal(await sent, "unavailable");
});

test("one without an answer may be on its way: it is never submitted again", async (context) => {
  for (const happens of ["silent", "dropped"] as const) {
    const { send, pass, smscs } = start(context, (smsc) => {
      smsc.onSubmit = () => {
        if (happens === "dropped") smsc.drop();
      };
    });
    const sent = send("a");
    await pass(5_000);
    assert.equal(await sent, "unknown", happens);
    assert.equal(smscs.flatMap(({ submitted }) => submitted).length, 1, happens);
    assert.ok(smscs.length > 1, "and a new session stands");
    for (const smsc of smscs) smsc.onSubmit = (sms) => smsc.accept(sms, "1");
    const other = send("b");
    await pass(100);
    assert.equal(await other, "handed-over", happens);
  }
});

test("no more than the window are under way, and the others keep their order", async (context) => {
  const { send, pass, last } = start(context, (smsc) => {
    smsc.onSubmit = () => undefined;
  });
  const sent = ["a", "b", "c", "d"].map((key) => send(key, key));
  await pass(100);
  const texts = () => last().submitted.map(({ content }) => content.toString());
  assert.deepEqual(texts(), ["a", "b"]);
  for (let index = 0; index < 4; index++) {
    const sms = last().submitted[index];
    assert.ok(sms);
    last().accept(sms, String(index));
    await pass(1);
  }
  assert.deepEqual(texts(), ["a", "b", "c", "d"]);
  assert.deepEqual(await Promise.all(sent), Array(4).fill("handed-over"));
});

test("a session that fell silent is noticed by its beat, and replaced", async (context) => {
  const { send, pass, smscs, last, troubles } = start(context);
  assert.equal(await send("a"), "handed-over");
  let enquiries = 0;
  last().onEnquire = () => {
    enquiries += 1;
  };
  await pass(35_000);
  assert.ok(enquiries >= 3, "the beat goes on while it is answered");
  assert.equal(smscs.length, 1);
  last().bindStatus = "silent";
  await pass(13_000);
  assert.deepEqual(troubles, ["lost"]);
  assert.equal(smscs.length, 2);
});

test("what is no PDU ends the session, and a new one stands", async (context) => {
  for (const octets of [
    Buffer.from("HTTP/1.1 400 Bad Request\r\n"),
    Buffer.alloc(20),
    Buffer.of(0, 0, 0, 8, 0, 0, 0, 0),
    pdu(5, 0, 1, Buffer.from("cut short")),
  ]) {
    const { send, pass, smscs, last } = start(context);
    assert.equal(await send("a"), "handed-over");
    last().send(octets);
    await pass(200);
    assert.equal(smscs.length, 2);
    assert.equal(await send("b"), "handed-over");
  }
});

test("the SMSC's own requests are answered, unknown ones too", async (context) => {
  const { send, pass, last } = start(context);
  assert.equal(await send("a"), "handed-over");
  const { commands } = last();
  const before = commands.length;
  last().send(pdu(0x15, 0, 77, Buffer.alloc(0)));
  last().send(pdu(0x102, 0, 78, Buffer.alloc(0)));
  last().deliver("4915100000000", "STOP");
  await pass(1);
  assert.deepEqual(commands.slice(before), [0x8000_0015, 0x8000_0000, 0x8000_0005]);
});

test("receipts find their SMS, however the SMSC spells its id", async (context) => {
  const { send, pass, last, reports } = start(context, (smsc) => {
    smsc.onSubmit = (sms) => smsc.accept(sms, "00ff");
  });
  await send("hex accepted, decimal reported");
  last().report({ from: "4915123456789", text: "id:255 sub:001 stat:DELIVRD err:000" });
  last().report({ from: "4915123456789", text: "id:255 sub:001 stat:DELIVRD err:000" });
  await pass(1);
  assert.deepEqual(reports, [["hex accepted, decimal reported", "delivered"]]);
});

test("ids that one base writes as the other do not mix two SMS up", async (context) => {
  const { send, pass, last, reports } = start(context, (smsc) => {
    smsc.onSubmit = (sms) => smsc.accept(sms, ["10", "16", "22"][smsc.submitted.length - 1] ?? "");
  });
  await send("10");
  await send("16", "text", anna);
  await send("22");
  last().report({ from: "4915123456789", text: "id:22 stat:UNDELIV" });
  last().report({ from: "015123456780", text: "id:16 stat:DELIVRD" });
  last().report({ from: "4915123456789", text: "id:10 stat:DELIVRD" });
  await pass(1);
  assert.deepEqual(reports, [
    ["22", "failed"],
    ["16", "delivered"],
    ["10", "delivered"],
  ]);
});

test("a receipt by parameters, by reference alone, before its SMS is accepted, and of a failure", async (context) => {
  const { send, pass, last, reports } = start(context, (smsc) => {
    smsc.onSubmit = (sms) => {
      const count = smsc.submitted.length;
      if (count === 1) smsc.accept(sms, "ID-one");
      else if (count === 2) smsc.accept(sms, "msg_id_not_implemented");
      else {
        smsc.report({ from: "4915123456789", text: "id:early stat:UNDELIV" });
        smsc.accept(sms, "early");
      }
    };
  });
  await send("by parameters");
  const parameters = new Map([
    [0x001e, Buffer.from("ID-one\0")],
    [0x0427, Buffer.of(2)],
  ]);
  last().report({ from: "4915123456789", text: "", parameters });
  await send("by reference");
  const reference = last().submitted[1]?.userReference ?? 0;
  last().report({
    from: "4915123456789",
    text: "id:0815 stat:DELIVRD",
    parameters: new Map([[0x0204, Buffer.of(0, reference % 256)]]),
  });
  await send("early");
  await pass(1);
  assert.deepEqual(reports, [
    ["by parameters", "delivered"],
    ["by reference", "delivered"],
    ["early", "failed"],
  ]);
});

test("a long text is delivered when all its SMS are, and failed with the first that fails", async (context) => {
  const { send, pass, last, reports } = start(context);
  assert.equal(await send("long", "x".repeat(400)), "handed-over");
  assert.equal(last().submitted.length, 3);
  assert.ok(last().submitted.every(({ esmClass }) => esmClass === 0x40));
  const report = (id: number, state: string) =>
    last().report({ from: "4915123456789", text: `id:${id} stat:${state}` });
  report(1, "DELIVRD");
  report(2, "ENROUTE");
  report(2, "DELIVRD");
  await pass(1);
  assert.deepEqual(reports, []);
  report(3, "DELIVRD");
  assert.equal(await send("other", "y".repeat(200)), "handed-over");
  report(4, "EXPIRED");
  report(5, "DELIVRD");
  await pass(1);
  assert.deepEqual(reports, [
    ["long", "delivered"],
    ["other", "failed"],
  ]);
});

test("of a long text that broke off nobody says that none went out", async (context) => {
  const { send, pass, reachable } = start(context, (smsc) => {
    smsc.onSubmit = (sms) => {
      if (smsc.submitted.length === 1) smsc.accept(sms, "1");
      else smsc.refuse(sms, 0x58);
    };
  });
  const sent = send("a", "x".repeat(400));
  await pass(1_000);
  assert.equal(await sent, "unknown");
  reachable(false);
});

test("closing waits for what is under way, and unbinds", async (context) => {
  const { send, pass, left, last, close } = start(context, (smsc) => {
    smsc.onSubmit = () => undefined;
  });
  const sent = send("a");
  await pass(1);
  assert.ok(left() > 0);
  const closing = close();
  await pass(1);
  const [sms] = last().submitted;
  assert.ok(sms);
  assert.ok(!last().commands.includes(6));
  last().accept(sms, "1");
  await pass(1);
  assert.equal(await sent, "handed-over");
  await closing;
  assert.equal(last().commands.at(-1), 6);
  assert.equal(await send("b"), "unavailable");
  assert.equal(left(), 0, "nothing keeps the process from ending");
});

test("closing where nobody is there ends at once", async (context) => {
  const { pass, close, reachable, send } = start(context);
  reachable(false);
  await pass(50);
  await close();
  assert.equal(await send("a"), "unavailable");
});
