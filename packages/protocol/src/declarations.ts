// The egress manifest: one declaration for each kind of message a client sends. What is not declared here cannot be
// sent; what is, names its purpose, what it holds, why, who can read it and how long it is kept. The words stand beside
// the messages and their fields, in proto/; this reads them from there.
import { type DescField, type DescMessage, getOption } from "@bufbuild/protobuf";
import {
  AcknowledgeSchema,
  AddKeyPackagesCallSchema,
  AddKeyPackagesRequestSchema,
  AuthenticateSchema,
  BlockAddressesSchema,
  ComeBackSchema,
  CreateAccountRequestSchema,
  DeleteAccountCallSchema,
  DeleteAccountRequestSchema,
  DeleteByClaimRequestSchema,
  EndPushSchema,
  EvaluateCallSchema,
  EvaluateRequestSchema,
  GetBucketFileSchema,
  GetParametersRequestSchema,
  GetRecordRequestSchema,
  GetSmsStatesCallSchema,
  GetSmsStatesRequestSchema,
  InboxHeartbeatSchema,
  ManifestSchema,
  MintCapabilitiesSchema,
  NameSmsCallSchema,
  NameSmsRequestSchema,
  OpenInboxSchema,
  OpenOutboxSchema,
  OutboxHeartbeatSchema,
  PutSchema,
  RenewClaimCallSchema,
  RenewClaimRequestSchema,
  RestartDeviceCallSchema,
  RestartDeviceRequestSchema,
  RevokeSchema,
  SendSmsCallSchema,
  SendSmsRequestSchema,
  SetPushSchema,
  StartRegistrationRequestSchema,
  StatusQuerySchema,
  SubscribeToPushesSchema,
  TakeKeyPackagesRequestSchema,
  UnsubscribeFromPushesSchema,
  UpdateAccountRequestSchema,
  VerifyCodeRequestSchema,
} from "./contract.ts";
import {
  declaration as declarationOption,
  encodes as encodesOption,
  holds as holdsOption,
  Lane,
  SizeClass,
} from "./generated/assent/v1/declaration_pb.js";
import { isPurpose, type Purpose } from "./policy.ts";

export interface Declaration {
  /** The consent it needs. */
  readonly purpose: Purpose;
  /** Whether it goes over connections that carry the device's signature, or over others. */
  readonly lane: "account" | "anonymous";
  readonly holds: string;
  readonly why: string;
  readonly readableBy: string;
  readonly kept: string;
  /** Bytes that one message has at most. */
  readonly bytesAtMost: number;
}

/** Every message that a client sends. One that is missing here cannot be sent. */
const declared = {
  "get-parameters": GetParametersRequestSchema,
  "start-registration": StartRegistrationRequestSchema,
  "verify-code": VerifyCodeRequestSchema,
  "renew-claim": RenewClaimCallSchema,
  "create-account": CreateAccountRequestSchema,
  "update-account": UpdateAccountRequestSchema,
  "restart-device": RestartDeviceCallSchema,
  "delete-account": DeleteAccountCallSchema,
  "delete-by-claim": DeleteByClaimRequestSchema,
  "add-key-packages": AddKeyPackagesCallSchema,
  evaluate: EvaluateCallSchema,
  "get-buckets": GetBucketFileSchema,
  "get-record": GetRecordRequestSchema,
  "take-key-packages": TakeKeyPackagesRequestSchema,
  "open-outbox": OpenOutboxSchema,
  put: PutSchema,
  "ask-status": StatusQuerySchema,
  revoke: RevokeSchema,
  "outbox-heartbeat": OutboxHeartbeatSchema,
  "open-inbox": OpenInboxSchema,
  authenticate: AuthenticateSchema,
  "come-back": ComeBackSchema,
  acknowledge: AcknowledgeSchema,
  "mint-capabilities": MintCapabilitiesSchema,
  "block-addresses": BlockAddressesSchema,
  "inbox-heartbeat": InboxHeartbeatSchema,
  "set-push": SetPushSchema,
  "end-push": EndPushSchema,
  "subscribe-to-pushes": SubscribeToPushesSchema,
  "unsubscribe-from-pushes": UnsubscribeFromPushesSchema,
  "name-sms": NameSmsCallSchema,
  "send-sms": SendSmsCallSchema,
  "get-sms-states": GetSmsStatesCallSchema,
} as const satisfies Readonly<Record<string, DescMessage>>;

/** What bytes fields encode, where a declared message or one inside it says so. */
const encoded: readonly DescMessage[] = [
  AddKeyPackagesRequestSchema,
  DeleteAccountRequestSchema,
  EvaluateRequestSchema,
  GetSmsStatesRequestSchema,
  ManifestSchema,
  NameSmsRequestSchema,
  RenewClaimRequestSchema,
  RestartDeviceRequestSchema,
  SendSmsRequestSchema,
];

const lanes: Readonly<Record<Lane, Declaration["lane"]>> = {
  [Lane.UNSPECIFIED]: "account",
  [Lane.ACCOUNT]: "account",
  [Lane.ANONYMOUS]: "anonymous",
};

const sizes: Readonly<Record<SizeClass, number>> = {
  [SizeClass.UNSPECIFIED]: 0,
  [SizeClass.NONE]: 0,
  [SizeClass.UP_TO_1_KB]: 1_024,
  [SizeClass.UP_TO_4_KB]: 4_096,
  [SizeClass.UP_TO_64_KB]: 65_536,
  [SizeClass.UP_TO_1_MB]: 1_048_576,
};

export type DeclarationId = keyof typeof declared;

export const declarations: Readonly<Record<DeclarationId, Declaration>> =
  /* @__PURE__ */ readDeclarations();

export function isDeclarationId(text: string): text is DeclarationId {
  return Object.hasOwn(declared, text);
}

function readDeclarations(): Record<DeclarationId, Declaration> {
  const entries = Object.entries(declared).map(([id, message]) => [id, declarationOf(id, message)]);
  return Object.fromEntries(entries);
}

function declarationOf(id: string, message: DescMessage): Declaration {
  const option = getOption(message, declarationOption);
  if (option.id !== id || !isPurpose(option.purpose)) {
    throw new TypeError(`${message.typeName} is not declared as ${id}`);
  }
  return {
    purpose: option.purpose,
    lane: lanes[option.lane],
    holds: [...new Set(heldBy(message))].join("; ") || "nothing but the request",
    why: option.why,
    readableBy: option.readableBy,
    kept: option.kept,
    bytesAtMost: sizes[option.size],
  };
}

/** What a message's fields hold, in their order, those of messages inside it too. */
function heldBy(message: DescMessage): string[] {
  return message.fields.flatMap((field) => {
    const words = getOption(field, holdsOption);
    return [...(words === "" ? [] : [words]), ...insideOf(field).flatMap(heldBy)];
  });
}

function insideOf(field: DescField): DescMessage[] {
  const encodes = getOption(field, encodesOption);
  const known = encoded.filter(({ typeName }) => typeName === encodes);
  if (encodes !== "" && known.length === 0) throw new TypeError(`${encodes} is not known here`);
  return field.message ? [field.message, ...known] : known;
}
