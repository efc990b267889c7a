// A phone without the SDK: registers for real, and then speaks bare frames, so that what is measured is the
// service alone.
import {
  AddKeyPackagesRequestSchema,
  ConsentStatementSchema,
  cellIdOf,
  DirectoryService,
  deviceIdOf,
  generateSealingKeyPair,
  InboxAnswerSchema,
  InboxRequestSchema,
  keysOfEvaluatedNumber,
  ManifestSchema,
  type Parameters,
  ParametersSchema,
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
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { WebSocket } from "ws";

/** What all phones of one run share. */
export class SimulatedCarrier {
  readonly origin: string;
  readonly registration: Client<typeof RegistrationService>;
  readonly directory: Client<typeof DirectoryService>;
  readonly parameters: Parameters;

  private constructor(
    origin: string,
    registration: Client<typeof RegistrationService>,
    directory: Client<typeof DirectoryService>,
    parameters: Parameters,
  ) {
    this.origin = origin;
    this.registration = registration;
    this.directory = directory;
    this.parameters = parameters;
  }

  static async connect(origin: string): Promise<SimulatedCarrier> {
    const transport = createConnectTransport({
      baseUrl: origin,
      httpVersion: "1.1",
      useBinaryFormat: true,
    });
    const registration = createClient(RegistrationService, transport);
    const directory = createClient(DirectoryService, transport);
    const answer = await registration.getParameters({});
    const parameters = fromBinary(ParametersSchema, answer.parameters);
    return new SimulatedCarrier(origin, registration, directory, parameters);
  }

  async codeFor(number: string): Promise<string> {
    const answer = await fetch(`${this.origin}/sms/messages?to=${encodeURIComponent(number)}`);
    const messages = (await answer.json()) as { text: string }[];
    const code = /\b\d{6}\b/.exec(messages.at(-1)?.text ?? "")?.[0];
    if (!code) throw new Error("no code was sent");
    return code;
  }
}

/** The n-th of a million numbers of one mobile prefix. */
export function benchNumber(index: number): PhoneNumber {
  return `+49151${String(20_000_000 + index)}` as PhoneNumber;
}

export class SimulatedPhone {
  readonly device: SigningKeyPair;
  readonly #carrier: SimulatedCarrier;

  private constructor(carrier: SimulatedCarrier, device: SigningKeyPair) {
    this.#carrier = carrier;
    this.device = device;
  }

  /** The whole of turning on, without KeyPackages: nobody starts a conversation with it. */
  static async register(carrier: SimulatedCarrier, number: PhoneNumber): Promise<SimulatedPhone> {
    const { parameters, registration } = carrier;
    const root = signingKeyPair(randomBytes(32));
    const device = signingKeyPair(randomBytes(32));
    const cellId = cellIdOf(parameters.identityKey);
    const consent = await signConsent(
      root.privateKey,
      create(ConsentStatementSchema, {
        rootKey: root.publicKey,
        cellId,
        policyVersion: policy.version,
        policyHash: policyHash(policy),
        purposes: ["service"],
        givenAtMs: BigInt(Date.now()),
        nonce: randomBytes(16),
      }),
    );
    const padded = new Uint8Array(32);
    padded.set(utf8(number));
    const registrationKey = parameters.registrationKey?.publicKey as Uint8Array;
    const { session } = await registration.startRegistration({
      registrationKeyEpoch: parameters.registrationKey?.epoch ?? 0,
      sealedNumber: await seal(registrationKey, "number", padded, consent.bytes),
      consent: consent.bytes,
      consentSignature: consent.signature,
    });
    const verified = await registration.verifyCode({
      session,
      code: await carrier.codeFor(number),
    });
    if (!verified.evaluation) throw new Error("no evaluation");
    const voprfKey = parameters.voprfKey?.publicKey as Uint8Array;
    const { recordKey } = keysOfEvaluatedNumber(voprfKey, number, verified.evaluation);
    const fields = {
      claim: verified.claim,
      sealedRecord: await sealRecord(recordKey, {
        rootKey: root.publicKey,
        lowestManifestVersion: 1,
      }),
      manifest: await signManifest(
        root.privateKey,
        create(ManifestSchema, {
          rootKey: root.publicKey,
          version: 1,
          devices: [
            {
              signatureKey: device.publicKey,
              sealingKey: (await generateSealingKeyPair()).publicKey,
              name: "bench",
            },
          ],
        }),
      ),
    };
    await registration.createAccount({
      ...fields,
      claimSignature: verified.claimSignature,
      signature: await signAccount(root.privateKey, fields),
    });
    return new SimulatedPhone(carrier, device);
  }

  /** The same phone, at the same service started again elsewhere. */
  at(carrier: SimulatedCarrier): SimulatedPhone {
    return new SimulatedPhone(carrier, this.device);
  }

  get deviceId() {
    return deviceIdOf(this.device.publicKey);
  }

  async addKeyPackages(keyPackages: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
    const cellId = cellIdOf(this.#carrier.parameters.identityKey);
    const body = toBinary(
      AddKeyPackagesRequestSchema,
      create(AddKeyPackagesRequestSchema, { keyPackages: [...keyPackages] }),
    );
    const procedure = "/assent.v1.DirectoryService/AddKeyPackages";
    const signer = { id: this.deviceId, privateKey: this.device.privateKey };
    await this.#carrier.directory.addKeyPackages({
      request: await signRequest(signer, { cellId, procedure }, body, Date.now()),
    });
  }

  /** An authenticated inbox; every delivery is handed over and acknowledged in one step. */
  async openInbox(onEnvelopes: (bodies: readonly Uint8Array[]) => void): Promise<SimulatedInbox> {
    const cellId = cellIdOf(this.#carrier.parameters.identityKey);
    const minted = Promise.withResolvers<Uint8Array[]>();
    const ready = Promise.withResolvers<void>();
    const onMessage = async (data: Buffer, from: WebSocket) => {
      const { answer } = fromBinary(InboxAnswerSchema, data);
      if (answer.case === "challenge") {
        const { nonce } = answer.value;
        const signature = await signInboxChallenge(this.device.privateKey, cellId, nonce);
        sendInbox(from, { case: "authenticate", value: { deviceId: this.deviceId, signature } });
      } else if (answer.case === "ready") ready.resolve();
      else if (answer.case === "mintedCapabilities") {
        minted.resolve(answer.value.capabilities.map(({ capability }) => capability));
      } else if (answer.case === "delivery") {
        const last = answer.value.envelopes.at(-1);
        if (!last) return;
        onEnvelopes(answer.value.envelopes.map(({ body }) => body));
        sendInbox(from, { case: "acknowledge", value: { position: last.position } });
      } else if (answer.case === "error") ready.reject(new Error(answer.value.code));
    };
    const url = `${this.#carrier.origin.replace("http", "ws")}/inbox`;
    const socket = await openSocket(url, (data, from) => void onMessage(data, from));
    await ready.promise;
    return {
      mint: async () => {
        sendInbox(socket, { case: "mintCapabilities", value: { count: 1 } });
        return (await minted.promise)[0] as Uint8Array;
      },
      close: () => socket.terminate(),
    };
  }
}

export interface SimulatedInbox {
  mint(): Promise<Uint8Array>;
  close(): void;
}

/** @param onMessage is there before the first message can be. */
export function openSocket(
  url: string,
  onMessage: (data: Buffer, socket: WebSocket) => void = () => undefined,
): Promise<WebSocket> {
  const socket = new WebSocket(url, "assent.mailbox.v1", { perMessageDeflate: false });
  socket.on("message", (data: Buffer) => onMessage(data, socket));
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(socket));
    socket.once("error", reject);
  });
}

type InboxRequestCase = Exclude<MessageInitShape<typeof InboxRequestSchema>["request"], undefined>;

function sendInbox(socket: WebSocket, request: InboxRequestCase): void {
  socket.send(toBinary(InboxRequestSchema, create(InboxRequestSchema, { request })));
}
