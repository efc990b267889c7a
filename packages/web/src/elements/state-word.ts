// What became of an own text, in a word: the same in its bubble, in the list and in its details.
import type { ThreadText } from "@assent/client";
import type { Catalogue } from "../language/en.ts";
import { useWords } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";

export type StatedText = Pick<ThreadText, "state" | "byService" | "error">;

export function useStateWord(text: StatedText): string {
  const words = useWords();
  const isConnected = usePhone(({ connection }) => connection === "connected");
  return stateWord(words, text, isConnected);
}

function stateWord(
  words: Catalogue,
  { state, byService, error }: StatedText,
  isConnected: boolean,
): string {
  switch (state) {
    case "queued":
      if (!isConnected) return words.stateWaiting;
      return error ? words.stateHeldUp : words.stateQueued;
    case "sent":
      return byService ? words.stateSentByService : words.stateSent;
    case "delivered":
      return words.stateDelivered;
    case "read":
      return words.stateRead;
    case "not-delivered":
      return words.stateNotDelivered;
    case "not-known":
      return words.stateNotKnown;
    case "taking-back":
      return words.stateTakingBack;
    case "taken":
      return words.stateTaken;
    case "handoff":
      return words.stateHandoff;
    case "received":
      return "";
  }
}
