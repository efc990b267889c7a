// vCards that are well formed: every version, charset, fold and escape that phones write.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { utf8 } from "@assent/protocol";
import { parseVcards } from "./vcard.ts";

describe("one card of each version", () => {
  test("3.0, as iOS and Google write it", () => {
    const file = lines(
      "BEGIN:VCARD",
      "VERSION:3.0",
      "PRODID:-//Apple Inc.//iPhone OS 18.1//EN",
      "N:Okonkwo;Ada;Ngozi;Dr.;",
      "FN:Dr. Ada Ngozi Okonkwo",
      "item1.TEL;type=CELL;type=VOICE;type=pref:+49 151 2345 6789",
      "item1.X-ABLabel:_$!<Mobile>!$_",
      "TEL;waid=442079460991:+44 20 7946 0991",
      "END:VCARD",
    );
    assert.deepEqual(parseVcards(file), {
      cards: [
        { name: "Dr. Ada Ngozi Okonkwo", numbers: ["+49 151 2345 6789", "+44 20 7946 0991"] },
      ],
      damaged: [],
    });
  });

  test("4.0, its numbers as tel: URIs", () => {
    assert.deepEqual(
      people(
        "BEGIN:VCARD",
        "VERSION:4.0",
        "FN;PREF=1:Jürgen Müller",
        'TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+49-30-1234567',
        "TEL;VALUE=uri:TEL:+49-30-1234567;ext=55",
        "TEL;VALUE=uri:tel:+49-151-23456789;cpc=ordinary",
        "TEL;VALUE=uri:tel:7042;phone-context=example.com",
        "TEL;VALUE=uri:tel:%2B442079460991",
        "TEL;VALUE=uri:tel:100%",
        "TEL;VALUE=text:+49 151 23456789",
        "END:VCARD",
      ),
      [
        {
          name: "Jürgen Müller",
          numbers: [
            "+49-30-1234567",
            "+49-30-1234567;ext=55",
            "+49-151-23456789",
            "7042;phone-context=example.com",
            "+442079460991",
            "100%",
            "+49 151 23456789",
          ],
        },
      ],
    );
  });

  test("2.1, as Android writes it", () => {
    assert.deepEqual(
      people(
        "BEGIN:VCARD",
        "VERSION:2.1",
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=C3=BC=6C=6C=65=72;=4A=C3=BC=72=67=65=6E;;;",
        "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4A=C3=BC=72=67=65=6E=20=4D=C3=BC=",
        "=6C=6C=65=72",
        "TEL;CELL;PREF:015123456789",
        "TEL;HOME:030 123456",
        "END:VCARD",
      ),
      [{ name: "Jürgen Müller", numbers: ["015123456789", "030 123456"] }],
    );
  });
});

describe("a file", () => {
  const two = [
    "BEGIN:VCARD",
    "VERSION:3.0",
    "FN:Ada",
    "TEL:1",
    "END:VCARD",
    "BEGIN:VCARD",
    "VERSION:3.0",
    "FN:Bo",
    "TEL:2",
    "END:VCARD",
  ];
  const expected = [
    { name: "Ada", numbers: ["1"] },
    { name: "Bo", numbers: ["2"] },
  ];

  for (const [what, lineEnd] of [
    ["CR LF", "\r\n"],
    ["LF", "\n"],
    ["CR", "\r"],
    ["blank lines between", "\r\n\r\n"],
  ] as const) {
    test(`has lines that end with ${what}`, () => {
      const file = two.join(lineEnd);
      assert.deepEqual(parseVcards(utf8(file)).cards, expected, "and the last one with nothing");
      assert.deepEqual(parseVcards(utf8(file + lineEnd)).cards, expected);
    });
  }

  test("may begin with a byte order mark, in UTF-8 or UTF-16", () => {
    const text = `\ufeff${two.join("\r\n").replace("Ada", "Ädá 👋")}`;
    for (const file of [
      utf8(text),
      Buffer.from(text, "utf16le"),
      Buffer.from(text, "utf16le").swap16(),
    ]) {
      assert.equal(parseVcards(Uint8Array.from(file)).cards[0]?.name, "Ädá 👋");
    }
  });

  test("may be written in lower case, with spaces after words", () => {
    const file = lines("begin:vcard ", "version:3.0", "fn:Ada", "tel;type=cell:1", "end:Vcard\t");
    assert.deepEqual(parseVcards(file).cards, [expected[0]]);
  });

  test("may have anything before, between and after its cards", () => {
    const file = [
      "hello",
      ...two.slice(0, 5),
      "FN:Nobody",
      "TEL:3",
      "",
      ...two.slice(5),
      "END:VCARD",
    ];
    assert.deepEqual(parseVcards(lines(...file)), { cards: expected, damaged: [] });
  });
});

