// The texts themselves, in the order this device stored them, and what of them was not shown yet.
import {
  type ConversationId,
  type ErrorCode,
  hex,
  type MessageId,
  messageIdOf,
  type PhoneNumber,
  randomBytes,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Self } from "../account/self.ts";
import type { Route } from "../routes/routes.ts";
import {
  type Conversation,
  ConversationSchema,
  type Notice,
  point,
  put,
  type Records,
  remove,
  type TextRecord,
  TextRecordSchema,
  TextState,
  UnshownSchema,
} from "../store/records.ts";
import type { Change } from "../store/store.ts";
import { contentIn, conversationIdWith, encodeContent, randomTextId } from "./content.ts";

// Stands before the id of a text that was read; ids are hexadecimal.
const readMark = "r";

/** A text of the owner's, queued: it is sent with the next connection, whatever happens until then. */
export async function queueText(
  records: Records,
  self: Self,
  number: PhoneNumber,
  text: string,
  nowMs: number,
): Promise<{ readonly key: string; readonly id: MessageId; readonly changes: Change[] }> {
  const known = await records.get("numbers", number);
  const accountId = known?.acceptedAccountId.length ? known.acceptedAccountId : known?.accountId;
  const key = await records.nextKey("texts");
  const record = create(TextRecordSchema, {
    number,
    outgoing: true,
    text,
    sentAtMs: BigInt(nowMs),
    state: TextState.QUEUED,
    route: "private",
  });
  const encoded = accountId?.length
    ? encodedText(self, record, conversationIdWith(self, accountId))
    : { id: randomTextId(), contentEncoded: new Uint8Array() };
  const changes = [
    put("texts", key, { ...record, ...encoded }),
    point("textIds", encoded.id, key),
    ...(await inThread(records, number, key)),
    point("queue", key, key),
  ];
  return { key, id: encoded.id, changes };
}

/**
 * What a text is sent as in a conversation, the same bytes for good, and the message id that its receipts name. Another
 * where it was to be sent in another conversation before, or in none that was known.
 */
export function encodedText(
  self: Self,
  { text, contentEncoded, sentAtMs }: TextRecord,
  conversationId: ConversationId,
): { readonly id: MessageId; readonly contentEncoded: Uint8Array<ArrayBuffer> } {
  const encoded =
    contentEncoded.length > 0
      ? contentIn(conversationId, contentEncoded)
      : encodeContent(
          conversationId,
          { body: { case: "text", value: { text } } },
          Number(sentAtMs),
        );
  const id = messageIdOf(self.device.accountId, conversationId, encoded);
  return { id, contentEncoded: encoded };
}

/** An SMS that came. */
export function receivedSms(
  records: Records,
  number: PhoneNumber,
  text: string,
  nowMs: number,
): Promise<Change[]> {
  const id = randomTextId();
  const fields = { id, number, text, sentAtMs: BigInt(nowMs), accountId: new Uint8Array() };
  return receivedText(records, number, fields, "sms");
}

/**
 * A text that left by SMS.
 * @param state HANDOFF where the phone's own app has it; SENT where a transport of ours sent it.
 */
export async function smsText(
  records: Records,
  number: PhoneNumber,
  text: string,
  nowMs: number,
  state: TextState.HANDOFF | TextState.SENT,
): Promise<{ readonly id: MessageId; readonly changes: Change[] }> {
  const id = randomTextId();
  const key = await records.nextKey("texts");
  const record = create(TextRecordSchema, {
    id,
    number,
    outgoing: true,
    text,
    sentAtMs: BigInt(nowMs),
    state,
    route: "sms",
  });
  const changes = [
    put("texts", key, record),
    point("textIds", id, key),
    ...(await inThread(records, number, key)),
  ];
  return { id, changes };
}

/** The conversation with a number, as it is or as it begins. */
export async function conversationWith(
  records: Records,
  number: PhoneNumber,
): Promise<Conversation> {
  const known = await records.get("conversations", number);
  return known ?? create(ConversationSchema, { id: hex(randomBytes(8)) });
}

