// What the egress manifest declares, in the language of the screens: its words are English and part of the protocol, so each of
// them is found by what it says there. Loaded with the screen that shows them, not with the catalogue.
import type { Purpose } from "@assent/protocol";
import { useEffect, useState } from "react";
import { type LanguageTag, useLanguage } from "../language.ts";

export interface DeclaredWords {
  readonly purposes: Readonly<Record<Purpose, string>>;
  /** What stands for each phrase of the manifest. English says them as they are. */
  readonly phrases: Readonly<Record<string, string>>;
  /** Between two things that one message holds. */
  readonly between: string;
}

const loaders: Readonly<Record<LanguageTag, () => Promise<DeclaredWords>>> = {
  en: async () => (await import("./en.ts")).declared,
  de: async () => (await import("./de.ts")).declared,
  fr: async () => (await import("./fr.ts")).declared,
  ar: async () => (await import("./ar.ts")).declared,
  "zh-Hans": async () => (await import("./zh-hans.ts")).declared,
};

/** Undefined until they were loaded; the boundary around the screen tells of words that did not come. */
export function useDeclaredWords(): DeclaredWords | undefined {
  const { tag } = useLanguage();
  const [loaded, setLoaded] = useState<DeclaredWords>();
  useEffect(() => {
    let isWanted = true;
    loaders[tag]().then(
      (words) => isWanted && setLoaded(words),
      (error) =>
        setLoaded(() => {
          throw error;
        }),
    );
    return () => {
      isWanted = false;
    };
  }, [tag]);
  return loaded;
}

/** The phrases of what a message holds: the manifest lists them in one sentence. */
export function phrasesOf(holds: string): string[] {
  return holds.split("; ");
}

export function sayHolds(words: DeclaredWords, holds: string): string {
  return phrasesOf(holds)
    .map((phrase) => say(words, phrase))
    .join(words.between);
}

export function say({ phrases }: DeclaredWords, phrase: string): string {
  return phrases[phrase] ?? phrase;
}
