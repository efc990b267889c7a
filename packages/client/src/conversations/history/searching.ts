// Search through all texts of this device, newest first, a part at a time. Asks nobody.
import type { RecordsReader } from "../../store/records.ts";
import { folded, foldedWords } from "./folded.ts";
import { shownText, type ThreadText } from "./shown.ts";

export interface Found {
  /** Newest first. */
  readonly texts: readonly ThreadText[];
  /** Where to go on; undefined when all was searched. */
  readonly before?: string;
}

// Texts that are looked through by one call, so that others can run between two.
const lookedThroughAtOnce = 500;

export async function searchTexts(
  records: RecordsReader,
  query: string,
  { before, limit }: { readonly before?: string; readonly limit: number },
): Promise<Found> {
  const words = foldedWords(query);
  if (words.length === 0) return { texts: [] };
  const rows = await records.list("messages", {
    newestFirst: true,
    limit: lookedThroughAtOnce,
    ...(before ? { before } : {}),
  });
  const found: ThreadText[] = [];
  for (const { key, record } of rows) {
    const text = folded(record.text);
    if (!words.every((word) => text.includes(word))) continue;
    // One of a request that was not confirmed is shown nowhere.
    if (record.conversation === "") continue;
    found.push({ key, ...shownText(record) });
    if (found.length === limit) return { texts: found, before: key };
  }
  const last = rows.length === lookedThroughAtOnce ? rows.at(-1)?.key : undefined;
  return { texts: found, ...(last ? { before: last } : {}) };
}
