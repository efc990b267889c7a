// What an address book file would bring, before anything of it is stored: everything in it is either ready, or named
// with what is against it.

import type { PhoneNumber } from "@assent/protocol";
import { type Country, type NumberReading, readNumber } from "@assent/protocol/national-number";
import type { Photo } from "./photo.ts";
import type { Vcards } from "./vcard.ts";

export interface ReadyContact {
  readonly number: PhoneNumber;
  /** The number where the card has no name. */
  readonly name: string;
  /** The name that the number has here now, where it is another. */
  readonly knownAs?: string;
  readonly photo?: Photo;
}

/** A number as its card has it, with the name beside it. */
export interface WrittenContact {
  readonly name: string;
  readonly written: string;
}

export interface UnusableContact {
  /** Empty where the card gives none. */
  readonly name: string;
  /** Missing where the card as a whole is damaged. */
  readonly written?: string;
  readonly reason: UnusableReason;
}

export type UnusableReason =
  | Exclude<NumberReading["kind"], "number" | "needs-country">
  | "damaged-card";

export interface ContactImport {
  /** Whose form national numbers were read in; without one none was. */
  readonly country: Country | undefined;
  readonly ready: readonly ReadyContact[];
  readonly needCountry: readonly WrittenContact[];
  readonly unusable: readonly UnusableContact[];
}

/** @param nameOf the name that a number has in the address book now. */
export function readContacts(
  { cards, damaged }: Vcards,
  country: Country | undefined,
  nameOf: (number: PhoneNumber) => string | undefined,
): ContactImport {
  const ready = new Map<PhoneNumber, ReadyContact>();
  const needCountry: WrittenContact[] = [];
  const unusable: UnusableContact[] = [];
  for (const { name, numbers, photo } of cards) {
    for (const written of numbers) {
      const reading = readNumber(written, country);
      if (reading.kind === "number") {
        const { number } = reading;
        const known = nameOf(number);
        const contact = { number, name: name || number, ...(photo ? { photo } : {}) };
        const isOther = known !== undefined && known !== contact.name;
        ready.set(number, { ...contact, ...(isOther ? { knownAs: known } : {}) });
      } else if (reading.kind === "needs-country") {
        needCountry.push({ name, written });
      } else {
        unusable.push({ name, written, reason: reading.kind });
      }
    }
  }
  unusable.push(...damaged.map((name) => ({ name, reason: "damaged-card" }) as const));
  return { country, ready: [...ready.values()], needCountry, unusable };
}
