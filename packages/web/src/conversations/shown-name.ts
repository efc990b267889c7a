// What a person is called on the screens: the name in the owner's contacts, else the number.
import type { PhoneNumber } from "@assent/protocol";
import { usePhone } from "../phone/phone-state.ts";

export function useShownName(number: PhoneNumber): string {
  const name = usePhone(({ names }) => names.get(number));
  const written = usePhone((state) => state.written.get(number));
  return name ?? isolated(written ?? number);
}

/** A number keeps its direction inside whatever surrounds it (Unicode bidirectional isolates). */
export function isolated(number: string): string {
  return `\u2066${number}\u2069`;
}
