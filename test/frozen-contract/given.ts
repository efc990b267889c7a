// What the frozen vectors are given: seeds, numbers and fields, all of which follow from names.
import {
  AccountEndingSchema,
  accountIdOf,
  CertificateSchema,
  ClaimSchema,
  ConsentStatementSchema,
  ContentSchema,
  cellIdOf,
  concat,
  conversationIdOfTwo,
  DeletionReceiptSchema,
  EndingReason,
  hex,
  Intent,
  labels,
  ManifestSchema,
  ParametersSchema,
  policy,
  policyHash,
  sha256,
  signingKeyPair,
  uint32,
  utf8,
} from "@assent/protocol";
import { create, type DescMessage, type MessageInitShape, toJson } from "@bufbuild/protobuf";
import type { StatementLabel } from "./statements.ts";
import type { Values, Vector } from "./vector.ts";

export type Unmade = Omit<Vector, "gives">;

/** Bytes that follow from a name. */
export function bytesOf(name: string, length = 32): Uint8Array<ArrayBuffer> {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    sha256(concat(utf8(name), uint32(index))),
  );
  return concat(...blocks).slice(0, length);
}

const seeds = {
  cellRoot: bytesOf("cell root"),
  parameters: bytesOf("parameters key"),
  claims: bytesOf("claims key"),
  receipts: bytesOf("receipts key"),
  root: bytesOf("anna's root"),
  device: bytesOf("anna's device"),
};
const publicKeyOf = (seed: keyof typeof seeds) => signingKeyPair(seeds[seed]).publicKey;
const rootKey = publicKeyOf("root");
export const cellId = cellIdOf(publicKeyOf("cellRoot"));
const [anna, ben] = [accountIdOf(rootKey), accountIdOf(bytesOf("ben's root key"))];
export const conversationId = conversationIdOfTwo(anna, ben);
const at = 1_794_000_000_000n;

function statement<Schema extends DescMessage>(
  label: StatementLabel,
  signer: keyof typeof seeds,
  schema: Schema,
  fields: MessageInitShape<Schema>,
): Unmade {
  const given = {
    label,
    signerSeed: hex(seeds[signer]),
    fields: toJson(schema, create(schema, fields)),
  };
  return { name: label, rule: "statement", given };
}

export const consentFields = {
  rootKey,
  cellId,
  policyVersion: policy.version,
  policyHash: policyHash(policy),
  purposes: ["service"],
  givenAtMs: at,
  nonce: bytesOf("nonce of the consent", 16),
};

const statements: Unmade[] = [
  statement("certificate", "cellRoot", CertificateSchema, {
    rootKey: publicKeyOf("cellRoot"),
    number: 1,
    parametersKey: publicKeyOf("parameters"),
    claimsKey: publicKeyOf("claims"),
    receiptsKey: publicKeyOf("receipts"),
  }),
  statement("parameters", "parameters", ParametersSchema, {
    cellId,
    certificateNumber: 1,
    sequence: 29_900_000n,
    sealingKeys: [{ epoch: 1, publicKey: bytesOf("sealing key", 1_216) }],
    voprfKeys: [
      { epoch: 1, publicKey: bytesOf("former VOPRF key") },
      { epoch: 2, publicKey: bytesOf("VOPRF key") },
    ],
    policies: [{ version: policy.version, hash: policyHash(policy) }],
    limits: {
      envelopeDays: 30,
      envelopeBytes: 262_144,
      provisionalEnvelopeBytes: 65_536,
      provisionalEnvelopes: 500,
      fullEnvelopes: 2_000,
      evaluationsAtFirst: 2_000,
      evaluationsPerDay: 100,
    },
    features: ["a-feature"],
    origins: ["https://assent.example"],
    lowestContract: 1,
    operator: {
      name: "Assent of the Köpenick library",
      imprint: "Library association\nlibrary@assent.example",
      policySupplement: "Backups are kept for two weeks.",
    },
  }),
  statement("consent", "root", ConsentStatementSchema, consentFields),
  statement("claim", "claims", ClaimSchema, {
    cellId,
    intent: Intent.REGISTER,
    lookupHash: bytesOf("lookup hash"),
    bucketBits: 0xfedcba98,
    tag: 0x01234567,
    rootKey,
    voprfEpoch: 2,
    serial: bytesOf("serial of the claim", 16),
    expiresAtMs: at + 600_000n,
    policyVersion: policy.version,
    formerLookupHashes: [bytesOf("former lookup hash")],
  }),
  statement("manifest", "root", ManifestSchema, {
    rootKey,
    version: 2,
    previousHash: bytesOf("hash of the manifest before"),
    devices: [
      {
        signatureKey: publicKeyOf("device"),
        sealingKey: bytesOf("anna's sealing key", 1_216),
        name: "amber-otter",
        features: ["a-feature"],
      },
    ],
    features: ["a-feature"],
  }),
  statement("deletion", "receipts", DeletionReceiptSchema, {
    cellId,
    deletedAtMs: at,
    records: 1,
    tags: 1,
    devices: 1,
    keyPackages: 101,
    envelopes: 2,
    requestHash: bytesOf("hash of the request"),
    accountId: anna,
  }),
  statement("ending", "receipts", AccountEndingSchema, {
    cellId,
    accountId: anna,
    endedAtMs: at,
    reason: EndingReason.TAKEN_OVER,
  }),
];

