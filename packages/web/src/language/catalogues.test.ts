// Every language says everything, in its own words, with what it is about in it; and one thing by one word.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { errorTable } from "@assent/protocol";
import { ar } from "./ar.ts";
import { de } from "./de.ts";
import { type Catalogue, en } from "./en.ts";
import { fr } from "./fr.ts";
import { isolated } from "./isolated.ts";
import { type LanguageTag, languages } from "./language.ts";
import { zhHans } from "./zh-hans.ts";

const catalogues: Readonly<Record<LanguageTag, Catalogue>> = { en, de, fr, ar, "zh-Hans": zhHans };
const tags = Object.keys(languages) as LanguageTag[];
const translations = tags.filter((tag) => tag !== "en");

/** What is the same word in English and there. */
const sameAsEnglish: Readonly<Record<LanguageTag, readonly string[]>> = {
  en: [],
  de: ["Assent", "SMS", "Name", "Person", "Details", ", ", ": "],
  fr: ["Assent", "SMS", "Messages", "Contacts", "Notifications", ", "],
  ar: ["Assent", "SMS", ": "],
  "zh-Hans": ["Assent"],
};

/** Where English has one word for two things and another language has two: to a person, to a server. */
const otherSense = ["ledgerTo"];

/** What stands between words, with the spaces that its language puts there. */
const between = ["commaBetween", "colonAfter"];

type Value = string | number;
type Phrase = (...values: Value[]) => string;
type PhraseKey = {
  [Key in keyof Catalogue]: Catalogue[Key] extends (...values: never[]) => string ? Key : never;
}[keyof Catalogue];

/** What each phrase with parameters is tried with. */
const samples: Readonly<Record<PhraseKey, "counts" | readonly Value[]>> = {
  contactsImported: "counts",
  importReady: "counts",
  importNeedCountry: "counts",
  importUnusable: "counts",
  unread: "counts",
  noticeMissing: "counts",
  smsSegments: "counts",
  lockAfterMinutes: "counts",
  searchFound: "counts",
  codeAgainIn: "counts",
  waitSeconds: "counts",
  ledgerItems: "counts",
  bannerServiceEnds: ["31 March 2027"],
  ledgerBefore: "counts",
  ledgerBytes: "counts",
  newMessageNumber: ["+44 7400 123456"],
  messagesWith: ["Ada"],
  verifyTitle: ["Ada"],
  searchIn: ["Ada"],
  contactDeleteTitle: ["Ada"],
  importKnownAs: ["Ada"],
  codeSentTo: ["+44 7400 123456"],
  policyNamed: [7, "89abcdef"],
  settingsConsentGiven: ["3.5.2026", 8],
  ledgerInItems: ["214 things", "3.5.2026"],
  eventTexted: ["Ada"],
  receiptDeleted: ["3.5.2026"],
  receiptNumber: ["56"],
};

const counts = [0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103, 111, 1234, 1_000_000];

/** Everything a language says: where, and the words. Counts and samples are filled in. */
function said(catalogue: Catalogue): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(catalogue)) {
    if (typeof value === "string") all.set(key, value);
    else if (typeof value === "object") {
      for (const [code, message] of Object.entries(value)) all.set(`errors.${code}`, message);
    } else {
      const sample = samples[key as PhraseKey];
      const phrase = value as Phrase;
      if (sample !== "counts") all.set(key, phrase(...sample));
      else for (const count of counts) all.set(`${key}(${count})`, phrase(count));
    }
  }
  return all;
}

const saidIn = Object.fromEntries(tags.map((tag) => [tag, said(catalogues[tag])])) as Readonly<
  Record<LanguageTag, Map<string, string>>
>;

test("every catalogue has every key of English, of the same kind, and no other", () => {
  const kinds = (catalogue: Catalogue) =>
    Object.entries(catalogue)
      .map(([key, value]) => `${key}: ${typeof value}`)
      .sort();
  for (const tag of translations) assert.deepEqual(kinds(catalogues[tag]), kinds(en), tag);
});

test("every catalogue has every error, and no two say the same", () => {
  for (const tag of tags) {
    const { errors } = catalogues[tag];
    assert.deepEqual(Object.keys(errors).sort(), Object.keys(errorTable).sort(), tag);
    assert.equal(new Set(Object.values(errors)).size, Object.keys(errorTable).length, tag);
  }
});

test("every phrase with parameters is tried", () => {
  const phrases = Object.entries(en).filter(([, value]) => typeof value === "function");
  assert.deepEqual(phrases.map(([key]) => key).sort(), Object.keys(samples).sort());
});

