// The egress manifest: whole, in words that fit a table; lanes stay apart.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type DescField, type DescFile, type DescMessage, getOption } from "@bufbuild/protobuf";
import {
  file_assent_v1_account,
  file_assent_v1_cell,
  file_assent_v1_directory,
  file_assent_v1_discovery,
  file_assent_v1_mailbox,
  file_assent_v1_push,
  file_assent_v1_registration,
  file_assent_v1_revoke,
  file_assent_v1_signed,
  file_assent_v1_sms_relay,
  InboxRequestSchema,
  OutboxRequestSchema,
} from "./contract.ts";
import { type Declaration, declarations, isDeclarationId } from "./declarations.ts";
import {
  declaration as declarationOption,
  encodes as encodesOption,
  holds as holdsOption,
} from "./generated/assent/v1/declaration_pb.js";
import { isPurpose, purposes } from "./policy.ts";

const all: [string, Declaration][] = Object.entries(declarations);
const files: DescFile[] = [
  file_assent_v1_account,
  file_assent_v1_cell,
  file_assent_v1_directory,
  file_assent_v1_discovery,
  file_assent_v1_mailbox,
  file_assent_v1_push,
  file_assent_v1_registration,
  file_assent_v1_revoke,
  file_assent_v1_signed,
  file_assent_v1_sms_relay,
];
const messages = new Map(
  files.flatMap((file) => file.messages).map((message) => [message.typeName, message]),
);
const idOf = (message: DescMessage) => getOption(message, declarationOption).id;

describe("every message that a client sends is declared", () => {
  /** Answered not_offered until somebody needs them. */
  const reserved = ["MoveNumberRequest", "SharedPut"].map((name) => `assent.v1.${name}`);
  const sent = [
    ...files.flatMap(({ services }) => services).flatMap(({ methods }) => methods.map(inputOf)),
    ...[OutboxRequestSchema, InboxRequestSchema].flatMap(({ fields }) =>
      fields.flatMap(({ message }) => message ?? []),
    ),
  ];

  test("calls, and what frames of both sockets carry", () => {
    assert.ok(sent.length > 20);
    for (const message of sent) {
      const declared = isDeclarationId(idOf(message));
      assert.equal(declared, !reserved.includes(message.typeName), message.typeName);
    }
    for (const name of reserved) assert.ok(messages.has(name), name);
  });

  test("and nothing else is, but for what is never encoded", () => {
    const declared = [...messages.values()].filter((message) => idOf(message) !== "");
    assert.deepEqual(declared.map(idOf).sort(), Object.keys(declarations).sort());
    const neverEncoded = declared.filter((message) => !sent.includes(message));
    assert.deepEqual(neverEncoded.map(idOf).sort(), [
      ...["get-buckets", "open-inbox", "open-outbox"],
      ...["subscribe-to-pushes", "unsubscribe-from-pushes"],
    ]);
  });
});

describe("every field says what it holds", () => {
  /** All but these: what only numbers or orders, what stands beside what is told, and what nobody reads yet. */
  const untold = {
    numbersOrOrders: [
      "Manifest.version",
      "Manifest.previous_hash",
      "UpdateAccountRequest.sequence",
      "RestartDeviceRequest.generation",
      "AddKeyPackagesRequest.replaces_all",
      "StartRegistrationRequest.sealing_epoch",
      "RenewClaimRequest.sealing_epoch",
      "SendSmsRequest.sealing_epoch",
      "EvaluateRequest.voprf_epoch",
      "SetPush.push_epoch",
      "GetBucketFile.voprf_epoch",
      "Put.request",
      "Put.after",
      "StatusQuery.request",
      "Revoke.request",
      "OutboxHeartbeat.is_answer",
      "InboxHeartbeat.is_answer",
    ],
    standsBeside: ["Signed.encoded", "Signed.signature", "AuthenticatedRequest.body"],
    reserved: [
      "StartRegistrationRequest.token",
      "VerifyCodeRequest.lock_secret",
      "TakeKeyPackagesRequest.token",
      "Put.cell_id",
      "Put.token",
      "StatusQuery.cell_id",
      "RevokeTarget.cell_id",
    ],
  };
  const silent = new Set<string>();
  for (const message of messages.values()) if (idOf(message) !== "") listen(message);

  /** To a message's fields, and to those of what is inside one that does not speak for it. */
  function listen(message: DescMessage): void {
    for (const field of message.fields) {
      if (getOption(field, holdsOption) !== "") continue;
      const inside = insideOf(field);
      for (const each of inside) listen(each);
      if (inside.length === 0) silent.add(`${message.name}.${field.name}`);
    }
  }

  test("or is on the list of those that need not, which has no other", () => {
    assert.deepEqual([...silent].sort(), Object.values(untold).flat().sort());
  });

  test("and what a field encodes is known", () => {
    const encoding = [...messages.values()]
      .flatMap(({ fields }) => fields)
      .filter((field) => getOption(field, encodesOption) !== "");
    assert.ok(encoding.length >= 7);
    for (const field of encoding)
      assert.ok(messages.has(getOption(field, encodesOption)), field.toString());
  });
});

test("every declaration says all it must, in words that fit a table", () => {
  for (const [id, declaration] of all) {
    assert.match(id, /^[a-z]+(-[a-z]+)*$/);
    assert.ok(isPurpose(declaration.purpose), id);
    for (const field of ["holds", "why", "readableBy", "kept"] as const) {
      assert.match(declaration[field], /^[^|\n]{3,}$/, `${id} ${field}`);
      assert.equal(declaration[field], declaration[field].trim(), `${id} ${field}`);
      assert.ok(!declaration[field].endsWith("."), `${id} ${field}`);
    }
    assert.ok(purposes.includes(declaration.purpose));
    assert.match(declaration.lane, /^(account|anonymous)$/);
  }
});

test("what a message holds is all that its fields do, each once", () => {
  assert.equal(
    declarations["add-key-packages"].holds,
    "your device's id; a counter of its requests; its signature; which version of the contract this app speaks; " +
      "one-time public keys of this device; a public key of this device for when those ran out",
  );
  assert.equal(declarations["open-outbox"].holds, "nothing but the request");
  assert.match(declarations["ask-status"].holds, /the right to put into the recipient's mailbox/);
  assert.match(declarations.put.readableBy, /over one connection has one sender/);
});

test("what says who one writes to never shares a connection with what says who one is", () => {
  const anonymous = all.filter(([, { lane }]) => lane === "anonymous").map(([id]) => id);
  assert.deepEqual(anonymous.sort(), [
    "ask-status",
    "get-buckets",
    "get-parameters",
    "get-record",
    "open-outbox",
    "outbox-heartbeat",
    "put",
    "revoke",
    "take-key-packages",
  ]);
  for (const message of messages.values()) {
    // Whatever names the account or the device goes with what carries its signature.
    const names = (field: DescField) =>
      /^your (account|device)'s|^its signature/.test(getOption(field, holdsOption));
    const id = idOf(message);
    if (isDeclarationId(id) && message.fields.some(names))
      assert.equal(declarations[id].lane, "account", id);
  }
});

test("a declaration is one of the list, and nothing an object happens to have", () => {
  assert.ok(isDeclarationId("put"));
  for (const text of ["", "Put", "toString", "__proto__"]) assert.ok(!isDeclarationId(text), text);
});

function inputOf({ input }: { readonly input: DescMessage }): DescMessage {
  return input;
}

function insideOf(field: DescField): DescMessage[] {
  const encoded = messages.get(getOption(field, encodesOption));
  return [field.message, encoded].filter((message) => message !== undefined);
}
