// What a search has found so far: asked of the phone step by step, and given up when something else is looked for.
import type { ThreadText } from "@assent/client";
import type { PhoneNumber } from "@assent/protocol";
import { useEffect, useState } from "react";
import { phone } from "../phone/phone-state.ts";

export interface FoundTexts {
  /** Newest first. */
  readonly texts: readonly ThreadText[];
  readonly isSearching: boolean;
  /** As many as were wanted were found, and there may be older ones. */
  readonly hasMore: boolean;
}

const nothing: FoundTexts = { texts: [], isSearching: false, hasMore: false };

/**
 * @param most so many are looked for, then it stops.
 * @param number whose thread is looked through; without it all are.
 */
export function useFoundTexts(query: string, most: number, number?: PhoneNumber): FoundTexts {
  const [found, setFound] = useState(nothing);
  useEffect(() => {
    if (query === "") {
      setFound(nothing);
      return;
    }
    let ended = false;
    const search = async () => {
      let texts: readonly ThreadText[] = [];
      let before: string | undefined;
      do {
        const step = await phone.search(query, most - texts.length, before);
        if (ended) return;
        texts = [...texts, ...step.texts.filter((text) => !number || text.number === number)];
        before = step.before;
        const isSearching = before !== undefined && texts.length < most;
        setFound({ texts, isSearching, hasMore: before !== undefined && !isSearching });
      } while (before !== undefined && texts.length < most);
    };
    void search();
    return () => {
      ended = true;
    };
  }, [query, most, number]);
  return found;
}
