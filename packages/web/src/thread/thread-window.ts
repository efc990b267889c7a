// The part of a thread that is in memory: the newest texts, and older ones as far as somebody scrolled, until they are back at
// its end. Follows what the phone announces, reading what changed once the last reading is done.
import type { ThreadPage, ThreadText } from "@assent/client";
import type { PhoneNumber } from "@assent/protocol";
import { useCallback, useEffect, useRef, useState } from "react";
import { onTexts, phone } from "../phone/phone-state.ts";
import { untilTakenOver } from "../phone/until-taken-over.ts";
import { merged, withOlder, withoutOldest } from "./loaded-texts.ts";

const pageSize = 60;
// On the way to a text that is looked for, nothing is shown yet.
const pageSizeOnTheWay = 500;

export interface ThreadWindow {
  /** Oldest first. Undefined until the first page came. */
  readonly texts: readonly ThreadText[] | undefined;
  readonly hasOlder: boolean;
  loadOlder(): void;
  /** The end is in sight: where very many are in memory, the oldest of them are let go of. */
  letGoOfOldest(): void;
}

/** @param foundKey of a text that is to be in it, from the first on. */
export function useThreadWindow(number: PhoneNumber, foundKey?: string): ThreadWindow {
  const [firstKey] = useState(foundKey);
  const [loaded, setLoaded] = useState<ThreadPage>();
  const isLoadingOlder = useRef(false);

  useEffect(() => {
    let ended = false;
    const stale = new Set<string>();
    let isReading = true;
    const readStale = async () => {
      isReading = true;
      try {
        while (stale.size > 0 && !ended) {
          const keys = [...stale];
          stale.clear();
          const fresh = await phone.texts(number, keys);
          if (!ended) setLoaded((before) => before && merged(before, keys, fresh));
        }
      } finally {
        isReading = false;
      }
    };
    const stop = onTexts(number, (keys) => {
      for (const key of keys) stale.add(key);
      if (!isReading) untilTakenOver(readStale());
    });
    const readFirst = async () => {
      const newest = await newestDownTo(number, firstKey);
      if (ended) return;
      setLoaded(newest);
      await readStale();
    };
    untilTakenOver(readFirst());
    return () => {
      ended = true;
      stop();
    };
  }, [number, firstKey]);

  const oldest = loaded?.texts[0]?.key;
  const loadOlder = useCallback(() => {
    if (!oldest || isLoadingOlder.current) return;
    isLoadingOlder.current = true;
    void phone
      .page(number, pageSize, oldest)
      .then((older) => setLoaded((before) => before && withOlder(before, oldest, older)))
      .finally(() => {
        isLoadingOlder.current = false;
      });
  }, [number, oldest]);

  const letGoOfOldest = useCallback(
    () => setLoaded((before) => before && withoutOldest(before)),
    [],
  );

  return {
    texts: loaded?.texts,
    hasOlder: loaded?.more ?? false,
    loadOlder,
    letGoOfOldest,
  };
}

/** The newest texts; as many as it takes to hold the one of a key, where that is there. */
async function newestDownTo(number: PhoneNumber, key: string | undefined): Promise<ThreadPage> {
  let { texts, more } = await phone.page(number, pageSize);
  for (let oldest = texts[0]?.key; key && more && oldest && oldest > key; oldest = texts[0]?.key) {
    const older = await phone.page(number, pageSizeOnTheWay, oldest);
    texts = [...older.texts, ...texts];
    more = older.more;
  }
  return { texts, more };
}
