// What a push is told by while the app is closed: the service worker shows it, in the words that are kept here.
import type { Language } from "../language/language.ts";

/** Of the notification that says that something came, and no more. */
export const pushedTag = "pushed";

/** In the owner's language: the service worker has none of its own. */
export async function keepWordsOfPushes({ tag, words }: Language): Promise<void> {
  // A window that keeps nothing has no pushes either.
  if (!("caches" in globalThis)) return;
  const kept = { text: words.wokenText, hint: words.wokenHint, lang: tag };
  const cache = await caches.open("assent-words");
  await cache.put("/pushed-words", new Response(JSON.stringify(kept)));
}
