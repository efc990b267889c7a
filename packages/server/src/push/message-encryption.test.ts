// What a push carries: the examples of RFC 8188 and RFC 8291, and that a browser's side, written from the RFC, opens what is
// made here.
import assert from "node:assert/strict";
import { createECDH } from "node:crypto";
import { describe, test } from "node:test";
import { openPushMessage } from "./browser-for-tests.ts";
import {
  encodeContent,
  encryptMessage,
  freshSecrets,
  isPointOfCurve,
} from "./message-encryption.ts";

const of = (base64url: string) => Buffer.from(base64url, "base64url");

test("RFC 8188, 3.1: one record", () => {
  const encoded = encodeContent(Buffer.from("I am the walrus"), {
    key: of("yqdlZ-tYemfogSmv7Ws5PQ"),
    salt: of("I1BsxtFttlv3u_Oo94xnmw"),
    keyId: Buffer.alloc(0),
    paddedTo: 16,
  });
  const expected = "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg";
  assert.equal(encoded.toString("base64url"), expected);
});

describe("RFC 8291, appendix A", () => {
  const plaintext = "When I grow up, I want to be a watermelon";
  const browser = {
    publicKey: of(
      "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    ),
    secret: of("BTBZMqHH6r4Tts7J_aSIgg"),
  };
  const browserPrivateKey = of("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94");
  const message =
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml" +
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT" +
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

  test("is made, byte for byte", () => {
    const sender = createECDH("prime256v1");
    sender.setPrivateKey(of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"));
    const secrets = { sender, salt: of("DGv6ra1nlYgDCS1FRnbzlw") };
    const made = encryptMessage(Buffer.from(plaintext), browser, secrets);
    assert.equal(made.toString("base64url"), message);
  });

  test("is opened by the browser's side that the other tests use", () => {
    const opened = openPushMessage(of(message), { ...browser, privateKey: browserPrivateKey });
    assert.equal(opened.toString(), plaintext);
  });

  test("what is padded opens as the same, is as long as it should be, and never the same twice", () => {
    const made = [1, 2].map(() =>
      encryptMessage(Buffer.from("x"), browser, freshSecrets(Buffer.alloc(16)), 128),
    );
    for (const one of made) {
      // Header, the sender's key, what is padded, the tag.
      assert.equal(one.length, 21 + 65 + 128 + 16);
      const opened = openPushMessage(one, { ...browser, privateKey: browserPrivateKey });
      assert.equal(opened.toString(), "x");
    }
    assert.notDeepEqual(made[0], made[1]);
  });
});

test("a point that is not on the curve is no key", () => {
  const key = createECDH("prime256v1").generateKeys();
  assert.ok(isPointOfCurve(key));
  const off = Buffer.from(key);
  off[64] = (off[64] ?? 0) ^ 1;
  const hybrid = Buffer.from(key);
  hybrid[0] = 6 + ((key[64] ?? 0) & 1);
  for (const bad of [off, hybrid, Buffer.alloc(65, 4), Buffer.alloc(65), Buffer.alloc(1)]) {
    assert.ok(!isPointOfCurve(bad));
  }
});
