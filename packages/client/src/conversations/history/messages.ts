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
  type Notice,
  point,
  put,
  remove,
  type Step,
  type TextRecord,
  TextRecordSchema,
  TextState,
  UnshownSchema,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";

/** An SMS that came. */
export function receivedSms(
  step: Step,
  number: PhoneNumber,
  text: string,
  nowMs: number,
): Promise<Change[]> {
  const id = randomTextId();
  const fields = { id, number, text, sentAtMs: BigInt(nowMs), accountId: new Uint8Array() };
  return receivedText(step, number, fields, "sms");
}

/**
 * A text that left by SMS.
 * @param state HANDOFF where the phone's own app has it; SENT where a transport of ours sent it.
 */
export async function smsText(
  step: Step,
  number: PhoneNumber,
  text: string,
  nowMs: number,
  state: TextState.HANDOFF | TextState.SENT,
): Promise<{ readonly key: string; readonly id: MessageId; readonly changes: Change[] }> {
  const id = randomTextId();
  const key = await step.nextKey("texts");
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
    ...(await sentInThread(step, number, key)),
  ];
  return { key, id, changes };
}

/** The conversation with a number, as it is or as it begins. */
export async function conversationWith(step: Step, number: PhoneNumber): Promise<Conversation> {
  const known = await step.get("conversations", number);
  return known ?? create(ConversationSchema, { id: hex(randomBytes(8)) });
}

/** Puts a text into its number's thread, and the thread into the owner's list. */
export function inThread(step: Step, number: PhoneNumber, key: string): Promise<Change[]> {
  return threaded(step, number, key, {});
}

/** The same with a text of the owner's, which is no draft any more. */
export function sentInThread(step: Step, number: PhoneNumber, key: string): Promise<Change[]> {
  return threaded(step, number, key, { draft: "" });
}

async function threaded(
  step: Step,
  number: PhoneNumber,
  key: string,
  fields: Partial<Conversation>,
): Promise<Change[]> {
  const conversation = await conversationWith(step, number);
  const newestText = key > conversation.newestText ? key : conversation.newestText;
  return [
    point("threads", `${number}/${key}`, key),
    put("conversations", number, { ...conversation, ...fields, newestText }),
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
  step: Step,
  thread: string,
  fields: ReceivedFields,
  route: Route = "private",
): Promise<Change[]> {
  const key = await step.nextKey("texts");
  const record = create(TextRecordSchema, {
    ...fields,
    state: TextState.RECEIVED,
    route,
  });
  const changes = [put("texts", key, record), point("textIds", fields.id, key)];
  if (thread !== fields.number) return [...changes, point("threads", `${thread}/${key}`, key)];
  const shown = await inThread(step, fields.number as PhoneNumber, key);
  return [...changes, ...shown, await unshownText(step, key)];
}

export async function unshownText(step: Step, key: string): Promise<Change> {
  const unshown = create(UnshownSchema, { what: { case: "text", value: key } });
  return put("unshown", await step.nextKey("unshown"), unshown);
}

/** A text in another state, and a note to show that. */
export async function changedText(
  step: Step,
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
    put("unshown", await step.nextKey("unshown"), unshown),
  ];
}

/** What became of a text in between is not told any more: it is something else by now. */
export async function untold(step: Step, key: string): Promise<Change[]> {
  const unshown = await step.list("unshown");
  return unshown
    .filter(({ record: { what } }) => what.case === "stateChange" && what.value.text === key)
    .map((row) => remove("unshown", row.key));
}

export function isArrived({ state }: TextRecord): boolean {
  return state === TextState.DELIVERED || state === TextState.READ;
}

export function notDelivered(
  step: Step,
  key: string,
  text: TextRecord,
  error: ErrorCode,
): Promise<Change[]> {
  return changedText(step, key, text, TextState.NOT_DELIVERED, error);
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