describe("lines", () => {
  test("are unfolded, between characters and within one", () => {
    const folded = utf8("FN:J\r\n ürgen\r\n\t Müller");
    const at = folded.indexOf(0xbc) as number;
    const split = Uint8Array.of(...folded.subarray(0, at), 13, 10, 32, ...folded.subarray(at));
    const file = Uint8Array.of(
      ...lines("BEGIN:VCARD", "VERSION:4.0"),
      ...split,
      ...utf8("\r\nTE\r\n L;TYPE=C\r\n ELL:+49 1\r\n 51\r\nEND:VCARD\r\n"),
    );
    assert.deepEqual(parseVcards(file).cards, [{ name: "Jürgen Müller", numbers: ["+49 151"] }]);
  });

  test("of a quoted-printable value go on after a soft line break, leading spaces and all", () => {
    const [card] = people(
      "BEGIN:VCARD",
      "VERSION:2.1",
      "FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=41=",
      " =42=",
      "=43:D;E=",
      "",
      "NOTE;QUOTED-PRINTABLE:first=0D=0A=",
      "TEL:666",
      "TEL:1",
      "END:VCARD",
    );
    assert.deepEqual(card, { name: "A BC:D;E", numbers: ["1"] });
  });

  test("of a quoted-printable value do not swallow the end of the card", () => {
    const file = lines("BEGIN:VCARD", "FN:Ada", "NOTE;ENCODING=QUOTED-PRINTABLE:x=", "END:VCARD");
    assert.deepEqual(parseVcards(file), { cards: [{ name: "Ada", numbers: [] }], damaged: [] });
  });

  test("of a photo that end with = do not go on", () => {
    const [card] = people(
      "BEGIN:VCARD",
      "PHOTO;ENCODING=BASE64;JPEG:/9j/4AA=",
      "TEL:1",
      "END:VCARD",
    );
    assert.deepEqual(card?.numbers, ["1"]);
  });

  test("may have colons and semicolons in quoted parameters, or a quotation mark that does not close", () => {
    const [card] = people(
      "BEGIN:VCARD",
      'FN;X-NOTE="a:b;c":Ada',
      'TEL;X-LABEL="work: main;TEL:9":1',
      'TEL;X-LABEL="oops:2',
      "END:VCARD",
    );
    assert.deepEqual(card, { name: "Ada", numbers: ["1", "2"] });
  });

  test("that are not understood are passed over", () => {
    const [card] = people(
      "BEGIN:VCARD",
      "garbage",
      ":",
      ";",
      "=",
      "X-FOO;=:bar",
      "FN:Ada",
      "TEL:1",
      "END:VCARD",
    );
    assert.deepEqual(card, { name: "Ada", numbers: ["1"] });
  });
});

describe("charsets:", () => {
  const inCharset = (head: string, value: string) =>
    parseVcards(
      Uint8Array.from(Buffer.from(`BEGIN:VCARD\n${head}:${value}\nEND:VCARD\n`, "latin1")),
    ).cards[0]?.name;

  test("ISO-8859-1, quoted-printable or not", () => {
    assert.equal(
      inCharset("FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE", "J=FCrgen"),
      "Jürgen",
    );
    assert.equal(inCharset("FN;CHARSET=iso-8859-1", "J\xfcrgen"), "Jürgen");
  });

  test("what is not UTF-8 and does not say what it is", () => {
    assert.equal(inCharset("FN", "J\xfcrgen"), "Jürgen");
    assert.equal(inCharset("FN;CHARSET=UTF-8", "J\xfcrgen"), "Jürgen");
  });

  test("others the platform knows, and one nobody knows", () => {
    assert.equal(inCharset("FN;CHARSET=Shift_JIS", "\x93\x63\x92\x86"), "田中");
    assert.equal(inCharset('FN;CHARSET="X-UNKNOWN"', "J\xfcrgen"), "Jürgen");
  });

  test("what is no quoted-printable escape stays", () => {
    assert.equal(inCharset("FN;ENCODING=QUOTED-PRINTABLE", "1=2 =zz =4"), "1=2 =zz =4");
    assert.equal(inCharset("FN", "J=C3=BCrgen"), "J=C3=BCrgen");
  });
});

describe("a name", () => {
  const nameOf = (...card: string[]) => people("BEGIN:VCARD", ...card, "END:VCARD")[0]?.name;

  test("is the first FN that is not empty", () => {
    assert.equal(nameOf("N:B;A;;;", "FN:", "FN: Ada  B. ", "FN:Other"), "Ada B.");
  });

  test("is composed from N where there is none: prefix, given, additional, family, suffix", () => {
    assert.equal(
      nameOf("VERSION:3.0", "N:Stevenson;John;Philip,Paul;Dr.;Jr.,M.D."),
      "Dr. John Philip Paul Stevenson Jr. M.D.",
    );
    assert.equal(nameOf("N:Public;Jo"), "Jo Public");
    assert.equal(nameOf("N:;Ada;;;"), "Ada");
    assert.equal(nameOf("VERSION:2.1", "N:Doe, Jr.;John"), "John Doe, Jr.");
  });

  test("is the organization where there is neither, and empty where there is nothing", () => {
    assert.equal(nameOf("N:;;;;", "FN:", "ORG:ABC\\, Inc.;Sales"), "ABC, Inc. Sales");
    assert.equal(nameOf("TEL:1"), "");
  });

  test("has its escapes undone, and separators only where none is escaped", () => {
    assert.equal(nameOf("FN:A\\, B\\; C\\: D\\\\ E\\nF\\x"), "A, B; C: D\\ E F\\x");
    assert.equal(nameOf("N:Doe\\; X;John\\, Y;;;"), "John, Y Doe; X");
  });

  test("is one line, without control characters", () => {
    assert.equal(nameOf("FN:A\\nB\t\u001b[31mC\u0007\u0085D\\N"), "A B [31mC D");
  });
});

