// The line of counts: what it tells after calls that were refused and SMS that were sent, and that nobody can be told from it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, makePhone, startRegistration, startRequest } from "@assent/bare-phone";
import { randomBytes } from "@assent/protocol";
import { startTestServer } from "../server-for-tests.ts";
import { createServiceCounts, startCountsLine } from "./service-counts.ts";

test("few SMS to a calling code are told with those of others, and what was told is not told again", () => {
  const counts = createServiceCounts();
  const sent = (callingCode: string, times: number) => {
    for (let time = 0; time < times; time += 1) counts.smsSent(callingCode);
  };
  sent("49", 10);
  sent("33", 9);
  sent("290", 1);
  counts.refused("rate_limited");
  counts.refused("rate_limited");
  counts.refused("internal");
  assert.deepEqual(counts.take(), {
    refused: { rate_limited: 2, internal: 1 },
    sms: { "49": 10, others: 10 },
  });
  assert.deepEqual(counts.take(), { refused: {}, sms: {} });
  sent("33", 9);
  assert.deepEqual(counts.take().sms, { others: 9 }, "each minute begins anew");
});

test("a line comes each time, and one more at the end", (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const lines: [string, object | undefined][] = [];
  const counts = createServiceCounts();
  const { stop } = startCountsLine({
    counts,
    sockets: () => ({ inboxes: 3 }),
    everyMs: 60_000,
    log: { info: (event, facts) => void lines.push([event, facts]) },
  });
  counts.refused("busy");
  context.mock.timers.tick(60_000);
  context.mock.timers.tick(60_000);
  stop();
  context.mock.timers.tick(60_000);
  assert.deepEqual(
    lines.map(([event, facts]) => [event, { ...facts, memoryMb: undefined }]),
    [{ busy: 1 }, {}, {}].map((refused) => [
      "the last minute",
      { refused, sms: {}, sockets: { inboxes: 3 }, memoryMb: undefined },
    ]),
  );
});

test("a service counts what it refuses, early and late, and what it sends, and names nobody", async (context) => {
  const server = await startTestServer(context);
  const numbers = Array.from({ length: 11 }, (_, index) => `+4915123456${700 + index}`);
  for (const number of numbers) await startRegistration(await makePhone(server, number));
  const phone = await makePhone(server, "+33612345678");
  await startRegistration(phone);
  const start = await startRequest(phone);
  const wrong = { ...start, sealedNumber: randomBytes(start.sealedNumber.length) };
  assert.equal(await codeOf(phone.registration.startRegistration(wrong)), "request_invalid");
  assert.equal(await codeOf(phone.registration.startRegistration(wrong)), "request_invalid");
  const short = phone.directory.getRecord({ lookupKey: randomBytes(1) });
  assert.equal(await codeOf(short), "request_invalid");
  await server.close();
  const line = server.log.findLast((one) => one.includes("the last minute")) ?? "";
  const { refused, sms, sockets, memoryMb } = JSON.parse(line) as Record<string, object>;
  assert.deepEqual(refused, { request_invalid: 3 });
  assert.deepEqual(sms, { "49": 11, others: 1 });
  assert.ok(sockets && memoryMb && "all" in memoryMb);
  for (const number of [...numbers, phone.number]) {
    assert.ok(!line.includes(number.slice(1)), "no number");
  }
});
