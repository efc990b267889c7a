// Who is in the demo. Their numbers are of those that no phone ever gets (ACMA's numbers for fiction), and of a kind that a
// service takes.
import type { PhoneNumber } from "@assent/protocol";

export interface DemoPhone {
  readonly name: string;
  readonly number: PhoneNumber;
  readonly shownNumber: string;
  /** Each phone has an origin, and so a storage, of its own; below the page's own name (the server's `/demo`). */
  readonly origin: string;
}

export const anna = demoPhone("Anna", "+61491570006", "+61 491 570 006");
export const ben = demoPhone("Ben", "+61491570156", "+61 491 570 156");
export const phones = [anna, ben] as const;

/** SMS of the service come from a name, which a phone cannot answer; this number stands for it. */
export const service = { name: "Assent", number: "+61491570157" as PhoneNumber } as const;

/** Who has a number, as the page calls them. */
export function nameOf(number: string): string {
  return [...phones, service].find((one) => one.number === number)?.name ?? number;
}

function demoPhone(name: string, number: string, shownNumber: string): DemoPhone {
  const origin = `${location.protocol}//${name.toLowerCase()}.${location.host}`;
  return { name, number: number as PhoneNumber, shownNumber, origin };
}
