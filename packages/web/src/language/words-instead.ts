// What is said where a text has no words of its own to show.
import type { ShownText } from "@assent/client";
import type { Catalogue } from "./en.ts";

/** Undefined where the text's own words are shown. */
export function wordsInstead(
  { notUnderstood, notOpened, unseen }: Pick<ShownText, "notUnderstood" | "notOpened" | "unseen">,
  words: Catalogue,
): string | undefined {
  if (notUnderstood) return words.notUnderstood;
  if (notOpened) return words.notOpened;
  return unseen && words.unseenText;
}
