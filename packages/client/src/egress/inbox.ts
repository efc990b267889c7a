// The device's own socket: proves who it is, takes what waits, acknowledges it. Its requests are numbered, and one that
// is refused fails alone.
import {
  AssentError,
  type AuthenticateSchema,
  type BlockAddressesSchema,
  type Challenge,
  type ComeBackSchema,
  type Delivery,
  InboxRequestSchema,
  type MintedCapability,
  type Ready,
  type SetPushSchema,
} from "@assent/protocol";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { DeclaredSocket, Egress } from "./egress.ts";
import {
  type AnswerByCase,
  type AnswerCase,
  Answers,
  answerTimeoutMs,
  ConnectionLost,
} from "./inbox-answers.ts";
import type { DeclarationOf } from "./lanes.ts";

/** Answers the service's challenge in the device's name. */
export interface DeviceAtDoor {
  /** By the return key; undefined where there is none that the service may know. */
  comeBack(challenge: Challenge): MessageInitShape<typeof ComeBackSchema> | undefined;
  sign(challenge: Challenge): Promise<MessageInitShape<typeof AuthenticateSchema>>;
}

type RequestBody = Exclude<MessageInitShape<typeof InboxRequestSchema>["body"], undefined>;

// Deliveries that are stored in one commit: what a stop may cost is small.
const mostTogether = 64;

/**
 * Opens the inbox and proves the device.
 * @param until gives up waiting for the service when this is aborted; opens nothing where it was before.
 * @throws AssentError unreachable; SignedOut where the service no longer knows the device.
 */
export async function openInbox(
  egress: Pick<Egress, "openSocket" | "timers">,
  cellUrl: string,
  device: DeviceAtDoor,
  until?: AbortSignal,
): Promise<Inbox> {
  if (until?.aborted) throw new ConnectionLost();
  const answers = new Answers(egress.timers);
  const giveUp = () => answers.end(new ConnectionLost());
  until?.addEventListener("abort", giveUp);
  try {
    const opening = egress.openSocket(
      "account",
      "open-inbox",
      `${cellUrl.replace(/^http/, "ws")}/inbox`,
      "assent.mailbox.v1",
      {
        onMessage: (bytes) => answers.receive(bytes),
        onBytes: () => answers.heard(),
        onClose: (code) => answers.end(new ConnectionLost(code)),
      },
    );
    const socket = await opened(opening, until);
    try {
      const requests = new Requests(socket, answers);
      const challenge = await answers.unasked("challenge");
      const ready =
        (await comeBack(requests, challenge, device)) ??
        (await authenticate(requests, challenge, device));
      return new Inbox(socket, requests, answers, ready);
    } catch (error) {
      socket.close();
      throw error;
    }
  } finally {
    until?.removeEventListener("abort", giveUp);
  }
}

/** A socket that does not open is not waited for once this is aborted; one that opens after all is closed. */
function opened<Socket extends { close(): void }>(
  opening: Promise<Socket>,
  until: AbortSignal | undefined,
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const giveUp = () => reject(new ConnectionLost());
  until?.addEventListener("abort", giveUp);
  opening.then((socket) => (until?.aborted ? socket.close() : resolve(socket)), reject);
  return promise.finally(() => until?.removeEventListener("abort", giveUp));
}

/** Undefined where the device has to sign. */
async function comeBack(
  requests: Requests,
  challenge: Challenge,
  device: DeviceAtDoor,
): Promise<Ready | undefined> {
  const value = device.comeBack(challenge);
  if (!value) return undefined;
  try {
    return await requests.ask("come-back", { case: "comeBack", value }, "ready");
  } catch (error) {
    if (error instanceof AssentError && error.code === "key_outdated") return undefined;
    throw error;
  }
}

async function authenticate(
  requests: Requests,
  challenge: Challenge,
  device: DeviceAtDoor,
): Promise<Ready> {
  const value = await device.sign(challenge);
  return requests.ask("authenticate", { case: "authenticate", value }, "ready");
}

export class Inbox {
  /** What the service said when the device was proved. */
  readonly ready: Ready;
  readonly #socket: DeclaredSocket<"account">;
  readonly #requests: Requests;
  readonly #answers: Answers;

  constructor(
    socket: DeclaredSocket<"account">,
    requests: Requests,
    answers: Answers,
    ready: Ready,
  ) {
    this.#socket = socket;
    this.#requests = requests;
    this.#answers = answers;
    this.ready = ready;
  }

