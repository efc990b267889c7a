// What the bench puts into a phone before the app opens it.
import type { PhoneNumber } from "@assent/protocol";
import { benchNumber } from "../scale.ts";

export interface SeededConversation {
  readonly number: PhoneNumber;
  readonly name: string;
  readonly texts: number;
}

/** The n-th text of a conversation, from 1: of the length that texts have. */
export function seededText(index: number): string {
  const words =
    "Are you coming to the park later on? I could bring the book that you lent me in May. ";
  return `${words.slice(0, 20 + ((index * 37) % 60))} ${index}`;
}

/** So many conversations, each with so many texts. */
export function conversationsOf(count: number, texts: number): SeededConversation[] {
  return Array.from({ length: count }, (_, index) => ({
    number: benchNumber(index),
    name: `Person ${index + 1}`,
    texts,
  }));
}

/** A row of the app's list. */
export const rowOfList = "[data-row]";
