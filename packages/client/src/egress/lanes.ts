// Which connections each message goes over, as types too: what says whose it is cannot be written into what does not.
import type { DeclarationId } from "@assent/protocol";
import type { Lane } from "./network.ts";

/** As declared in the contract; a test holds the two together. */
export const lanes = {
  "get-parameters": "anonymous",
  "start-registration": "account",
  "verify-code": "account",
  "renew-claim": "account",
  "create-account": "account",
  "update-account": "account",
  "restart-device": "account",
  "delete-account": "account",
  "delete-by-claim": "account",
  "add-key-packages": "account",
  evaluate: "account",
  "get-buckets": "anonymous",
  "get-record": "anonymous",
  "take-key-packages": "anonymous",
  "open-outbox": "anonymous",
  put: "anonymous",
  "ask-status": "anonymous",
  revoke: "anonymous",
  "outbox-heartbeat": "anonymous",
  "open-inbox": "account",
  authenticate: "account",
  "come-back": "account",
  acknowledge: "account",
  "mint-capabilities": "account",
  "block-addresses": "account",
  "inbox-heartbeat": "account",
  "set-push": "account",
  "end-push": "account",
  "subscribe-to-pushes": "account",
  "unsubscribe-from-pushes": "account",
  "name-sms": "account",
  "send-sms": "account",
  "get-sms-states": "account",
} as const satisfies Readonly<Record<DeclarationId, Lane>>;

export type DeclarationOf<L extends Lane> = {
  [D in DeclarationId]: (typeof lanes)[D] extends L ? D : never;
}[DeclarationId];
