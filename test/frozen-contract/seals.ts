// What is sealed: with keys, salts and nonces drawn at random. It is frozen sealed, and kept for as long as it opens.
import {
  type CellId,
  ConsentStatementSchema,
  EnvelopeContentSchema,
  envelopeKeyLength,
  generateSealingKeyPair,
  hex,
  Intent,
  parseNumber,
  sealEnvelope,
  sealNumber,
  sealRecord,
} from "@assent/protocol";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { bytesOf, cellId, consentFields, conversationId, type Unmade } from "./given.ts";

/** Seals all of it anew. */
export async function sealAnew(): Promise<Unmade[]> {
  const pair = await generateSealingKeyPair();
  const keys = { privateKey: hex(pair.privateKey), publicKey: hex(pair.publicKey) };
  const consent = toBinary(ConsentStatementSchema, create(ConsentStatementSchema, consentFields));
  const number = (name: string, intent: Intent, consent: Uint8Array) =>
    sealedNumber(name, keys, pair.publicKey, { cellId, intent, consent });
  const [recordKey, envelopeKey] = [
    bytesOf("record key"),
    bytesOf("envelope key of an address", envelopeKeyLength),
  ];
  const record = await sealRecord(recordKey, {
    rootKey: bytesOf("root key in a record"),
    lowestManifestVersion: 2,
    cellId,
    sequence: 3n,
  });
  const toAddress = async (name: string, content: Content): Promise<Unmade> => {
    const message = create(EnvelopeContentSchema, { content });
    const body = await sealEnvelope({ kind: "address", envelopeKey }, message);
    const given = { envelopeKey: hex(envelopeKey), body: hex(body) };
    return { name, rule: "envelope to an address", given };
  };
  const toDevice = await sealEnvelope(
    { kind: "device", sealingKey: pair.publicKey },
    create(EnvelopeContentSchema, { content: firstContact }),
  );
  return [
    await number("a number to register", Intent.REGISTER, consent),
    await number("a number to leave", Intent.LEAVE, new Uint8Array()),
    {
      name: "a record",
      rule: "record",
      given: { recordKey: hex(recordKey), sealed: hex(record) },
    },
    await toAddress("a group's message", {
      case: "groupMessage",
      value: bytesOf("MLSMessage", 350),
    }),
    await toAddress("a group that is lost", {
      case: "groupLost",
      value: { groupId: bytesOf("group id") },
    }),
    {
      name: "a first contact",
      rule: "envelope to a device",
      given: { ...keys, body: hex(toDevice) },
    },
  ];
}

type Content = NonNullable<MessageInitShape<typeof EnvelopeContentSchema>["content"]>;

const firstContact: Content = {
  case: "firstContact",
  value: {
    welcome: bytesOf("Welcome", 200),
    groupMessages: [bytesOf("first MLSMessage", 100)],
    sender: {
      number: "+4915123456789",
      evaluation: {
        voprfEpoch: 2,
        evaluatedElement: bytesOf("evaluated element"),
        proof: bytesOf("proof", 64),
      },
    },
    senderManifest: { encoded: bytesOf("manifest", 100), signature: bytesOf("signature", 64) },
    envelopeKey: bytesOf("envelope key in a first contact"),
    lostGroups: [bytesOf("lost group")],
    conversationId,
  },
};

async function sealedNumber(
  name: string,
  keys: { readonly privateKey: string; readonly publicKey: string },
  sealingKey: Uint8Array,
  bound: { readonly cellId: CellId; readonly intent: Intent; readonly consent: Uint8Array },
): Promise<Unmade> {
  const sealed = await sealNumber(sealingKey, parseNumber("+4915123456789"), bound);
  return {
    name,
    rule: "sealed number",
    given: {
      ...keys,
      cellId: hex(bound.cellId),
      intent: bound.intent,
      consent: hex(bound.consent),
      sealed: hex(sealed),
    },
  };
}