const accounts: Unmade[] = [
  one("an account's record", "record signature", {
    rootSeed: hex(seeds.root),
    cellId: hex(cellId),
    lowestManifestVersion: "3",
    sequence: "2",
  }),
  one("an account's creation", "account", {
    rootSeed: hex(seeds.root),
    claim: hex(utf8("the claim's bytes")),
    sealedRecord: hex(bytesOf("sealed record", 256)),
    manifest: hex(utf8("the manifest's bytes")),
  }),
  ...[null, hex(utf8("the claim's bytes"))].map((claim) =>
    one(`an account's change, ${claim === null ? "without" : "with"} a claim`, "account update", {
      rootSeed: hex(seeds.root),
      cellId: hex(cellId),
      accountId: hex(anna),
      sequence: "2",
      sealedRecord: hex(bytesOf("sealed record", 256)),
      manifest: hex(utf8("the manifest's bytes")),
      claim,
    }),
  ),
];

const requests: Unmade[] = [
  one("a request", "request", {
    deviceSeed: hex(seeds.device),
    cellId: hex(cellId),
    procedure: "/assent.v1.DiscoveryService/Evaluate",
    body: hex(utf8("the body")),
    counter: "4294967297",
  }),
  one("the answer to a challenge", "challenge", {
    deviceSeed: hex(seeds.device),
    cellId: hex(cellId),
    nonce: hex(bytesOf("challenge")),
    counter: "4294967298",
  }),
  one("coming back", "coming back", {
    returnKey: hex(bytesOf("return key")),
    nonce: hex(bytesOf("challenge")),
  }),
  one("a leaving by claim", "claim as a request", { claim: hex(utf8("the claim's bytes")) }),
];

const names: Unmade[] = [
  ...labels.map((label) =>
    one(label, "label", { label, secret: hex(bytesOf("secret")), salt: hex(bytesOf("salt")) }),
  ),
  ...["account", "device", "cell", "envelope"].map((of) =>
    one(`${of} id`, "id", { of, key: hex(bytesOf("key of an id")) }),
  ),
  one("conversation of two", "conversation id", { one: hex(anna), other: hex(ben) }),
  ...contents().map(([name, content]) =>
    one(name, "message id", { sender: hex(anna), conversation: hex(conversationId), content }),
  ),
];

function contents() {
  const plain = { salt: bytesOf("salt of a content", 16), sentAtMs: at, conversationId };
  const all: [string, MessageInitShape<typeof ContentSchema>][] = [
    ["a text", { ...plain, body: { case: "text", value: { text: "On my way 👋🏽" } } }],
    [
      "a text with all there is",
      {
        ...plain,
        inReplyTo: bytesOf("message in question"),
        replaces: bytesOf("message replaced"),
        expires: { afterRead: true, seconds: 3_600 },
        fallback: "A text",
        ignorable: true,
        addresses: [
          {
            deviceId: bytesOf("device id"),
            cellId,
            capability: bytesOf("capability", 64),
            envelopeKey: bytesOf("envelope key"),
            expiresAtMs: at,
          },
        ],
        body: { case: "text", value: { text: "On my way" } },
      },
    ],
    [
      "a receipt",
      {
        ...plain,
        body: {
          case: "status",
          value: { delivered: [bytesOf("message delivered")], read: [bytesOf("message read")] },
        },
      },
    ],
    [
      "a question for what could not be read",
      { ...plain, body: { case: "resend", value: { envelopeIds: [bytesOf("envelope id")] } } },
    ],
  ];
  return all.map(
    ([name, fields]) => [name, toJson(ContentSchema, create(ContentSchema, fields))] as const,
  );
}

const numbers: Unmade[] = [
  one("a number evaluated", "evaluated number", {
    seed: hex(bytesOf("VOPRF seed")),
    info: hex(utf8("frozen")),
    number: "+4915123456789",
    // A scalar: below the group's order.
    random: hex(concat(bytesOf("randomness of the proof", 31), new Uint8Array(1))),
  }),
  one("a bucket", "bucket", { tags: [0x80000000, 2, 10, 2, 0xffffffff] }),
  one("an empty bucket", "bucket", { tags: [] }),
  one("an account's buckets", "buckets of an account", { bucketBits: 0xfedcba98 }),
  one("a safety number", "safety number", {
    oneNumber: "+4915123456789",
    oneRootKey: hex(rootKey),
    otherNumber: "+447400123456",
    otherRootKey: hex(bytesOf("ben's root key")),
  }),
];

const paddings: Unmade[] = [
  one("a padded text", "padding", { content: hex(utf8("On my way")), overhead: 49 }),
  one("nothing, padded", "padding", { content: "", overhead: 0 }),
  one("the lengths", "padded lengths", { upTo: 65_536 }),
];

const works: Unmade[] = [
  one("the work before an SMS", "work", {
    challenge: hex(bytesOf("challenge", 41)),
    sealedNumber: hex(bytesOf("sealed number", 1_200)),
    bits: 8,
  }),
];

const words: Unmade[] = [one("the policy", "policy", {}), one("the contract's words", "words", {})];

/** By the files they stand in. */
export const givenByFile = {
  names,
  statements,
  accounts,
  requests,
  numbers,
  paddings,
  works,
  words,
};

function one(name: string, rule: string, given: Values): Unmade {
  return { name, rule, given };
}
