// Numbers as they are written at home: what one country writes is never made a number of another.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { getCountries, getCountryCallingCode, getExampleNumber } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";
import {
  type Country,
  callingCodes,
  countryOf,
  countryOfLocale,
  parseNationalNumber,
  readCountry,
  readNumber,
  spacedWhileTyped,
} from "./national-number.ts";
import { formatNumber, type PhoneNumber, parseNumber } from "./number.ts";

const german = "+4915123456789";

describe("as it is written in its country, a number is read:", () => {
  const written: [Country, string, string][] = [
    ["DE", "0151 23456789", german],
    ["DE", "٠١٥١ ٢٣٤٥٦٧٨٩", german],
    ["DE", "\u202a0151 23456789\u202c", german],
    ["DE", "(030) 123456", "+4930123456"],
    ["GB", "07911 123456", "+447911123456"],
    ["FR", "06 12 34 56 78", "+33612345678"],
    ["AU", "0411 234 567", "+61411234567"],
    ["HU", "06 20 123 4567", "+36201234567"],
    ["AR", "11 15-2345-6789", "+5491123456789"],
    ["US", "1 (415) 555-2671", "+14155552671"],
    // Written without a trunk prefix, or with one that may be left out.
    ["US", "(415) 555-2671", "+14155552671"],
    ["US", "(416) 555-0123", "+14165550123"],
    ["IN", "98765 43210", "+919876543210"],
    ["IN", "098765 43210", "+919876543210"],
    ["CN", "138 0013 8000", "+8613800138000"],
    ["CN", "010 6552 9988", "+861065529988"],
    ["RU", "8 (916) 123-45-67", "+79161234567"],
    ["DK", "22 22 22 22", "+4522222222"],
    ["FO", "22 22 22", "+298222222"],
    // Here the zero is part of the number.
    ["IT", "06 1234567", "+39061234567"],
  ];
  for (const [country, text, number] of written) {
    test(`${text} in ${country}`, () => {
      assert.deepEqual(readNumber(text, country), { kind: "number", number });
      assert.equal(parseNationalNumber(text, country), number);
    });
  }
});

describe("in international form, whatever the country:", () => {
  const written: [string, string][] = [
    ["+44 20 7946 0991", "+442079460991"],
    ["0044 20 7946 0991", "+442079460991"],
    ["00 49 (0) 151 23456789", german],
    ["+80012345678", "+80012345678"],
  ];
  for (const country of [undefined, "DE", "US", "IT"] as const)
    for (const [text, number] of written) {
      test(`${text} in ${country ?? "none"}`, () => {
        assert.deepEqual(readNumber(text, country), { kind: "number", number });
      });
    }

  test("behind what a country itself dials for it", () => {
    const british = { kind: "number", number: "+442079460991" };
    assert.deepEqual(readNumber("011 44 20 7946 0991", "US"), british);
    assert.deepEqual(readNumber("010 44 20 7946 0991", "JP"), british);
  });
});

describe("not made a number:", () => {
  const written: [Country | undefined, string, string][] = [
    ["DE", "(888) 555-5512", "not-of-country"],
    ["DE", "010-12345678", "not-of-country"],
    ["DE", "22 22 22", "short-code"],
    ["DE", "22222", "short-code"],
    ["DE", "116117", "short-code"],
    // Without its trunk prefix; valid by its digits.
    ["DE", "151 23456789", "not-of-country"],
    ["DE", "9161 234567", "not-of-country"],
    ["DE", "4915123456789", "not-of-country"],
    ["GB", "447911123456", "not-of-country"],
    ["AU", "412 345 678", "not-of-country"],
    ["HU", "20 123 4567", "not-of-country"],
    ["IT", "393331234567", "not-of-country"],
    ["US", "555-2671", "not-of-country"],
    ["DK", "112", "short-code"],
    ["DK", "22222", "short-code"],
    ["DE", "*100#", "dialed-code"],
    [undefined, "*100#", "dialed-code"],
    ["DE", "**21*0151 23456789#", "dialed-code"],
    [undefined, "112", "short-code"],
    [undefined, "22222", "short-code"],
    [undefined, "0151 23456789", "needs-country"],
    [undefined, "(888) 555-5512", "needs-country"],
    [undefined, "22 22 22", "needs-country"],
    [undefined, "4915123456789", "needs-country"],
    ["DE", "0151 23456789 ext. 5", "extension"],
    [undefined, "+4915123456789;ext=5", "extension"],
    ["US", "1 800 FLOWERS", "unreadable"],
    ["DE", "7042;phone-context=example.com", "unreadable"],
    ["DE", "+49110", "unreadable"],
    ["DE", "0021 44", "unreadable"],
    ["DE", "Anna", "unreadable"],
    ["DE", "", "unreadable"],
    [undefined, "7", "unreadable"],
    [undefined, "0".repeat(65), "unreadable"],
  ];
  for (const [country, text, kind] of written) {
    test(`${JSON.stringify(text.slice(0, 40))} in ${country ?? "none"}: ${kind}`, () => {
      assert.deepEqual(readNumber(text, country), { kind });
      assert.throws(() => parseNationalNumber(text, country), { code: "number_invalid" });
    });
  }
});

