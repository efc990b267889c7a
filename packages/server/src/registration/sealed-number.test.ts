// Which numbers get an SMS.

import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf } from "@assent/bare-phone";
import { concat, utf8 } from "@assent/protocol";
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

test("kinds of number go by a list of those that are taken", async () => {
  const answerTo = (number: string) =>
    codeOf(
      (async () => numberOfPadded(concat(utf8(number), new Uint8Array(32 - number.length))))(),
    );
  const taken = {
    "a German mobile": "+4915123456789",
    "a British mobile": "+447400123456",
    "a mobile of Guernsey": "+447781123456",
    "an American number, fixed or mobile": "+12025550123",
    "an Indian mobile": "+919812345678",
    "a Nigerian mobile": "+2348021234567",
    "a German range of no known kind": "+4916512345678",
  };
  const refused = {
    Inmarsat: "+870773111632",
    "Iridium, which says it is a mobile": "+881612345678",
    "international networks": "+8821612345",
    iNum: "+883510001234567",
    "a British personal number (070)": "+447012345678",
    "British VoIP (056)": "+445612345678",
    "a British pager (076)": "+447640123456",
    "a British fixed line": "+442079460991",
    "British premium rate": "+449098790000",
    "American toll free": "+18005551234",
    "American premium rate": "+19002345678",
    "international toll free": "+80012345678",
    "international premium rate": "+979123456789",
    "an Italian fixed line": "+390612345678",
    "a German personal number (0700)": "+4970012345678",
    "German shared cost (0180)": "+491801234567",
    "a French VoIP number (09)": "+33912345678",
    "German premium rate with a digit too many, which it is dialled with as well": "+4990012345678",
    "a German fixed line with digits too many": "+49301234567890",
    "a range that nobody has": "+447700900100",
  };
  for (const [what, number] of Object.entries(taken))
    assert.equal(await answerTo(number), "accepted", what);
  for (const [what, number] of Object.entries(refused))
    assert.equal(await answerTo(number), "number_refused", what);
});
