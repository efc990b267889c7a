// What an import of contacts brought, or would bring, and what it did not, name by name.
import type { ContactImport, UnusableContact, UnusableReason } from "@assent/client";
import type { Country } from "@assent/protocol/national-number";
import { printableLine } from "./printable.ts";

export function importJson(read: ContactImport, stored: boolean): object {
  const { country, ready, needCountry, unusable } = read;
  return {
    imported: stored ? ready.length : 0,
    ...(country ? { country } : {}),
    ready: ready.map(({ number, name, knownAs }) => ({
      number,
      name,
      ...(knownAs && { knownAs }),
    })),
    needCountry,
    unusable,
  };
}

/** @param offered the country to name where one is asked for. */
export function importSentence(
  { country, ready, needCountry, unusable }: ContactImport,
  { stored, offered }: { readonly stored: boolean; readonly offered: Country | undefined },
): string {
  const numbers = ready.length === 1 ? "1 number" : `${ready.length} numbers`;
  const lines = [`${numbers} ${stored ? "imported" : "ready"}.`];
  if (!stored) {
    for (const { name, number, knownAs } of ready) {
      const now = knownAs === undefined ? "" : ` (${printableLine(knownAs)} now)`;
      lines.push(`  ${printableLine(name)}: ${number}${now}`);
    }
  }
  if (needCountry.length > 0) {
    lines.push(`Without a country code; say whose they are, as with --country ${offered ?? "CC"}:`);
    for (const { name, written } of needCountry) lines.push(`  ${nameAnd(name, written)}`);
  }
  if (unusable.length > 0) {
    lines.push("Cannot be used:");
    for (const contact of unusable) lines.push(`  ${unusableSentence(contact, country)}`);
  }
  return lines.join("\n");
}

function unusableSentence({ name, written, reason }: UnusableContact, country?: Country): string {
  const reasons: Readonly<Record<UnusableReason, string>> = {
    "not-of-country": `no number as it is written in ${country}`,
    "short-code": "understood by one network alone",
    "dialed-code": "a code to dial, which no text can go to",
    extension: "behind a switchboard",
    unreadable: "not a phone number",
    "damaged-card": "its card is damaged",
  };
  return `${nameAnd(name, written)} (${reasons[reason]})`;
}

function nameAnd(name: string, written: string | undefined): string {
  const shown = printableLine(name || "(no name)");
  return written === undefined ? shown : `${shown}: ${printableLine(written)}`;
}
