// The egress manifest: one declaration for each kind of message a client sends. What is not declared here
// cannot be sent; what is, names its purpose, what it holds, why, who can read it and how long it is kept.
import type { Purpose } from "./policy.ts";

export interface Declaration {
  /** The consent it needs. */
  readonly purpose: Purpose;
  /** Whether it goes over connections that carry the device's signature, or over others. */
  readonly lane: "account" | "anonymous";
  readonly holds: string;
  readonly why: string;
  readonly readableBy: string;
  readonly kept: string;
}

export const declarations = {
  "get-parameters": {
    purpose: "service",
    lane: "anonymous",
    holds: "nothing but the request",
    why: "to learn the service's public keys",
    readableBy: "the service",
    kept: "not kept",
  },
  "start-registration": {
    purpose: "service",
    lane: "account",
    holds:
      "your number, sealed to the registration room; your signed consent; your account's public key",
    why: "to send you a code by SMS",
    readableBy: "the registration room; your carrier, as an SMS",
    kept: "the number until the SMS is handed over; what follows from it for 10 minutes",
  },
  "verify-code": {
    purpose: "service",
    lane: "account",
    holds: "the code from the SMS",
    why: "to prove that the number is yours",
    readableBy: "the registration room",
    kept: "not kept",
  },
  "create-account": {
    purpose: "service",
    lane: "account",
    holds:
      "the proof of your number, your sealed record, your device's public keys and random name",
    why: "so that people who have your number can reach you",
    readableBy: "the service; the record only by who knows your number",
    kept: "until you turn off",
  },
  "delete-account": {
    purpose: "service",
    lane: "account",
    holds: "your device's signature",
    why: "to leave",
    readableBy: "the service",
    kept: "not kept",
  },
  "add-key-packages": {
    purpose: "service",
    lane: "account",
    holds: "one-time public keys of this device",
    why: "so that people can start a conversation while you are away",
    readableBy: "the service, and whoever starts a conversation with you",
    kept: "until used, or until you turn off",
  },
  evaluate: {
    purpose: "service",
    lane: "account",
    holds: "one number you text, blinded so that the service cannot read it",
    why: "to find out whether it can be reached privately",
    readableBy: "nobody; the service counts it",
    kept: "how many lookups are left, until you turn off",
  },
  "get-buckets": {
    purpose: "service",
    lane: "anonymous",
    holds: "the name of a public file",
    why: "to compare on this device whether a number is on the service",
    readableBy: "the service",
    kept: "not kept",
  },
  "get-record": {
    purpose: "service",
    lane: "anonymous",
    holds: "the lookup key of one number",
    why: "to get the public key of the person you text, or who texted you",
    readableBy: "the service, which cannot tell the number from it unless it abuses its key",
    kept: "not kept",
  },
  "take-key-packages": {
    purpose: "service",
    lane: "anonymous",
    holds: "the account id of the person you text",
    why: "to start a conversation",
    readableBy: "the service, which is not told who asks",
    kept: "not kept",
  },
  "open-outbox": {
    purpose: "service",
    lane: "anonymous",
    holds: "nothing but the request",
    why: "to open a connection for sending that does not say whose it is",
    readableBy: "the service",
    kept: "not kept",
  },
  put: {
    purpose: "service",
    lane: "anonymous",
    holds:
      "encrypted texts and receipts, padded; the right to put them into the recipient's mailbox",
    why: "to send",
    readableBy: "the content only by the recipient; size, time and mailbox by the service",
    kept: "until the recipient has it, 30 days at most",
  },
  "ask-status": {
    purpose: "service",
    lane: "anonymous",
    holds: "secrets that name texts you sent",
    why: "to learn whether they still wait, or cannot be delivered",
    readableBy: "the service",
    kept: "not kept",
  },
  "open-inbox": {
    purpose: "service",
    lane: "account",
    holds: "nothing but the request",
    why: "to open a connection for receiving",
    readableBy: "the service",
    kept: "not kept",
  },
  authenticate: {
    purpose: "service",
    lane: "account",
    holds: "your device's id and signature",
    why: "to receive what waits for this device",
    readableBy: "the service",
    kept: "not kept",
  },
  acknowledge: {
    purpose: "service",
    lane: "account",
    holds: "up to where this device has received",
    why: "so that the service deletes it",
    readableBy: "the service",
    kept: "the position, until you turn off",
  },
  "mint-capabilities": {
    purpose: "service",
    lane: "account",
    holds: "how many addresses are wanted",
    why: "to give the people you write with the right to write to you",
    readableBy: "the service",
    kept: "not kept",
  },
  "block-addresses": {
    purpose: "service",
    lane: "account",
    holds: "the serials of addresses you gave out",
    why: "so that what comes through them is dropped",
    readableBy: "the service",
    kept: "until you unblock, or turn off",
  },
} as const satisfies Record<string, Declaration>;

export type DeclarationId = keyof typeof declarations;

export function isDeclarationId(text: string): text is DeclarationId {
  return Object.hasOwn(declarations, text);
}
