// Those who prove who they are: so many at once, the others in the order they came. After a restart all phones come back
// together, and what each of them costs must not hold up those that text.

export class Entrance {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(most: number) {
    this.#most = most;
  }

  async pass<Done>(work: () => Promise<Done>): Promise<Done> {
    if (this.#inside >= this.#most) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#inside += 1;
    try {
      return await work();
    } finally {
      // The next one has this one's place, behind everything else that is to be done in this turn.
      const next = this.#waiting.shift();
      if (next) setImmediate(next);
      else this.#inside -= 1;
    }
  }
}
