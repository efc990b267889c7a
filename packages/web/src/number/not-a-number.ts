// Why a text is no number that can be texted, in words.
import type { UnusableReason } from "@assent/client";
import type { Catalogue } from "../language/en.ts";
import type { NotANumber } from "../phone/phone.ts";

export function wordsOf(words: Catalogue, reason: NotANumber | UnusableReason): string {
  switch (reason) {
    case "needs-country":
      return words.numberNeedsCountry;
    case "not-of-country":
      return words.numberNotOfCountry;
    case "short-code":
      return words.numberShort;
    case "dialed-code":
      return words.numberDialed;
    case "extension":
      return words.numberExtension;
    case "unreadable":
      return words.numberUnreadable;
    case "damaged-card":
      return words.importDamaged;
  }
}
