// The line of a text that holds what was looked for, with that marked. Text is split, never written as markup.

import { folded } from "@assent/client";
import { Fragment } from "react";

/** From a place in a text to before another. */
type Range = readonly [start: number, end: number];

// So much is shown before what was found, and in all.
const leadLength = 30;
const lineLength = 200;

interface MarkedProps {
  readonly text: string;
  /** Folded. */
  readonly words: readonly string[];
}

export function Marked({ text, words }: MarkedProps) {
  const ranges = rangesOf(text, words);
  const from = startOfLine(text, ranges[0]?.[0] ?? 0);
  const to = from + lineLength;
  let shownUpTo = from;
  const parts = ranges
    .filter(([start]) => start < to)
    .map(([start, end]) => {
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

/** At a word, where what was found is far into the text. */
function startOfLine(text: string, found: number): number {
  if (found <= 2 * leadLength) return 0;
  const space = text.indexOf(" ", found - leadLength);
  return space === -1 || space >= found ? found : space + 1;
}

/** Where the words are in the text, in order; those that touch are one. */
function rangesOf(text: string, words: readonly string[]): Range[] {
  let all = "";
  // Of each unit of the folded text: where it comes from. Folding makes one letter of several, and several of one.
  const origins: number[] = [];
  let at = 0;
  for (const letter of text) {
    const plain = folded(letter);
    for (let unit = 0; unit < plain.length; unit += 1) origins.push(at);
    all += plain;
    at += letter.length;
  }
  origins.push(text.length);
  const found: Range[] = [];
  for (const word of words) {
    for (
      let place = all.indexOf(word);
      place !== -1;
      place = all.indexOf(word, place + word.length)
    ) {
      found.push([origins[place] as number, origins[place + word.length] as number]);
    }
  }
  return joined(found.sort(([a], [b]) => a - b));
}

function joined(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const [start, end] of ranges) {
    const last = result.at(-1);
    if (last && start <= last[1]) result[result.length - 1] = [last[0], Math.max(last[1], end)];
    else result.push([start, end]);
  }
  return result;
}
