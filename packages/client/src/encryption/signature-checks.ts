// Signatures that are checked while what they are of is gone on with: on a platform that checks them on other threads, a text is
// opened while the one before it is checked. Nothing that came of them may be stored before all of them are known to be true.

/** One of them is false: all that was made of them is given up. Which one, shows when each is checked before it is gone on. */
export class FalseSignature extends Error {
  override readonly name = "FalseSignature";
}

export class SignatureChecks {
  readonly #checks: Promise<boolean>[] = [];

  /** @param check must not reject. */
  add(check: Promise<boolean>): void {
    this.#checks.push(check);
  }

  /** Resolves when all that were added are known to be true. @throws FalseSignature */
  async allTrue(): Promise<void> {
    const checked = await Promise.all(this.#checks);
    if (checked.includes(false)) throw new FalseSignature();
  }
}
