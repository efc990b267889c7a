// What a person is called on the screens: the name in the owner's contacts, else the number.
import type { PhoneNumber } from "@assent/protocol";
import { isolated } from "../language/isolated.ts";
import { usePhone } from "../phone/phone-state.ts";

export function useShownName(number: PhoneNumber): string {
  const name = usePhone(({ names }) => names.get(number));
  const written = usePhone((state) => state.written.get(number));
  return name ?? isolated(written ?? number);
}
