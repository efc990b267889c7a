// Whether an SMSC would take an SMS, told without asking it: bound, away, throttled, or not letting this service in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { passingToldMs } from "../transport.ts";
import { startSmpp } from "./smpp-for-tests.ts";

test("an SMSC is not known before it is bound, lost when it goes, and ready when it is back", async (context) => {
  const { pass, last, reachable, state, smscs } = startSmpp(context);
  assert.equal(await state(), "not-known");
  await pass(1);
  assert.equal(await state(), "ready");
  reachable(false);
  last().drop();
  // It is asked whether it is there after 10 s, and has 2 s to say so.
  await pass(12_000);
  assert.equal(await state(), "lost");
  await pass(1_000);
  assert.equal(await state(), "unreachable");
  assert.equal(smscs.length, 1);
  reachable(true);
  await pass(10_000);
  assert.equal(await state(), "ready");
});

test("one that refuses the bind does not let it in, until it does", async (context) => {
  let status = 14;
  const { pass, state } = startSmpp(context, (smsc) => {
    smsc.bindStatus = status;
  });
  await pass(1);
  assert.equal(await state(), "not-let-in");
  status = 0;
  await pass(10_000);
  assert.equal(await state(), "ready");
});

test("one that wants fewer is throttled for a minute, or until it takes one", async (context) => {
  const { pass, send, last, state } = startSmpp(context, (smsc) => {
    smsc.onSubmit = (sms) => smsc.refuse(sms, 0x58);
  });
  const first = send("a");
  await pass(1_000);
  assert.equal(await first, "unavailable");
  assert.equal(await state(), "throttled");
  await pass(passingToldMs);
  assert.equal(await state(), "ready");
  const second = send("b");
  await pass(1);
  assert.equal(await state(), "throttled");
  last().onSubmit = (sms) => last().accept(sms, "1");
  await pass(1_000);
  assert.equal(await second, "accepted");
  assert.equal(await state(), "ready");
});
