// Phone numbers: what people write, what is refused, and that reading twice changes nothing.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { AssentError } from "./errors.ts";
import { formatNumber, parseNumber } from "./number.ts";

const german = "+4915123456789";

describe("a number is read", () => {
  const readable: [string, string][] = [
    ["+4915123456789", german],
    ["+49 151 23456789", german],
    ["+49 (151) 2345-6789", german],
    ["+49.151.2345.6789", german],
    ["+49/151/23456789", german],
    ["+49 (0) 151 23456789", german],
    ["+49 0151 23456789", german],
    ["+49\u00a0151\u00a023456789", german],
    ["+49\u2011151\u201123456789", german],
    ["  +4915123456789\r\n", german],
    ["\u202a+4915123456789\u202c", german],
    ["\u200e+4915123456789", german],
    ["+44 20 7946 0991", "+442079460991"],
    ["+1 (415) 555-2671", "+14155552671"],
    ["+39 06 1234567", "+39061234567"],
    ["+54 11 15 1234 5678", "+5491112345678"],
    ["0044 20 7946 0991", "+442079460991"],
    ["00 49 (0) 151 23456789", german],
    ["٠٠٤٩ ١٥١ ٢٣٤٥٦٧٨٩", german],
    ["\u200e0049 151 23456789", german],
    ["+80012345678", "+80012345678"],
    ["+4912345", "+4912345"],
    ["+491234567890123", "+491234567890123"],
  ];
  for (const [text, number] of readable) {
    test(JSON.stringify(text), () => assert.equal(parseNumber(text), number));
  }
});

describe("digits of other scripts are the same number:", () => {
  const digits = { arabic: "٠١٢٣٤٥٦٧٨٩", persian: "۰۱۲۳۴۵۶۷۸۹", fullwidth: "０１２３４５６７８９" };
  for (const [script, ten] of Object.entries(digits)) {
    test(script, () => {
      const text = german.replace(/[0-9]/g, (digit) => ten[Number(digit)] as string);
      assert.notEqual(text, german);
      assert.equal(parseNumber(text), german);
    });
  }
});

describe("refused:", () => {
  const unreadable = [
    "",
    " ",
    "+",
    "110",
    "0151 23456789",
    "0 044 20 7946 0991",
    "00",
    "000 20 7946 0991",
    "0000 44 20 7946 0991",
    "(415) 555-2671",
    "22222",
    "4915123456789",
    "++4915123456789",
    "+0123456789",
    "+9991234567",
    "+1234",
    "+49110",
    "+1415555267",
    "+1 415 555 26711",
    "+4912345678901234",
    "+49151234567890123456",
    "+1 800 FLOWERS",
    "tel:+4915123456789",
    "call +4915123456789",
    "+49 151 23456789 or 030 123456",
    "+4915123456789, +442079460991",
    "+4915123456789 ext. 5",
    "+4915123456789;ext=5",
    "+4915123456789x5",
    "+4915123456789#5",
    "+1 (415) 555-2671 extension 12",
    "+15\n+4915123456789",
    `+49151${" ".repeat(64)}23456789`,
    "1".repeat(1_000_000),
    // Read once, it loses one zero; read twice, two.
    "+6100545362359",
  ];
  for (const text of unreadable) {
    test(JSON.stringify(text.slice(0, 40)), () => {
      assert.throws(() => parseNumber(text), invalid);
    });
  }
});

test("whatever is read is E.164, and reads as itself", () => {
  let read = 0;
  const digits = fc.array(fc.constantFrom(..."0123456789"), { minLength: 4, maxLength: 18 });
  fc.assert(
    fc.property(
      fc.oneof(
        digits.map((all) => `+${all.join("")}`),
        digits.map((all) => `+49 0${all.join("")}`),
        digits.map((all) => `00${all.join("")}`),
        fc.string({ unit: "binary", maxLength: 80 }),
        fc.string({ unit: fc.constantFrom(..."+0123456789 ()-./x;ext=tel:,#*"), maxLength: 30 }),
      ),
      (text) => {
        let number: ReturnType<typeof parseNumber>;
        try {
          number = parseNumber(text);
        } catch (error) {
          assert.ok(invalid(error));
          return;
        }
        read += 1;
        assert.match(number, /^\+[1-9][0-9]{6,14}$/);
        assert.equal(parseNumber(number), number);
        assert.equal(parseNumber(formatNumber(number)), number);
      },
    ),
    { seed: 164, numRuns: 2000 },
  );
  assert.ok(read > 50, `the property saw numbers: ${read}`);
});

test("a number is shown as its country writes it", () => {
  assert.equal(formatNumber(parseNumber(german)), "+49 1512 3456789");
  assert.equal(formatNumber(parseNumber("+14155552671")), "+1 415 555 2671");
});

function invalid(error: unknown): boolean {
  return error instanceof AssentError && error.code === "number_invalid";
}
