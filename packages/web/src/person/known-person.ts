// The person of a conversation, read anew whenever something about them changed.
import type { ConversationSummary, PersonView } from "@assent/client";
import { useEffect, useState } from "react";
import { phone, usePhone } from "../phone/phone-state.ts";

export function useConversation(id: string): ConversationSummary | undefined {
  return usePhone(({ conversations }) => conversations.find((one) => one.id === id));
}

/** Undefined until it was read. */
export function usePerson(conversation: ConversationSummary): PersonView | undefined {
  const [person, setPerson] = useState<PersonView>();
  useEffect(() => {
    let ended = false;
    void phone.person(conversation.number).then((read) => !ended && setPerson(read));
    return () => {
      ended = true;
    };
  }, [conversation]);
  return person;
}
