// How what is frozen follows from what it is given, by the code as it is. Whatever is drawn at random when it is sealed
// is frozen sealed, and what follows is its opening.
import {
  type AccountId,
  AuthenticatedRequestSchema,
  accountIdOf,
  bucketHolds,
  bucketOf,
  bytesFromHex,
  type CellId,
  ContentSchema,
  type ConversationId,
  cellIdOf,
  contractVersion,
  conversationIdOfTwo,
  declarations,
  deriveKey,
  deriveVoprfKeyPair,
  deviceIdOf,
  EnvelopeContentSchema,
  encodeBucket,
  envelopeIdOf,
  evaluateBatch,
  finalizeBatch,
  hex,
  inboxProcedure,
  isPaddedLength,
  isSignedRecord,
  isWorkDone,
  keysOfEvaluatedNumber,
  labelBytes,
  labelledHash,
  labels,
  limits,
  lookupHashOf,
  lowestContract,
  messageIdOf,
  numberSealData,
  openEnvelope,
  openRecord,
  openSeal,
  type PhoneNumber,
  pad,
  paddedLength,
  policy,
  policyFingerprint,
  policyHash,
  purposes,
  RecordSchema,
  requestHashOf,
  returnProof,
  safetyNumberOf,
  seal,
  sealOf,
  sha256,
  signAccount,
  signAccountUpdate,
  signedRecord,
  signInboxChallenge,
  signingKeyPair,
  signRequest,
  unblindedInput,
  unpad,
  verifyAccount,
  verifyAccountUpdate,
  verifyRequest,
  voprfInput,
  wireErrors,
  workAtOnce,
  workSubject,
} from "@assent/protocol";
import { fromJson, type JsonValue, toBinary, toJson } from "@bufbuild/protobuf";
import { statementGiven } from "./statements.ts";
import { opened, type Values } from "./vector.ts";

export type Rule = (given: Values) => Values | Promise<Values>;

const idsOf = {
  account: accountIdOf,
  device: deviceIdOf,
  cell: cellIdOf,
  envelope: envelopeIdOf,
} as const;

