// One mailbox as the log has it in memory. Its fields are the rules' to change; what storage outside keeps of it (that it
// is there, its generation, its blocks) comes with `MailboxRow`.

/** Positions that expired before they were handed out, and in which hour. */
export interface ExpiredRange {
  readonly from: number;
  readonly to: number;
  readonly hour: number;
}

export class Mailbox {
  /** 16 bytes. */
  readonly id: Uint8Array;
  /** Of its generation in this process, and never another's. */
  ordinal: number;
  isThere = true;
  generation: number;
  blocked: Set<string> | undefined;

  last = 0;
  acknowledged = 0;
  handed = 0;
  /** Nothing waits at this position or below: it was acknowledged, or expired. */
  removed = 0;
  expired: readonly ExpiredRange[] | undefined;
  /** Rises with each state that is written: of several, the highest counts. */
  revision = 0;

  /** The chain of what waits, by slot. */
  first = -1;
  lastSlot = -1;
  waiting = 0;
  bytes = 0;
  provisional = 0;
  provisionalBytes = 0;
  /** Room in the provisional pool that comes back when this hour is over. */
  released = 0;
  releasedBytes = 0;
  releasedHour = 0;

  /** The batch that its state goes into, where that is not written yet. */
  dirtyIn = 0;
  /** The segment that has its newest state, and its neighbours in that segment's list. */
  stateIn: StateList | undefined;
  before: Mailbox | undefined;
  behind: Mailbox | undefined;

  constructor(id: Uint8Array, ordinal: number, generation: number) {
    this.id = id.slice();
    this.ordinal = ordinal;
    this.generation = generation;
  }
}

/** The mailboxes whose newest state one segment has. */
export class StateList {
  first: Mailbox | undefined;
  count = 0;

  add(mailbox: Mailbox): void {
    if (mailbox.stateIn === this) return;
    mailbox.stateIn?.remove(mailbox);
    mailbox.stateIn = this;
    mailbox.before = undefined;
    mailbox.behind = this.first;
    if (this.first) this.first.before = mailbox;
    this.first = mailbox;
    this.count += 1;
  }

  remove(mailbox: Mailbox): void {
    if (mailbox.before) mailbox.before.behind = mailbox.behind;
    else this.first = mailbox.behind;
    if (mailbox.behind) mailbox.behind.before = mailbox.before;
    mailbox.before = undefined;
    mailbox.behind = undefined;
    mailbox.stateIn = undefined;
    this.count -= 1;
  }

  *[Symbol.iterator](): Generator<Mailbox> {
    for (let mailbox = this.first; mailbox; ) {
      const { behind } = mailbox;
      yield mailbox;
      mailbox = behind;
    }
  }
}

/** One's key among all: its id as text. */
export function nameOf(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.length).toString("latin1");
}
