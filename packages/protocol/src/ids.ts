// Identifiers. Each is a hash of a public key, of a secret or of what it names, so nobody can choose one that is taken,
// and each has a brand, so that one cannot stand where another belongs.
import { concat, hex, lengthPrefixed } from "./bytes.ts";
import { labelledHash } from "./hashing.ts";

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** 32 bytes: hash of the account's root key. */
export type AccountId = Branded<Uint8Array<ArrayBuffer>, "AccountId">;
/** 32 bytes: hash of the device's signature key. */
export type DeviceId = Branded<Uint8Array<ArrayBuffer>, "DeviceId">;
/** 32 bytes: hash of the cell's root key. */
export type CellId = Branded<Uint8Array<ArrayBuffer>, "CellId">;
/** 32 bytes: hash of a secret only the sender holds. */
export type EnvelopeId = Branded<Uint8Array<ArrayBuffer>, "EnvelopeId">;
/** 32 bytes: of two people, the hash of their account ids. */
export type ConversationId = Branded<Uint8Array<ArrayBuffer>, "ConversationId">;
/** 64 hexadecimal digits: names a text for good, on both sides (draft-ietf-mimi-content, message id). */
export type MessageId = Branded<string, "MessageId">;

export const idLength = 32;

export function accountIdOf(rootKey: Uint8Array): AccountId {
  return labelledHash("account id", rootKey) as AccountId;
}

export function deviceIdOf(signatureKey: Uint8Array): DeviceId {
  return labelledHash("device id", signatureKey) as DeviceId;
}

export function cellIdOf(rootKey: Uint8Array): CellId {
  return labelledHash("cell id", rootKey) as CellId;
}

export function envelopeIdOf(secret: Uint8Array): EnvelopeId {
  return labelledHash("envelope id", secret) as EnvelopeId;
}

/** The conversation of two people, whoever of them asks. */
export function conversationIdOfTwo(one: AccountId, other: AccountId): ConversationId {
  const [first, second] = [one, other].sort(byBytes) as [AccountId, AccountId];
  return labelledHash("conversation", concat(first, second)) as ConversationId;
}

/**
 * The id of a message from its sender, its conversation and its encoded content; the recipient works it out alike. The
 * same bytes in another conversation have another id.
 */
export function messageIdOf(
  sender: AccountId,
  conversation: ConversationId,
  encodedContent: Uint8Array,
): MessageId {
  const digest = labelledHash("message", lengthPrefixed(sender, conversation, encodedContent));
  return `01${hex(digest.subarray(0, 31))}` as MessageId;
}

function byBytes(a: Uint8Array, b: Uint8Array): number {
  const index = a.findIndex((byte, at) => byte !== b[at]);
  return index < 0 ? 0 : (a[index] as number) - (b[index] as number);
}