export const rules: Readonly<Record<string, Rule>> = {
  label: (given) => {
    const label = oneOf(labels, given["label"]);
    const secret = bytesIn(given, "secret");
    return {
      bytes: hex(labelBytes(label)),
      hash: hex(labelledHash(label, secret)),
      key: hex(deriveKey(secret, label, 44, bytesIn(given, "salt"))),
    };
  },

  id: (given) => {
    const idOf = idsOf[oneOf(Object.keys(idsOf) as (keyof typeof idsOf)[], given["of"])];
    return { id: hex(idOf(bytesIn(given, "key"))) };
  },

  "conversation id": (given) => ({
    id: hex(
      conversationIdOfTwo(bytesIn(given, "one") as AccountId, bytesIn(given, "other") as AccountId),
    ),
  }),

  "message id": (given) => {
    const content = fromJson(ContentSchema, valueIn(given, "content"));
    const encoded = toBinary(ContentSchema, content);
    const sender = bytesIn(given, "sender") as AccountId;
    const conversation = bytesIn(given, "conversation") as ConversationId;
    return { encoded: hex(encoded), id: messageIdOf(sender, conversation, encoded) };
  },

  statement: statementGiven,

  "record signature": async (given) => {
    const root = signingKeyPair(bytesIn(given, "rootSeed"));
    const record = await signedRecord(root, {
      cellId: bytesIn(given, "cellId"),
      lowestManifestVersion: Number(textIn(given, "lowestManifestVersion")),
      sequence: BigInt(textIn(given, "sequence")),
    });
    mustHold(await isSignedRecord(record));
    return { signature: hex(record.signature) };
  },

  account: async (given) => {
    const root = signingKeyPair(bytesIn(given, "rootSeed"));
    const fields = {
      claim: signedIn(given, "claim"),
      sealedRecord: bytesIn(given, "sealedRecord"),
      manifest: signedIn(given, "manifest"),
    };
    const signature = await signAccount(root.privateKey, fields);
    mustHold(await verifyAccount(root.publicKey, fields, signature));
    return { signature: hex(signature) };
  },

  "account update": async (given) => {
    const root = signingKeyPair(bytesIn(given, "rootSeed"));
    const cellId = bytesIn(given, "cellId") as CellId;
    const fields = {
      accountId: bytesIn(given, "accountId"),
      sequence: BigInt(textIn(given, "sequence")),
      sealedRecord: bytesIn(given, "sealedRecord"),
      manifest: signedIn(given, "manifest"),
      claim: given["claim"] === null ? undefined : signedIn(given, "claim"),
    };
    const signature = await signAccountUpdate(root.privateKey, cellId, fields);
    mustHold(await verifyAccountUpdate(root.publicKey, cellId, fields, signature));
    return { signature: hex(signature) };
  },

  request: async (given) => {
    const device = deviceIn(given);
    const procedure = textIn(given, "procedure");
    const cellId = bytesIn(given, "cellId") as CellId;
    const [body, counter] = [bytesIn(given, "body"), BigInt(textIn(given, "counter"))];
    const request = await signRequest(device, { cellId, procedure }, body, counter);
    const fields = { cellId, procedure, deviceId: device.id, counter, bodyHash: sha256(body) };
    mustHold(await verifyRequest(device.publicKey, fields, request.signature));
    return {
      encoded: hex(toBinary(AuthenticatedRequestSchema, request)),
      signature: hex(request.signature),
      requestHash: hex(requestHashOf(fields)),
    };
  },

  challenge: async (given) => {
    const device = deviceIn(given);
    const cellId = bytesIn(given, "cellId") as CellId;
    const [nonce, counter] = [bytesIn(given, "nonce"), BigInt(textIn(given, "counter"))];
    const signature = await signInboxChallenge(device, cellId, nonce, counter);
    const procedure = inboxProcedure;
    const fields = { cellId, procedure, deviceId: device.id, counter, bodyHash: sha256(nonce) };
    mustHold(await verifyRequest(device.publicKey, fields, signature));
    return { signature: hex(signature), requestHash: hex(requestHashOf(fields)) };
  },

  "coming back": (given) => ({
    proof: hex(returnProof(bytesIn(given, "returnKey"), bytesIn(given, "nonce"))),
  }),

  "claim as a request": (given) => ({
    requestHash: hex(labelledHash("request", bytesIn(given, "claim"))),
  }),

  "sealed number": async (given) => {
    const bound = {
      cellId: bytesIn(given, "cellId") as CellId,
      intent: Number(given["intent"]),
      consent: bytesIn(given, "consent"),
    };
    const associatedData = numberSealData(bound);
    const privateKey = await privateKeyIn(given);
    const plaintext = await openSeal(
      privateKey,
      "number",
      bytesIn(given, "sealed"),
      associatedData,
    );
    return { associatedData: hex(associatedData), plaintext: hex(opened(plaintext)) };
  },

  record: async (given) => {
    const record = await openRecord(bytesIn(given, "recordKey"), bytesIn(given, "sealed"));
    return { record: toJson(RecordSchema, opened(record)) };
  },

  "envelope to an address": async (given) => {
    const body = bytesIn(given, "body");
    const content = await openEnvelope(bytesIn(given, "envelopeKey"), body);
    return envelopeOf(body, opened(content));
  },

  "envelope to a device": async (given) => {
    const body = bytesIn(given, "body");
    const content = await openEnvelope(await privateKeyIn(given), body);
    return envelopeOf(body, opened(content));
  },

  work: (given) => {
    const subject = workSubject(bytesIn(given, "challenge"), bytesIn(given, "sealedNumber"));
    const numbers = workAtOnce(subject, Number(given["bits"]));
    mustHold(isWorkDone(subject, Number(given["bits"]), numbers));
    return { subject: hex(subject), numbers: hex(numbers) };
  },

  padding: (given) => {
    const content = bytesIn(given, "content");
    const padded = pad(content, Number(given["overhead"]));
    mustHold(hex(unpad(padded)) === hex(content));
    return { padded: hex(padded) };
  },

  "padded lengths": (given) => {
    const lengths = Array.from({ length: Number(given["upTo"]) + 1 }, (_, at) => paddedLength(at));
    mustHold(lengths.every(isPaddedLength));
    return { lengths: [...new Set(lengths)] };
  },

  "evaluated number": async (given) => {
    const keys = deriveVoprfKeyPair(bytesIn(given, "seed"), bytesIn(given, "info"));
    const number = textIn(given, "number") as PhoneNumber;
    const input = unblindedInput(voprfInput(number));
    const evaluation = evaluateBatch(keys, [input.blindedElement], bytesIn(given, "random"));
    const [evaluatedElement] = evaluation.evaluatedElements as [Uint8Array];
    const [handle] = finalizeBatch(keys.publicKey, [input], evaluation) as [Uint8Array];
    const { proof } = evaluation;
    const found = keysOfEvaluatedNumber(keys.publicKey, number, { evaluatedElement, proof });
    return {
      publicKey: hex(keys.publicKey),
      evaluatedElement: hex(evaluatedElement),
      proof: hex(proof),
      handle: hex(handle),
      bucketBits: found.bucketBits,
      tag: found.tag,
      lookupKey: hex(found.lookupKey),
      lookupHash: hex(lookupHashOf(found.lookupKey)),
      recordKey: hex(found.recordKey),
    };
  },

  bucket: (given) => {
    const tags = valueIn(given, "tags") as number[];
    const bytes = encodeBucket(tags);
    mustHold(tags.every((tag) => bucketHolds(bytes, tag)));
    return { bytes: hex(bytes), hash: hex(sha256(bytes)) };
  },

  /** With 0 bits, 1 bit, … 32. */
  "buckets of an account": (given) => ({
    buckets: Array.from({ length: 33 }, (_, bits) => bucketOf(Number(given["bucketBits"]), bits)),
  }),

  "safety number": (given) => {
    const known = (side: string) => ({
      number: textIn(given, `${side}Number`) as PhoneNumber,
      rootKey: bytesIn(given, `${side}RootKey`),
    });
    return { groups: safetyNumberOf(known("one"), known("other")) };
  },

  policy: () => ({
    version: policy.version,
    hash: hex(policyHash(policy)),
    fingerprint: policyFingerprint(policy),
    purposes: [...purposes],
  }),

  words: () => ({
    contract: contractVersion,
    lowestContract,
    labels: [...labels],
    declarations: Object.entries(declarations).map(([id, { purpose, lane, bytesAtMost }]) => [
      id,
      purpose,
      lane,
      bytesAtMost,
    ]),
    errors: Object.entries(wireErrors).map(([code, { retry }]) => [code, retry]),
    limits: limits as unknown as JsonValue,
  }),
};

