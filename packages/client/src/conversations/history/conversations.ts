// The owner's own view of their conversations: the list, a thread page by page, what is unread, drafts, search.
// Reads and writes this device alone; nothing here leaves it.
import { AssentError, formatNumber, hex, type PhoneNumber, type Purpose } from "@assent/protocol";
import {
  type Conversation,
  put,
  type Records,
  type RecordsReader,
  remove,
  type Step,
  TextState,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { type KnownRoute, knownOf } from "../people/person-view.ts";
import { folded, foldedWords } from "./folded.ts";
import { conversationWith, receivedSms } from "./messages.ts";
import { readReceipt } from "./owed-receipts.ts";
import { readThread, type ShownText, shownText } from "./shown.ts";

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
  readonly muted: boolean;
  readonly draft: string;
  readonly blocked: boolean;
  readonly keyChanged: boolean;
  readonly route: KnownRoute;
  /** The owner compared the safety number, and the key is still the one they compared. */
  readonly compared: boolean;
}

/** A text and its place: texts of one thread are in the order of their keys. */
export interface ThreadText extends Omit<ShownText, "name"> {
  readonly key: string;
}

export interface ThreadPage {
  /** Oldest first. */
  readonly texts: readonly ThreadText[];
  /** Whether there are older ones. */
  readonly more: boolean;
}

export interface Found {
  /** Newest first. */
  readonly texts: readonly ThreadText[];
  /** Where to go on; undefined when all was searched. */
  readonly before?: string;
}

export const mostUnread = 100;
// Texts that are searched in one step, so that others can run between two.
const searchStep = 500;

export interface ConversationsParts {
  readonly records: Records;
  readonly hasConsent: (purpose: Purpose) => boolean;
  /** There is something to send. */
  readonly kick: () => void;
}

export class Conversations {
  readonly #parts: ConversationsParts;
  readonly #records: Records;

  constructor(parts: ConversationsParts) {
    this.#parts = parts;
    this.#records = parts.records;
  }

  /** All conversations; the one with the newest text first. */
  async list(): Promise<ConversationSummary[]> {
    const rows = await this.#records.list("conversations");
    rows.sort((a, b) => (a.record.newestText < b.record.newestText ? 1 : -1));
    return Promise.all(rows.map(({ key, record }) => this.#summary(key as PhoneNumber, record)));
  }

  /** The conversation with a number; undefined where there is none. */
  async summary(number: PhoneNumber): Promise<ConversationSummary | undefined> {
    const record = await this.#records.get("conversations", number);
    return record && this.#summary(number, record);
  }

  /** The conversation with a number, made where there is none. */
  start(number: PhoneNumber): Promise<ConversationSummary> {
    return this.#records.step(async (step) => {
      const record = await conversationWith(step, number);
      step.add([put("conversations", number, record)]);
      return this.#summary(number, record);
    });
  }

  /** The newest texts of a thread, or those before one of it. */
  async page(
    number: PhoneNumber,
    { before, limit }: { readonly before?: string; readonly limit: number },
  ): Promise<ThreadPage> {
    const keys = await newestOf(this.#records, number, limit + 1, before);
    return { texts: await this.#texts(keys.slice(0, limit).reverse()), more: keys.length > limit };
  }

  /** All texts of a thread, oldest first. */
  history(number: PhoneNumber): Promise<ShownText[]> {
    return readThread(this.#records, number);
  }

  /** Those of the texts that are in the number's thread, oldest first. */
  async texts(number: PhoneNumber, keys: readonly string[]): Promise<ThreadText[]> {
    const inThread = await Promise.all(
      keys.map((key) => this.#records.pointer("threads", `${number}/${key}`)),
    );
    return this.#texts(keys.filter((_, index) => inThread[index] !== undefined));
  }

  /** The owner looked at all that is there. With their consent, whoever wrote is told. */
  async markRead(number: PhoneNumber): Promise<void> {
    const isTold = await this.#records.step(async (step) => {
      const record = await step.get("conversations", number);
      if (!record || record.readUpTo >= record.newestText) return false;
      const receipts = this.#parts.hasConsent("receipts")
        ? await readReceipts(step, number, record)
        : [];
      const read = { ...record, readUpTo: record.newestText };
      step.add([...receipts, put("conversations", number, read)]);
      return receipts.length > 0;
    });
    if (isTold) this.#parts.kick();
  }

  setMuted(number: PhoneNumber, muted: boolean): Promise<void> {
    return this.#change(number, { muted });
  }

  setDraft(number: PhoneNumber, draft: string): Promise<void> {
    return this.#change(number, { draft });
  }

  /** Forgets a text here. Its id stays: should it come or be told of again, it is not new. */
  removeText(number: PhoneNumber, key: string): Promise<void> {
    return this.#records.step(async (step) => {
      const text = await step.get("texts", key);
      if (text?.number !== number) return;
      const conversation = await conversationWith(step, number);
      const [newest, next] = await newestOf(step, number, 2);
      const newestText = (newest === key ? next : newest) ?? "";
      step.add([
        remove("threads", `${number}/${key}`),
        remove("queue", key),
        put("texts", key, { ...text, text: "", contentEncoded: new Uint8Array() }),
        put("conversations", number, { ...conversation, newestText }),
      ]);
    });
  }

