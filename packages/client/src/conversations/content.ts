// What a group message holds, and the id that follows from it.
import {
  type AccountId,
  type Content,
  ContentSchema,
  limits,
  type MessageId,
  messageIdOf,
  randomBytes,
  utf8,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";

export type ContentFields = Pick<MessageInitShape<typeof ContentSchema>, "body" | "addresses">;

/** Content that never was before: also the same text twice has two ids. */
export function encodeContent(fields: ContentFields, nowMs: number): Uint8Array<ArrayBuffer> {
  const content = create(ContentSchema, {
    ...fields,
    salt: randomBytes(16),
    sentAtMs: BigInt(nowMs),
  });
  return toBinary(ContentSchema, content);
}

// The latest time that a Date holds (ECMA-262, 21.4.1.1).
const latestTimeMs = 8_640_000_000_000_000n;

/** Undefined where it is not what a group message may hold. */
export function decodeContent(
  sender: AccountId,
  encoded: Uint8Array,
): { readonly id: MessageId; readonly content: Content } | undefined {
  try {
    const content = fromBinary(ContentSchema, encoded);
    if (content.salt.length !== 16 || content.sentAtMs > latestTimeMs) return undefined;
    if (content.body.case === "text" && !isTextAllowed(content.body.value.text)) return undefined;
    return { id: messageIdOf(sender, encoded), content };
  } catch {
    return undefined;
  }
}

/** Whether a text is one that may be sent and shown: not empty, not too long. */
function isTextAllowed(text: string): boolean {
  return (
    text.length > 0 && text.length <= limits.textBytes && utf8(text).length <= limits.textBytes
  );
}
