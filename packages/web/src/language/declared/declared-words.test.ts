// Whatever leaves a device is told in every language: each phrase of the egress manifest, and each purpose.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Declaration, declarations, purposes } from "@assent/protocol";
import { type LanguageTag, languages } from "../language.ts";
import { declared as ar } from "./ar.ts";
import { declared as de } from "./de.ts";
import { type DeclaredWords, phrasesOf, sayHolds } from "./declared-words.ts";
import { declared as en } from "./en.ts";
import { declared as fr } from "./fr.ts";
import { declared as zhHans } from "./zh-hans.ts";

const inLanguage: Readonly<Record<LanguageTag, DeclaredWords>> = {
  en,
  de,
  fr,
  ar,
  "zh-Hans": zhHans,
};
const tags = Object.keys(languages) as LanguageTag[];
const translations = tags.filter((tag) => tag !== "en");
const manifest: readonly Declaration[] = Object.values(declarations);

function phrasesIn(declared: readonly Declaration[]): Set<string> {
  return new Set(
    declared.flatMap(({ why, readableBy, kept, holds }) => [
      why,
      readableBy,
      kept,
      ...phrasesOf(holds),
    ]),
  );
}

function unsaid(declared: readonly Declaration[], { phrases }: DeclaredWords): string[] {
  return [...phrasesIn(declared)].filter((phrase) => !Object.hasOwn(phrases, phrase));
}

for (const tag of translations) {
  const words = inLanguage[tag];
  const { phrases } = words;

  test(`${languages[tag]} says every phrase of the manifest, and none that is not in it`, () => {
    assert.deepEqual(unsaid(manifest, words), []);
    const inManifest = phrasesIn(manifest);
    assert.deepEqual(
      Object.keys(phrases).filter((phrase) => !inManifest.has(phrase)),
      [],
    );
  });

  test(`${languages[tag]} misses what a declaration says that it was not told of`, () => {
    const added = { ...declarations.put, why: "to try", holds: "a random id; a guess" };
    assert.deepEqual(unsaid([...manifest, added], words), ["to try", "a guess"]);
  });

  test(`${languages[tag]} says it in words of its own, with the same figures`, () => {
    const figures = (text: string) => (text.match(/\d+/g) ?? []).sort();
    for (const [english, said] of Object.entries(phrases)) {
      assert.notEqual(said, english);
      assert.match(said, /^\S.*[^\s.。]$/u, english);
      assert.deepEqual(figures(said), figures(english), english);
      if (english.includes("SMS")) assert.match(said, tag === "zh-Hans" ? /短信/ : /SMS/, english);
    }
  });

  test(`${languages[tag]} tells apart what English does`, () => {
    assert.equal(new Set(Object.values(phrases)).size, Object.keys(phrases).length);
  });
}

test("every purpose has a name in every language", () => {
  for (const tag of tags) {
    const names = purposes.map((purpose) => inLanguage[tag].purposes[purpose]);
    assert.equal(new Set(names).size, purposes.length, tag);
    for (const name of names) {
      assert.match(name, /^\S.*\S$/u, tag);
      assert.ok(!isPurposeId(name), name);
    }
  }
});

test("what a message holds is listed as its language lists", () => {
  assert.equal(
    sayHolds(de, "a random id; of which kind"),
    "eine zufällige Kennung; von welcher Art",
  );
  assert.equal(sayHolds(zhHans, "a random id; of which kind"), "一个随机标识；地址的种类");
  assert.equal(sayHolds(en, declarations.put.holds), declarations.put.holds);
});

test("French keeps the space before its punctuation on the line", () => {
  for (const said of [...Object.values(fr.phrases), fr.between]) {
    assert.doesNotMatch(said, / [:;?!]|[^\u00a0\u202f][;?!:]/, said);
  }
});

function isPurposeId(name: string): boolean {
  return (purposes as readonly string[]).includes(name);
}
