// One mailbox as the log has it in memory. Its fields are the rules' to change; what storage outside keeps of it (that it
// is there, its generation, its blocks) comes with `MailboxRow`.
import type { RevokedEnvelope } from "./revoked-envelopes.ts";
import type { StatesRecord } from "./states-record.ts";

/** Positions that expired before they were handed out, and in which hour. */
export interface ExpiredRange {
  readonly from: number;
  readonly to: number;
  readonly hour: number;
}

const idBytes = 16;

export class Mailbox {
  readonly #ids: Uint8Array;
  readonly #idAt: number;
  /** Of its generation in this process, and never another's. */
  ordinal: number;
  isThere = true;
  generation: number;
  blocked: Set<string> | undefined;

  last = 0;
  acknowledged = 0;
  handed = 0;
  /** Nothing waits at this position or below: it was acknowledged, expired, or was taken back. */
  removed = 0;
  expired: readonly ExpiredRange[] | undefined;
  revoked: readonly RevokedEnvelope[] | undefined;
  /** Rises with each state that is written: of several, the highest counts. */
  revision = 0;

  /** The chain of what waits, by slot. */
  first = -1;
  lastSlot = -1;
  waiting = 0;
  bytes = 0;
  provisional = 0;
  provisionalBytes = 0;
  /** Whether what waits is counted by its addresses. */
  hasShares = false;
  /** Of the provisional pool, what was released in an hour: its room comes back when another one is. */
  released = 0;
  releasedBytes = 0;
  releasedHour = 0;

  /** The batch that its state goes into, where that is not written yet. */
  dirtyIn = 0;
  /** The record that has its newest state, and its neighbours in that record's list. */
  stateIn: StatesRecord | undefined;
  before: Mailbox | undefined;
  behind: Mailbox | undefined;

  /** @param ids has its id at `idAt`, and is kept as it is: nobody may change it */
  constructor(ids: Uint8Array, idAt: number, ordinal: number, generation: number) {
    this.#ids = ids;
    this.#idAt = idAt;
    this.ordinal = ordinal;
    this.generation = generation;
  }

  /** 16 bytes, a view each time: one that is kept is a hundred bytes more for each mailbox that was ever written to. */
  get id(): Uint8Array {
    return this.#ids.subarray(this.#idAt, this.#idAt + idBytes);
  }

  writeId(into: Uint8Array, at: number): void {
    for (let byte = 0; byte < idBytes; byte += 1) {
      into[at + byte] = this.#ids[this.#idAt + byte] as number;
    }
  }
}

export function withRange(
  ranges: readonly ExpiredRange[] | undefined,
  range: ExpiredRange,
): readonly ExpiredRange[] {
  const newest = ranges?.at(-1);
  if (!ranges || !newest) return [range];
  if (newest.to + 1 !== range.from) return [...ranges, range];
  return [...ranges.slice(0, -1), { from: newest.from, to: range.to, hour: range.hour }];
}

/** A serial as text, to be found by. */
export function nameOf(serial: Uint8Array): string {
  return Buffer.from(serial.buffer, serial.byteOffset, serial.length).toString("latin1");
}
