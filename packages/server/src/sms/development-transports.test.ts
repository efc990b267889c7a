// The transports for development keep the contract of all.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseNumber } from "@assent/protocol";

import { createConsoleSms } from "./console.ts";
import { createFakeSms } from "./fake.ts";
import type { SmsReport } from "./transport.ts";
import { keepsTheContract } from "./transport-contract-for-tests.ts";

const never = () => () => undefined;
const pass = async () => undefined;

function startFake() {
  const reports: [string, SmsReport][] = [];
  const sms = createFakeSms({
    most: 2,
    now: () => 0,
    after: never,
    reported: (key, report) => reports.push([key, report]),
  });
  return { sms, reports };
}

keepsTheContract("fake", [], async () => {
  const { sms, reports } = startFake();
  const numbers = ["+4915123456789", "+4915123456780"];
  return {
    sms,
    took: async () =>
      numbers.flatMap((number) => sms.messagesTo(number)).map(({ to, text }) => ({ to, text })),
    pass,
    reports,
    received: [],
  };
});

keepsTheContract("console", [], async () => {
  const lines: string[] = [];
  return {
    sms: createConsoleSms((line) => void lines.push(line), never),
    took: async () =>
      lines.map((line) => {
        const [, to = "", text = ""] = /^SMS to (\S+): (.*)$/.exec(line) ?? [];
        return { to, text };
      }),
    pass,
    reports: [],
    received: [],
  };
});

test("fake says of each that it was delivered, and forgets the oldest", async () => {
  const { sms, reports } = startFake();
  const to = parseNumber("+4915123456789");
  for (const text of ["a", "b", "c"]) await sms.send({ key: text, to, text, validForSeconds: 60 });
  assert.deepEqual(
    reports,
    ["a", "b", "c"].map((key) => [key, "delivered"]),
  );
  assert.deepEqual(
    sms.messagesTo(to).map(({ text }) => text),
    ["b", "c"],
  );
});
