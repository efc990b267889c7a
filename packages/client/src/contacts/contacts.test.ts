// The address book: what an import brings and what it names instead, and that only its owner changes it.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { parseNumber, utf8 } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { ProfileStateKeeper } from "../account/profile-state.ts";
import { IdentitySchema, Records } from "../store/records.ts";
import { createMemoryStore, type StoreForTests } from "../store/store-for-tests.ts";
import { Contacts } from "./contacts.ts";

const german = parseNumber("+4915123456789");
const british = parseNumber("+442079460991");

let store: StoreForTests;
let state: ProfileStateKeeper;
let contacts: Contacts;

beforeEach(async () => {
  store = createMemoryStore();
  const records = new Records(store);
  state = await ProfileStateKeeper.load(records);
  contacts = new Contacts({ records, state });
});

test("of some numbers, those are known that have a name", async () => {
  await contacts.name(german, "Anna");
  await contacts.name(parseNumber("+33612345678"), "Claire");
  assert.deepEqual(await contacts.of([british, german]), [{ number: german, name: "Anna" }]);
});

/** An address book of many countries, as a phone exports it. */
const book = vcards(
  ["Anna", "0151 23456789"],
  ["Ada", "+44 20 7946 0991", "0044 20 7946 0992"],
  ["Kim", "010-12345678"],
  ["Jo", "(888) 555-5512"],
  ["Taxi", "22 22 22"],
  ["Bank", "22222"],
  ["Emergency", "112"],
  ["Desk", "+49 30 1234567;ext=5"],
  ["Mailbox", "*100#"],
  ["Nobody"],
);

describe("an import, while no country is known,", () => {
  test("makes no number of what has no country code, and names it", async () => {
    const { country, ready, needCountry, unusable } = await contacts.previewImport(book);
    assert.equal(country, undefined);
    assert.deepEqual(ready, [
      { number: british, name: "Ada" },
      { number: "+442079460992", name: "Ada" },
    ]);
    assert.deepEqual(needCountry, [
      { name: "Anna", written: "0151 23456789" },
      { name: "Kim", written: "010-12345678" },
      { name: "Jo", written: "(888) 555-5512" },
      { name: "Taxi", written: "22 22 22" },
    ]);
    assert.deepEqual(unusable, [
      { name: "Bank", written: "22222", reason: "short-code" },
      { name: "Emergency", written: "112", reason: "short-code" },
      { name: "Desk", written: "+49 30 1234567;ext=5", reason: "extension" },
      { name: "Mailbox", written: "*100#", reason: "dialed-code" },
    ]);
  });

  test("stores nothing as a preview, and exactly what is ready as an import", async () => {
    const { commits } = store;
    const preview = await contacts.previewImport(book);
    assert.deepEqual(commits, []);
    assert.deepEqual(await contacts.import(book), preview);
    assert.equal(commits.length, 1);
    assert.deepEqual(await contacts.list(), preview.ready);
    assert.equal(await contacts.country(), undefined);
  });
});

describe("an import into a country", () => {
  test("makes numbers of those alone that are written as there, and says so of the others", async () => {
    const { ready, needCountry, unusable } = await contacts.import(book, { country: "DE" });
    assert.deepEqual(
      ready.map(({ name, number }) => [name, number]),
      [
        ["Anna", german],
        ["Ada", british],
        ["Ada", "+442079460992"],
      ],
    );
    assert.deepEqual(needCountry, []);
    assert.deepEqual(
      unusable.slice(0, 3).map(({ name, reason }) => [name, reason]),
      [
        ["Kim", "not-of-country"],
        ["Jo", "not-of-country"],
        ["Taxi", "short-code"],
      ],
    );
  });

  test("that was named keeps it as the owner's choice, which a later one does not change", async () => {
    await contacts.import(book, { country: "DE" });
    assert.equal(await contacts.country(), "DE");
    await contacts.import(book, { country: "US" });
    assert.equal(await contacts.country(), "DE");
    assert.equal((await contacts.list()).find(({ name }) => name === "Jo")?.number, "+18885555512");
    await contacts.chooseCountry("US");
    assert.equal(await contacts.country(), "US");
  });

  test("of the owner's own number, where none was chosen", async () => {
    await state.change({ identity: create(IdentitySchema, { number: german }) });
    assert.equal((await contacts.previewImport(book)).country, "DE");
    await contacts.chooseCountry("GB");
    assert.equal((await contacts.previewImport(book)).country, "GB");
  });
});

