// Puts of one sender, who is not known: capabilities are opened, what storage is asked for every put is said, and its outcomes are
// answered and told to whoever listens. What is remembered is the address that was put through last.
import { AssentError, limits, type WireErrorCode } from "@assent/protocol";
import type { JudgedTime } from "../time/judged-time.ts";
import type { Addresses, OpenedCapability } from "./addresses.ts";
import type {
  EnvelopeBytes,
  MailboxStore,
  PutAddress,
  PutInPlace,
  PutLimit,
  PutListener,
  StoredPut,
  StoredPutOutcome,
} from "./store.ts";
import { hourOf, type LaidTicket, type Tickets } from "./tickets.ts";
import { type MailboxName, nameOfMailbox, type Wakeups } from "./wakeups.ts";

/** One put, by where its parts stand in the frame that it came in. */
export interface AskedPut extends EnvelopeBytes {
  readonly request: number;
  readonly capabilityAt: number;
  readonly capabilityLength: number;
  readonly quiet: boolean;
}

/** A put whose turn it is. */
export interface ReadyPut<Put extends AskedPut> {
  readonly put: Put;
  /** Which one of the same call must be stored first, counted from 0; -1 for none. */
  readonly after: number;
}

export type PutAnswer =
  | { readonly kind: "stored"; readonly ticket: LaidTicket }
  | { readonly kind: "gone" }
  | { readonly kind: "refused"; readonly code: WireErrorCode };

export interface OutboxListener<Put extends AskedPut> {
  /** One answer for each put of a call, in their order; calls in theirs. */
  answered(ready: readonly ReadyPut<Put>[], answers: readonly PutAnswer[]): void;
}

/** What all outboxes of a service share. */
export interface OutboxParts {
  readonly store: Pick<MailboxStore, "mailbox" | "put">;
  readonly wakeups: Wakeups;
  readonly addresses: Addresses;
  readonly tickets: Tickets;
  readonly lineage: number;
  readonly limit: PutLimit;
  readonly time: Pick<JudgedTime, "stampMs">;
  readonly now: () => number;
  /** Hears of each envelope that was not there before, and not whose it is. */
  readonly envelopeStored: () => void;
}

interface Remembered {
  readonly capability: Uint8Array;
  readonly opened: OpenedCapability;
  readonly address: PutAddress;
  readonly name: MailboxName;
}

export class Outbox<Put extends AskedPut> {
  readonly #parts: OutboxParts;
  readonly #listener: OutboxListener<Put>;
  #last: Remembered | undefined;

  constructor(parts: OutboxParts, listener: OutboxListener<Put>) {
    this.#parts = parts;
    this.#listener = listener;
  }

