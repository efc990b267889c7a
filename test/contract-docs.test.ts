// Holds the documents to the code: the error table, and the manifest of what leaves the device.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { type Declaration, declarations, errorTable } from "@assent/protocol";

const root = new URL("../", import.meta.url);

describe("docs/protocol.md", () => {
  const documented = tableUnder(readDocument("docs/protocol.md"), [
    "code",
    "retry",
    "what the person reads",
  ]);

  test("lists every error, in the code's order, with its retry and its words, and no other", () => {
    const expected = Object.entries(errorTable).map(([code, { retry, message }]) => [
      `\`${code}\``,
      retry,
      message,
    ]);
    assert.deepEqual(documented, expected);
  });
});

describe("docs/privacy.md", () => {
  const columns = ["message", "consent", "connection", "holds", "why", "readable by", "kept"];
  const documented = tableUnder(readDocument("docs/privacy.md"), columns);

  test("lists every declaration, in the code's order and words, and no other", () => {
    const all: [string, Declaration][] = Object.entries(declarations);
    const expected = all.map(([id, declaration]) => [
      `\`${id}\``,
      declaration.purpose,
      declaration.lane,
      declaration.holds,
      declaration.why,
      declaration.readableBy,
      declaration.kept,
    ]);
    assert.deepEqual(documented, expected);
  });
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
