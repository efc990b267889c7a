// The line of a text that holds what was looked for, and where that is in it. Fifty such lines are drawn as one types, and a text
// may be long: it is folded by runs, and of all places only those that the line shows are made.
import { folded } from "@assent/client";

/** From a place in a text to before another. */
export type Range = readonly [start: number, end: number];

export interface FoundLine {
  readonly from: number;
  readonly to: number;
  /** What is marked, in order; what touches is one. */
  readonly ranges: readonly Range[];
}

// So much is shown before what was found, and in all.
const leadLength = 30;
const lineLength = 200;

/** A part of a folded text, and where it comes from: letter by letter, or all of it from one letter. */
interface Part {
  readonly at: number;
  readonly origin: number;
  readonly isPlain: boolean;
}

/** @param words folded. */
export function foundLine(text: string, words: readonly string[]): FoundLine {
  const { all, originOf } = foldedWithOrigins(text);
  const firsts = words.map((word) => all.indexOf(word)).filter((place) => place !== -1);
  const from = startOfLine(text, firsts.length > 0 ? originOf(Math.min(...firsts)) : 0);
  const to = from + lineLength;
  const found: Range[] = [];
  for (const word of words) {
    let place = all.indexOf(word);
    while (place !== -1 && originOf(place) < to) {
      found.push([originOf(place), originOf(place + word.length)]);
      place = all.indexOf(word, place + word.length);
    }
  }
  return { from, to, ranges: joined(found.sort(([a], [b]) => a - b)) };
}

/** Folding makes one letter of several, and several of one; most parts of most texts it leaves as long as they are. */
function foldedWithOrigins(text: string) {
  const folds: string[] = [];
  const parts: Part[] = [];
  const known = new Map<string, string>();
  let at = 0;
  const add = (fold: string, origin: number, isPlain: boolean) => {
    if (fold === "") return;
    folds.push(fold);
    parts.push({ at, origin, isPlain });
    at += fold.length;
  };
  for (const { 0: run, index } of text.matchAll(/[\0-\x7f]+|[^\0-\x7f]{1,64}/gu)) {
    const isPlain = run.normalize("NFKD") === run;
    const fold = isPlain ? folded(run) : "";
    if (isPlain && fold.length === run.length) {
      add(fold, index, true);
      continue;
    }
    let origin = index;
    for (const letter of run) {
      const one = known.get(letter) ?? folded(letter);
      known.set(letter, one);
      add(one, origin, false);
      origin += letter.length;
    }
  }
  const originOf = (place: number) => {
    if (place >= at) return text.length;
    const { at: start, origin, isPlain } = partAt(parts, place);
    return isPlain ? origin + place - start : origin;
  };
  return { all: folds.join(""), originOf };
}

/** The last that begins at a place or before it. */
function partAt(parts: readonly Part[], place: number): Part {
  let [low, high] = [0, parts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((parts[middle] as Part).at <= place) low = middle;
    else high = middle - 1;
  }
  return parts[low] as Part;
}

/** At a word, where what was found is far into the text. */
function startOfLine(text: string, found: number): number {
  if (found <= 2 * leadLength) return 0;
  const space = text.indexOf(" ", found - leadLength);
  return space === -1 || space >= found ? found : space + 1;
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
