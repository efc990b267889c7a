// Who is in the demo. Their numbers are of those that no phone ever gets (Ofcom's numbers for drama).
import type { PhoneNumber } from "@assent/protocol";

export interface DemoPhone {
  readonly name: string;
  readonly number: PhoneNumber;
  readonly shownNumber: string;
  /** Each phone has an origin, and so a storage, of its own; below the page's own name (the server's `/demo`). */
  readonly origin: string;
}

export const anna = demoPhone("Anna", "+447700900001", "+44 7700 900001");
export const ben = demoPhone("Ben", "+447700900002", "+44 7700 900002");
export const phones = [anna, ben] as const;

/** SMS of the service come from a name, which a phone cannot answer; this number stands for it. */
export const service = { name: "Assent", number: "+447700900100" as PhoneNumber } as const;

/** Who has a number, as the page calls them. */
export function nameOf(number: string): string {
  return [...phones, service].find((one) => one.number === number)?.name ?? number;
}

function demoPhone(name: string, number: string, shownNumber: string): DemoPhone {
  const origin = `${location.protocol}//${name.toLowerCase()}.${location.host}`;
  return { name, number: number as PhoneNumber, shownNumber, origin };
}
