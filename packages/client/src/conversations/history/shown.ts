// What the owner is shown: texts that came, what became of texts sent, and what changed about a conversation.
import { type ErrorCode, hex, type PhoneNumber } from "@assent/protocol";
import { nameOf } from "../../contacts/contacts.ts";
import { isSeen } from "../../content/content.ts";
import type { Route } from "../../routes/routes.ts";
import { type Message, type RecordsReader, TextState, type Unshown } from "../../store/records.ts";
import { conversationIdOf } from "./messages.ts";

/** A text as the owner sees it. */
export interface ShownText {
  readonly id: string;
  readonly number: PhoneNumber;
  readonly name?: string;
  readonly outgoing: boolean;
  readonly text: string;
  readonly sentAt: Date;
  readonly route: Route;
  readonly state: ShownState;
  readonly error?: ErrorCode;
  /** As an SMS that the service sends, or sent: what became of it is what carriers say. */
  readonly byService?: true;
  /** It went to somebody who had not answered, and cannot be taken back: it cannot go by SMS instead. */
  readonly staysPrivate?: true;
  /** It came as something that this version cannot show, and says nothing for that case: `text` is empty. */
  readonly notUnderstood?: true;
  /** It came and could not be opened, so that nobody here knows what it said: `text` is empty. */
  readonly notOpened?: true;
  /** Its sender took it back: `text` is empty. */
  readonly unsent?: true;
  /** How often its sender changed it; `text` is the last wording. */
  readonly revision?: number;
  /** Of each account the last; in the order of the accounts' first. */
  readonly reactions?: readonly Reaction[];
  /** Id of the message that it answers, for `texts.keyOf`; it need not be here. */
  readonly inReplyTo?: string;
  /** When it is deleted here, as its sender wants. One that is to be deleted some time after it was read has none before that. */
  readonly expiresAt?: Date;
  /** There is no character in `text` that is seen: say so, or it looks as if nothing were there. */
  readonly unseen?: true;
}

/** A text and its place: texts of one thread are in the order of their keys. */
export interface ThreadText extends Omit<ShownText, "name"> {
  readonly key: string;
}

export interface Reaction {
  /** Account id, in hexadecimal. */
  readonly by: string;
  readonly reaction: string;
}

export type ShownState =
  | "queued"
  | "sent"
  | "delivered"
  | "read"
  | "not-delivered"
  /** Their device took it and never said so: it may have arrived. */
  | "not-known"
  /** The service was asked to give it back, so that it can go by SMS, and did not answer yet. */
  | "taking-back"
  /** Their device has it and did not say so yet: the service did not give it back. */
  | "taken"
  | "received"
  | "handoff";

export type ShownEvent = (
  | { readonly type: "message"; readonly text: ShownText }
  | { readonly type: "receipt"; readonly text: ShownText }
  | {
      readonly type: "notice";
      readonly kind: "key-changed" | "restarted" | "missing";
      readonly number: PhoneNumber;
      readonly name?: string;
      /** Of what is missing: messages. Encryption numbers texts, receipts and the like alike. */
      readonly count?: number;
    }
) & {
  /** A program that was killed may have shown this before. */
  readonly again?: true;
};

const stateWords: Readonly<Record<TextState, ShownState>> = {
  [TextState.UNSPECIFIED]: "queued",
  [TextState.QUEUED]: "queued",
  [TextState.SENT]: "sent",
  [TextState.DELIVERED]: "delivered",
  [TextState.READ]: "read",
  [TextState.NOT_DELIVERED]: "not-delivered",
  [TextState.RECEIVED]: "received",
  [TextState.HANDOFF]: "handoff",
  [TextState.NOT_KNOWN]: "not-known",
  [TextState.TAKING_BACK]: "taking-back",
  [TextState.TAKEN]: "taken",
  [TextState.SUBMITTING]: "queued",
};

/** A text as it is shown, without the name of whose it is. */
export function shownText(record: Message): Omit<ShownText, "name"> {
  return {
    id: record.id,
    number: record.number as PhoneNumber,
    outgoing: record.outgoing,
    text: record.text,
    sentAt: new Date(Number(record.sentAtMs)),
    route: record.route === "sms" ? "sms" : "private",
    state: stateWords[record.state],
    ...(record.error ? { error: record.error as ErrorCode } : {}),
    ...(record.byService && record.route === "sms" ? { byService: true } : {}),
    ...(record.staysPrivate && record.route !== "sms" ? { staysPrivate: true } : {}),
    ...withoutWords(record),
    ...saidOf(record),
  };
}

function saidOf(
  record: Message,
): Pick<ShownText, "revision" | "reactions" | "inReplyTo" | "expiresAt"> {
  const { revision, inReplyTo, expiresAtMs } = record;
  const reactions = record.reactions.map(({ accountId, reaction }) => ({
    by: hex(accountId),
    reaction,
  }));
  return {
    ...(revision > 0 ? { revision } : {}),
    ...(reactions.length > 0 ? { reactions } : {}),
    ...(inReplyTo ? { inReplyTo } : {}),
    ...(expiresAtMs > 0n ? { expiresAt: new Date(Number(expiresAtMs)) } : {}),
  };
}

/** Why there is nothing to read in a text. */
function withoutWords({
  text,
  notUnderstood,
  notOpened,
  deletedAtMs,
  unsentAtMs,
}: Message): Pick<ShownText, "notUnderstood" | "notOpened" | "unsent" | "unseen"> {
  if (unsentAtMs > 0n) return { unsent: true };
  if (deletedAtMs > 0n || isSeen(text)) return {};
  if (notOpened) return { notOpened };
  return notUnderstood && text === "" ? { notUnderstood } : { unseen: true };
}

async function namedText(records: RecordsReader, record: Message): Promise<ShownText> {
  const name = await nameOf(records, record.number);
  return { ...shownText(record), ...(name ? { name } : {}) };
}

/** A thread, oldest first. */
export async function readThread(
  records: RecordsReader,
  number: PhoneNumber,
): Promise<ShownText[]> {
  const texts: ShownText[] = [];
  const id = await conversationIdOf(records, number);
  if (!id) return [];
  for (const { text } of await records.pointers("threads", { prefix: `${id}/` })) {
    const record = await records.get("messages", text);
    if (record) texts.push(await namedText(records, record));
  }
  return texts;
}

/** Undefined where what it was about is not there any more, or was taken back before anybody was told of it. */
export async function eventOf(
  records: RecordsReader,
  { what }: Unshown,
): Promise<ShownEvent | undefined> {
  switch (what.case) {
    case "text": {
      const record = await records.get("messages", what.value);
      if (!record || record.deletedAtMs > 0n || record.unsentAtMs > 0n) return undefined;
      return { type: "message", text: await namedText(records, record) };
    }
    case "stateChange": {
      const record = await records.get("messages", what.value.text);
      if (!record || record.deletedAtMs > 0n) return undefined;
      // As it became then: it may be further by now, and that is shown by its own event.
      const text = await namedText(records, { ...record, state: what.value.state });
      return { type: "receipt", text };
    }
    case "notice": {
      const { kind, number, count } = what.value;
      const name = await nameOf(records, number);
      return {
        type: "notice",
        kind: kind === "key_changed" ? "key-changed" : kind === "missing" ? "missing" : "restarted",
        number: number as PhoneNumber,
        ...(name ? { name } : {}),
        ...(count > 0 ? { count } : {}),
      };
    }
    default:
      return undefined;
  }
}
