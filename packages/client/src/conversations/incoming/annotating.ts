// What is said of another message: kept beside it, or until it comes, and shown with it. What the message becomes follows from
// all that is kept, by the times it was sent at: in whatever order it came, and however often, it becomes the same. A message is
// changed and taken back by whoever sent it, and by nobody else. Trusts that whoever said it is whom the encryption room named.
import {
  type AccountId,
  bytesFromHex,
  type ConversationId,
  equalBytes,
  hex,
  type MessageId,
} from "@assent/protocol";
import { create, equals } from "@bufbuild/protobuf";
import { decodeContent } from "../../content/content.ts";
import type { Meaning, OfAnother, Understanding } from "../../content/understanding.ts";
import {
  type Annotation,
  type Message,
  MessageSchema,
  put,
  remove,
  ShownReactionSchema,
  type Step,
} from "../../store/records.ts";

// Of each kind of what an account says of one message, so much is kept: what was sent last.
const mostOfMessage = 100;
// And of what it says of messages that did not come, what came last.
const mostWaiting = 64;

/** As it is kept, with what it says. */
interface Said {
  readonly key: string;
  readonly id: MessageId;
  readonly account: string;
  readonly sentAtMs: bigint;
  readonly what: OfAnother;
}

interface Kept {
  readonly key: string;
  readonly record: Annotation;
}

export class Annotating {
  readonly #understanding: Understanding;
  readonly #now: () => number;

  constructor(understanding: Understanding, now: () => number) {
    this.#understanding = understanding;
    this.#now = now;
  }

  /** Keeps what is said of a message, once, and shows it with that where it is here. */
  async said(step: Step, target: MessageId, id: MessageId, annotation: Annotation): Promise<void> {
    const own = `${hex(annotation.accountId)}/${id}`;
    const key = await step.pointer("messageIds", target);
    if (key === undefined) return wait(step, `${target}/${own}`, annotation);
    const message = await step.get("messages", key);
    const isKnown = (await step.get("annotations", `${key}/${own}`)) !== undefined;
    if (isKnown || !message || isGone(message) || !isBetween(message, annotation)) return;
    step.add([put("annotations", `${key}/${own}`, annotation)]);
    await this.settle(step, key);
  }

  /** A message came: what was said of it before is shown with it. */
  async arrived(step: Step, id: MessageId): Promise<void> {
    const waiting = await step.list("waiting", { prefix: `${id}/` });
    if (waiting.length === 0) return;
    const key = await step.pointer("messageIds", id);
    const message = key ? await step.get("messages", key) : undefined;
    if (!key || !message) return;
    for (const { key: waited, record } of waiting) {
      step.add([remove("waiting", waited)]);
      if (isBetween(message, record))
        step.add([put("annotations", `${key}${waited.slice(id.length)}`, record)]);
    }
    await this.settle(step, key);
  }

  /** What a message is by all that is said of it. */
  async settle(step: Step, key: string): Promise<void> {
    const message = await step.get("messages", key);
    if (!message || isGone(message)) return;
    const rows = await step.list("annotations", { prefix: `${key}/` });
    const said = rows.flatMap((row) => this.#read(row) ?? []).sort(bySending);
    const isAuthors = ({ account }: Said) =>
      !message.outgoing && account === hex(message.senderAccountId);
    if (said.some((each) => each.what.kind === "unsent" && isAuthors(each))) {
      step.add([
        ...rows.map((row) => remove("annotations", row.key)),
        // Nor is it read again, where it was not understood.
        remove("kept", `m${message.id}`),
        put("messages", key, tombstone(message, this.#now())),
      ]);
      return;
    }
    const [kept, excess] = lastOfEach(said);
    const edits = kept.flatMap((each) =>
      each.what.kind === "edit" && isAuthors(each) ? [each.what.text] : [],
    );
    const last = edits.at(-1);
    const became = {
      ...message,
      ...(last === undefined ? {} : { text: last, notUnderstood: false }),
      revision: edits.length,
      reactions: reactionsOf(kept),
    };
    step.add(excess.map((each) => remove("annotations", each.key)));
    if (!equals(MessageSchema, became, message)) step.add([put("messages", key, became)]);
  }

  /** Undefined where it says nothing of a message, by what this version understands. */
  #read({ key, record }: Kept): Said | undefined {
    const { accountId, conversationId, receivedAtMs, contentEncoded } = record;
    const decoded = decodeContent(
      this.#understanding,
      accountId as AccountId,
      conversationId as ConversationId,
      contentEncoded,
    );
    if (!decoded || !isOfAnother(decoded.meaning)) return undefined;
    const { id, meaning: what, content } = decoded;
    // Nobody writes in a time to come.
    const sentAtMs = content.sentAtMs < receivedAtMs ? content.sentAtMs : receivedAtMs;
    return { key, id, account: hex(accountId), sentAtMs, what };
  }
}

async function wait(step: Step, key: string, annotation: Annotation): Promise<void> {
  if (await step.get("waiting", key)) return;
  const theirs = (await step.list("waiting"))
    .filter(({ record }) => equalBytes(record.accountId, annotation.accountId))
    .sort((a, b) => Number(a.record.receivedAtMs - b.record.receivedAtMs));
  const room = mostWaiting - 1;
  const excess = theirs.slice(0, Math.max(0, theirs.length - room));
  step.add([...excess.map((row) => remove("waiting", row.key)), put("waiting", key, annotation)]);
}

/** Whether a message is one of those that an account and this one exchange. */
function isBetween(message: Message, { accountId }: Annotation): boolean {
  const { outgoing, recipientAccountId, senderAccountId } = message;
  return equalBytes(outgoing ? recipientAccountId : senderAccountId, accountId);
}

/** Of what nothing is shown that could be said of. */
function isGone({ deletedAtMs, unsentAtMs }: Message): boolean {
  return deletedAtMs > 0n || unsentAtMs > 0n;
}

/** What is left of a message that its sender took back: that there was one, and when. */
function tombstone(message: Message, nowMs: number): Message {
  return {
    ...message,
    text: "",
    contentEncoded: new Uint8Array(),
    notUnderstood: false,
    inReplyTo: "",
    revision: 0,
    reactions: [],
    unsentAtMs: BigInt(nowMs),
  };
}

/** Of each account and kind, the last that are kept, so that no reaction pushes out what a text says; and those before them. */
function lastOfEach(said: readonly Said[]): [kept: Said[], excess: Said[]] {
  const [kept, excess]: [Said[], Said[]] = [[], []];
  const counts = new Map<string, number>();
  for (const each of said.toReversed()) {
    const whose = `${each.account} ${each.what.kind}`;
    const count = (counts.get(whose) ?? 0) + 1;
    counts.set(whose, count);
    (count > mostOfMessage ? excess : kept).push(each);
  }
  return [kept.reverse(), excess];
}

function reactionsOf(said: readonly Said[]) {
  const reactions = new Map<string, string>();
  for (const { account, what } of said)
    if (what.kind === "reaction") reactions.set(account, what.reaction);
  return [...reactions].flatMap(([account, reaction]) =>
    reaction === ""
      ? []
      : [create(ShownReactionSchema, { accountId: bytesFromHex(account), reaction })],
  );
}

function bySending(a: Said, b: Said): number {
  if (a.sentAtMs !== b.sentAtMs) return a.sentAtMs < b.sentAtMs ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

function isOfAnother(meaning: Meaning): meaning is OfAnother {
  return "target" in meaning;
}
