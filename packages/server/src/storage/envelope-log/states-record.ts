// Where on the disk the newest states of mailboxes stand. A record that has the newest state of none is to be erased; one
// that has some others too is stale: what it still says is said elsewhere first, or it would keep what mailboxes did.
import type { Mailbox } from "./mailbox.ts";
import { statesHeaderBytes } from "./record-format.ts";

/** The segment that holds a record. */
export interface StatesHolder {
  /** Of mailboxes whose newest states it has. */
  states: number;
  /** What these take: one of a mailbox from which much was taken back is long. */
  statesBytes: number;
  readonly statesRecords: Set<StatesRecord>;
  /** Records to be erased: offset and length, by turns. */
  readonly dead: number[];
}

export class StatesRecord {
  readonly #holder: StatesHolder;
  readonly #offset: number;
  readonly #length: number;
  /** As many as it was written for. */
  readonly #written: number;
  #newest = 0;
  #first: Mailbox | undefined;

  constructor(holder: StatesHolder, offset: number, length: number, written: number) {
    this.#holder = holder;
    this.#offset = offset;
    this.#length = length;
    this.#written = written;
    holder.statesRecords.add(this);
  }

  get isStale(): boolean {
    return this.#newest < this.#written;
  }

  /** It has this mailbox's newest state from now on. */
  add(mailbox: Mailbox): void {
    mailbox.stateIn?.remove(mailbox);
    mailbox.stateIn = this;
    mailbox.before = undefined;
    mailbox.behind = this.#first;
    if (this.#first) this.#first.before = mailbox;
    this.#first = mailbox;
    this.#newest += 1;
    this.#holder.states += 1;
    this.#holder.statesBytes += this.#bytesOfOne;
  }

  remove(mailbox: Mailbox): void {
    if (mailbox.before) mailbox.before.behind = mailbox.behind;
    else this.#first = mailbox.behind;
    if (mailbox.behind) mailbox.behind.before = mailbox.before;
    mailbox.before = undefined;
    mailbox.behind = undefined;
    mailbox.stateIn = undefined;
    this.#newest -= 1;
    this.#holder.states -= 1;
    this.#holder.statesBytes -= this.#bytesOfOne;
    this.dropIfOfNone();
  }

  /** To be called where nobody was added, or may have been. */
  dropIfOfNone(): void {
    if (this.#newest > 0 || !this.#holder.statesRecords.delete(this)) return;
    this.#holder.dead.push(this.#offset, this.#length);
  }

  /** On average. */
  get #bytesOfOne(): number {
    return (this.#length - statesHeaderBytes) / this.#written;
  }

  *[Symbol.iterator](): Generator<Mailbox> {
    for (let mailbox = this.#first; mailbox; ) {
      const { behind } = mailbox;
      yield mailbox;
      mailbox = behind;
    }
  }
}