/** Puts a text into its number's thread, and the thread into the owner's list. */
export async function inThread(
  records: Records,
  number: PhoneNumber,
  key: string,
): Promise<Change[]> {
  const conversation = await conversationWith(records, number);
  const newestText = key > conversation.newestText ? key : conversation.newestText;
  return [
    point("threads", `${number}/${key}`, key),
    put("conversations", number, { ...conversation, newestText }),
  ];
}

/** The thread of somebody whose number is not verified: kept apart under the account, shown to nobody. */
export function requestThread(accountKey: string): string {
  return `?${accountKey}`;
}

type ReceivedFields = Pick<TextRecord, "id" | "number" | "text" | "sentAtMs" | "accountId"> &
  Partial<Pick<TextRecord, "contentEncoded" | "notUnderstood">>;

/** A text that came. Shown when its thread is the number's; kept apart when it is a request's. */
export async function receivedText(
  records: Records,
  thread: string,
  fields: ReceivedFields,
  route: Route = "private",
): Promise<Change[]> {
  const key = await records.nextKey("texts");
  const record = create(TextRecordSchema, {
    ...fields,
    state: TextState.RECEIVED,
    route,
  });
  const changes = [put("texts", key, record), point("textIds", fields.id, key)];
  if (thread !== fields.number) return [...changes, point("threads", `${thread}/${key}`, key)];
  const shown = await inThread(records, fields.number as PhoneNumber, key);
  return [...changes, ...shown, await unshownText(records, key)];
}

export async function unshownText(records: Records, key: string): Promise<Change> {
  const unshown = create(UnshownSchema, { what: { case: "text", value: key } });
  return put("unshown", await records.nextKey("unshown"), unshown);
}

/** A text in another state, and a note to show that. */
export async function changedText(
  records: Records,
  key: string,
  text: TextRecord,
  state: TextState,
  error: ErrorCode | "" = "",
): Promise<Change[]> {
  const unshown = create(UnshownSchema, {
    what: { case: "stateChange", value: { text: key, state } },
  });
  return [
    put("texts", key, { ...text, state, error }),
    put("unshown", await records.nextKey("unshown"), unshown),
  ];
}

export function isArrived({ state }: TextRecord): boolean {
  return state === TextState.DELIVERED || state === TextState.READ;
}

export function notDelivered(
  records: Records,
  key: string,
  text: TextRecord,
  error: ErrorCode,
): Promise<Change[]> {
  return changedText(records, key, text, TextState.NOT_DELIVERED, error);
}

/** What is owed to whoever wrote: that their text came. */
export function deliveredReceipt(accountKey: string, id: string): Change {
  return point("receipts", `${accountKey}/${id}`, id);
}

/** And, with the owner's consent for that, that it was read. */
export function readReceipt(accountKey: string, id: string): Change {
  return point("receipts", `${accountKey}/${readMark}${id}`, id);
}

export function isReadReceipt(key: string): boolean {
  return key.includes(`/${readMark}`);
}

/** Read receipts that were not sent: their owner no longer wants to send any. */
export async function withheldReadReceipts(records: Records): Promise<Change[]> {
  const owed = await records.keys("receipts");
  return owed.filter(isReadReceipt).map((key) => remove("receipts", key));
}

/** Something the owner should know of a conversation: a new key, a restart, something missing. */
export async function notice(
  records: Records,
  number: PhoneNumber,
  kind: "key_changed" | "restarted" | "missing",
  count = 0,
): Promise<Change> {
  const value: Pick<Notice, "number" | "kind" | "count"> = { number, kind, count };
  const unshown = create(UnshownSchema, { what: { case: "notice", value } });
  return put("unshown", await records.nextKey("unshown"), unshown);
}

/** Texts that wait for a connection: not encrypted yet, or encrypted and not at the service. */
export async function countQueued(records: Records): Promise<number> {
  const waiting = new Set((await records.pointers("queue")).map(({ text }) => text));
  for (const { record } of await records.list("outgoing")) {
    if (record.text) waiting.add(record.text);
  }
  return waiting.size;
}
