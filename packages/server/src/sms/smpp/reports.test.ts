// Receipts, as SMSCs write them: each finds its SMS, and no other.
import assert from "node:assert/strict";
import { test } from "node:test";
import { anna, startSmpp } from "./smpp-for-tests.ts";

test("receipts find their SMS, however the SMSC spells its id", async (context) => {
  const { send, pass, last, reports } = startSmpp(context, (smsc) => {
    smsc.onSubmit = (sms) => smsc.accept(sms, "00ff");
  });
  await send("hex accepted, decimal reported");
  last().report({ from: "4915123456789", text: "id:255 sub:001 stat:DELIVRD err:000" });
  last().report({ from: "4915123456789", text: "id:255 sub:001 stat:DELIVRD err:000" });
  await pass(1);
  assert.deepEqual(reports, [["hex accepted, decimal reported", "delivered"]]);
});

test("ids that one base writes as the other do not mix two SMS up", async (context) => {
  const { send, pass, last, reports } = startSmpp(context, (smsc) => {
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
  const { send, pass, last, reports } = startSmpp(context, (smsc) => {
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
  const { send, pass, last, reports } = startSmpp(context);
  assert.equal(await send("long", "x".repeat(400)), "accepted");
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
  assert.equal(await send("other", "y".repeat(200)), "accepted");
  report(4, "EXPIRED");
  report(5, "DELIVRD");
  await pass(1);
  assert.deepEqual(reports, [
    ["long", "delivered"],
    ["other", "failed"],
  ]);
});

test("a receipt is read whatever coding it says that it is in", async (context) => {
  const { send, pass, last, reports } = startSmpp(context);
  for (const [index, dataCoding] of [0, 1, 2, 3, 4, 8, 0xf5].entries()) {
    await send(String(index));
    last().report({ from: "4915123456789", text: `id:${index + 1} stat:DELIVRD`, dataCoding });
  }
  await pass(1);
  assert.equal(reports.length, 7);
});
