// What is said where a text has no words of its own to show.
import type { ShownText } from "@assent/client";
import type { Catalogue } from "./en.ts";

/** Undefined where the text's own words are shown. */
export function wordsInstead(
  {
    notUnderstood,
    notOpened,
    unsent,
    unseen,
  }: Pick<ShownText, "notUnderstood" | "notOpened" | "unsent" | "unseen">,
  words: Catalogue,
): string | undefined {
  if (unsent) return words.unsentText;
  if (notUnderstood) return words.notUnderstood;
  if (notOpened) return words.notOpened;
  return unseen && words.unseenText;
}
