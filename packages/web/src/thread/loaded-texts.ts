// The texts of a thread that are in memory, as they change: what was read again, what comes before them, and what is let go of.
import type { ThreadPage } from "@assent/client";

// An hour in which texts pour in must not stay in memory for as long as the thread is open. One step in so many texts: the list
// of rows counts itself anew for it.
const most = 400;
const kept = 200;

/** @param keys that were read; those that are not among the fresh texts are gone. */
export function merged(
  before: ThreadPage,
  keys: readonly string[],
  fresh: ThreadPage["texts"],
): ThreadPage {
  const read = new Set(keys);
  const others = before.texts.filter(({ key }) => !read.has(key));
  // Older than what is in memory: it is read when somebody scrolls there.
  const oldest = before.more ? (before.texts[0]?.key ?? "") : "";
  const shown = fresh.filter(({ key }) => key >= oldest);
  const texts = [...others, ...shown].sort((a, b) => (a.key < b.key ? -1 : 1));
  return { ...before, texts };
}

/**
 * @param oldest key of the text that they come before. Where it was let go of meanwhile, they would leave a gap: they are read
 *   again by whoever scrolls there.
 */
export function withOlder(before: ThreadPage, oldest: string, older: ThreadPage): ThreadPage {
  if (before.texts[0]?.key !== oldest) return before;
  return { ...older, texts: [...older.texts, ...before.texts] };
}

/** The newest, where there are very many; the same where there are not. */
export function withoutOldest(before: ThreadPage): ThreadPage {
  if (before.texts.length <= most) return before;
  return { texts: before.texts.slice(-kept), more: true };
}