  /** The next delivery, however long it takes. Rejects when the socket ends. */
  nextDelivery(): Promise<Delivery> {
    return this.#deliveryWithin(Number.POSITIVE_INFINITY);
  }

  /** The next delivery where one must come at once, as right after opening. */
  promptDelivery(): Promise<Delivery> {
    return this.#deliveryWithin(answerTimeoutMs);
  }

  /** Resolves when the service has deleted everything up to this position. */
  async acknowledge(position: bigint): Promise<void> {
    const body = { case: "acknowledge", value: { position } } as const;
    await this.#requests.ask("acknowledge", body, "acknowledged");
  }

  async mintCapabilities(count: number): Promise<MintedCapability[]> {
    const body = { case: "mintCapabilities", value: { count } } as const;
    const minted = await this.#requests.ask("mint-capabilities", body, "mintedCapabilities");
    return minted.capabilities;
  }

  /** Of at most as many addresses as `limits.addressesPerBlock`. */
  async blockAddresses(serials: MessageInitShape<typeof BlockAddressesSchema>): Promise<void> {
    const body = { case: "blockAddresses", value: serials } as const;
    await this.#requests.ask("block-addresses", body, "addressesBlocked");
  }

  async setPush(subscription: MessageInitShape<typeof SetPushSchema>): Promise<void> {
    const body = { case: "setPush", value: subscription } as const;
    await this.#requests.ask("set-push", body, "pushSet");
  }

  async endPush(): Promise<void> {
    await this.#requests.ask("end-push", { case: "endPush", value: {} }, "pushEnded");
  }

  /** Asks whether the service is there. Any frame answers. */
  ask(): void {
    this.#requests.heartbeat();
  }

  /** Calls this whenever something comes from now on, be it a part of a frame. */
  onHeard(heard: () => void): void {
    this.#answers.onHeard = heard;
  }

  /** Ends also what waits for an answer, by this error. */
  close(error: unknown = new ConnectionLost()): void {
    this.#answers.end(error);
    this.#socket.close();
  }

  async #deliveryWithin(timeoutMs: number): Promise<Delivery> {
    const first = await this.#answers.unasked("delivery", timeoutMs);
    // What came meanwhile is taken with it: stored in one commit, acknowledged by one position.
    const all = [first, ...this.#answers.arrived("delivery", mostTogether - 1)];
    const last = all.at(-1) ?? first;
    for (const delivery of all) this.#checkPositions(delivery);
    return { ...last, envelopes: all.flatMap(({ envelopes }) => envelopes) };
  }

  /** Positions mean nothing in another store or mailbox than this socket's: nothing of them may be acknowledged. */
  #checkPositions({ lineage, generation }: Delivery): void {
    if (lineage === this.ready.lineage && generation === this.ready.generation) return;
    this.close();
    throw new AssentError("unreachable");
  }
}

/** Numbers what is asked, from 1. */
class Requests {
  readonly #socket: DeclaredSocket<"account">;
  readonly #answers: Answers;
  #last = 0;

  constructor(socket: DeclaredSocket<"account">, answers: Answers) {
    this.#socket = socket;
    this.#answers = answers;
    answers.onAsked = (number) => this.#beat(number, true);
  }

  async ask<K extends AnswerCase>(
    declaration: DeclarationOf<"account">,
    body: RequestBody,
    kind: K,
  ): Promise<AnswerByCase[K]> {
    const request = this.#next();
    const answer = this.#answers.to(request, kind);
    // It may be refused while the request is still on its way out; whoever asked learns it below.
    answer.catch(() => undefined);
    try {
      await this.#send(declaration, request, body);
    } catch (error) {
      this.#answers.refuse(request, error);
    }
    return answer;
  }

  heartbeat(): void {
    this.#beat(this.#last + 1, false);
  }

  #beat(number: number, isAnswer: boolean): void {
    const body = { case: "heartbeat", value: { number, isAnswer } } as const;
    // Where it cannot be sent the socket is over, and says so itself.
    void this.#send("inbox-heartbeat", this.#next(), body).catch(() => undefined);
  }

  #next(): number {
    this.#last += 1;
    return this.#last;
  }

  #send(declaration: DeclarationOf<"account">, request: number, body: RequestBody): Promise<void> {
    const frame = create(InboxRequestSchema, { request, body });
    return this.#socket.send(declaration, toBinary(InboxRequestSchema, frame));
  }
}
