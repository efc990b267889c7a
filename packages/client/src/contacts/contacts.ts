// The owner's address book. It never leaves this device: no room that sends reads it but to show a name.
import { type PhoneNumber, parseNumber } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { ContactSchema, put, type Records, remove } from "../store/records.ts";
import type { Change } from "../store/store.ts";
import { parseVcards } from "./vcard.ts";

export interface Contact {
  readonly number: PhoneNumber;
  readonly name: string;
}

export interface ImportResult {
  /** Numbers that have a name now. */
  readonly imported: number;
  /** Cards that could not be read, and numbers without a country code. */
  readonly skipped: number;
}

/**
 * Reads a vCard file into the address book.
 * @param ownNumber gives the country of numbers written without one.
 * @throws AssentError contacts_unreadable
 */
export async function importVcards(
  records: Records,
  file: Uint8Array,
  ownNumber?: PhoneNumber,
): Promise<ImportResult> {
  const { cards, skipped } = parseVcards(file);
  const names = new Map<PhoneNumber, string>();
  let unusable = skipped;
  for (const { name, numbers } of cards) {
    for (const written of numbers) {
      const number = readNumber(written, ownNumber);
      if (number) names.set(number, name || number);
      else unusable += 1;
    }
  }
  const changes: Change[] = [...names].map(([number, name]) =>
    put("contacts", number, create(ContactSchema, { name })),
  );
  await records.commit(changes);
  return { imported: names.size, skipped: unusable };
}

function readNumber(written: string, ownNumber: PhoneNumber | undefined): PhoneNumber | undefined {
  try {
    return parseNumber(written, ownNumber);
  } catch {
    return undefined;
  }
}

/** An empty name takes the number out of the address book. */
export async function nameContact(
  records: Records,
  number: PhoneNumber,
  name: string,
): Promise<void> {
  const trimmed = name.trim();
  const change = trimmed
    ? put("contacts", number, create(ContactSchema, { name: trimmed }))
    : remove("contacts", number);
  await records.commit([change]);
}

export async function nameOf(records: Records, number: string): Promise<string | undefined> {
  return (await records.get("contacts", number))?.name;
}

export async function listContacts(records: Records): Promise<Contact[]> {
  const rows = await records.list("contacts");
  return rows.map(({ key, record }) => ({ number: key as PhoneNumber, name: record.name }));
}
