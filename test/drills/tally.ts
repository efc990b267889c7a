// Which texts were accepted and which were shown, each way by itself: what every drill counts by. A text is a number that
// rises with the order in which its way's texts were accepted.

export interface TallyResult {
  readonly texts: number;
  /** Accepted, and never shown. */
  readonly lost: number;
  /** Shown once more than once. */
  readonly twice: number;
  /** Shown after one that was accepted later. */
  readonly reordered: number;
  /** Shown, and never sent. */
  readonly madeUp: number;
}

interface Way {
  readonly sent: Set<number>;
  readonly accepted: Set<number>;
  readonly shown: Set<number>;
  highest: number;
}

export class Tally {
  readonly #ways = new Map<string, Way>();
  #twice = 0;
  #reordered = 0;
  #madeUp = 0;

  /** It may come from now on. */
  sent(way: string, text: number): void {
    this.#way(way).sent.add(text);
  }

  /** It must come. */
  accepted(way: string, text: number): void {
    this.#way(way).accepted.add(text);
  }

  shown(name: string, text: number): void {
    const way = this.#way(name);
    if (!way.sent.has(text)) this.#madeUp += 1;
    if (way.shown.has(text)) {
      this.#twice += 1;
      return;
    }
    if (text < way.highest) this.#reordered += 1;
    way.highest = Math.max(way.highest, text);
    way.shown.add(text);
  }

  wasShown(way: string, text: number): boolean {
    return this.#way(way).shown.has(text);
  }

  /** What is still to come. */
  missing(): { readonly way: string; readonly text: number }[] {
    return [...this.#ways].flatMap(([way, { accepted, shown }]) =>
      [...accepted].filter((text) => !shown.has(text)).map((text) => ({ way, text })),
    );
  }

  result(): TallyResult {
    const texts = [...this.#ways.values()].reduce((sum, { accepted }) => sum + accepted.size, 0);
    const [twice, reordered, madeUp] = [this.#twice, this.#reordered, this.#madeUp];
    return { texts, lost: this.missing().length, twice, reordered, madeUp };
  }

  #way(name: string): Way {
    const known = this.#ways.get(name);
    if (known) return known;
    const way = { sent: new Set<number>(), accepted: new Set<number>(), shown: new Set<number>() };
    const made = { ...way, highest: -1 };
    this.#ways.set(name, made);
    return made;
  }
}

/** As every drill ends. */
export function resultLine({ texts, lost, twice, reordered, madeUp }: TallyResult): string {
  const line = `${texts} texts, ${lost} lost, ${twice} twice, ${reordered} reordered`;
  return madeUp === 0 ? line : `${line}, ${madeUp} made up`;
}

/** A drill that saw no text has shown nothing. */
export function isClean({ texts, lost, twice, reordered, madeUp }: TallyResult): boolean {
  return texts > 0 && lost + twice + reordered + madeUp === 0;
}
