// The service as a side: registered phones, whose frames are the contract's. They come back by the keys that they were given when
// they registered, or sign each time.
import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import {
  type InboxAsk,
  inboxAnswerIn,
  inboxFrame,
  makePhoneAt,
  mint,
  nextCounter,
  openInbox,
  openSocket,
  type Phone,
  reachCell,
  returnAnswer,
  socketUrl,
  turnOn,
} from "@assent/bare-phone";
import {
  type AuthenticateSchema,
  contractVersion,
  inboxProcedure,
  randomBytes,
  sha256,
  signedRequestBytes,
} from "@assent/protocol";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { WebSocket } from "ws";
import { benchNumber, inParallel } from "../scale.ts";
import { MeasuredProcess } from "../server-process.ts";
import { closed } from "./bare-side.ts";
import { inboxCountsIn, PutFrames, storedIn } from "./contract-frames.ts";
import { bodyBytes, type Pair, type RunningSide, type Side } from "./side.ts";

interface ContractSideOptions {
  /** Lets texts wait in a folder, once the service made it and before it is measured. */
  readonly leaveTexts?: (folder: string) => Promise<void>;
  /** Whether phones sign whenever they connect. */
  readonly signs?: boolean;
}

export function contractSide(name: string, options: ContractSideOptions = {}): Side {
  return {
    name,
    start: (folder, pairs, progress) => startService(options, folder, pairs, progress),
  };
}

async function startService(
  { leaveTexts, signs = false }: ContractSideOptions,
  folder: string,
  count: number,
  progress: (line: string) => void,
): Promise<RunningSide> {
  if (leaveTexts) {
    await (await MeasuredProcess.serve(folder)).stop();
    progress("  texts that wait …");
    await leaveTexts(folder);
  }
  const process = await MeasuredProcess.serve(folder);
  const cell = await reachCell({ origin: process.origin });
  const pairs = await inParallel(count, 4, async (index) => {
    if (index % 50 === 0) progress(`  phone ${index} of ${count}`);
    const phone = await makePhoneAt(cell, benchNumber(index));
    await turnOn(cell, phone);
    const inbox = await openInbox(cell, phone);
    const { returnKey } = (await inbox.until("ready")).value;
    const [address] = await mint(inbox);
    await closed(inbox.webSocket);
    if (!address) throw new Error("nothing was minted");
    const { capability } = address;
    return new ContractPair(process.origin, phone, capability, signs ? undefined : returnKey);
  });
  return {
    process,
    pairs,
    async connectOnly(pair) {
      const { socket } = await authenticated(
        process.origin,
        pairs[pair] as ContractPair,
        () => undefined,
      );
      return { close: () => socket.terminate() };
    },
  };
}

class ContractPair implements Pair {
  readonly #phone: Phone;
  readonly #key: KeyObject;
  readonly #returnKey: Uint8Array | undefined;
  readonly #server: { readonly origin: string };
  readonly #frames: PutFrames;
  #outbox: WebSocket | undefined;
  #inbox: WebSocket | undefined;

  constructor(
    origin: string,
    phone: Phone,
    capability: Uint8Array,
    returnKey: Uint8Array | undefined,
  ) {
    this.#server = { origin };
    this.#phone = phone;
    this.#returnKey = returnKey;
    const [x, d] = [phone.device.signatureKey, phone.device.privateKey].map((bytes) =>
      Buffer.from(bytes).toString("base64url"),
    );
    this.#key = createPrivateKey({ key: { kty: "OKP", crv: "Ed25519", x, d }, format: "jwk" });
    this.#frames = new PutFrames(capability, randomBytes(bodyBytes));
  }

  /** As a bare phone answers a challenge, by what is quickest here: the phones share the machine with what is measured. */
  answer(nonce: Uint8Array): InboxAsk {
    const key = this.#returnKey;
    if (!key) return { case: "authenticate", value: this.#authentication(nonce) };
    return returnAnswer(this.#phone, key, nonce);
  }

  #authentication(nonce: Uint8Array): MessageInitShape<typeof AuthenticateSchema> {
    const { device, cellId, accountId } = this.#phone;
    const deviceId = device.id;
    const counter = nextCounter(this.#phone);
    const procedure = inboxProcedure;
    const bodyHash = sha256(nonce);
    const fields = { cellId, procedure, deviceId, counter, bodyHash };
    const signature = sign(null, signedRequestBytes(fields), this.#key);
    return { deviceId, counter, signature, contract: contractVersion, accountId };
  }

  async openOutbox(onStored: (texts: number) => void): Promise<void> {
    const url = socketUrl(this.#server, "/outbox");
    this.#outbox = await openSocket(url, (frame) => onStored(storedIn(frame)));
  }

  async openInbox(
    onReceived: (texts: number) => void,
    onAcknowledged: (texts: number) => void,
  ): Promise<void> {
    let request = 1;
    let acknowledged = -1;
    let received = 0;
    const { origin } = this.#server;
    const { socket, acknowledgedBefore } = await authenticated(origin, this, (frame) => {
      const counts = inboxCountsIn(frame);
      if (counts.kind === "acknowledged") {
        onAcknowledged(counts.position - acknowledged);
        acknowledged = counts.position;
      }
      if (counts.kind !== "delivery" || counts.texts === 0) return;
      onReceived(counts.texts);
      // All that came in one turn is acknowledged together.
      const isFirst = received === 0;
      received = counts.position;
      if (!isFirst) return;
      setImmediate(() => {
        request += 1;
        const position = BigInt(received);
        received = 0;
        socket.send(inboxFrame(request, { case: "acknowledge", value: { position } }));
      });
    });
    acknowledged = acknowledgedBefore;
    this.#inbox = socket;
  }

  put(): void {
    this.#outbox?.send(this.#frames.next());
  }

  async closeInbox(): Promise<void> {
    await closed(this.#inbox);
  }

  closeOutbox(): void {
    this.#outbox?.terminate();
  }
}

/** Resolves when the service said `ready`; everything after that goes to `onFrame`. */
async function authenticated(
  origin: string,
  pair: ContractPair,
  onFrame: (frame: Buffer) => void,
): Promise<{ readonly socket: WebSocket; readonly acknowledgedBefore: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let isReady = false;
  const socket = await openSocket(socketUrl({ origin }, "/inbox"), (frame, from) => {
    if (isReady) {
      onFrame(frame);
      return;
    }
    const answer = inboxAnswerIn(frame);
    if (answer.case === "challenge") {
      from.send(inboxFrame(1, pair.answer(answer.value.nonce)));
    } else if (answer.case === "ready") {
      isReady = true;
      resolve(Number(answer.value.acknowledgedPosition));
    } else reject(new Error(`${answer.case} instead of ready`));
  });
  return { socket, acknowledgedBefore: await promise };
}