test("every country's own mobile numbers are read as it writes them, and nowhere without a country", () => {
  const countries = getCountries();
  assert.ok(countries.length > 200);
  for (const country of countries) {
    const example = getExampleNumber(country, examples);
    assert.ok(example, country);
    const home = example.formatNational();
    assert.deepEqual(readNumber(home, country), { kind: "number", number: example.number }, home);
    assert.notEqual(readNumber(home).kind, "number", home);
    const found = countryOf(example.number as string as PhoneNumber);
    assert.ok(found, home);
    assert.equal(getCountryCallingCode(found), example.countryCallingCode, home);
  }
});

test("of any digits, what is read is a valid number that its country would write with the same digits", () => {
  let read = 0;
  fc.assert(
    fc.property(
      fc.constantFrom<Country>("DE", "US", "GB", "FR", "IN", "DK", "IT", "AU", "HU", "KE"),
      fc.stringMatching(/^[0-9]{3,13}$/),
      (country, digits) => {
        const reading = readNumber(digits, country);
        if (reading.kind !== "number" || digits.startsWith("00")) return;
        read += 1;
        assert.equal(parseNumber(reading.number), reading.number);
        assert.equal(parseNumber(formatNumber(reading.number)), reading.number);
        // All of its national digits stand at its end, behind a prefix at most.
        const ownDigits = reading.number.replace(/\D/g, "");
        const common = [...digits]
          .reverse()
          .findIndex((digit, at) => ownDigits.at(-1 - at) !== digit);
        assert.ok(common === -1 || digits.length - common <= 3, `${country} ${digits}`);
      },
    ),
    { seed: 11, numRuns: 5000 },
  );
  assert.ok(read > 100, `the property saw numbers: ${read}`);
});

describe("while it is typed, a number", () => {
  const typed: readonly [string, Country | undefined, string, Country | undefined][] = [
    ["01512345678", "DE", "01512 345678", "DE"],
    ["2025550143", "US", "(202) 555-0143", "US"],
    ["+4915123456789", undefined, "+49 1512 3456789", "DE"],
    ["+49 1512 345", "GB", "+49 1512 345", "DE"],
    ["00", "DE", "+", undefined],
    ["0044207946", "DE", "+44 20 7946", undefined],
    ["٠٠٤٩١٥١٢٣", "DE", "+49 1512 3", "DE"],
  ];
  for (const [text, country, spaced, shownCountry] of typed) {
    test(`${text} is spaced as ${spaced}`, () => {
      assert.deepEqual(spacedWhileTyped(text, country), { text: spaced, country: shownCountry });
    });
  }
  for (const text of ["", "22222", "112", "Anna", "Anna 01512345678", "*100#", "1".repeat(40)]) {
    test(`stays as it is: ${text}`, () => {
      assert.deepEqual(spacedWhileTyped(text, "DE"), { text, country: "DE" });
    });
  }
});

test("every country that numbers are read in has a calling code", () => {
  const codes = callingCodes();
  assert.ok(codes.length > 200);
  for (const { country, code } of codes) {
    assert.equal(readCountry(country), country);
    assert.match(code, /^[1-9]\d{0,2}$/);
  }
});

describe("a country", () => {
  test("is two letters that have numbers", () => {
    assert.equal(readCountry(" de "), "DE");
    for (const text of ["", "DEU", "XX", "Germany", "49"])
      assert.equal(readCountry(text), undefined);
  });

  test("is told by a number, the largest where several share its country code", () => {
    assert.equal(countryOf(parseNumber(german)), "DE");
    assert.equal(countryOf(parseNumber("+14165550123")), "CA");
    assert.equal(countryOf(parseNumber("+447700900001")), "GB");
    assert.equal(countryOf(parseNumber("+80012345678")), undefined);
  });

  test("is offered by a language", () => {
    const offered = ["de", "de-AT", "en", "pt-BR", "zh-Hans", "C", "no such"].map(countryOfLocale);
    assert.deepEqual(offered, ["DE", "AT", "US", "BR", "CN", undefined, undefined]);
  });
});