  /**
   * Each is answered by itself, once it is durable. The same id again is the same envelope, while it waits. What comes
   * through a blocked address is answered as stored, and dropped.
   */
  put(ready: readonly ReadyPut<Put>[]): void {
    const { store } = this.#parts;
    const times = { now: this.#parts.now(), stampMs: this.#parts.time.stampMs() };
    const asked: StoredPut[] = [];
    const names: MailboxName[] = [];
    // Of each put, its place among what storage is asked, or why it is refused without.
    const places: (number | WireErrorCode)[] = [];
    for (const { put, after } of ready) {
      const before = after < 0 ? -1 : (places[after] ?? "request_invalid");
      const made =
        typeof before === "number" ? this.#prepared(put, before, times) : "after_refused";
      if (typeof made === "string") places.push(made);
      else {
        places.push(asked.length);
        asked.push(made);
        names.push((this.#last as Remembered).name);
      }
    }
    const settled = new SettledPuts(this.#parts, this.#listener, ready, places, names);
    if (asked.length > 0) store.put(asked, settled);
    else settled.putsSettled(asked, []);
  }

  /** What storage is given, or why it is refused without asking there. */
  #prepared(
    put: AskedPut,
    after: number,
    { now, stampMs }: { readonly now: number; readonly stampMs: number },
  ): StoredPut | WireErrorCode {
    const { wakeups, limit } = this.#parts;
    const remembered = this.#open(put);
    if (typeof remembered === "string") return remembered;
    const { opened, address, name } = remembered;
    const { kind, expiresAt, generation } = opened;
    const { bytes, envelopeIdAt, bodyAt, bodyLength, quiet } = put;
    if (kind === "provisional" && bodyLength > limits.provisionalEnvelopeBytes) {
      return "request_too_large";
    }
    if (expiresAt <= now) return "address_expired";
    const handsOut = wakeups.here(name)?.hasRoom(generation) ?? false;
    return {
      bytes,
      envelopeIdAt,
      bodyAt,
      bodyLength,
      quiet,
      address,
      now: stampMs,
      limit,
      handsOut,
      after,
    };
  }

  #open({ bytes, capabilityAt, capabilityLength }: AskedPut): Remembered | WireErrorCode {
    const { addresses, store } = this.#parts;
    const last = this.#last;
    if (
      last &&
      isAt(bytes, capabilityAt, capabilityLength, last.capability) &&
      addresses.stillOpens(last.opened)
    ) {
      return last;
    }
    const capability = new Uint8Array(
      bytes.subarray(capabilityAt, capabilityAt + capabilityLength),
    );
    let opened: OpenedCapability;
    try {
      opened = addresses.open(capability);
    } catch (error) {
      if (error instanceof AssentError) return error.code as WireErrorCode;
      throw error;
    }
    const { mailboxId, serial, kind, generation } = opened;
    const address = { mailbox: store.mailbox(mailboxId), serial, kind, generation };
    this.#last = { capability, opened, address, name: nameOfMailbox(mailboxId) };
    return this.#last;
  }
}

/** One call, from when storage was asked until it is answered. */
class SettledPuts<Put extends AskedPut> implements PutListener {
  readonly #parts: OutboxParts;
  readonly #listener: OutboxListener<Put>;
  readonly #ready: readonly ReadyPut<Put>[];
  readonly #places: readonly (number | WireErrorCode)[];
  /** Of the mailboxes, by place. */
  readonly #names: readonly MailboxName[];

  constructor(
    parts: OutboxParts,
    listener: OutboxListener<Put>,
    ready: readonly ReadyPut<Put>[],
    places: readonly (number | WireErrorCode)[],
    names: readonly MailboxName[],
  ) {
    this.#parts = parts;
    this.#listener = listener;
    this.#ready = ready;
    this.#places = places;
    this.#names = names;
  }

  putsSettled(puts: readonly StoredPut[], outcomes: readonly StoredPutOutcome[]): void {
    const answers = this.#places.map((place): PutAnswer => {
      if (typeof place === "string") return { kind: "refused", code: place };
      const put = puts[place] as StoredPut;
      return this.#answerOf(put, outcomes[place] as StoredPutOutcome, place);
    });
    this.#listener.answered(this.#ready, answers);
  }

  #answerOf(put: StoredPut, outcome: StoredPutOutcome, place: number): PutAnswer {
    switch (outcome.kind) {
      case "gone":
        return { kind: "gone" };
      case "full":
        return { kind: "refused", code: "mailbox_full" };
      case "former":
        return { kind: "refused", code: "address_expired" };
      case "unknown":
        return { kind: "refused", code: "mailbox_unknown" };
      case "after-refused":
        return { kind: "refused", code: "after_refused" };
      case "busy":
        return { kind: "refused", code: "busy" };
    }
    const { mailbox, generation } = put.address;
    const { position } = outcome;
    const { tickets, lineage, envelopeStored } = this.#parts;
    if (outcome.kind === "stored") envelopeStored();
    if (outcome.kind !== "duplicate") this.#tellListener(put, outcome, place);
    const fields = { position, hour: hourOf(put.now), lineage, generation };
    return { kind: "stored", ticket: tickets.lay(mailbox.mailboxId, fields) };
  }

  #tellListener(put: StoredPut, { kind, position, handed }: PutInPlace, place: number): void {
    const name = this.#names[place] as MailboxName;
    const { wakeups } = this.#parts;
    const here = wakeups.here(name);
    if (!here) {
      wakeups.wake(name);
      return;
    }
    const { address, bytes, envelopeIdAt, bodyAt, bodyLength } = put;
    const envelope =
      kind === "stored"
        ? {
            position,
            bytes,
            envelopeIdAt,
            bodyAt,
            bodyLength,
            serialBytes: address.serial,
            serialAt: 0,
          }
        : undefined;
    here.arrived(address.generation, position, handed, envelope);
  }
}

function isAt(bytes: Uint8Array, at: number, length: number, wanted: Uint8Array): boolean {
  if (length !== wanted.length) return false;
  // From the end, where its tag is: another address is found out by the first byte.
  for (let index = length - 1; index >= 0; index -= 1) {
    if (bytes[at + index] !== wanted[index]) return false;
  }
  return true;
}
