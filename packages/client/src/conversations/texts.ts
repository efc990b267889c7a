// The texts themselves, in the order this device stored them, and what of them was not shown yet.
import { type ErrorCode, type MessageId, messageIdOf, type PhoneNumber } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Self } from "../identity/self.ts";
import {
  type Notice,
  point,
  put,
  type Records,
  type TextRecord,
  TextRecordSchema,
  TextState,
  UnshownSchema,
} from "../store/records.ts";
import type { Change } from "../store/store.ts";
import { encodeContent } from "./content.ts";

/** A text of the owner's, queued: it is sent with the next connection, whatever happens until then. */
export async function queueText(
  records: Records,
  self: Self,
  number: PhoneNumber,
  text: string,
  nowMs: number,
): Promise<{ readonly key: string; readonly id: MessageId; readonly changes: Change[] }> {
  const contentEncoded = encodeContent({ body: { case: "text", value: { text } } }, nowMs);
  const id = messageIdOf(self.device.accountId, contentEncoded);
  const key = await records.nextKey("texts");
  const record = create(TextRecordSchema, {
    id,
    number,
    outgoing: true,
    text,
    sentAtMs: BigInt(nowMs),
    state: TextState.QUEUED,
    route: "private",
    contentEncoded,
  });
  const changes = [
    put("texts", key, record),
    point("textIds", id, key),
    point("threads", `${number}/${key}`, key),
    point("queue", key, key),
  ];
  return { key, id, changes };
}

/** A text that was handed to the phone's own SMS app. */
export async function handOffText(
  records: Records,
  id: MessageId,
  number: PhoneNumber,
  text: string,
  nowMs: number,
): Promise<Change[]> {
  const key = await records.nextKey("texts");
  const record = create(TextRecordSchema, {
    id,
    number,
    outgoing: true,
    text,
    sentAtMs: BigInt(nowMs),
    state: TextState.HANDOFF,
    route: "sms",
  });
  return [
    put("texts", key, record),
    point("textIds", id, key),
    point("threads", `${number}/${key}`, key),
  ];
}

/** The thread of somebody whose number is not verified: kept apart under the account, shown to nobody. */
export function requestThread(accountKey: string): string {
  return `?${accountKey}`;
}

/** A text that came. Shown when its thread is the number's; kept apart when it is a request's. */
export async function receivedText(
  records: Records,
  thread: string,
  fields: Pick<TextRecord, "id" | "number" | "text" | "sentAtMs" | "accountId">,
): Promise<Change[]> {
  const key = await records.nextKey("texts");
  const record = create(TextRecordSchema, {
    ...fields,
    state: TextState.RECEIVED,
    route: "private",
  });
  const changes = [
    put("texts", key, record),
    point("textIds", fields.id, key),
    point("threads", `${thread}/${key}`, key),
  ];
  if (thread === fields.number) changes.push(await unshownText(records, key));
  return changes;
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

/** Something the owner should know of a conversation: a new key, a restart, missing texts. */
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
