// What a group message holds, and the id that follows from it. A content is of one conversation; what of it this version
// does not know is told apart from what nobody may say.
import {
  type AccountId,
  type Content,
  ContentSchema,
  type ConversationId,
  equalBytes,
  hex,
  limits,
  type MessageId,
  messageIdOf,
  randomBytes,
  utf8,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { decodeStored } from "../store/records.ts";
import type { Meaning, Understanding } from "./understanding.ts";

export type ContentFields = Pick<
  MessageInitShape<typeof ContentSchema>,
  "body" | "addresses" | "manifest"
>;

/** Content that never was before: also the same text twice has two ids. */
export function encodeContent(
  conversationId: ConversationId,
  fields: ContentFields,
  nowMs: number,
): Uint8Array<ArrayBuffer> {
  const content = create(ContentSchema, {
    ...fields,
    salt: randomBytes(16),
    sentAtMs: BigInt(nowMs),
    conversationId,
    // Whoever does not know a kind of receipt need not be told that there was one.
    ignorable: fields.body?.case !== "text",
  });
  return toBinary(ContentSchema, content);
}

/** A content as it is in this conversation: itself where it is of it, otherwise another with all else the same. */
export function contentIn(
  conversationId: ConversationId,
  encoded: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const content = decodeStored(ContentSchema, encoded);
  return equalBytes(content.conversationId, conversationId)
    ? new Uint8Array(encoded)
    : toBinary(ContentSchema, { ...content, conversationId });
}

/** An id of the form that all texts have, of no message: nobody else will ever see it. */
export function randomTextId(): MessageId {
  return `01${hex(randomBytes(31))}` as MessageId;
}

export interface DecodedContent {
  readonly id: MessageId;
  readonly content: Content;
  readonly meaning: Meaning;
}

// The latest time that a Date holds (ECMA-262, 21.4.1.1).
const latestTimeMs = 8_640_000_000_000_000n;
// Bodies have numbers from this one on (content.proto).
const firstBodyField = 16;

/** Undefined where it is not what a message of this conversation may hold. */
export function decodeContent(
  { read }: Understanding,
  sender: AccountId,
  conversationId: ConversationId,
  encoded: Uint8Array,
): DecodedContent | undefined {
  try {
    const content = fromBinary(ContentSchema, encoded);
    const { salt, sentAtMs } = content;
    if (salt.length !== 16 || sentAtMs > latestTimeMs) return undefined;
    if (!equalBytes(content.conversationId, conversationId)) return undefined;
    const meaning = read(content) ?? {
      kind: hasUnknownBody(content) ? "not understood" : "nothing",
    };
    if (!isAllowed(meaning)) return undefined;
    return { id: messageIdOf(sender, conversationId, encoded), content, meaning };
  } catch {
    return undefined;
  }
}

function isAllowed(meaning: Meaning): boolean {
  switch (meaning.kind) {
    case "text":
    case "edit":
      return isTextAllowed(meaning.text);
    case "reaction":
      return isReactionAllowed(meaning.reaction);
    default:
      return true;
  }
}

/** Its body is one that the contract of this version has not. */
function hasUnknownBody({ body, $unknown = [] }: Content): boolean {
  return body.case === undefined && $unknown.some(({ no }) => no >= firstBodyField);
}

/** What is shown of a body that is not understood: empty for nothing that can be. */
export function fallbackOf({ fallback }: Content): string {
  return isTextAllowed(fallback) ? fallback : "";
}

/** Whether a text is one that may be sent and shown: not empty, not too long. */
function isTextAllowed(text: string): boolean {
  return text.length > 0 && hasAtMost(text, limits.textBytes);
}

const reactionBytes = 64;
// What is shown beside a text must not reorder it, nor break its line.
const outOfLine = /[\p{Bidi_Control}\p{Cc}\p{Zl}\p{Zp}]/u;

/** Whether a reaction is one that may be shown, or takes one away. */
function isReactionAllowed(reaction: string): boolean {
  if (reaction === "") return true;
  return hasAtMost(reaction, reactionBytes) && isSeen(reaction) && !outOfLine.test(reaction);
}

// White space, what is ignored where it is not supported, controls, and Braille's blank, which is a symbol (Unicode 17.0).
const unseen = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\u2800]*$/u;

/** Whether a text has a character that is seen: one without looks as if nothing had come. */
export function isSeen(text: string): boolean {
  return !unseen.test(text);
}

/** Whether a text has at most this many bytes of UTF-8. */
export function hasAtMost(text: string, bytes: number): boolean {
  return text.length <= bytes && utf8(text).length <= bytes;
}
