// Opens a conversation with a number, made where there is none.
import type { ConversationSummary } from "@assent/client";
import type { PhoneNumber } from "@assent/protocol";
import { phone, usePhone } from "./phone-state.ts";

/**
 * Resolves with its id once the list has it: its thread is found there.
 * @param text becomes its draft, behind what stands there already.
 */
export async function beginConversation(number: PhoneNumber, text = ""): Promise<string> {
  const { id, draft: before } = await phone.startConversation(number);
  const draft = [before, text].filter(Boolean).join("\n");
  if (draft !== before) await phone.setDraft(number, draft);
  await listed((one) => one.id === id && one.draft === draft);
  return id;
}

function listed(isIt: (conversation: ConversationSummary) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!usePhone.getState().conversations.some(isIt)) return;
      stop();
      resolve();
    };
    const stop = usePhone.subscribe(check);
    check();
  });
}
