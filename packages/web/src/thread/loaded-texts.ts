// The texts of a thread that are in memory, as they change: what was read again, and what is let go.
import type { ThreadPage, ThreadText } from "@assent/client";

export interface LoadedTexts {
  /** Oldest first. */
  readonly texts: readonly ThreadText[];
  readonly hasOlder: boolean;
  readonly changedAbove: boolean;
}

// An hour in which texts pour in must not stay in memory for as long as the thread is open.
const most = 400;
const kept = 200;

/** @param keys that were read; those that are not among the fresh texts are gone. */
export function merged(
  before: LoadedTexts,
  keys: readonly string[],
  fresh: readonly ThreadText[],
): LoadedTexts {
  const read = new Set(keys);
  const others = before.texts.filter(({ key }) => !read.has(key));
  // Older than what is in memory: it is read when somebody scrolls there.
  const oldest = before.hasOlder ? (before.texts[0]?.key ?? "") : "";
  const shown = fresh.filter(({ key }) => key >= oldest);
  const texts = [...others, ...shown].sort((a, b) => (a.key < b.key ? -1 : 1));
  return { ...before, texts, changedAbove: false };
}

/**
 * @param oldest key of the text that they come before. Where it was let go meanwhile, they would leave a gap: they are read
 *   again by whoever scrolls there.
 */
export function withOlder(
  before: LoadedTexts,
  oldest: string,
  { texts, more }: ThreadPage,
): LoadedTexts {
  if (before.texts[0]?.key !== oldest) return before;
  return { texts: [...texts, ...before.texts], hasOlder: more, changedAbove: true };
}

/** The newest, where there are very many; the same where there are not. */
export function withoutOldest(before: LoadedTexts): LoadedTexts {
  if (before.texts.length <= most) return before;
  return { texts: before.texts.slice(-kept), hasOlder: true, changedAbove: true };
}
