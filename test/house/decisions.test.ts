// docs/decisions: each stands in the list under its title and date, and where one takes something of another, both say so.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const folder = new URL("../../docs/decisions/", import.meta.url);

type Decisions = Readonly<Record<string, string>>;

function decisionsHere(): Decisions {
  const files = readdirSync(folder).filter((file) => /^\d{4}-.*\.md$/.test(file));
  return Object.fromEntries(
    files.map((file) => [file, readFileSync(new URL(file, folder), "utf8")]),
  );
}

/** What the list says of a decision, by what the decision says of itself. */
function rowOf(file: string, text: string): string {
  const [, number, title] = /^# (\d+)\. (.+)$/m.exec(text) ?? [];
  return `| ${number} | [${title}](${file}) | ${/^\d{4}-\d\d-\d\d/m.exec(text)?.[0]} |`;
}

function unlisted(decisions: Decisions, list: string): string[] {
  return Object.entries(decisions)
    .filter(([file, text]) => !list.split("\n").includes(rowOf(file, text)))
    .map(([file]) => file);
}

/** Where a decision's head, which stands beside its date, says that one of two replaces the other, and the other names it nowhere. */
function oneSided(decisions: Decisions): string[] {
  return Object.entries(decisions).flatMap(([file, text]) => {
    const head = text.slice(0, text.indexOf("\n**What.**"));
    const replacing = head.split(/(?<=[.;])\s/).filter((said) => /\breplac/i.test(said));
    const named = replacing.flatMap((said) =>
      Array.from(said.matchAll(/\]\(([^)]+)\)/g), ([, other = ""]) => other),
    );
    return named
      .filter((other) => !decisions[other]?.includes(`](${file})`))
      .map((other) => `${other} does not name ${file}`);
  });
}

test("every decision is in the list, under its title and date", () => {
  const decisions = decisionsHere();
  assert.ok(Object.keys(decisions).length > 100);
  assert.deepEqual(unlisted(decisions, readFileSync(new URL("README.md", folder), "utf8")), []);
});

test("a decision that another replaces, in whole or in part, says by which", () => {
  assert.deepEqual(oneSided(decisionsHere()), []);
});

test("what is not listed, or says it on one side alone, is seen", () => {
  const decisions = {
    "0001-a.md": "# 1. A\n\n2026-11-21\n\n**What.** A.\n",
    "0002-b.md": "# 2. B\n\n2026-11-22. Replaces [1](0001-a.md).\n\n**What.** B.\n",
  };
  const list = "| 1 | [A](0001-a.md) | 2026-11-21 |\n| 2 | [A](0002-b.md) | 2026-11-22 |\n";
  assert.deepEqual(unlisted(decisions, list), ["0002-b.md"]);
  assert.deepEqual(oneSided(decisions), ["0001-a.md does not name 0002-b.md"]);
  const mended = decisions["0001-a.md"].replace("21", "21. Replaced by [2](0002-b.md).");
  assert.deepEqual(oneSided({ ...decisions, "0001-a.md": mended }), []);
});
