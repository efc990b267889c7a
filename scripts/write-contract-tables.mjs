// Writes what the documents repeat of the contract: the declarations into docs/privacy.md, the three tables of errors
// into docs/protocol.md, the policy's exact bytes into a file of their own. A table stands where such a table stands
// already; what is around it stays as it is.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { commandErrors, declarations, deviceErrors, policy, wireErrors } from "@assent/protocol";

const declarationColumns = [
  ...["message", "consent", "connection", "at most"],
  ...["holds", "why", "readable by", "kept"],
];
const errorColumns = ["code", "retry", "what the person reads"];

rewrite("docs/privacy.md", (document) =>
  withTable(document, "# What leaves the device", declarationColumns, declarationRows()),
);
rewrite("docs/protocol.md", (document) =>
  [
    ["### What crosses the wire", wireErrors],
    ["### What a device says by itself", deviceErrors],
    ["### What the command line says by itself", commandErrors],
  ].reduce(
    (text, [heading, errors]) => withTable(text, heading, errorColumns, errorRows(errors)),
    document,
  ),
);

rewrite(`docs/policy-${policy.version}.txt`, () => policy.text);

function declarationRows() {
  return Object.entries(declarations).map(([id, declaration]) => {
    const { purpose, lane, bytesAtMost, holds, why, readableBy, kept } = declaration;
    return [`\`${id}\``, purpose, lane, sizeOf(bytesAtMost), holds, why, readableBy, kept];
  });
}

/** @param {number} bytes */
function sizeOf(bytes) {
  if (bytes === 0) return "no body";
  return bytes < 1_048_576 ? `${bytes / 1_024} KB` : `${bytes / 1_048_576} MB`;
}

/** @param {Record<string, { retry: string, message: string }>} errors */
function errorRows(errors) {
  return Object.entries(errors).map(([code, { retry, message }]) => [
    `\`${code}\``,
    retry,
    message,
  ]);
}

/**
 * The document with other rows in the first table of these columns that follows the heading.
 * @param {string} document
 * @param {string} heading
 * @param {string[]} columns
 * @param {string[][]} rows
 */
function withTable(document, heading, columns, rows) {
  const lines = document.split("\n");
  const under = lines.indexOf(heading);
  const head = lines.indexOf(line(columns), under + 1);
  if (under < 0 || head < 0) {
    throw new Error(`There is no table with the head ${line(columns)} under "${heading}".`);
  }
  const end = lines.findIndex((each, index) => index > head && !each.startsWith("|"));
  const table = [columns, columns.map(() => "---"), ...rows].map(line);
  lines.splice(head, (end < 0 ? lines.length : end) - head, ...table);
  return lines.join("\n");
}

/** @param {string[]} cells */
function line(cells) {
  return `| ${cells.join(" | ")} |`;
}

/**
 * @param {string} path from the root.
 * @param {(document: string) => string} change
 */
function rewrite(path, change) {
  const file = new URL(`../${path}`, import.meta.url);
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const after = change(before);
  if (after === before) return;
  writeFileSync(file, after);
  console.log(`${path} was written.`);
}
