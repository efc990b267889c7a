// What a commit changed, in the terms of whoever shows it.
import type { PhoneNumber } from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { ConversationSchema, MessageSchema } from "./records.ts";
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
  const numberOf = new Map(
    changes.flatMap(({ table, key, value }) =>
      table === "conversations" && value
        ? [[key, fromBinary(ConversationSchema, value).number] as const]
        : [],
    ),
  );
  for (const number of numberOf.values()) numbers.add(number as PhoneNumber);
  for (const { table, key, value } of changes) {
    if (table === "messages" && value) {
      const { conversation, number } = fromBinary(MessageSchema, value);
      // One of a request that nobody confirmed is in none.
      if (conversation !== "") noteText(number, key);
    }
    // One that was deleted: its conversation says so in the same commit.
    if (table === "threads" && !value) {
      const [conversation = "", text = ""] = key.split("/");
      const number = numberOf.get(conversation);
      if (number !== undefined) noteText(number, text);
    }
    if (table === "numbers" || table === "conversationIds") numbers.add(key as PhoneNumber);
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
