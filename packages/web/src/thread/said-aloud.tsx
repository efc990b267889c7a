// What comes into the open thread, for whoever hears it. The log itself says nothing: it would read each of a thousand texts
// that pour in, and those that are scrolled into sight.
import type { ThreadText } from "@assent/client";
import { useEffect, useRef, useState } from "react";
import { useWords } from "../language/language.ts";
import { type HeardUpTo, heardUpTo, newsIn, sentenceOf } from "./thread-news.ts";

// About as long as a voice needs for a short text.
const pauseMs = 3_000;

interface SaidAloudProps {
  /** Oldest first. Undefined until the first page came. */
  readonly texts: readonly ThreadText[] | undefined;
  readonly name: string;
}

export function SaidAloud({ texts, name }: SaidAloudProps) {
  const words = useWords();
  const [said, setSaid] = useState({ sentence: "", turn: 0 });
  const heard = useRef<HeardUpTo>(undefined);
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(texts);
  latest.current = texts;
  const sayNews = () => {
    pause.current = undefined;
    if (!heard.current || !latest.current) return;
    const news = newsIn(latest.current, heard.current);
    // Also where there is none: what is sent again may fail again.
    heard.current = heardUpTo(latest.current, heard.current);
    if (news.length === 0) return;
    const sentence = sentenceOf(news, name, words);
    setSaid(({ turn }) => ({ sentence, turn: turn + 1 }));
    pause.current = setTimeout(sayNews, pauseMs);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever is to be said is in the texts
  useEffect(() => {
    // Whoever opens a thread goes to what is in it already.
    if (texts && !heard.current) heard.current = heardUpTo(texts);
    else if (!pause.current) sayNews();
  }, [texts]);
  useEffect(() => () => clearTimeout(pause.current), []);
  return (
    <p className="visually-hidden" role="status" dir="auto">
      {/* The same words once more are another text. */}
      <span key={said.turn}>{said.sentence}</span>
    </p>
  );
}