function envelopeOf(
  body: Uint8Array,
  content: Parameters<typeof toJson<typeof EnvelopeContentSchema>>[1],
): Values {
  return {
    seal: sealOf(body) ?? null,
    length: body.length,
    content: toJson(EnvelopeContentSchema, content),
  };
}

/** A private key, once it has opened what is sealed to the public one beside it. */
async function privateKeyIn(given: Values): Promise<Uint8Array> {
  const privateKey = bytesIn(given, "privateKey");
  const sealed = await seal(bytesIn(given, "publicKey"), "first contact", privateKey);
  opened(await openSeal(privateKey, "first contact", sealed));
  return privateKey;
}

function deviceIn(given: Values) {
  const pair = signingKeyPair(bytesIn(given, "deviceSeed"));
  return { ...pair, id: deviceIdOf(pair.publicKey) };
}

/** The signature itself is not part of what is signed again. */
function signedIn(given: Values, name: string) {
  return { encoded: bytesIn(given, name), signature: new Uint8Array(64) };
}

function mustHold(holds: boolean): void {
  if (!holds) throw new Error("it does not hold");
}

function oneOf<T extends string>(all: readonly T[], text: JsonValue | undefined): T {
  return opened(all.find((one) => one === text));
}

function valueIn(given: Values, name: string): JsonValue {
  return opened(given[name]);
}

function textIn(given: Values, name: string): string {
  const value = given[name];
  if (typeof value !== "string") throw new TypeError(`${name} is no text`);
  return value;
}

function bytesIn(given: Values, name: string): Uint8Array<ArrayBuffer> {
  return bytesFromHex(textIn(given, name));
}
