// The line of a text that holds what was looked for, with that marked. Text is split, never written as markup.

import { Fragment, useMemo } from "react";
import { foundLine } from "./found-line.ts";

interface MarkedProps {
  readonly text: string;
  /** Folded. */
  readonly words: readonly string[];
}

export function Marked({ text, words }: MarkedProps) {
  const { from, to, ranges } = useMemo(() => foundLine(text, words), [text, words]);
  let shownUpTo = from;
  const parts = ranges.map(([start, end]) => {
    const before = text.slice(shownUpTo, start);
    shownUpTo = end;
    return (
      <Fragment key={start}>
        {before}
        <mark>{text.slice(start, end)}</mark>
      </Fragment>
    );
  });
  return (
    <>
      {from > 0 && "… "}
      {parts}
      {text.slice(shownUpTo, Math.max(shownUpTo, to))}
    </>
  );
}
