// What is new in an open thread since somebody last heard of it, in words: texts that came, and own ones that failed.
import type { ThreadText } from "@assent/client";
import type { Catalogue } from "../language/en.ts";
import { wordsInstead } from "../language/words-instead.ts";

export interface HeardUpTo {
  /** What is before it was loaded later, and is no news. */
  readonly oldest: string;
  readonly newest: string;
  /** Keys of own texts that were not delivered. */
  readonly failed: ReadonlySet<string>;
}

// More than these are counted.
const mostRead = 3;
const longestRead = 300;

/** @param texts oldest first, as all parameters of that name. */
export function heardUpTo(texts: readonly ThreadText[], before?: HeardUpTo): HeardUpTo {
  const [first] = texts;
  // What is not in memory any more may be loaded again.
  const failedEarlier = [...(before?.failed ?? [])].filter((key) => !first || key < first.key);
  const failed = texts.filter(hasFailed).map(({ key }) => key);
  return {
    oldest: before?.oldest ?? first?.key ?? "",
    newest: texts.at(-1)?.key ?? before?.newest ?? "",
    failed: new Set([...failedEarlier, ...failed]),
  };
}

export function newsIn(texts: readonly ThreadText[], heard: HeardUpTo): readonly ThreadText[] {
  return texts.filter((text) =>
    hasFailed(text)
      ? text.key >= heard.oldest && !heard.failed.has(text.key)
      : !text.outgoing && text.key > heard.newest,
  );
}

/** @param name of whom the thread is with. */
export function sentenceOf(news: readonly ThreadText[], name: string, words: Catalogue): string {
  const { colonAfter } = words;
  const read = (text: ThreadText) => {
    const who = hasFailed(text) ? words.stateNotDelivered : name;
    return who + colonAfter + (wordsInstead(text, words) ?? text.text).slice(0, longestRead);
  };
  const came = news.filter((text) => !hasFailed(text));
  const count = words.newTexts + colonAfter + words.searchFound(came.length);
  return [
    ...news.filter(hasFailed).slice(0, mostRead).map(read),
    ...(came.length > mostRead ? [count] : came.map(read)),
  ].join("\n");
}

function hasFailed({ state }: ThreadText): boolean {
  return state === "not-delivered";
}
