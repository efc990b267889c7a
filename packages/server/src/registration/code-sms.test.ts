// The SMS with a code: it says what for, to browsers whose it is, and is one SMS.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lastCode, makePhone, startRegistration } from "@assent/bare-phone";
import { Intent } from "@assent/protocol";
import { startTestServer } from "../server-for-tests.ts";
import { type CodeIntent, codeSms } from "./code-sms.ts";

const intents: readonly CodeIntent[] = [Intent.REGISTER, Intent.LEAVE, Intent.NEVER];

// GSM 03.38: the basic alphabet. What is not in it costs two of its characters, or makes all of an SMS twice as long.
const basic =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

function isOneSms(text: string): boolean {
  return text.length <= 160 && [...text].every((character) => basic.includes(character));
}

test("says one code, what it is for, and last, for browsers, whose it is", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, "+4915123456789");
  await startRegistration(phone);
  const [sms] = server.fakeSms?.messagesTo(phone.number) ?? [];
  const code = lastCode(server, phone.number);
  assert.equal(
    sms?.text,
    `Assent code to turn on private messages: ${code}. Give it to nobody.\n\n@localhost #${code}`,
  );
  const texts = intents.map((intent) => codeSms(intent, "123456", "localhost"));
  assert.equal(new Set(texts).size, intents.length);
  for (const text of texts) {
    assert.ok(text.endsWith("\n\n@localhost #123456"));
    assert.equal(text.split("123456").length, 3, "once for people, once for browsers");
  }
});

test("is one SMS, however long the service's name", () => {
  assert.equal(isOneSms("é[".repeat(1)), false, "the check sees what is not in the alphabet");
  assert.equal(isOneSms("a".repeat(161)), false);
  for (const intent of intents) {
    for (const length of [1, 63, 70, 90, 100, 253]) {
      const text = codeSms(intent, "123456", "a".repeat(length));
      assert.ok(isOneSms(text), text);
      assert.match(text, /123456\. Give/);
      assert.equal(text.includes("@"), text.includes("#123456"));
    }
    assert.ok(codeSms(intent, "123456", "a".repeat(63)).includes("@a"));
    assert.ok(!codeSms(intent, "123456", "a".repeat(253)).includes("@"));
  }
});
