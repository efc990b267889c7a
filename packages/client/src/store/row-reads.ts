// Reading rows one by one, many to a transaction: in browsers, to begin one costs several times what a row does. A batch is
// what was asked for during the one before, so nothing waits for a time.

type Sealed = Uint8Array<ArrayBuffer>;

/** Rows as one transaction has them; what is asked of it at once is answered by it. */
export interface RowsAsTheyAre {
  get(place: string): Promise<Sealed | undefined>;
}

interface AskedRow extends PromiseWithResolvers<Sealed | undefined> {
  readonly place: string;
}

export class RowReads {
  readonly #begin: () => RowsAsTheyAre;
  #asked: AskedRow[] = [];
  #isReading = false;

  /** @param begin a transaction. */
  constructor(begin: () => RowsAsTheyAre) {
    this.#begin = begin;
  }

  /** What stands there, by a transaction that begins after this was asked: it misses no commit that was made before. */
  get(place: string): Promise<Sealed | undefined> {
    const asked = { place, ...Promise.withResolvers<Sealed | undefined>() };
    this.#asked.push(asked);
    if (!this.#isReading) void this.#readAll();
    return asked.promise;
  }

  async #readAll(): Promise<void> {
    this.#isReading = true;
    // What is asked for in the same breath is read together, the first of it too.
    await Promise.resolve();
    while (this.#asked.length > 0) await this.#read(this.#asked.splice(0));
    this.#isReading = false;
  }

  async #read(batch: readonly AskedRow[]): Promise<void> {
    try {
      const rows = this.#begin();
      await Promise.all(batch.map(async ({ place, resolve }) => resolve(await rows.get(place))));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
