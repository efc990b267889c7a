// The order of one socket's puts: which may be stored now, and which wait for one before them. What is remembered is
// bounded, however long the socket lives.

/** A put as far as its order goes. */
export interface OrderedPut {
  readonly request: number;
  /** The number of the one that must be stored first, lower than its own; 0 for none. */
  readonly after: number;
}

export interface Next<Put extends OrderedPut> {
  /** May be stored in one go, in this order: each with its place of the one it comes after, or -1. */
  readonly ready: readonly { readonly put: Put; readonly after: number }[];
  /** The one before them was refused. */
  readonly refused: readonly Put[];
}

// A client that asks for something after one that was refused so long ago is refused too, which is safe.
const rememberedRefusals = 1_024;

export class PutOrder<Put extends OrderedPut> {
  #last = 0;
  #waiting: Put[] = [];
  /** Not answered yet, those that wait included. */
  readonly #underWay = new Set<number>();
  readonly #refused = new Set<number>();
  /** Refusals up to this number may be forgotten. */
  #refusedUpTo = 0;

  /** Whether a number is higher than all before it; then it is taken. */
  takesNumber(request: number): boolean {
    if (request <= this.#last) return false;
    this.#last = request;
    return true;
  }

  /** @param put its number was taken. */
  add(put: Put): void {
    this.#underWay.add(put.request);
    this.#waiting.push(put);
  }

  /** What may be stored now, and what may not be any more. Both are under way until they are answered. */
  next(): Next<Put> {
    const waiting = this.#waiting;
    // Nearly every time: nothing is built for it that it does not need.
    if (waiting.length === 1 && waiting[0]?.after === 0) {
      return { ready: [{ put: waiting.pop() as Put, after: -1 }], refused: [] };
    }
    this.#waiting = [];
    const ready: { put: Put; after: number }[] = [];
    const refused: Put[] = [];
    const places = new Map<number, number>();
    for (const put of waiting) {
      const place = places.get(put.after);
      if (place === undefined && this.#underWay.has(put.after)) {
        this.#waiting.push(put);
      } else if (this.#wasRefused(put.after)) {
        this.answered(put.request, false);
        refused.push(put);
      } else {
        places.set(put.request, ready.length);
        ready.push({ put, after: place ?? -1 });
      }
    }
    return { ready, refused };
  }

  answered(request: number, isStored: boolean): void {
    this.#underWay.delete(request);
    if (isStored) return;
    this.#refused.add(request);
    if (this.#refused.size <= rememberedRefusals) return;
    const [oldest] = this.#refused;
    this.#refused.delete(oldest as number);
    this.#refusedUpTo = Math.max(oldest as number, this.#refusedUpTo);
  }

  #wasRefused(after: number): boolean {
    return after > 0 && (after <= this.#refusedUpTo || this.#refused.has(after));
  }
}
