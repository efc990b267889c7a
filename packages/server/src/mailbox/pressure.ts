// What all sockets together have asked and were not answered yet. Over a limit, only who has nothing under way is read on, so
// that a disk that is slow fills no memory, and a flood of one socket does not stop another's text.

export interface Reader {
  /** There is room again. */
  readOn(): void;
}

export class Pressure {
  readonly #most: number;
  readonly #waiting = new Set<Reader>();
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  get isFull(): boolean {
    return this.#bytes >= this.#most;
  }

  began(bytes: number): void {
    this.#bytes += bytes;
  }

  finished(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#waiting.size === 0 || this.#bytes > this.#most / 2) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const reader of waiting) reader.readOn();
  }

  /** Is told once when there is room again. */
  waits(reader: Reader): void {
    this.#waiting.add(reader);
  }

  left(reader: Reader): void {
    this.#waiting.delete(reader);
  }
}
