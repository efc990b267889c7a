// HMAC-SHA-512 by two hashes: the same bytes as the library's, around every length at which it does something else.
import assert from "node:assert/strict";
import { createHmac, hash } from "node:crypto";
import { test } from "node:test";
import { hmacSha512By } from "./hmac.ts";
import { portablePrimitives } from "./primitives.ts";

const hmac = hmacSha512By((data) => hash("sha512", data, "buffer"));

function bytes(length: number, from: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + from) % 256);
}

for (const keyLength of [0, 1, 32, 127, 128, 129, 300]) {
  test(`under a key of ${keyLength} bytes`, () => {
    for (const dataLength of [0, 1, 128, 1_023, 1_024, 1_025, 5_000]) {
      const [key, data] = [bytes(keyLength, 1), bytes(dataLength, 2)];
      const expected = new Uint8Array(createHmac("sha512", key).update(data).digest());
      assert.deepEqual(new Uint8Array(hmac(key, data)), expected);
      assert.deepEqual(portablePrimitives.hmac(key, data), expected);
    }
  });
}