  /** An SMS that the phone's own transport received. */
  receiveSms(number: PhoneNumber, text: string, sentAtMs: number): Promise<void> {
    return this.#records.step(async (step) =>
      step.add(await receivedSms(step, number, text, sentAtMs)),
    );
  }

  /**
   * Texts that hold all words of a query, whatever their case and accents.
   * @param before where the last call ended.
   * @param limit of texts found; a call looks through a bounded number and may find fewer.
   */
  async search(
    query: string,
    { before, limit }: { readonly before?: string; readonly limit: number },
  ): Promise<Found> {
    const words = foldedWords(query);
    if (words.length === 0) return { texts: [] };
    const rows = await this.#records.list("texts", {
      newestFirst: true,
      limit: searchStep,
      ...(before ? { before } : {}),
    });
    const found: ThreadText[] = [];
    for (const { key, record } of rows) {
      const text = folded(record.text);
      if (!words.every((word) => text.includes(word))) continue;
      // One of a request that was not confirmed is shown nowhere.
      if (!(await this.#records.pointer("threads", `${record.number}/${key}`))) continue;
      found.push({ key, ...shownText(record) });
      if (found.length === limit) return { texts: found, before: key };
    }
    const last = rows.length === searchStep ? rows.at(-1)?.key : undefined;
    return { texts: found, ...(last ? { before: last } : {}) };
  }

  #change(number: PhoneNumber, fields: Partial<Conversation>): Promise<void> {
    return this.#records.step(async (step) => {
      const record = await conversationWith(step, number);
      step.add([put("conversations", number, { ...record, ...fields })]);
    });
  }

  async #summary(number: PhoneNumber, record: Conversation): Promise<ConversationSummary> {
    const { id, newestText, muted, draft } = record;
    const [numberRecord, newest] = await Promise.all([
      this.#records.get("numbers", number),
      newestText ? this.#records.get("texts", newestText) : undefined,
    ]);
    return {
      id,
      number,
      written: formatNumber(number),
      ...(newest ? { newest: { key: newestText, ...shownText(newest) } } : {}),
      unread: await this.#unread(number, record),
      muted,
      draft,
      ...knownOf(numberRecord),
    };
  }

  async #unread(number: PhoneNumber, { newestText, readUpTo }: Conversation): Promise<number> {
    if (readUpTo >= newestText) return 0;
    const prefix = `${number}/`;
    const pointers = await this.#records.pointers("threads", {
      prefix,
      newestFirst: true,
      limit: mostUnread,
      ...(readUpTo ? { after: prefix + readUpTo } : {}),
    });
    const texts = await Promise.all(pointers.map(({ text }) => this.#records.get("texts", text)));
    return texts.filter((text) => text && !text.outgoing).length;
  }

  async #texts(keys: readonly string[]): Promise<ThreadText[]> {
    const records = await Promise.all(keys.map((key) => this.#records.get("texts", key)));
    return records.map((record, index) => {
      if (!record) throw new AssentError("profile_unreadable");
      return { key: keys[index] as string, ...shownText(record) };
    });
  }
}

async function readReceipts(
  step: Step,
  number: PhoneNumber,
  { readUpTo }: Conversation,
): Promise<Change[]> {
  const changes: Change[] = [];
  const prefix = `${number}/`;
  for (const { text: key } of await step.pointers("threads", {
    prefix,
    ...(readUpTo ? { after: prefix + readUpTo } : {}),
  })) {
    const text = await step.get("texts", key);
    if (text?.state !== TextState.RECEIVED || text.accountId.length === 0) continue;
    changes.push(readReceipt(hex(text.accountId), text.id));
  }
  return changes;
}

/** Keys of a thread's newest texts, or of those before one of it; newest first. */
async function newestOf(
  records: RecordsReader,
  number: PhoneNumber,
  limit: number,
  before?: string,
): Promise<string[]> {
  const prefix = `${number}/`;
  const pointers = await records.pointers("threads", {
    prefix,
    newestFirst: true,
    limit,
    ...(before ? { before: prefix + before } : {}),
  });
  return pointers.map(({ text }) => text);
}
