// The texts themselves, in the order this device stored them, and what of them was not shown yet.
import {
  type ErrorCode,
  hex,
  type MessageId,
  type PhoneNumber,
  randomBytes,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { randomTextId } from "../../content/content.ts";
import type { Route } from "../../routes/routes.ts";
import {
  type Conversation,
  ConversationSchema,
  type Message,
  MessageSchema,
  type Notice,
  point,
  put,
  type RecordsReader,
  remove,
  type Step,
  TextState,
  UnshownSchema,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { awaitExpiry } from "./expiry.ts";

/** An SMS that came. */
export function receivedSms(
  step: Step,
  number: PhoneNumber,
  text: string,
  sentAtMs: number,
  nowMs: number,
): Promise<Change[]> {
  const fields = { id: randomTextId(), number, text, sentAtMs: BigInt(sentAtMs) };
  return receivedText(step, fields, nowMs, { route: "sms" });
}

/**
 * A text that goes by SMS.
 * @param state HANDOFF where the phone's own app has it; SENT where a transport of ours sent it; QUEUED where the service is
 *   to send it.
 */
export async function smsText(
  step: Step,
  number: PhoneNumber,
  text: string,
  nowMs: number,
  state: TextState.HANDOFF | TextState.SENT | TextState.QUEUED,
): Promise<{ readonly key: string; readonly id: MessageId; readonly changes: Change[] }> {
  const id = randomTextId();
  const key = await step.nextKey("messages");
  const message = create(MessageSchema, {
    id,
    number,
    outgoing: true,
    text,
    sentAtMs: BigInt(nowMs),
    state,
    route: "sms",
  });
  const changes = [point("messageIds", id, key), ...(await sentInThread(step, key, message))];
  return { key, id, changes };
}

/** A conversation as it is in a step, and its id. */
export interface KeptConversation {
  readonly id: string;
  readonly record: Conversation;
}

/** The id of the conversation with a number; undefined where there is none. */
export function conversationIdOf(
  records: RecordsReader,
  number: string,
): Promise<string | undefined> {
  return records.pointer("conversationIds", number);
}

/** The conversation with a number, made where there is none. */
export async function conversationWith(step: Step, number: PhoneNumber): Promise<KeptConversation> {
  const known = await conversationIdOf(step, number);
  const record = known && (await step.get("conversations", known));
  if (record) return { id: known, record };
  const id = hex(randomBytes(8));
  const made = create(ConversationSchema, { number });
  // At once: whatever else this step does with the number is in the same conversation.
  step.add([point("conversationIds", number, id), put("conversations", id, made)]);
  return { id, record: made };
}

/** Puts a text of the owner's, which is no draft any more, into its number's thread, and the thread into the owner's list. */
export async function sentInThread(step: Step, key: string, message: Message): Promise<Change[]> {
  return threaded(step, key, message, { draft: "", archived: false });
}

/** Puts a text that came into its number's thread, and says so. */
async function cameInThread(
  step: Step,
  key: string,
  message: Message,
  nowMs: number,
): Promise<Change[]> {
  const { record } = await conversationWith(step, message.number as PhoneNumber);
  const archived = record.archived && isMuted(record, nowMs);
  return [...(await threaded(step, key, message, { archived })), await unshownText(step, key)];
}

async function threaded(
  step: Step,
  key: string,
  message: Message,
  fields: Partial<Conversation>,
): Promise<Change[]> {
  const { id, record } = await conversationWith(step, message.number as PhoneNumber);
  const newestText = key > record.newestText ? key : record.newestText;
  return [
    put("messages", key, { ...message, conversation: id }),
    point("threads", `${id}/${key}`, key),
    put("conversations", id, { ...record, ...fields, newestText }),
  ];
}

export function isMuted({ mutedUntilMs }: Conversation, nowMs: number): boolean {
  return mutedUntilMs > BigInt(nowMs);
}

/** The thread of somebody whose number nobody confirmed: kept apart under the account, shown to nobody. */
export function requestThread(accountKey: string): string {
  return `?${accountKey}`;
}

type ReceivedFields = Pick<Message, "id" | "number" | "text" | "sentAtMs"> &
  Partial<
    Pick<
      Message,
      | "senderAccountId"
      | "senderDeviceId"
      | "contentEncoded"
      | "notUnderstood"
      | "notOpened"
      | "inReplyTo"
      | "expiresAtMs"
      | "expiresAfterReadSeconds"
    >
  >;

/**
 * A text that came, on its way into its thread.
 * @param thread of a request that nobody confirmed; undefined where it is shown in the number's.
 */
export async function receivedText(
  step: Step,
  fields: ReceivedFields,
  nowMs: number,
  { thread, route = "private" }: { readonly thread?: string; readonly route?: Route } = {},
): Promise<Change[]> {
  const key = await step.nextKey("messages");
  const message = create(MessageSchema, { ...fields, state: TextState.RECEIVED, route });
  const known = [point("messageIds", fields.id, key), ...awaitExpiry(key, message)];
  if (thread === undefined) return [...known, ...(await cameInThread(step, key, message, nowMs))];
  return [...known, put("messages", key, message), point("threads", `${thread}/${key}`, key)];
}

/** Texts of a request move into its number's thread, and are shown. */
export async function confirmedRequest(
  step: Step,
  accountKey: string,
  nowMs: number,
): Promise<void> {
  const prefix = `${requestThread(accountKey)}/`;
  for (const pointer of await step.pointers("threads", { prefix })) {
    step.add([remove("threads", pointer.key)]);
    const message = await step.get("messages", pointer.text);
    if (!message) continue;
    step.add(await cameInThread(step, pointer.text, message, nowMs));
    step.add(await unreadFrom(step, pointer.text, message));
  }
}

/** Its owner has not seen it yet, though they read what came after it: that is not read again, but counted so. */
async function unreadFrom(step: Step, key: string, { number }: Message): Promise<Change[]> {
  const { id, record } = await conversationWith(step, number as PhoneNumber);
  if (record.readUpTo < key) return [];
  const prefix = `${id}/`;
  const range = { prefix, before: prefix + key, newestFirst: true, limit: 1 };
  const [before] = await step.pointers("threads", range);
  return [put("conversations", id, { ...record, readUpTo: before?.text ?? "" })];
}

async function unshownText(step: Step, key: string): Promise<Change> {
  const unshown = create(UnshownSchema, { what: { case: "text", value: key } });
  return put("unshown", await step.nextKey("unshown"), unshown);
}

/** A text in another state, and a note to show that. */
export async function changedText(
  step: Step,
  key: string,
  text: Message,
  state: TextState,
  error: ErrorCode | "" = "",
): Promise<Change[]> {
  const unshown = create(UnshownSchema, {
    what: { case: "stateChange", value: { text: key, state } },
  });
  return [
    put("messages", key, { ...text, state, error }),
    ...whetherUndelivered(key, text, state),
    put("unshown", await step.nextKey("unshown"), unshown),
  ];
}

/** Its owner may have it go out once more at any time: what says that it was not delivered is found again by that. */
export function whetherUndelivered(key: string, before: Message, state: TextState): Change[] {
  if (state === TextState.NOT_DELIVERED) return [point("undelivered", key, key)];
  return before.state === TextState.NOT_DELIVERED ? [remove("undelivered", key)] : [];
}

/** What became of a text in between is not told any more: it is something else by now. */
export async function untold(step: Step, key: string): Promise<Change[]> {
  const unshown = await step.list("unshown");
  return unshown
    .filter(({ record: { what } }) => what.case === "stateChange" && what.value.text === key)
    .map((row) => remove("unshown", row.key));
}

/** Unless it may have arrived, by what this device knew once. */
export function notDelivered(
  step: Step,
  key: string,
  text: Message,
  error: ErrorCode,
): Promise<Change[]> {
  return text.mayHaveArrived
    ? changedText(step, key, text, TextState.NOT_KNOWN)
    : changedText(step, key, text, TextState.NOT_DELIVERED, error);
}

/** Something the owner should know of a conversation: a new key, a restart, something missing. */
export async function notice(
  step: Step,
  number: PhoneNumber,
  kind: "key_changed" | "restarted" | "missing",
  count = 0,
): Promise<Change> {
  const value: Pick<Notice, "number" | "kind" | "count"> = { number, kind, count };
  const unshown = create(UnshownSchema, { what: { case: "notice", value } });
  return put("unshown", await step.nextKey("unshown"), unshown);
}
