// The owner's own view of their conversations: the list, a thread page by page, what is unread, drafts, search.
// Reads and writes this device alone; nothing here leaves it.
import { AssentError, formatNumber, hex, type PhoneNumber, type Purpose } from "@assent/protocol";
import {
  type Conversation,
  type Message,
  put,
  type Records,
  type RecordsReader,
  remove,
  Standing,
  type Step,
  TextState,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { personKey } from "../people/person.ts";
import { type KnownRoute, knownOf } from "../people/person-view.ts";
import { clearThread, deleteText } from "./deleting.ts";
import { beginExpiry } from "./expiry.ts";
import { conversationIdOf, conversationWith, isMuted, receivedSms } from "./messages.ts";
import { readReceipt } from "./owed-receipts.ts";
import { type Found, searchTexts } from "./searching.ts";
import { readThread, type ShownText, shownText, type ThreadText } from "./shown.ts";

/** One line of the owner's list. */
export interface ConversationSummary {
  /** Random and of this device alone: a name for screens' addresses. */
  readonly id: string;
  readonly number: PhoneNumber;
  /** The number as its country writes it. */
  readonly written: string;
  readonly newest?: ThreadText;
  /** Texts that came since the owner last looked; counted up to `mostUnread`. */
  readonly unread: number;
  /** The owner wants to come back to it, though all of it was read. */
  readonly markedUnread: boolean;
  /** Stands above the others. */
  readonly pinned: boolean;
  /** Put aside, until a text comes that is not muted. */
  readonly archived: boolean;
  readonly muted: boolean;
  /** Until when it is; missing where it is for good. */
  readonly mutedUntil?: Date;
  readonly draft: string;
  /** Somebody whom the owner does not know wrote first, and waits for an answer: nothing is sent to them, no receipt either. */
  readonly request: boolean;
  readonly blocked: boolean;
  readonly keyChanged: boolean;
  readonly route: KnownRoute;
  /** The owner compared the safety number, and the key is still the one they compared. */
  readonly compared: boolean;
}

/** What a screen shows before all of the list is read. */
export interface ListTop {
  /** In the order of the list; those that were put aside come last. */
  readonly conversations: readonly ConversationSummary[];
  /** How many were put aside, of all. */
  readonly archived: number;
}

export interface ThreadPage {
  /** Oldest first. */
  readonly texts: readonly ThreadText[];
  /** Whether there are older ones. */
  readonly more: boolean;
}

export const mostUnread = 100;
// Muted for good: the highest time there is.
const forGood = 0xffff_ffff_ffff_ffffn;
export interface ConversationsParts {
  readonly records: Records;
  readonly now: () => number;
  readonly hasConsent: (purpose: Purpose) => boolean;
  /** There is something to send. */
  readonly kick: () => void;
}

export class Conversations {
  readonly #parts: ConversationsParts;
  readonly #records: Records;

  /** @internal */
  constructor(parts: ConversationsParts) {
    this.#parts = parts;
    this.#records = parts.records;
  }

  /** All conversations: pinned ones first, as they were pinned; of the others, the one with the newest text first. */
  async list(): Promise<ConversationSummary[]> {
    const rows = await this.#records.list("conversations");
    return this.#summaries(rows.sort(inList));
  }

  /** The first so many of the list: of the others no text is read. */
  async top(most: number): Promise<ListTop> {
    const rows = (await this.#records.list("conversations")).sort(inList);
    const archived = rows.filter(({ record }) => record.archived);
    const first = [...rows.filter(({ record }) => !record.archived), ...archived].slice(0, most);
    return { conversations: await this.#summaries(first), archived: archived.length };
  }

  /** The conversation with a number; undefined where there is none. */
  async summary(number: PhoneNumber): Promise<ConversationSummary | undefined> {
    const id = await conversationIdOf(this.#records, number);
    const record = id ? await this.#records.get("conversations", id) : undefined;
    return id && record ? this.#summary(id, record) : undefined;
  }

  /** The conversation with a number, made where there is none. */
  async start(number: PhoneNumber): Promise<ConversationSummary> {
    const { id, record } = await this.#records.step((step) => conversationWith(step, number));
    return this.#summary(id, record);
  }

  /** The newest texts of a thread, or those before one of it. */
  async page(
    number: PhoneNumber,
    { before, limit }: { readonly before?: string; readonly limit: number },
  ): Promise<ThreadPage> {
    const id = await conversationIdOf(this.#records, number);
    const keys = id ? await newestOf(this.#records, id, limit + 1, before) : [];
    return { texts: await this.#texts(keys.slice(0, limit).reverse()), more: keys.length > limit };
  }

  /** All texts of a thread, oldest first. */
  history(number: PhoneNumber): Promise<ShownText[]> {
    return readThread(this.#records, number);
  }

  /** Those of the texts that are in the number's thread, oldest first. */
  async texts(number: PhoneNumber, keys: readonly string[]): Promise<ThreadText[]> {
    const id = await conversationIdOf(this.#records, number);
    const inThread = await Promise.all(
      keys.map((key) => this.#records.pointer("threads", `${id}/${key}`)),
    );
    return this.#texts(keys.filter((_, index) => inThread[index] !== undefined));
  }

  /** The owner looked at all that is there. With their consent, whoever wrote is told. */
  async markRead(number: PhoneNumber): Promise<void> {
    const isTold = await this.#records.step(async (step) => {
      const id = await conversationIdOf(step, number);
      const record = id && (await step.get("conversations", id));
      if (!record) return false;
      const isBehind = record.readUpTo < record.newestText;
      if (!isBehind && !record.markedUnread) return false;
      const texts = await textsSince(step, id, record);
      const isToBeTold = this.#parts.hasConsent("receipts");
      const receipts = isToBeTold ? texts.flatMap(({ record: text }) => readReceiptOf(text)) : [];
      const nowMs = this.#parts.now();
      const expiries = texts.flatMap((text) => beginExpiry(text.key, text.record, nowMs));
      const readUpTo = isBehind ? record.newestText : record.readUpTo;
      const read = { ...record, readUpTo, markedUnread: false };
      step.add([...receipts, ...expiries, put("conversations", id, read)]);
      return receipts.length > 0;
    });
    if (isTold) this.#parts.kick();
  }

  /** To come back to it: marked until it is next marked read. Nobody is told, and what was read stays read. */
  markUnread(number: PhoneNumber): Promise<void> {
    return this.#change(number, { markedUnread: true });
  }

  /**
   * @param muted until when nothing of it is to be announced; `true` for good. It comes and is counted all the same.
   * @throws {AssentError} request_invalid: a date that is none
   */
  async setMuted(number: PhoneNumber, muted: boolean | Date): Promise<void> {
    if (Number.isNaN(Number(muted))) throw new AssentError("request_invalid");
    const until = muted === true ? forGood : muted === false ? 0n : BigInt(muted.getTime());
    await this.#change(number, { mutedUntilMs: until });
  }

  setPinned(number: PhoneNumber, pinned: boolean): Promise<void> {
    return this.#change(number, { pinnedAtMs: pinned ? BigInt(this.#parts.now()) : 0n });
  }

  /** Puts it aside, or back. A text that comes puts it back too, unless it is muted. */
  setArchived(number: PhoneNumber, archived: boolean): Promise<void> {
    return this.#change(number, { archived });
  }

  setDraft(number: PhoneNumber, draft: string): Promise<void> {
    return this.#change(number, { draft });
  }

  /**
   * Deletes a text here, on this device; whoever else has it keeps it. Should it come or be told of again, it is not new.
   * One of the owner's that is queued is not sent, but one that is encrypted already is.
   */
  deleteText(number: PhoneNumber, key: string): Promise<void> {
    return this.#records.step(async (step) => {
      const id = await conversationIdOf(step, number);
      if (id) await deleteText(step, id, key, this.#parts.now());
    });
  }

  /** Deletes all texts of a conversation here, as `deleteText` does one. It stays in the list, with its draft. */
  async clear(number: PhoneNumber): Promise<void> {
    const id = await conversationIdOf(this.#records, number);
    if (id) await clearThread(this.#records, id, this.#parts.now());
  }

  /**
   * Deletes a conversation here: its texts, its draft and its settings. Contacts, whom the owner blocked and what the ledger
   * says stay, and so does what is needed to read on: what they write next begins it anew.
   */
  async delete(number: PhoneNumber): Promise<void> {
    const id = await conversationIdOf(this.#records, number);
    if (!id) return;
    await clearThread(this.#records, id, this.#parts.now());
    await this.#records.step(async (step) => {
      // Something came meanwhile: it is not what the owner saw when they deleted it.
      if ((await newestOf(step, id, 1)).length > 0) return;
      step.add([remove("conversations", id), remove("conversationIds", number)]);
    });
  }

  /** Takes a conversation that was opened and never used out of the list: it has no text, no draft and no setting. */
  forgetUnused(number: PhoneNumber): Promise<void> {
    return this.#records.step(async (step) => {
      const id = await conversationIdOf(step, number);
      const record = id && (await step.get("conversations", id));
      if (!record || isUsed(record)) return;
      step.add([remove("conversations", id), remove("conversationIds", number)]);
    });
  }

  /** An SMS that the phone's own transport received. */
  receiveSms(number: PhoneNumber, text: string, sentAtMs: number): Promise<void> {
    return this.#records.step(async (step) =>
      step.add(await receivedSms(step, number, text, sentAtMs, this.#parts.now())),
    );
  }

  /**
   * Texts that hold all words of a query, whatever their case and accents.
   * @param range `before`, where the last call ended; `limit` of texts found: a call looks through a bounded number and may find
   *   fewer.
   */
  search(
    query: string,
    range: { readonly before?: string; readonly limit: number },
  ): Promise<Found> {
    return searchTexts(this.#records, query, range);
  }

  #change(number: PhoneNumber, fields: Partial<Conversation>): Promise<void> {
    return this.#records.step(async (step) => {
      const { id, record } = await conversationWith(step, number);
      step.add([put("conversations", id, { ...record, ...fields })]);
    });
  }

  #summaries(rows: readonly ConversationRow[]): Promise<ConversationSummary[]> {
    return Promise.all(rows.map(({ key, record }) => this.#summary(key, record)));
  }

  async #summary(id: string, record: Conversation): Promise<ConversationSummary> {
    const { newestText, draft, markedUnread, pinnedAtMs, archived, mutedUntilMs } = record;
    const number = record.number as PhoneNumber;
    const [numberRecord, newest] = await Promise.all([
      this.#records.get("numbers", number),
      newestText ? this.#records.get("messages", newestText) : undefined,
    ]);
    const person = numberRecord?.accountId.length
      ? await this.#records.get("people", personKey(numberRecord.accountId))
      : undefined;
    const muted = isMuted(record, this.#parts.now());
    return {
      id,
      number,
      written: formatNumber(number),
      ...(newest ? { newest: { key: newestText, ...shownText(newest) } } : {}),
      unread: await this.#unread(id, record),
      markedUnread,
      pinned: pinnedAtMs > 0n,
      archived,
      muted,
      ...(muted && mutedUntilMs !== forGood ? { mutedUntil: new Date(Number(mutedUntilMs)) } : {}),
      draft,
      request: person?.standing === Standing.REQUEST,
      ...knownOf(numberRecord),
    };
  }

  async #unread(id: string, { newestText, readUpTo }: Conversation): Promise<number> {
    if (readUpTo >= newestText) return 0;
    const prefix = `${id}/`;
    const pointers = await this.#records.pointers("threads", {
      prefix,
      newestFirst: true,
      limit: mostUnread,
      ...(readUpTo ? { after: prefix + readUpTo } : {}),
    });
    const texts = await Promise.all(
      pointers.map(({ text }) => this.#records.get("messages", text)),
    );
    return texts.filter((text) => text && !text.outgoing).length;
  }

  async #texts(keys: readonly string[]): Promise<ThreadText[]> {
    const records = await Promise.all(keys.map((key) => this.#records.get("messages", key)));
    return records.map((record, index) => {
      if (!record) throw new AssentError("profile_unreadable");
      return { key: keys[index] as string, ...shownText(record) };
    });
  }
}

interface ConversationRow {
  readonly key: string;
  readonly record: Conversation;
}

function inList({ record: a }: ConversationRow, { record: b }: ConversationRow): number {
  const [pinnedA, pinnedB] = [a.pinnedAtMs || forGood, b.pinnedAtMs || forGood];
  if (pinnedA !== pinnedB) return pinnedA < pinnedB ? -1 : 1;
  return a.newestText < b.newestText ? 1 : -1;
}

/** Texts of a thread that came or went since its owner last looked. */
async function textsSince(step: Step, id: string, { readUpTo }: Conversation) {
  const prefix = `${id}/`;
  const after = readUpTo ? { after: prefix + readUpTo } : {};
  const pointers = await step.pointers("threads", { prefix, ...after });
  const texts = await Promise.all(
    pointers.map(async ({ text: key }) => ({ key, record: await step.get("messages", key) })),
  );
  return texts.flatMap(({ key, record }) => (record ? [{ key, record }] : []));
}

function readReceiptOf({ state, senderAccountId, id }: Message): Change[] {
  if (state !== TextState.RECEIVED || senderAccountId.length === 0) return [];
  return [readReceipt(hex(senderAccountId), id)];
}

/** Keys of a thread's newest texts, or of those before one of it; newest first. */
async function newestOf(
  records: RecordsReader,
  id: string,
  limit: number,
  before?: string,
): Promise<string[]> {
  const prefix = `${id}/`;
  const pointers = await records.pointers("threads", {
    prefix,
    newestFirst: true,
    limit,
    ...(before ? { before: prefix + before } : {}),
  });
  return pointers.map(({ text }) => text);
}

function isUsed(record: Conversation): boolean {
  const { newestText, draft, mutedUntilMs, pinnedAtMs, archived, markedUnread } = record;
  return (
    newestText !== "" ||
    draft !== "" ||
    mutedUntilMs > 0n ||
    pinnedAtMs > 0n ||
    archived ||
    markedUnread
  );
}
