// What format 4 has otherwise than format 3: conversations under an id of their own, texts in one of them, where people
// stand, and what is kept in the order that it came. Tables and records that are no more are read here, and nowhere else.
import { hex } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import {
  ConversationOfFormat3Schema,
  GroupOfFormat3Schema,
  PersonOfFormat3Schema,
} from "../generated/assent/profile/v1/format3_pb.js";
import {
  ConversationSchema,
  decodeStored,
  type Group,
  GroupPartSchema,
  type Message,
  MessageSchema,
  type NumberRecord,
  PersonSchema,
  point,
  put,
  remove,
  Standing,
  type Step,
} from "./records.ts";
import type { Change, Store, TableName } from "./store.ts";

type Row = Awaited<ReturnType<Store["list"]>>[number];
const forGood = 0xffff_ffff_ffff_ffffn;

/** What a group's state is in parts; undefined where it cannot be read. */
export type SplitState = (
  whole: Uint8Array,
) => Readonly<Record<"tree" | "pastEpochs" | "ratchets", Uint8Array>> | undefined;

export async function fromFormat3(step: Step, store: Store, split: SplitState): Promise<void> {
  // Names of tables of then: the store knows tables by name alone.
  const rows = (table: string) => store.list(table as TableName);
  const [conversations, texts, textIds, threads, people] = await Promise.all(
    ["conversations", "texts", "textIds", "threads", "people"].map(rows),
  );
  const idOf = new Map<string, string>();
  for (const { key: number, value } of conversations ?? []) {
    const { id, muted, ...kept } = decodeStored(ConversationOfFormat3Schema, value);
    idOf.set(number, id);
    const { newestText, readUpTo, draft } = kept;
    const mutedUntilMs = muted ? forGood : 0n;
    const record = { number, newestText, readUpTo, draft, mutedUntilMs };
    step.add([
      remove("conversations", number),
      put("conversations", id, create(ConversationSchema, record)),
      point("conversationIds", number, id),
    ]);
  }
  const threadOf = new Map((threads ?? []).map(({ key }) => splitThread(key)));
  step.add([
    ...(threads ?? []).flatMap((row) => inConversation(row, idOf)),
    ...(texts ?? []).flatMap((row) => asMessage(row, threadOf, idOf)),
    ...(textIds ?? []).flatMap((row) => moved(row, "textIds", "messageIds")),
  ]);
  for (const { key, record } of await step.list("groups")) {
    const { state } = decodeStored(
      GroupOfFormat3Schema,
      (await store.get("groups", key)) ?? new Uint8Array(),
    );
    step.add(inParts(key, record, split(state)));
  }
  for (const { key, value } of people ?? []) {
    const person = { ...decodeStored(PersonSchema, value), $unknown: [] };
    const { verified, accepted } = decodeStored(PersonOfFormat3Schema, value);
    const number = await step.get("numbers", person.number);
    const standing = verified ? answered(accepted) : unverified(key, number, accepted);
    step.add([put("people", key, { ...person, standing })]);
  }
  const kept = (await step.list("kept")).filter(({ record }) => record.encoded.case === "content");
  kept.sort((a, b) => Number(a.record.receivedAtMs - b.record.receivedAtMs));
  for (const { key } of kept) step.add([point("unapplied", await step.nextKey("unapplied"), key)]);
}

/** One that cannot be read is written to no more: the next text begins another. */
function inParts(key: string, group: Group, parts: ReturnType<SplitState>): Change[] {
  const known = { ...group, $unknown: [], broken: group.broken || parts === undefined };
  return [
    put("groups", key, known),
    ...(["tree", "pastEpochs", "ratchets"] as const).flatMap((part) =>
      parts
        ? [
            put(
              "groupParts",
              `${key}/${part}`,
              create(GroupPartSchema, { bytes: new Uint8Array(parts[part]) }),
            ),
          ]
        : [],
    ),
  ];
}

/** The text's key, and the thread it is in. */
function splitThread(key: string): [string, string] {
  const [thread = "", text = ""] = key.split("/");
  return [text, thread];
}

function inConversation(row: Row, idOf: ReadonlyMap<string, string>): Change[] {
  const [text, thread] = splitThread(row.key);
  const id = idOf.get(thread);
  return id === undefined
    ? []
    : [remove("threads", row.key), point("threads", `${id}/${text}`, text)];
}

function asMessage(
  { key, value }: Row,
  threadOf: ReadonlyMap<string, string>,
  idOf: ReadonlyMap<string, string>,
): Change[] {
  const text = decodeStored(MessageSchema, value);
  const thread = threadOf.get(key);
  // What was deleted was emptied, and in no thread.
  const message =
    thread === undefined
      ? create(MessageSchema, { deletedAtMs: text.sentAtMs || 1n })
      : { ...withSender(text), conversation: idOf.get(thread) ?? "" };
  return [remove("texts" as TableName, key), put("messages", key, message)];
}

/** One field said whom a text went to, and of one that came who sent it. */
function withSender(text: Message): Message {
  if (text.outgoing) return text;
  return {
    ...text,
    senderAccountId: text.recipientAccountId,
    recipientAccountId: new Uint8Array(),
  };
}

function moved({ key, value }: Row, from: string, to: TableName): Change[] {
  return [remove(from as TableName, key), { table: to, key, value }];
}

function answered(accepted: boolean): Standing {
  return accepted ? Standing.CURRENT : Standing.REQUEST;
}

/** Whoever was its owner has a former number where the record names another. */
function unverified(key: string, number: NumberRecord | undefined, accepted: boolean): Standing {
  const isAnothers =
    number !== undefined && number.accountId.length > 0 && hex(number.accountId) !== key;
  const wasTheirs = accepted || (number !== undefined && hex(number.acceptedAccountId) === key);
  return isAnothers && wasTheirs ? Standing.FORMER : Standing.UNCONFIRMED;
}
