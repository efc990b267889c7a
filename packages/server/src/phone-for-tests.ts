// For tests only: a phone that speaks the contract to a running server, and no more than a test asks of it.
import {
  type CellId,
  type Claim,
  ClaimSchema,
  ConsentStatementSchema,
  cellIdOfParameters,
  type DeviceId,
  DirectoryService,
  DiscoveryService,
  deviceIdOf,
  generateSealingKeyPair,
  type InboxAnswer,
  InboxAnswerSchema,
  InboxRequestSchema,
  keysOfEvaluatedNumber,
  loadVoprf,
  ManifestSchema,
  type OutboxAnswer,
  OutboxAnswerSchema,
  OutboxRequestSchema,
  openParameters,
  type Parameters,
  type PhoneNumber,
  policy,
  policyHash,
  RegistrationService,
  randomBytes,
  type SigningKeyPair,
  seal,
  sealRecord,
  signAccount,
  signConsent,
  signInboxChallenge,
  signingKeyPair,
  signManifest,
  signRequest,
  utf8,
  type VerifyCodeResponse,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { WebSocket } from "ws";

export interface Server {
  readonly origin: string;
  readonly fakeSms: { messagesTo(number: string): { readonly text: string }[] } | undefined;
}

export interface Phone {
  readonly number: PhoneNumber;
  readonly root: SigningKeyPair;
  readonly device: { readonly id: DeviceId; readonly privateKey: Uint8Array };
  readonly cellId: CellId;
  readonly parameters: Parameters;
  readonly registration: Client<typeof RegistrationService>;
  readonly directory: Client<typeof DirectoryService>;
  readonly discovery: Client<typeof DiscoveryService>;
}

/** A phone that knows the cell's parameters and has sent nothing else. */
export async function makePhone(
  server: Server,
  number: string,
  root: SigningKeyPair = signingKeyPair(randomBytes(32)),
): Promise<Phone> {
  await loadVoprf();
  const transport = createConnectTransport({ baseUrl: server.origin, httpVersion: "1.1" });
  const registration = createClient(RegistrationService, transport);
  const answer = await registration.getParameters({});
  const parameters = await openParameters({
    bytes: answer.parameters,
    signature: answer.signature,
  });
  if (!parameters) throw new Error("the parameters are not signed");
  const deviceKeys = signingKeyPair(randomBytes(32));
  return {
    number: number as PhoneNumber,
    root,
    device: { id: deviceIdOf(deviceKeys.publicKey), privateKey: deviceKeys.privateKey },
    cellId: cellIdOfParameters(parameters),
    parameters,
    registration,
    directory: createClient(DirectoryService, transport),
    discovery: createClient(DiscoveryService, transport),
  };
}

export interface StartChanges {
  readonly statement?: MessageInitShape<typeof ConsentStatementSchema>;
  readonly plaintext?: Uint8Array;
  readonly nowMs?: number;
}

/** A StartRegistrationRequest as it should be, but for the changes. */
export async function startRequest(phone: Phone, changes: StartChanges = {}) {
  const statement = create(ConsentStatementSchema, {
    rootKey: phone.root.publicKey,
    cellId: phone.cellId,
    policyVersion: policy.version,
    policyHash: policyHash(policy),
    purposes: ["service"],
    givenAtMs: BigInt(changes.nowMs ?? Date.now()),
    nonce: randomBytes(16),
    ...(changes.statement as object),
  });
  const { bytes, signature } = await signConsent(phone.root.privateKey, statement);
  const padded = new Uint8Array(32);
  padded.set(utf8(phone.number));
  const sealingKey = phone.parameters.registrationKey;
  if (!sealingKey) throw new Error("no registration key");
  const plaintext = changes.plaintext ?? padded;
  return {
    registrationKeyEpoch: sealingKey.epoch,
    sealedNumber: await seal(sealingKey.publicKey, "number", plaintext, bytes),
    consent: bytes,
    consentSignature: signature,
  };
}

export async function startRegistration(phone: Phone, changes?: StartChanges) {
  return phone.registration.startRegistration(await startRequest(phone, changes));
}

export function lastCode(server: Server, number: string): string {
  const code = server.fakeSms
    ?.messagesTo(number)
    .at(-1)
    ?.text.match(/code: (\d{6})/)?.[1];
  if (!code) throw new Error("no code came");
  return code;
}

/** A CreateAccountRequest for a claim. */
export async function accountRequest(phone: Phone, verified: VerifyCodeResponse) {
  const { evaluation } = verified;
  if (!evaluation || !phone.parameters.voprfKey) throw new Error("no evaluation");
  const keys = keysOfEvaluatedNumber(phone.parameters.voprfKey.publicKey, phone.number, evaluation);
  const sealedRecord = await sealRecord(keys.recordKey, {
    rootKey: phone.root.publicKey,
    lowestManifestVersion: 1,
  });
  const { publicKey: sealingKey } = await generateSealingKeyPair();
  const signatureKey = signingKeyPair(phone.device.privateKey).publicKey;
  const manifest = await signManifest(
    phone.root.privateKey,
    create(ManifestSchema, {
      rootKey: phone.root.publicKey,
      version: 1,
      devices: [{ signatureKey, sealingKey, name: "quiet otter" }],
    }),
  );
  const fields = { claim: verified.claim, sealedRecord, manifest };
  const signature = await signAccount(phone.root.privateKey, fields);
  return { ...fields, claimSignature: verified.claimSignature, signature, keys };
}

/** From nothing to an account. */
export async function turnOn(server: Server, phone: Phone, nowMs?: number) {
  const { session } = await startRegistration(phone, nowMs === undefined ? {} : { nowMs });
  const code = lastCode(server, phone.number);
  const verified = await phone.registration.verifyCode({ session, code });
  const request = await accountRequest(phone, verified);
  const { accountId } = await phone.registration.createAccount(request);
  const claim: Claim = fromBinary(ClaimSchema, verified.claim);
  return { accountId, keys: request.keys, claim, session };
}

export function signedCall(phone: Phone, procedure: string, body: Uint8Array, nowMs = Date.now()) {
  const target = { cellId: phone.cellId, procedure: `/assent.v1.${procedure}` };
  return signRequest(phone.device, target, body, nowMs);
}

export async function leave(phone: Phone) {
  const request = await signedCall(phone, "RegistrationService/DeleteAccount", new Uint8Array());
  return { request, answer: await phone.registration.deleteAccount({ request }) };
}

/** A socket whose frames are read one after the other. */
export interface TestSocket {
  readonly webSocket: WebSocket;
  /** The next frame; rejects when the socket closes first. */
  next(): Promise<Uint8Array>;
  readonly closed: Promise<number>;
}

export async function connect(server: Server, path: string): Promise<TestSocket> {
  const webSocket = new WebSocket(
    `${server.origin.replace("http", "ws")}${path}`,
    "assent.mailbox.v1",
  );
  const frames: Uint8Array[] = [];
  const readers: PromiseWithResolvers<Uint8Array>[] = [];
  webSocket.on("message", (data: Buffer) => {
    const frame = new Uint8Array(data);
    const reader = readers.shift();
    if (reader) reader.resolve(frame);
    else frames.push(frame);
  });
  const closed = new Promise<number>((resolve) => {
    webSocket.on("close", (code) => {
      for (const reader of readers) reader.reject(new Error(`closed with ${code}`));
      resolve(code);
    });
  });
  await new Promise<void>((resolve, reject) => {
    webSocket.once("open", resolve);
    webSocket.once("error", reject);
  });
  return {
    webSocket,
    closed,
    next() {
      const frame = frames.shift();
      if (frame) return Promise.resolve(frame);
      if (webSocket.readyState === WebSocket.CLOSED) return Promise.reject(new Error("closed"));
      const reader = Promise.withResolvers<Uint8Array>();
      readers.push(reader);
      return reader.promise;
    },
  };
}

export interface TestOutbox extends TestSocket {
  ask(request: MessageInitShape<typeof OutboxRequestSchema>): void;
  answer(): Promise<OutboxAnswer>;
}

export async function openOutbox(server: Server): Promise<TestOutbox> {
  const socket = await connect(server, "/outbox");
  return {
    ...socket,
    ask: (request) =>
      socket.webSocket.send(toBinary(OutboxRequestSchema, create(OutboxRequestSchema, request))),
    answer: async () => fromBinary(OutboxAnswerSchema, await socket.next()),
  };
}

type InboxAsk = NonNullable<MessageInitShape<typeof InboxRequestSchema>["request"]>;

export interface TestInbox extends TestSocket {
  ask(request: InboxAsk): void;
  answer(): Promise<InboxAnswer["answer"]>;
}

/** An inbox whose challenge was answered; the next answer is `ready`, or an error. */
export async function openInbox(server: Server, phone: Phone): Promise<TestInbox> {
  const socket = await connect(server, "/inbox");
  const ask = (request: InboxAsk) =>
    socket.webSocket.send(toBinary(InboxRequestSchema, create(InboxRequestSchema, { request })));
  const answer = async () => fromBinary(InboxAnswerSchema, await socket.next()).answer;
  const challenge = await answer();
  if (challenge.case !== "challenge") throw new Error("no challenge");
  const signature = await signInboxChallenge(
    phone.device.privateKey,
    phone.cellId,
    challenge.value.nonce,
  );
  ask({ case: "authenticate", value: { deviceId: phone.device.id, signature } });
  return { ...socket, ask, answer };
}
