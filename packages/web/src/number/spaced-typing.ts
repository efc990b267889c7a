// Spaces a number as its country writes it while it is typed. The phone knows how, and answers a moment later: what was
// typed meanwhile is never taken back, and the caret stays before the digits it stood before.
import type { Country } from "@assent/client";
import type { RefObject } from "react";
import { phone } from "../phone/phone-state.ts";

/**
 * Called with each change of a field.
 * @param before what stood there. A space that was taken out stays out until a digit changes.
 * @param show writes into what the field shows.
 */
export async function spaceTyping(
  field: RefObject<HTMLInputElement | null>,
  { before, typed, country }: { before: string; typed: string; country: Country | undefined },
  show: (text: string, country: Country | undefined) => void,
): Promise<void> {
  if (digitsOf(typed) === digitsOf(before) && typed.length < before.length) return;
  const spaced = await phone.spacedWhileTyped(typed, country);
  const input = field.current;
  if (!input || input.value !== typed) return;
  const behindCaret = digitsOf(typed.slice(input.selectionEnd ?? typed.length)).length;
  if (spaced.text !== typed) {
    input.value = spaced.text;
    const caret = placeBefore(spaced.text, behindCaret);
    if (input === document.activeElement) input.setSelectionRange(caret, caret);
  }
  show(spaced.text, spaced.country);
}

/** Where in a text so many of its digits are still to come. */
function placeBefore(text: string, digits: number): number {
  let place = text.length;
  for (let left = digits; left > 0 && place > 0; place -= 1) {
    if (digitsOf(text[place - 1] ?? "") !== "") left -= 1;
  }
  return place;
}

function digitsOf(text: string): string {
  return text.replace(/\P{Nd}/gu, "");
}
