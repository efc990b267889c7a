// Opens a conversation with a number, made where there is none; and forgets it again where nothing came of that.
import type { PhoneNumber } from "@assent/protocol";
import { useEffect } from "react";
import { create } from "zustand";
import { places } from "../places.ts";
import { phone, untilPhone, usePhone } from "./phone-state.ts";

/** The conversation that was made last, by choosing somebody. */
const useBegun = create<{ readonly id?: string; readonly number?: PhoneNumber }>(() => ({}));

/**
 * Resolves with its id once the list has it: its thread is found there, and its box begins with the draft.
 * @param text becomes its draft, behind what stands there already.
 */
export async function beginConversation(number: PhoneNumber, text = ""): Promise<string> {
  // Of all conversations, not of the first that are there while the phone opens.
  await untilPhone(({ opening }) => opening === "open");
  const isNew = !usePhone.getState().conversations.some((one) => one.number === number);
  const { id, draft: before } = await phone.startConversation(number);
  const draft = [before, text].filter(Boolean).join("\n");
  if (draft !== before) await phone.setDraft(number, draft);
  if (isNew) useBegun.setState({ id, number });
  await untilPhone(({ conversations }) =>
    conversations.some((one) => one.id === id && one.draft === draft),
  );
  return id;
}

/** Whoever chose somebody and wrote nothing leaves nothing behind. @param place where the owner is now. */
export function useForgettingUnused(place: string): void {
  const { id, number } = useBegun();
  const isHere = id !== undefined && place.startsWith(places.thread(id));
  useEffect(() => {
    if (!isHere || !number) return;
    return () => {
      useBegun.setState({}, true);
      // What was typed is on its way to be kept: the phone takes one after the other.
      void phone.forgetUnused(number);
    };
  }, [isHere, number]);
}
