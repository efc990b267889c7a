// Identifiers. Each is a hash of a public key or of a secret, so nobody can choose one that is taken, and each
// has a brand, so that one cannot stand where another belongs.
import { hex } from "./bytes.ts";
import { labelledHash } from "./hashing.ts";

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** 32 bytes: hash of the account's root key. */
export type AccountId = Branded<Uint8Array<ArrayBuffer>, "AccountId">;
/** 32 bytes: hash of the device's signature key. */
export type DeviceId = Branded<Uint8Array<ArrayBuffer>, "DeviceId">;
/** 32 bytes: hash of the cell's identity key. */
export type CellId = Branded<Uint8Array<ArrayBuffer>, "CellId">;
/** 32 bytes: hash of a secret only the sender holds. */
export type EnvelopeId = Branded<Uint8Array<ArrayBuffer>, "EnvelopeId">;
/** 64 hexadecimal digits: names a text for good, on both sides (draft-ietf-mimi-content, message id). */
export type MessageId = Branded<string, "MessageId">;

export const idLength = 32;

export function accountIdOf(rootKey: Uint8Array): AccountId {
  return labelledHash("account id", rootKey) as AccountId;
}

export function deviceIdOf(signatureKey: Uint8Array): DeviceId {
  return labelledHash("device id", signatureKey) as DeviceId;
}

export function cellIdOf(identityKey: Uint8Array): CellId {
  return labelledHash("cell id", identityKey) as CellId;
}

export function envelopeIdOf(secret: Uint8Array): EnvelopeId {
  return labelledHash("envelope id", secret) as EnvelopeId;
}

/** The id of a text from its sender and its encoded content; the recipient works it out alike. */
export function messageIdOf(sender: AccountId, encodedContent: Uint8Array): MessageId {
  const digest = labelledHash("message", sender, encodedContent);
  return `01${hex(digest.subarray(0, 31))}` as MessageId;
}
