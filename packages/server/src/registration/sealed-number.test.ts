// Which numbers get an SMS.
import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, utf8 } from "@assent/protocol";
import { codeOf } from "../server-for-tests.ts";
import { numberOfPadded } from "./sealed-number.ts";

const mobile = "+4915123456789";

test("only numbers that can get an SMS at its usual price, spelled in the one way", async () => {
  const padded = (text: string) => concat(utf8(text), new Uint8Array(32 - text.length));
  const answerTo = (bytes: Uint8Array) => codeOf((async () => numberOfPadded(bytes))());
  const cases: [Uint8Array, string][] = [
    [padded(mobile), "accepted"],
    [padded("+12025550123"), "accepted"],
    [padded("+442079460991"), "number_refused"],
    [padded("+449098790000"), "number_refused"],
    [padded("+49 15123456789"), "number_invalid"],
    [padded("4915123456789"), "number_invalid"],
    [padded("+49"), "number_invalid"],
    [padded(""), "number_invalid"],
    [padded(mobile).subarray(0, 31), "number_invalid"],
    [concat(utf8(mobile), new Uint8Array(17), utf8("x")).subarray(0, 32), "number_invalid"],
    [new Uint8Array(32).fill(0xff), "number_invalid"],
  ];
  for (const [bytes, expected] of cases) assert.equal(await answerTo(bytes), expected);
});
