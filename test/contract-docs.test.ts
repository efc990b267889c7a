// Holds the documents to the code: the tables of errors, the manifest of what leaves the device, and the policy.
// `npm run docs` makes them.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import {
  commandErrors,
  type Declaration,
  declarations,
  deviceErrors,
  errorTable,
  policy,
  wireErrors,
} from "@assent/protocol";

const root = new URL("../", import.meta.url);

describe("docs/protocol.md", () => {
  const errorTables = [
    { heading: "### What crosses the wire", errors: wireErrors },
    { heading: "### What a device says by itself", errors: deviceErrors },
    { heading: "### What the command line says by itself", errors: commandErrors },
  ];
  const document = readDocument("docs/protocol.md");
  const columns = ["code", "retry", "what the person reads"];

  for (const { heading, errors } of errorTables) {
    test(`lists every error under "${heading}", in the code's order, with retry and words, and no other`, () => {
      const expected = Object.entries(errors).map(([code, { retry, message }]) => [
        `\`${code}\``,
        retry,
        message,
      ]);
      assert.deepEqual(tableUnder(sectionOf(document, heading), columns), expected);
    });
  }

  test("has no fourth table of errors", () => {
    const heads = document
      .split("\n")
      .filter((line) => cells(line).join("|") === columns.join("|"));
    assert.equal(heads.length, errorTables.length);
  });
});

describe("docs/privacy.md", () => {
  const columns = [
    ...["message", "consent", "connection", "at most"],
    ...["holds", "why", "readable by", "kept"],
  ];
  const sizes: Readonly<Record<number, string>> = {
    0: "no body",
    1024: "1 KB",
    4096: "4 KB",
    65536: "64 KB",
    1048576: "1 MB",
  };

  test("lists every declaration, in the code's order and words, and no other", () => {
    const all: [string, Declaration][] = Object.entries(declarations);
    const expected = all.map(([id, declaration]) => [
      `\`${id}\``,
      declaration.purpose,
      declaration.lane,
      sizes[declaration.bytesAtMost],
      declaration.holds,
      declaration.why,
      declaration.readableBy,
      declaration.kept,
    ]);
    assert.deepEqual(tableUnder(readDocument("docs/privacy.md"), columns), expected);
  });
});

test("the policy's exact bytes are a file that docs/protocol.md names", () => {
  const path = `docs/policy-${policy.version}.txt`;
  assert.equal(readDocument(path), policy.text);
  assert.ok(readDocument("docs/protocol.md").includes(`\`${path}\``));
});

test("a table whose words were changed by hand is seen", () => {
  const columns = ["code", "retry"];
  const table = (retry: string) =>
    `## A\n\n| code | retry |\n| --- | --- |\n| x | ${retry} |\n\n## B\n`;
  assert.deepEqual(tableUnder(sectionOf(table("ask"), "## A"), columns), [["x", "ask"]]);
  assert.notDeepEqual(tableUnder(sectionOf(table("never"), "## A"), columns), [["x", "ask"]]);
  assert.throws(() => tableUnder(sectionOf(table("ask"), "## B"), columns));
  assert.throws(() => sectionOf(table("ask"), "## C"));
});

describe("every error of the table is raised somewhere:", () => {
  const sources = globSync("packages/*/src/**/*.ts", { cwd: root })
    .filter((path) => !path.endsWith(".test.ts") && !path.endsWith("protocol/src/errors.ts"))
    .filter((path) => !path.includes("/generated/"))
    .map((path) => readFileSync(new URL(path, root), "utf8"));
  const raised = (code: string) => sources.some((source) => source.includes(`"${code}"`));

  test("the search sees what is there, and not what is not", () => {
    assert.ok(raised("number_invalid"));
    assert.ok(!raised("no_such_code"));
  });

  for (const code of Object.keys(errorTable)) {
    test(code, () =>
      assert.ok(raised(code), `"${code}" stands in no source file: raise it or remove it`),
    );
  }
});

function readDocument(path: string): string {
  return readFileSync(new URL(path, root), "utf8");
}

/** From a heading until the next. */
function sectionOf(document: string, heading: string): string {
  const lines = document.split("\n");
  const first = lines.indexOf(heading);
  assert.ok(first >= 0, `there is a heading "${heading}"`);
  const end = lines.findIndex((line, index) => index > first && line.startsWith("#"));
  return lines.slice(first, end < 0 ? undefined : end).join("\n");
}

/** The cells of the one table with this head. */
function tableUnder(document: string, columns: readonly string[]): string[][] {
  const lines = document.split("\n");
  const isHead = (line: string) => cells(line).join("|") === columns.join("|");
  const heads = lines.filter(isHead);
  assert.equal(heads.length, 1, `one table has the columns ${columns.join(", ")}`);
  const first = lines.findIndex(isHead) + 2;
  const end = lines.findIndex((line, index) => index >= first && !line.startsWith("|"));
  return lines.slice(first, end === -1 ? undefined : end).map(cells);
}

function cells(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}
