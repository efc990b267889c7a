// What is owed to whoever wrote: that their text came and, with the owner's consent for that, that it was read.
import { point, type Records, remove } from "../../store/records.ts";
import type { Change } from "../../store/store.ts";

// Stands before the id of a text that was read; ids are hexadecimal.
const readMark = "r";

/** What is owed to whoever wrote: that their text came. */
export function deliveredReceipt(accountKey: string, id: string): Change {
  return point("receipts", `${accountKey}/${id}`, id);
}

/** And, with the owner's consent for that, that it was read. */
export function readReceipt(accountKey: string, id: string): Change {
  return point("receipts", `${accountKey}/${readMark}${id}`, id);
}

export function isReadReceipt(key: string): boolean {
  return key.includes(`/${readMark}`);
}

/** Read receipts that were not sent: their owner no longer wants to send any. */
export async function withheldReadReceipts(records: Records): Promise<Change[]> {
  const owed = await records.keys("receipts");
  return owed.filter(isReadReceipt).map((key) => remove("receipts", key));
}
