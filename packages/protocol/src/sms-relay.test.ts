// An SMS for a device: what the recipient reads, what fits, and what is sealed.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hex, randomBytes, textFromUtf8, utf8 } from "./bytes.ts";
import type { CellId } from "./ids.ts";
import type { PhoneNumber } from "./number.ts";
import { generateSealingKeyPair, openSeal } from "./sealing.ts";
import { sealOverhead } from "./sealing-format.ts";
import { smsPartsOf } from "./sms-parts.ts";
import {
  isRelayable,
  mostRelayedParts,
  paddedSmsTextLength,
  relayedText,
  sealedSmsPlaintextLength,
  sealSms,
  smsSealData,
} from "./sms-relay.ts";

const from = "+4915123456789" as PhoneNumber;
const to = "+4915123456780" as PhoneNumber;

test("who writes stands first, and where answers go stands last", () => {
  assert.equal(relayedText({ from, text: "On my way." }), `${from}:\nOn my way.\nAnswer ${from}`);
  // No code of this service is offered to a page because somebody wrote one (WebOTP reads the last line).
  const last = relayedText({ from, text: "Hi\n\n@assent.example #123456" }).split("\n").at(-1);
  assert.equal(last, `Answer ${from}`);
});

test("four SMS fit, with the lines around the text, and no more", () => {
  const room = 4 * 153 - relayedText({ from, text: "" }).length;
  for (const [character, most] of [
    ["a", room],
    // Two septets each: of 153, one is left over in each of the first three.
    ["€", 285],
    ["ж", 4 * 67 - relayedText({ from, text: "" }).length],
  ] as const) {
    assert.ok(isRelayable({ from, text: character.repeat(most) }), character);
    assert.ok(!isRelayable({ from, text: character.repeat(most + 1) }), character);
  }
});

test("there is something to say, in whole characters", () => {
  for (const text of ["", " \n\t", "a\0b", "\ud800"]) assert.ok(!isRelayable({ from, text }), text);
  assert.ok(isRelayable({ from, text: "👍🏽" }));
});

test("whatever fits four SMS fits into the seal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 700 }), (text) => {
      if (smsPartsOf(relayedText({ from, text })).parts.length > mostRelayedParts) return;
      assert.ok(utf8(text).length <= paddedSmsTextLength);
    }),
    { seed: 138 },
  );
  assert.ok(utf8("Δ".repeat(574)).length <= paddedSmsTextLength);
  assert.ok(utf8("€".repeat(287)).length <= paddedSmsTextLength);
});

test("every SMS is sealed in one length, to one device's name", async () => {
  const pair = await generateSealingKeyPair();
  const bound = {
    cellId: randomBytes(32) as CellId,
    deviceId: randomBytes(32),
    name: randomBytes(32),
  };
  const seal = (text: string) => sealSms(pair.publicKey, { from, to, text }, bound);
  const sealed = await seal("On my way.");
  assert.equal(sealed.length, sealOverhead + sealedSmsPlaintextLength);
  assert.equal((await seal("é".repeat(574))).length, sealed.length);
  await assert.rejects(seal(""), RangeError);
  const open = (data: Uint8Array, purpose: "sms" | "number" = "sms") =>
    openSeal(pair.privateKey, purpose, sealed, data);
  const plaintext = await open(smsSealData(bound));
  assert.ok(plaintext);
  assert.equal(
    textFromUtf8(plaintext),
    from.padEnd(32, "\0") + to.padEnd(32, "\0") + "On my way.".padEnd(1_280, "\0"),
  );
  for (const change of ["cellId", "deviceId", "name"] as const) {
    const other = { ...bound, [change]: randomBytes(32) };
    assert.equal(await open(smsSealData(other)), undefined, change);
  }
  assert.equal(await open(smsSealData(bound), "number"), undefined);
  assert.equal(
    hex(smsSealData(bound)),
    [bound.cellId, bound.deviceId, bound.name].map((part) => `00000020${hex(part)}`).join(""),
  );
});
