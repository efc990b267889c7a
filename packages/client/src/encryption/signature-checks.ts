// Signatures that are checked while what they are of is gone on with: on a platform that checks them on other threads, a text is
// opened while the one before it is checked. Nothing that came of them may be stored before all of them are known to be true.

/** One of them is false: all that was made of them is given up. Which one, shows when each is checked before the next is opened. */
export class FalseSignature extends Error {
  override readonly name = "FalseSignature";
}

// One that is begun alone wakes a thread for it alone, which may take the processor of whoever goes on.
const begunTogether = 32;

export class SignatureChecks {
  #waiting: (() => Promise<boolean>)[] = [];
  readonly #begun: Promise<boolean>[] = [];

  /** @param check is begun soon, with others; it must not reject. */
  add(check: () => Promise<boolean>): void {
    this.#waiting.push(check);
    if (this.#waiting.length === begunTogether) this.#begin();
  }

  /** Resolves when all that were added are known to be true. @throws FalseSignature */
  async allTrue(): Promise<void> {
    this.#begin();
    const checked = await Promise.all(this.#begun);
    if (checked.includes(false)) throw new FalseSignature();
  }

  #begin(): void {
    this.#begun.push(...this.#waiting.map((check) => check()));
    this.#waiting = [];
  }
}
