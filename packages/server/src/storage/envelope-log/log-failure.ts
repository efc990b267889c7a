// The failure that ends the log: the first counts, and is told of once. Nothing becomes durable from then on, so whoever would wait for
// that is told too.

/** The disk failed, its folder is gone, or it does not hold what was written. What was answered before is there. */
class EnvelopeLogFailed extends Error {
  override readonly name = "EnvelopeLogFailed";
}

export class LogFailure {
  readonly #fatal: (error: unknown) => void;
  readonly #first = Promise.withResolvers<never>();
  #hasFailed = false;

  /** @param fatal as the log's parts have it */
  constructor(fatal: (error: unknown) => void) {
    this.#fatal = fatal;
    // Where nobody waits it is told of all the same.
    this.#first.promise.catch(() => undefined);
  }

  failed(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#first.reject(new EnvelopeLogFailed("the envelope log ended", { cause: error }));
    this.#fatal(error);
  }

  /** As the work ends, if it does before there is a failure. @throws EnvelopeLogFailed */
  orDone(work: Promise<void>): Promise<void> {
    return Promise.race([work, this.#first.promise]);
  }
}
