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
import { type DeviceWatch, type MailboxName, nameOfMailbox, type Wakeups } from "./wakeups.ts";

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
  | { readonly kind: "gone" | "revoked" }
  | { readonly kind: "refused"; readonly code: WireErrorCode };

export interface OutboxListener<Put extends AskedPut> {
  /** One answer for each put of a call, in their order; calls in theirs. */
  answered(ready: readonly ReadyPut<Put>[], answers: readonly PutAnswer[]): void;
}

/** What all outboxes of a service share. */
export interface OutboxParts {
  readonly store: Pick<MailboxStore, "mailbox" | "put">;
  readonly wakeups: Wakeups;
  readonly watch: Pick<DeviceWatch, "arrived">;
  readonly addresses: Addresses;
  readonly tickets: Tickets;
  readonly lineage: number;
  readonly limit: PutLimit;
  readonly time: Pick<JudgedTime, "stampMs">;
  readonly now: () => number;
  /** Hears of each envelope that was not there before, and not whose it is. */
  readonly envelopeStored: () => void;
}

/** An address, as long as the one that was put through last. */
interface Remembered extends PutAddress {
  readonly capability: Uint8Array;
  readonly opened: OpenedCapability;
  readonly name: MailboxName;
}

interface PreparedPut extends StoredPut {
  readonly address: Remembered;
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
    const now = this.#parts.now();
    const stampMs = this.#parts.time.stampMs();
    const prepared = ready.map((each) => this.#prepared(each, now, stampMs));
    const asked = askedOf(prepared);
    const settled = new SettledPuts(this.#parts, this.#listener, ready, prepared);
    if (asked.length > 0) this.#parts.store.put(asked, settled);
    else settled.putsSettled(asked, []);
  }

  /** What storage is given, or why it is refused without asking there. */
  #prepared(
    { put, after }: ReadyPut<Put>,
    now: number,
    stampMs: number,
  ): PreparedPut | WireErrorCode {
    const { wakeups, limit } = this.#parts;
    const remembered = this.#open(put);
    if (typeof remembered === "string") return remembered;
    const { kind, generation, name } = remembered;
    const { expiresAt } = remembered.opened;
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
      address: remembered,
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
    const name = nameOfMailbox(mailboxId);
    const mailbox = store.mailbox(mailboxId);
    this.#last = { capability, opened, mailbox, serial, kind, generation, name };
    return this.#last;
  }
}

/** One call, from when storage was asked until it is answered. */
class SettledPuts<Put extends AskedPut> implements PutListener {
  readonly #parts: OutboxParts;
  readonly #listener: OutboxListener<Put>;
  readonly #ready: readonly ReadyPut<Put>[];
  /** Of each, what storage was asked, or why it was refused without. */
  readonly #prepared: readonly (PreparedPut | WireErrorCode)[];

  constructor(
    parts: OutboxParts,
    listener: OutboxListener<Put>,
    ready: readonly ReadyPut<Put>[],
    prepared: readonly (PreparedPut | WireErrorCode)[],
  ) {
    this.#parts = parts;
    this.#listener = listener;
    this.#ready = ready;
    this.#prepared = prepared;
  }

  putsSettled(_puts: readonly StoredPut[], outcomes: readonly StoredPutOutcome[]): void {
    let asked = 0;
    const answers = this.#prepared.map((put): PutAnswer => {
      if (typeof put === "string") return { kind: "refused", code: put };
      const outcome = outcomes[asked] as StoredPutOutcome;
      asked += 1;
      return this.#answerOf(put, outcome);
    });
    this.#listener.answered(this.#ready, answers);
  }

  #answerOf(put: PreparedPut, outcome: StoredPutOutcome): PutAnswer {
    switch (outcome.kind) {
      case "gone":
      case "revoked":
        return { kind: outcome.kind };
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
    const { opened, generation } = put.address;
    const { position } = outcome;
    const { tickets, lineage, envelopeStored } = this.#parts;
    if (outcome.kind === "stored") envelopeStored();
    if (outcome.kind !== "duplicate") this.#tellListener(put, outcome);
    const fields = { position, hour: hourOf(put.now), lineage, generation };
    return { kind: "stored", ticket: tickets.lay(opened.mailboxId, fields) };
  }

  #tellListener(put: PreparedPut, { kind, position, handed }: PutInPlace): void {
    const { name } = put.address;
    const { wakeups, watch } = this.#parts;
    if (kind === "stored" && !put.quiet) watch.arrived(name, position);
    const here = wakeups.here(name);
    if (!here) {
      wakeups.wake(name);
      return;
    }
    const { address, bytes, envelopeIdAt, bodyAt, bodyLength } = put;
    here.arrived(address.generation, handed, {
      position,
      bytes,
      envelopeIdAt,
      bodyAt,
      bodyLength,
      isDropped: kind === "dropped",
      serialBytes: address.serial,
      serialAt: 0,
    });
  }
}

/**
 * What storage is asked: each put with the place among these of the one it comes after. What was to come after one that was
 * refused is refused with it.
 */
function askedOf(prepared: (PreparedPut | WireErrorCode)[]): readonly PreparedPut[] {
  if (areAllAsked(prepared)) return prepared;
  const asked: PreparedPut[] = [];
  const places: number[] = [];
  for (const [index, put] of prepared.entries()) {
    places.push(asked.length);
    if (typeof put === "string") continue;
    const { after } = put;
    if (typeof prepared[after] === "string") prepared[index] = "after_refused";
    else asked.push(after < 0 ? put : { ...put, after: places[after] as number });
  }
  return asked;
}

function areAllAsked(
  prepared: readonly (PreparedPut | WireErrorCode)[],
): prepared is readonly PreparedPut[] {
  return prepared.every((put) => typeof put !== "string");
}

function isAt(bytes: Uint8Array, at: number, length: number, wanted: Uint8Array): boolean {
  if (length !== wanted.length) return false;
  // From the end, where its tag is: another address is found out by the first byte.
  for (let index = length - 1; index >= 0; index -= 1) {
    if (bytes[at + index] !== wanted[index]) return false;
  }
  return true;
}
