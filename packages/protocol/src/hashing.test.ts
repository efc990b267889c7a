// Hashes and derived keys: against Node's own, and labels that keep uses apart.
import assert from "node:assert/strict";
import { createHash, hkdfSync } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { concat, hex, utf8 } from "./bytes.ts";
import { deriveKey, labelBytes, labelledHash, labels, sha256 } from "./hashing.ts";

const fixed = { seed: 5869, numRuns: 50 };

test("SHA-256 is the platform's", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assert.equal(hex(sha256(bytes)), createHash("sha256").update(bytes).digest("hex"));
    }),
    fixed,
  );
});

test("derived keys are HKDF-SHA-512 with the label as info", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 80 }),
      fc.uint8Array({ maxLength: 80 }),
      fc.integer({ min: 1, max: 200 }),
      (secret, salt, length) => {
        assert.deepEqual(
          deriveKey(secret, "record key", length, salt),
          new Uint8Array(hkdfSync("sha512", secret, salt, "assent/v1 record key", length)),
        );
      },
    ),
    fixed,
  );
});

test("a labelled hash is over the label, a zero byte and the parts", () => {
  const expected = sha256(concat(utf8("assent/v1 device id"), Uint8Array.of(0, 1, 2)));
  assert.deepEqual(labelledHash("device id", Uint8Array.of(1), Uint8Array.of(2)), expected);
});

test("labels keep uses apart: each gives another hash and another key", () => {
  assert.equal(hex(labelBytes("claim")), hex(utf8("assent/v1 claim")));
  const secret = new Uint8Array(64);
  const made = labels.flatMap((label) => [
    hex(labelledHash(label, secret)),
    hex(deriveKey(secret, label, 32)),
  ]);
  assert.equal(new Set(made).size, 2 * labels.length);
});

test("no label is the beginning of another and a zero byte, so that none can stand for another", () => {
  for (const label of labels) assert.match(label, /^[a-z]+( [a-z]+)*$/);
});
