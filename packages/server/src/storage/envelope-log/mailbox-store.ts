// The mailboxes' port on the envelope log: envelopes in the log, and in rows what changes together with accounts.
import type {
  AcknowledgeListener,
  BlockChange,
  MailboxRef,
  MailboxStore,
  PutListener,
  RevokeLimit,
  StoredPut,
  StoredPutOutcome,
  StoredRevoke,
  StoredRevokeOutcome,
  TakeLimit,
} from "../../mailbox/store.ts";
import { allMailboxRows, type MailboxRows } from "../mailbox-rows.ts";
import { EnvelopeLog, type EnvelopeLogParts, type MailboxHandle } from "./envelope-log.ts";
import { openLogFiles } from "./file-system.ts";

export interface OpenedEnvelopeLog {
  readonly log: EnvelopeLog;
  readonly store: MailboxStore;
}

/** @throws StartRefused where files are missing or damaged: the message names which */
export async function openEnvelopeLog(
  directory: string,
  rows: MailboxRows,
  parts: Omit<EnvelopeLogParts, "files" | "rows" | "schedule" | "segmentBytes">,
): Promise<OpenedEnvelopeLog> {
  const files = await openLogFiles(directory);
  const log = await EnvelopeLog.open({
    ...parts,
    rows: allMailboxRows(rows),
    files,
    schedule,
    segmentBytes,
  });
  return { log, store: new MailboxStoreOnLog(log, rows) };
}

// Larger ones are dead later as a whole; smaller ones cost more to begin than to fill.
const segmentBytes = 4_194_304;

const schedule: EnvelopeLogParts["schedule"] = {
  laterThisTurn: (callback) => void setImmediate(callback),
  every(ms, callback) {
    const timer = setInterval(callback, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

const busy = { kind: "busy" } as const;
const afterRefused = { kind: "after-refused" } as const;
/** Until the journal was asked. */
const missing = { kind: "unknown" } as const;

class MailboxRefOnLog implements MailboxRef {
  /** As it was found last, and the id of one that never was. */
  #found: MailboxHandle | undefined;
  readonly #missing: Uint8Array | undefined;

  constructor(mailboxId: Uint8Array, log: EnvelopeLog) {
    this.#found = log.mailbox(mailboxId);
    if (!this.#found) this.#missing = mailboxId.slice();
  }

  get mailboxId(): Uint8Array {
    return this.#missing ?? (this.#found as MailboxHandle).id;
  }

  /** Undefined where it is not there. */
  find(log: EnvelopeLog): MailboxHandle | undefined {
    if (this.#found?.isThere) return this.#found;
    const found = log.mailbox(this.mailboxId);
    if (found) this.#found = found;
    return found;
  }
}

class MailboxStoreOnLog implements MailboxStore {
  readonly #log: EnvelopeLog;
  readonly #rows: MailboxRows;

  constructor(log: EnvelopeLog, rows: MailboxRows) {
    this.#log = log;
    this.#rows = rows;
  }

  lineage(): Promise<number> {
    return this.#rows.lineage();
  }

  mailbox(mailboxId: Uint8Array): MailboxRef {
    return new MailboxRefOnLog(mailboxId, this.#log);
  }

  async state(ref: MailboxRef) {
    await this.#log.durable();
    const mailbox = this.#find(ref);
    if (!mailbox) return this.#notThere(ref);
    const { generation, acknowledged, handed } = mailbox;
    return { kind: "there", generation, acknowledged, handed } as const;
  }

  put(puts: readonly StoredPut[], told: PutListener): void {
    const outcomes: StoredPutOutcome[] = [];
    for (const put of puts) {
      const before = put.after < 0 ? undefined : outcomes[put.after];
      const mailbox = this.#find(put.address.mailbox);
      if (before && !("position" in before)) outcomes.push(afterRefused);
      else outcomes.push(mailbox ? this.#log.put(mailbox, put) : missing);
    }
    this.#log.afterPuts((areStored) => {
      if (!areStored) takeBack(outcomes);
      if (!outcomes.includes(missing)) told.putsSettled(puts, outcomes);
      else void this.#askJournal(puts, outcomes).then((all) => told.putsSettled(puts, all));
    });
  }

  async expired(ref: MailboxRef, position: number) {
    const mailbox = this.#find(ref);
    return mailbox !== undefined && this.#log.expired(mailbox, position);
  }

  async revoke(
    revokes: readonly StoredRevoke[],
    now: number,
    limit: RevokeLimit,
  ): Promise<StoredRevokeOutcome> {
    const found = revokes.flatMap((revoke) => {
      const mailbox = this.#find(revoke.address.mailbox);
      return mailbox ? { ...revoke, mailbox } : [];
    });
    if (found.length === revokes.length) {
      return { kind: await this.#log.takingBack.revoke(found, now, limit) };
    }
    const missing = revokes.filter(({ address }) => !this.#find(address.mailbox));
    const why = await Promise.all(missing.map(({ address }) => this.#notThere(address.mailbox)));
    return { kind: why.every(({ kind }) => kind === "gone") ? "gone" : "unknown" };
  }

  async isRevoked(ref: MailboxRef, position: number) {
    const mailbox = this.#find(ref);
    return mailbox !== undefined && this.#log.takingBack.isRevoked(mailbox, position);
  }

  async take(ref: MailboxRef, ...given: [generation: number, after: number, limit: TakeLimit]) {
    const mailbox = this.#find(ref);
    return mailbox && this.#log.take(mailbox, ...given);
  }

  acknowledge(
    ref: MailboxRef,
    generation: number,
    position: number,
    now: number,
    told: AcknowledgeListener,
  ): void {
    const mailbox = this.#find(ref);
    const isDone =
      mailbox !== undefined && this.#log.acknowledge(mailbox, generation, position, now);
    this.#log.afterAll(() => told.acknowledgeSettled(position, isDone));
  }

  async block(ref: MailboxRef, change: BlockChange, most: number) {
    const { mailboxId } = ref;
    if (!(await this.#rows.block(mailboxId, change, most))) return false;
    this.#log.blocked(mailboxId, change);
    return true;
  }

  async expire(now: number, before: number, forgetBefore: number) {
    const isMore = this.#log.expire(now, before, forgetBefore);
    await this.#log.durable();
    return isMore;
  }

  #find(ref: MailboxRef): MailboxHandle | undefined {
    // Every reference that is given here was made here.
    return (ref as MailboxRefOnLog).find(this.#log);
  }

  async #notThere({ mailboxId }: MailboxRef): Promise<{ readonly kind: "gone" | "unknown" }> {
    return { kind: (await this.#rows.hasEnded(mailboxId)) ? "gone" : "unknown" };
  }

  /** What became of those whose mailbox is not there. Where the journal cannot be read now: later. */
  #askJournal(
    puts: readonly StoredPut[],
    outcomes: readonly StoredPutOutcome[],
  ): Promise<StoredPutOutcome[]> {
    return Promise.all(
      outcomes.map((outcome, index) => {
        const put = puts[index];
        if (outcome !== missing || !put) return outcome;
        return this.#notThere(put.address.mailbox).catch(() => busy);
      }),
    );
  }
}

/** The disk was full: none of them is stored. */
function takeBack(outcomes: StoredPutOutcome[]): void {
  for (const [index, outcome] of outcomes.entries()) {
    if ("position" in outcome) outcomes[index] = busy;
  }
}