describe("an import names", () => {
  test("the name that a number has now, where it would get another", async () => {
    await contacts.name(british, "Mrs Byron");
    await contacts.name(german, "Anna");
    const { ready } = await contacts.previewImport(book, { country: "DE" });
    const knownAs = ready.map(({ number, knownAs }) => [number, knownAs]);
    assert.deepEqual(knownAs.slice(0, 2), [
      [german, undefined],
      [british, "Mrs Byron"],
    ]);
  });

  test("damaged cards", async () => {
    const cut = utf8("BEGIN:VCARD\nFN:Cut\nTEL:+4915123456789\n");
    const { ready, unusable } = await contacts.import(cut);
    assert.deepEqual([ready, unusable], [[], [{ name: "Cut", reason: "damaged-card" }]]);
  });

  test("a number by itself, where its card has no name", async () => {
    const { ready } = await contacts.import(vcards(["", british]));
    assert.deepEqual(ready, [{ number: british, name: british }]);
  });

  test("nothing of what is no address book", async () => {
    await assert.rejects(contacts.import(utf8("Anna, 0151 23456789")), {
      code: "contacts_unreadable",
    });
  });
});

describe("a contact", () => {
  test("is renamed and removed, photo and all", async () => {
    const photo = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0);
    const base64 = Buffer.from(photo).toString("base64");
    const card = `BEGIN:VCARD\nFN:Ada\nTEL:${british}\nPHOTO;ENCODING=b:${base64}\nEND:VCARD\n`;
    await contacts.import(utf8(card));
    assert.deepEqual(await contacts.photo(british), { mediaType: "image/jpeg", bytes: photo });

    await contacts.name(british, "  Ada Byron ");
    assert.deepEqual(await contacts.list(), [{ number: british, name: "Ada Byron" }]);
    assert.ok(await contacts.photo(british));

    await contacts.remove(british);
    assert.deepEqual(await contacts.list(), []);
    assert.equal(await contacts.photo(british), undefined);
  });

  test("without a name is none", async () => {
    await contacts.name(british, "Ada");
    await contacts.name(british, "  ");
    assert.deepEqual(await contacts.list(), []);
  });
});

describe("a number that is typed", () => {
  test("is read in the country that counts", async () => {
    await assert.rejects(contacts.readNumber("0151 23456789"), { code: "number_invalid" });
    assert.equal(await contacts.readNumber("0044 20 7946 0991"), british);
    await contacts.chooseCountry("DE");
    assert.equal(await contacts.readNumber("0151 23456789"), german);
    await assert.rejects(contacts.readNumber("22222"), { code: "number_invalid" });
  });

  test("is offered a country by the language, until one counts", async () => {
    assert.equal(await contacts.offeredCountry("de-AT"), "AT");
    assert.equal(await contacts.country(), undefined);
    await contacts.chooseCountry("DE");
    assert.equal(await contacts.offeredCountry("de-AT"), "DE");
  });
});

function vcards(...people: readonly (readonly [name: string, ...numbers: string[]])[]) {
  const card = ([name, ...numbers]: readonly [string, ...string[]]) => [
    "BEGIN:VCARD",
    `FN:${name}`,
    ...numbers.map((number) => `TEL:${number}`),
    "END:VCARD",
  ];
  return utf8(people.flatMap(card).join("\r\n"));
}
