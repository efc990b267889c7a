// The whole ledger as a file, oldest first: one item a line, as `assent ledger --json` prints it.
import { ledgerJson } from "@assent/client";
import { dateForFile, saveFile } from "../elements/save-file.ts";
import { ledgerPages } from "./ledger-pages.ts";

export async function saveLedger(): Promise<void> {
  const newestFirst: string[] = [];
  for await (const page of ledgerPages()) {
    newestFirst.push(...page.map((line) => `${JSON.stringify(ledgerJson(line))}\n`));
  }
  const name = `assent-ledger-${dateForFile(new Date())}.jsonl`;
  saveFile(name, "application/jsonl", newestFirst.reverse());
}
