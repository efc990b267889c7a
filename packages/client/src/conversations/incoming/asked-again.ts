// How often each text went out again because a device that it was sent to asked. One that cannot read it asks once or twice: whoever
// asks on and on would have this phone send, and note what it sends, for as long as it is on. In memory: begun anew with
// each start.

const mostTimes = 8;
/** Far more than wait for a receipt; of more, the first are forgotten. */
const mostRemembered = 10_000;

export class AskedAgain {
  readonly #times = new Map<string, number>();

  /** Whether it may go out once more. @param delivery by its key */
  mayBeSent(delivery: string): boolean {
    return (this.#times.get(delivery) ?? 0) < mostTimes;
  }

  /** It does. */
  sent(delivery: string): void {
    this.#times.set(delivery, (this.#times.get(delivery) ?? 0) + 1);
    const [first] = this.#times.size > mostRemembered ? this.#times.keys() : [];
    if (first !== undefined) this.#times.delete(first);
  }
}