for (const tag of tags) {
  describe(languages[tag], () => {
    const catalogue = catalogues[tag];

    test("says something everywhere, and shows no placeholder", () => {
      for (const [where, text] of saidIn[tag]) {
        if (!between.includes(where)) assert.equal(text.trim(), text, where);
        assert.notEqual(text, "", where);
        assert.doesNotMatch(text, /#|\$\{|undefined|null|NaN|\[object/, where);
      }
    });

    test("says every count, in figures or in a word that is for this count alone", () => {
      const rules = new Intl.PluralRules(tag);
      const digits = new Intl.NumberFormat(tag);
      const standsAlone = (count: number) =>
        count < 3 &&
        !Array.from({ length: 300 }, (_, other) => other).some(
          (other) => other !== count && rules.select(other) === rules.select(count),
        );
      for (const [key, sample] of Object.entries(samples)) {
        if (sample !== "counts") continue;
        const phrase = catalogue[key as PhraseKey] as Phrase;
        const seen = new Set<string>();
        for (const count of counts) {
          const text = phrase(count);
          const figures = text.match(/\p{Nd}[\p{Nd}.,\u00a0\u202f]*(?<=\p{Nd})/gu) ?? [];
          if (figures.length > 0 || !standsAlone(count)) {
            assert.deepEqual(figures, [digits.format(count)], `${key}: ${text}`);
          }
          seen.add(text);
        }
        assert.equal(seen.size, counts.length, key);
      }
    });

    test("puts every name, number and date into its sentence", () => {
      for (const [key, sample] of Object.entries(samples)) {
        if (sample === "counts") continue;
        const text = (catalogue[key as PhraseKey] as Phrase)(...sample);
        for (const value of sample) assert.ok(text.includes(`${value}`), `${key}: ${text}`);
      }
    });

    test("quotes the word that others see", () => {
      for (const key of ["askReceiptsWhat", "settingsReceiptsHint"] as const) {
        assert.ok(catalogue[key].includes(catalogue.stateRead), key);
      }
    });
  });
}

for (const tag of translations) {
  describe(`${languages[tag]}, beside English`, () => {
    const english = saidIn.en;
    const translated = saidIn[tag];

    test("leaves no sentence untranslated", () => {
      for (const [where, text] of translated) {
        if (!sameAsEnglish[tag].includes(text)) assert.notEqual(text, english.get(where), where);
      }
    });

    test("keeps Assent as it is, and says SMS as people there do", () => {
      const sms = tag === "zh-Hans" ? "短信" : "SMS";
      for (const [where, text] of english) {
        const here = translated.get(where) ?? "";
        if (text.includes("Assent")) assert.ok(here.includes("Assent"), where);
        assert.ok(!text.includes("SMS") || here.includes(sms), where);
        assert.ok(sms === "SMS" || !here.includes("SMS"), where);
      }
    });

    test("keeps the figures of a sentence", () => {
      const figures = (text = "") => text.replace(/(\d)[.,\u202f](?=\d{3})/g, "$1").match(/\d+/g);
      for (const [where, text] of english) {
        if (where.includes("(")) continue;
        assert.deepEqual(figures(translated.get(where)), figures(text), where);
      }
    });

    test("says the same wherever English does", () => {
      const meanings = new Map<string, string>();
      for (const [where, text] of english) {
        if (where.includes("(") || otherSense.includes(where)) continue;
        const here = translated.get(where) ?? "";
        assert.equal(here, meanings.get(text) ?? here, `${where}: ${text}`);
        meanings.set(text, here);
      }
    });
  });
}

/** What stands for private, encrypted and verified: in every form they take, and in no other sense. */
const oneWord: Readonly<Record<"private" | "encrypted" | "verif", Record<string, RegExp>>> = {
  private: { de: /privat/i, fr: /privé/i, ar: /خاص/, "zh-Hans": /私密/ },
  encrypted: { de: /verschlüsselt/i, fr: /chiffré/i, ar: /مشفّر/, "zh-Hans": /加密/ },
  verif: {
    de: /verifizier/i,
    fr: /vérifi/i,
    ar: /التحقق/,
    "zh-Hans": /验证(?!码)/,
  },
};

test("private, encrypted and verified are one word each, used where English uses it", () => {
  for (const [word, patterns] of Object.entries(oneWord)) {
    const inEnglish = new RegExp(word === "private" ? "private|privately" : word, "i");
    for (const tag of translations) {
      const pattern = patterns[tag];
      assert.ok(pattern);
      for (const [where, text] of saidIn.en) {
        const here = saidIn[tag].get(where) ?? "";
        assert.equal(pattern.test(here), inEnglish.test(text), `${tag} ${where}: ${here}`);
      }
    }
  }
});

test("Arabic isolates what runs in the other direction", () => {
  for (const [key, sample] of Object.entries(samples)) {
    if (sample === "counts") continue;
    const text = (ar[key as PhraseKey] as Phrase)(...sample);
    for (const value of sample) assert.ok(text.includes(isolated(`${value}`)), `${key}: ${text}`);
  }
  for (const [where, text] of saidIn.ar) {
    const outside = text.replace(/\u2068[^\u2068\u2069]*\u2069/g, "");
    assert.doesNotMatch(outside, /[\u2066-\u2069]|[+.-][a-z\d]|--/i, where);
  }
});

test("French keeps the space before its punctuation on the line", () => {
  for (const [where, said] of saidIn.fr) {
    const text = said.replace(/https:\/\//g, "");
    assert.doesNotMatch(text, / [:;?!»]|« |[^\u00a0\u202f][;?!:»]|«[^\u00a0]/, where);
  }
});
