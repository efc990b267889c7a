// vCards that are damaged, hostile or none at all: skipped and counted, refused, and never slow.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AssentError, utf8 } from "@assent/protocol";
import fc from "fast-check";
import { parseVcards } from "./vcard.ts";

const kilobyte = 1024;

describe("skipped and counted:", () => {
  const good = ["BEGIN:VCARD", "FN:Ada", "TEL:1", "END:VCARD"];
  const ada = [{ name: "Ada", numbers: ["1"] }];

  test("a card cut off by the next", () => {
    const file = lines("BEGIN:VCARD", "FN:Cut", "TEL:9", ...good);
    assert.deepEqual(parseVcards(file), { cards: ada, damaged: ["Cut"] });
  });

  test("a card whose agent does not end, without the cards behind it", () => {
    const file = lines(
      "BEGIN:VCARD",
      "FN:Cut",
      "AGENT:",
      "BEGIN:VCARD",
      "FN:Agent",
      ...good,
      ...good,
    );
    assert.deepEqual(parseVcards(file), { cards: [...ada, ...ada], damaged: ["Cut"] });
  });

  test("any number of cards that are cut off, each by its name", () => {
    const names = Array.from({ length: 100 }, (_, index) => `Cut ${index}`);
    const file = lines(...names.flatMap((name) => ["BEGIN:VCARD", `FN:${name}`]), ...good);
    assert.deepEqual(parseVcards(file), { cards: ada, damaged: names });
  });

  test("a card cut off by the end of the file, the only one too", () => {
    assert.deepEqual(parseVcards(lines(...good, "BEGIN:VCARD", "FN:Cut")), {
      cards: ada,
      damaged: ["Cut"],
    });
    assert.deepEqual(parseVcards(lines("BEGIN:VCARD")), { cards: [], damaged: [""] });
  });

  test("a card with a name or a number of more than 64 KB, folded or not", () => {
    const long = "x".repeat(64 * kilobyte);
    const folded = "x\r\n ".repeat(64 * kilobyte);
    for (const bad of [`FN:${long}`, `TEL:${long}`, `N:${long};A`, `FN:${folded}`]) {
      const file = lines("BEGIN:VCARD", bad, "END:VCARD", ...good);
      const { cards, damaged } = parseVcards(file);
      assert.deepEqual([cards, damaged.length], [ada, 1]);
    }
    const justFits = lines("BEGIN:VCARD", `FN:${long.slice(3)}`, "END:VCARD");
    assert.equal(parseVcards(justFits).cards[0]?.name.length, 64 * kilobyte - 3);
  });

  test("but not one with a photo of any size", () => {
    const photo = `PHOTO;ENCODING=b;TYPE=JPEG:${`${"A".repeat(74)}\r\n `.repeat(20_000)}`;
    const file = lines(
      "BEGIN:VCARD",
      photo,
      "FN:Ada",
      `PHOTO:${"A".repeat(1_000_000)}`,
      "TEL:1",
      "END:VCARD",
    );
    assert.deepEqual(parseVcards(file), { cards: ada, damaged: [] });
  });
});

describe("contacts_unreadable:", () => {
  const unreadable: [string, Uint8Array][] = [
    ["an empty file", new Uint8Array()],
    ["text", utf8("Ada, +49 151 23456789\n")],
    ["a calendar", lines("BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR")],
    ["a card without a beginning", lines("FN:Ada", "TEL:1", "END:VCARD")],
    ["bytes of a picture", Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256)],
    ["more than 16 MB", new Uint8Array(16 * kilobyte * kilobyte + 1)],
  ];
  for (const [what, file] of unreadable) {
    test(what, () => assert.throws(() => parseVcards(file), isUnreadable));
  }
});

test("any bytes are read or refused, and what is read is bounded by what was there", () => {
  const word = fc.constantFrom(
    ...'BEGIN:VCARD|END:VCARD|FN:Ada|N:B;A|TEL:1|TEL;X="|AGENT:|;ENCODING=QUOTED-PRINTABLE:|=|=C3|\\|\r\n|\n|\n |:|;|\ufeff|é'.split(
      "|",
    ),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(word, { maxLength: 60 }).map((words) => utf8(words.join(""))),
        fc.array(word, { maxLength: 60 }).map((words) => utf8(`BEGIN:VCARD\n${words.join("\n")}`)),
        fc.uint8Array({ maxLength: 200 }),
      ),
      (file) => {
        try {
          const { cards, damaged } = parseVcards(file);
          assert.ok(cards.length + damaged.length >= 1);
          for (const { name, numbers } of cards) {
            for (const text of [name, ...numbers]) assert.doesNotMatch(text, /\p{Cc}|^\s|\s$/u);
            assert.ok(!numbers.includes(""));
          }
        } catch (error) {
          assert.ok(isUnreadable(error));
        }
      },
    ),
    { seed: 6350, numRuns: 2000 },
  );
});

test("the time a hostile file takes grows with its size alone", () => {
  const size = 512 * kilobyte;
  const hostile = [
    "\n",
    " \n",
    "=\n",
    "A=\n",
    "FN;ENCODING=QUOTED-PRINTABLE:=\n",
    "TEL:1\n",
    "FN:\\,\\\n",
    "N:;;;;\n ,,\n",
    '"',
    ":",
    "\\",
    "BEGIN:VCARD\n",
    "AGENT:\nBEGIN:VCARD\n",
    "FN:x",
  ].map((unit) => utf8(`BEGIN:VCARD\n${unit.repeat(size / unit.length)}`));
  const soft = utf8(`BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:=\n${"=\n".repeat(size / 2)}`);
  for (const file of [...hostile, soft]) {
    // Of this process alone: others take their time beside it.
    const start = process.cpuUsage();
    parseVcards(file);
    const { user, system } = process.cpuUsage(start);
    const milliseconds = (user + system) / 1_000;
    const beginning = JSON.stringify(String.fromCharCode(...file.subarray(12, 42)));
    assert.ok(milliseconds < 5_000, `${milliseconds} ms for ${beginning}`);
  }
});

function lines(...text: string[]): Uint8Array {
  return utf8(text.map((line) => `${line}\r\n`).join(""));
}

function isUnreadable(error: unknown): boolean {
  return error instanceof AssentError && error.code === "contacts_unreadable";
}
