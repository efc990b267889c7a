// What is promised in docs/ and the README is held by tests that exist; and the check sees what breaks it.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import {
  brokenPromises,
  type Pages,
  pagesOfSentences,
  registerPage,
  testNamesOf,
  threatModel,
} from "./promises.ts";

const root = new URL("../../", import.meta.url);

function read(path: string): string {
  return readFileSync(new URL(path, root), "utf8");
}

test("every promise names the tests that hold it, and they exist", () => {
  const paths = [registerPage, ...pagesOfSentences];
  const pages: Pages = Object.fromEntries(paths.map((path) => [path, read(path)]));
  const testNamesIn = (path: string) =>
    existsSync(new URL(path, root)) ? testNamesOf(read(path)) : undefined;
  assert.deepEqual(brokenPromises(pages, testNamesIn), []);
});

const kept: Pages = {
  [threatModel]: "| can | cannot | held by |\n|---|---|---|\n| look | touch | glass |\n",
  [registerPage]: [
    "| name | file | test |\n|---|---|---|\n| glass | `test/a.test.ts` | holds |\n",
    "| page | words | held by |\n|---|---|---|",
    "| `README.md` | never breaks | glass |\n| `README.md` | cannot promise | weakness |\n",
  ].join("\n"),
  "README.md": "It never breaks. What we\ncannot promise: all.\n\n```\nnever\n```\n",
  "docs/protocol.md": "| `a` | never | It cannot. |\n",
};
const named = (path: string) => (path === "test/a.test.ts" ? ["holds"] : undefined);

test("sees what breaks it", () => {
  const broken: Pages[] = [
    { [threatModel]: kept[threatModel]?.replace("glass", "paper") ?? "" },
    { [threatModel]: kept[threatModel]?.replace("| glass", "|") ?? "" },
    { [threatModel]: kept[threatModel]?.replace("glass", "weakness") ?? "" },
    { [registerPage]: kept[registerPage]?.replace("| holds", "| held") ?? "" },
    { [registerPage]: kept[registerPage]?.replace("a.test", "b.test") ?? "" },
    { [registerPage]: kept[registerPage]?.replace("breaks | glass", "breaks | paper") ?? "" },
    { [registerPage]: `${kept[registerPage]}| \`README.md\` | never sleeps | glass |\n` },
    { "README.md": `${kept["README.md"]}\nNor does it always wait.\n` },
    { "docs/privacy.md": "- one\n- It cannot be read.\n" },
    { "docs/operating.md": "| a | never: it is gone |\n" },
  ];
  for (const changed of broken) {
    const faults = brokenPromises({ ...kept, ...changed }, named);
    assert.notDeepEqual(faults, [], JSON.stringify(changed));
  }
});

test("lets the rest be", () => {
  assert.deepEqual(brokenPromises(kept, named), []);
  const source = ["test(`c ${", "d}`,"].join("");
  assert.deepEqual(testNamesOf(`test("a \\"b\\"", () => {});\n  ${source}`), [
    'a "b"',
    source.slice(6, -2),
  ]);
});
