// The part of a thread that is in memory: the newest texts, and older ones as far as somebody scrolled. Follows what
// the phone announces, reading what changed once the last reading is done.
import type { ThreadPage, ThreadText } from "@assent/client";
import type { PhoneNumber } from "@assent/protocol";
import { useCallback, useEffect, useRef, useState } from "react";
import { onTexts, phone } from "../phone/phone-state.ts";

const pageSize = 60;
// On the way to a text that is looked for, nothing is shown yet.
const pageSizeOnTheWay = 500;

export interface ThreadWindow {
  /** Oldest first. Undefined until the first page came. */
  readonly texts: readonly ThreadText[] | undefined;
  readonly hasOlder: boolean;
  /** The last change put texts before all others: what is in sight stays where it is. */
  readonly grewUpwards: boolean;
  loadOlder(): void;
}

interface Loaded {
  readonly texts: readonly ThreadText[];
  readonly hasOlder: boolean;
  readonly grewUpwards: boolean;
}

/** @param foundKey of a text that is to be in it, from the first on. */
export function useThreadWindow(number: PhoneNumber, foundKey?: string): ThreadWindow {
  const [firstKey] = useState(foundKey);
  const [loaded, setLoaded] = useState<Loaded>();
  const isLoadingOlder = useRef(false);

  useEffect(() => {
    let ended = false;
    const stale = new Set<string>();
    let isReading = true;
    const readStale = async () => {
      isReading = true;
      while (stale.size > 0 && !ended) {
        const keys = [...stale];
        stale.clear();
        const fresh = await phone.texts(number, keys);
        if (!ended) setLoaded((before) => before && merged(before, keys, fresh));
      }
      isReading = false;
    };
    const stop = onTexts(number, (keys) => {
      for (const key of keys) stale.add(key);
      if (!isReading) void readStale();
    });
    void newestDownTo(number, firstKey).then(({ texts, more }) => {
      if (ended) return;
      setLoaded({ texts, hasOlder: more, grewUpwards: false });
      void readStale();
    });
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
      .then(({ texts, more }) =>
        setLoaded(
          (before) =>
            before && { texts: [...texts, ...before.texts], hasOlder: more, grewUpwards: true },
        ),
      )
      .finally(() => {
        isLoadingOlder.current = false;
      });
  }, [number, oldest]);

  return {
    texts: loaded?.texts,
    hasOlder: loaded?.hasOlder ?? false,
    grewUpwards: loaded?.grewUpwards ?? false,
    loadOlder,
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

/** @param keys that were read; those that are not among the fresh texts are gone. */
function merged(before: Loaded, keys: readonly string[], fresh: readonly ThreadText[]): Loaded {
  const read = new Set(keys);
  const kept = before.texts.filter(({ key }) => !read.has(key));
  // Older than what is in memory: it is read when somebody scrolls there.
  const oldest = before.hasOlder ? (before.texts[0]?.key ?? "") : "";
  const shown = fresh.filter(({ key }) => key >= oldest);
  const texts = [...kept, ...shown].sort((a, b) => (a.key < b.key ? -1 : 1));
  return { ...before, texts, grewUpwards: false };
}
