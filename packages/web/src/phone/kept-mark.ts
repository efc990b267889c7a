// A mark, kept apart from the phone, that there was something in it. Where the mark is there and the phone is empty, the
// browser threw the phone away, and its owner should hear that.
import type { Contact, ConversationSummary, ProfileStatus } from "@assent/client";
import { forget, keep, kept } from "../kept.ts";

const markKey = "assent.kept";

export interface PhoneContents {
  readonly status: ProfileStatus;
  readonly conversations: readonly ConversationSummary[];
  readonly contacts: readonly Contact[];
}

/** Whether the browser threw away what was here; notes what is here otherwise. */
export function wasThrownAway({ status, conversations, contacts }: PhoneContents): boolean {
  const isEmpty = !status.everOn && conversations.length === 0 && contacts.length === 0;
  if (isEmpty) return kept(markKey) !== null;
  noteKept();
  return false;
}

export function noteKept(): void {
  keep(markKey, "yes");
}

/** The owner knows that it is gone, or wanted that. */
export function forgetKept(): void {
  forget(markKey);
}
