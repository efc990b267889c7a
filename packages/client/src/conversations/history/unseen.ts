// What came in a form of a later version and is shown nowhere: its owner cannot see it, and not delete it by itself.
import type { KeptContent, Step } from "../../store/records.ts";

export interface KeptRow {
  readonly key: string;
  readonly record: KeptContent;
}

/** @param isOf which accounts' is asked for. */
export async function unseenOf(
  step: Step,
  isOf: (accountId: Uint8Array) => boolean,
): Promise<KeptRow[]> {
  const unseen: KeptRow[] = [];
  for (const row of await step.list("kept")) {
    if (!isOf(row.record.accountId)) continue;
    // Contents are kept under "m" and their message ids; a text that is shown has one that is known.
    const { key } = row;
    const isShown = key.startsWith("m") && (await step.pointer("messageIds", key.slice(1)));
    if (!isShown) unseen.push(row);
  }
  return unseen;
}
