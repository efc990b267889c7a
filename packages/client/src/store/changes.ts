// What a commit changed, in the terms of whoever shows it.
import type { PhoneNumber } from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { TextRecordSchema } from "./records.ts";
import type { Change } from "./store.ts";

export interface ProfileChange {
  /** Keys of texts that came, left or became something else, by the number of their conversation. */
  readonly texts: ReadonlyMap<PhoneNumber, readonly string[]>;
  /** Numbers whose conversation or route may look different. */
  readonly numbers: ReadonlySet<PhoneNumber>;
  readonly contacts: boolean;
  /** Phase, consent, or what stands for the account. */
  readonly status: boolean;
  readonly ledger: boolean;
}

/** Undefined where nothing changed that is shown. */
export function shownChange(changes: readonly Change[]): ProfileChange | undefined {
  const texts = new Map<PhoneNumber, string[]>();
  const numbers = new Set<PhoneNumber>();
  const tables = new Set(changes.map(({ table }) => table));
  const noteText = (number: string, key: string) => {
    texts.set(number as PhoneNumber, [...(texts.get(number as PhoneNumber) ?? []), key]);
    numbers.add(number as PhoneNumber);
  };
  for (const { table, key, value } of changes) {
    if (table === "texts" && value) noteText(fromBinary(TextRecordSchema, value).number, key);
    // A request that was confirmed: its texts are where they were, and are shown now.
    if (table === "threads" && key.startsWith("+")) {
      const [number = "", text = ""] = key.split("/");
      noteText(number, text);
    }
    if (table === "conversations" || table === "numbers") numbers.add(key as PhoneNumber);
  }
  const shown = {
    texts,
    numbers,
    contacts: tables.has("contacts"),
    status: tables.has("profile"),
    ledger: tables.has("ledger"),
  };
  const isShown = numbers.size > 0 || shown.contacts || shown.status || shown.ledger;
  return isShown ? shown : undefined;
}
