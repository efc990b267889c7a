// What a person is called on the screens: the name in the owner's contacts, else the number.
import type { PhoneNumber } from "@assent/protocol";
import { isolated } from "../language/isolated.ts";
import { type PhoneState, usePhone } from "../phone/phone-state.ts";

export function useShownName(number: PhoneNumber): string {
  return usePhone((state) => shownName(state, number));
}

export function shownName({ names, written }: PhoneState, number: PhoneNumber): string {
  return names.get(number) ?? isolated(written.get(number) ?? number);
}
