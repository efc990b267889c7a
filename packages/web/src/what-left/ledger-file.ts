// The whole ledger as a file, oldest first: one item a line, as `assent ledger --json` prints it.
import type { LedgerLine } from "@assent/client";
import { base64, dateForFile, saveFile } from "../elements/save-file.ts";
import { ledgerPages } from "./ledger-pages.ts";

export async function saveLedger(): Promise<void> {
  const newestFirst: string[] = [];
  for await (const page of ledgerPages()) newestFirst.push(...page.map(jsonOf));
  const name = `assent-ledger-${dateForFile(new Date())}.jsonl`;
  saveFile(name, "application/jsonl", newestFirst.reverse());
}

function jsonOf(line: LedgerLine): string {
  const { at, declaration, purpose, lane, method, destination, body } = line;
  const { holds, why, readableBy, kept } = line;
  const item = {
    at: at.toISOString(),
    declaration,
    purpose,
    lane,
    method,
    destination,
    size: body.length,
    holds,
    why,
    readableBy,
    kept,
    body: base64(body),
  };
  return `${JSON.stringify(item)}\n`;
}