describe("numbers", () => {
  const numbersOf = (...card: string[]) => people("BEGIN:VCARD", ...card, "END:VCARD")[0]?.numbers;

  test("are each there once, in order, without empty ones", () => {
    assert.deepEqual(numbersOf("TEL:2", "TEL;HOME: 1 ", "TEL:", "TEL:2"), ["2", "1"]);
  });

  test("have their escapes undone", () => {
    assert.deepEqual(numbersOf("TEL:0151\\,23"), ["0151,23"]);
  });

  test("are read in any group, and not from other properties", () => {
    assert.deepEqual(
      numbersOf(
        "item1.TEL:1",
        "a.b.TEL:2",
        "X-TEL:3",
        "TELX:4",
        "EMAIL:5",
        "X-SKYPE:6",
        "NOTE:TEL:7",
      ),
      ["1", "2"],
    );
  });

  test("are not those of an agent inside the card", () => {
    const card = ["AGENT:", "BEGIN:VCARD", "FN:Secretary", "TEL:9", "END:VCARD", "TEL:1"];
    assert.deepEqual(people("BEGIN:VCARD", "FN:Ada", ...card, "END:VCARD"), [
      { name: "Ada", numbers: ["1"] },
    ]);
  });
});

describe("cards inside a card do not hide it:", () => {
  const inner = ["BEGIN:VCARD", "FN:Inner", "TEL:9", "END:VCARD"];
  const people2 = [
    { name: "Inner", numbers: ["9"] },
    { name: "Ada", numbers: ["1", "2"] },
  ];

  test("what stands before and behind them is the outer one's", () => {
    const file = lines("BEGIN:VCARD", "FN:Ada", "TEL:1", ...inner, "TEL:2", "END:VCARD");
    assert.deepEqual(parseVcards(file), { cards: people2, damaged: [] });
  });

  test("to a depth of eight", () => {
    const deep = (depth: number): string[] =>
      depth === 0 ? [] : ["BEGIN:VCARD", `TEL:${depth}`, ...deep(depth - 1), "END:VCARD"];
    const numbers = people(...deep(8)).flatMap((card) => card.numbers);
    assert.deepEqual(numbers, ["1", "2", "3", "4", "5", "6", "7", "8"]);
    assert.equal(parseVcards(lines(...deep(9))).damaged.length, 1);
  });
});

describe("a photo", () => {
  const jpeg = (length: number) => {
    const bytes = new Uint8Array(length);
    bytes.set([0xff, 0xd8, 0xff, 0xe0]);
    return bytes;
  };
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  const photoOf = (...card: string[]) =>
    people("BEGIN:VCARD", "FN:Ada", ...card, "TEL:1", "END:VCARD")[0]?.photo;

  test("is read as every version writes it, folded too", () => {
    const bytes = jpeg(300);
    const photo = { mediaType: "image/jpeg", bytes };
    const folded = base64(bytes).replace(/.{70}/g, "$&\r\n ");
    assert.deepEqual(photoOf(`PHOTO;ENCODING=BASE64;JPEG:${folded}`, ""), photo);
    assert.deepEqual(photoOf(`PHOTO;ENCODING=b;TYPE=JPEG:${folded}`), photo);
    assert.deepEqual(photoOf(`PHOTO:data:image/jpeg;base64,${folded}`), photo);
  });

  test("is what its first bytes say", () => {
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0);
    const webp = Buffer.from("RIFF\x04\0\0\0WEBPVP8 ", "latin1");
    assert.equal(photoOf(`PHOTO;TYPE=JPEG;ENCODING=b:${base64(png)}`)?.mediaType, "image/png");
    assert.equal(photoOf(`PHOTO;TYPE=JPEG;ENCODING=b:${base64(webp)}`)?.mediaType, "image/webp");
  });

  test("is left out, and the card is not, where it is large, a link, or no picture", () => {
    assert.equal(photoOf(`PHOTO;ENCODING=b:${base64(jpeg(48_000))}`)?.bytes.length, 48_000);
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
    for (const photo of [
      base64(jpeg(48_001)),
      base64(jpeg(300_000)),
      base64(svg),
      "https://example.com/ada.jpg",
      "/9j/4",
      "",
    ]) {
      assert.equal(photoOf(`PHOTO;ENCODING=b:${photo}`), undefined, photo.slice(0, 40));
    }
  });
});

function lines(...text: string[]): Uint8Array {
  return utf8(text.map((line) => `${line}\r\n`).join(""));
}

function people(...card: string[]) {
  return parseVcards(lines(...card)).cards;
}
