// Bytes and text: round trips, malformed input, and joining that cannot be read two ways.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  bytesFromHex,
  concat,
  equalBytes,
  hex,
  lengthPrefixed,
  randomBytes,
  textFromUtf8,
  uint32,
  uint64,
  utf8,
} from "./bytes.ts";

const fixed = { seed: 8, numRuns: 200 };
const arbitraryBytes = fc.uint8Array({ maxLength: 40 });

test("hex there and back, in either case", () => {
  fc.assert(
    fc.property(arbitraryBytes, (bytes) => {
      assert.equal(hex(bytes), Buffer.from(bytes).toString("hex"));
      assert.deepEqual(bytesFromHex(hex(bytes)), bytes);
      assert.deepEqual(bytesFromHex(hex(bytes).toUpperCase()), bytes);
    }),
    fixed,
  );
});

test("what is not hex is refused", () => {
  for (const text of ["0", "0g", "0x00", " 00", "00\n", "00 00", "٠٠"]) {
    assert.throws(() => bytesFromHex(text), RangeError, JSON.stringify(text));
  }
});

test("UTF-8 there and back, a byte order mark included", () => {
  for (const text of ["", "Grüße 👋🏽", "\ufeffa", "\0"]) {
    assert.equal(textFromUtf8(utf8(text)), text);
  }
  assert.deepEqual([...utf8("é")], [0xc3, 0xa9]);
});

test("malformed UTF-8 is refused: cut off, overlong, surrogates, above the last code point", () => {
  for (const malformed of ["c3", "c0af", "eda080", "f4908080", "ff", "80"]) {
    assert.throws(() => textFromUtf8(bytesFromHex(malformed)), TypeError, malformed);
  }
});

test("integers are big endian", () => {
  assert.equal(hex(uint32(0x01020304)), "01020304");
  assert.equal(hex(uint32(0xffffffff)), "ffffffff");
  assert.equal(hex(uint64(0x0102030405060708n)), "0102030405060708");
  assert.equal(hex(uint64(2n ** 64n - 1n)), "f".repeat(16));
});

describe("joining", () => {
  test("keeps every byte in order and reads views rightly", () => {
    const view = Uint8Array.of(9, 1, 2, 9).subarray(1, 3);
    assert.deepEqual(concat(view, new Uint8Array(), Uint8Array.of(3)), Uint8Array.of(1, 2, 3));
    assert.deepEqual(concat(), new Uint8Array());
  });

  test("with lengths is different for different lists of fields", () => {
    const fields = fc.array(fc.uint8Array({ maxLength: 4, max: 1 }), { maxLength: 4 });
    fc.assert(
      fc.property(fields, fields, (a, b) => {
        assert.equal(
          hex(lengthPrefixed(...a)) === hex(lengthPrefixed(...b)),
          JSON.stringify(a.map(hex)) === JSON.stringify(b.map(hex)),
        );
      }),
      { seed: 8, numRuns: 2000 },
    );
    assert.equal(hex(lengthPrefixed(utf8("a"), new Uint8Array())), "000000016100000000");
  });
});

test("equality looks at every byte and at the length", () => {
  fc.assert(
    fc.property(arbitraryBytes, arbitraryBytes, (a, b) => {
      assert.equal(equalBytes(a, b), hex(a) === hex(b));
      assert.equal(equalBytes(a, Uint8Array.from(a)), true);
    }),
    fixed,
  );
  assert.equal(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1)), false);
  assert.equal(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 130)), false);
});

test("random bytes have the length asked for and do not repeat", () => {
  assert.equal(randomBytes(0).length, 0);
  assert.equal(randomBytes(16).length, 16);
  assert.equal(new Set(Array.from({ length: 100 }, () => hex(randomBytes(16)))).size, 100);
});
