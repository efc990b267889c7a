// What may be in a sealed SMS: two numbers and a text that fits, and nothing behind any of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf } from "@assent/bare-phone";
import {
  type CellId,
  generateSealingKeyPair,
  openSeal,
  randomBytes,
  type SealPurpose,
  seal,
  sealedSmsPlaintextLength,
  smsSealData,
  utf8,
} from "@assent/protocol";
import { openSms } from "./sealed-sms.ts";

const bound = {
  cellId: randomBytes(32) as CellId,
  deviceId: randomBytes(32),
  name: randomBytes(32),
};
const pair = await generateSealingKeyPair();
const [from, to] = ["+4915123456789", "+4915123456780"];

async function open(given: {
  readonly from?: string;
  readonly to?: string;
  readonly text?: string | Uint8Array;
  readonly purpose?: SealPurpose;
}) {
  const { text = "On my way." } = given;
  const plaintext = new Uint8Array(sealedSmsPlaintextLength);
  plaintext.set(utf8(given.from ?? from));
  plaintext.set(utf8(given.to ?? to), 32);
  plaintext.set(typeof text === "string" ? utf8(text) : text, 64);
  const purpose = given.purpose ?? "sms";
  const sealedSms = await seal(pair.publicKey, purpose, plaintext, smsSealData(bound));
  const sealing = {
    open: (what: SealPurpose, _epoch: number, sealed: Uint8Array, data: Uint8Array) =>
      openSeal(pair.privateKey, what, sealed, data),
  };
  return openSms(sealing, { sealingEpoch: 1, sealedSms }, bound);
}

test("two numbers and a text", async () => {
  assert.deepEqual(await open({}), { from, to, text: "On my way." });
  const longest = "é".repeat(574);
  assert.deepEqual((await open({ text: longest })).text, longest);
});

test("what was sealed for something else is none", async () => {
  assert.equal(await codeOf(open({ purpose: "number" })), "request_invalid");
});

test("numbers are written as they are, and get SMS at the price of one", async () => {
  assert.equal(await codeOf(open({ from: "+49 15123456789" })), "number_invalid");
  assert.equal(await codeOf(open({ to: "015123456780" })), "number_invalid");
  assert.equal(await codeOf(open({ to: "" })), "number_invalid");
  assert.equal(await codeOf(open({ to: "+4930123456" })), "number_refused");
});

test("a text is UTF-8, something, and fits four SMS with the lines around it", async () => {
  assert.equal(await codeOf(open({ text: " \n " })), "request_invalid");
  assert.equal(await codeOf(open({ text: "before\0behind" })), "request_invalid");
  assert.equal(await codeOf(open({ text: Uint8Array.of(0xc3, 0x28) })), "request_invalid");
  assert.equal(await codeOf(open({ text: "é".repeat(575) })), "request_too_large");
  assert.equal(await codeOf(open({ text: "ж".repeat(400) })), "request_too_large");
});
