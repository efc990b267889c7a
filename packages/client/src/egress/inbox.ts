// The device's own socket: proves who it is, takes what waits, acknowledges it. Its requests are numbered, and one that
// is refused fails alone.
import {
  AssentError,
  type AuthenticateSchema,
  type BlockAddressesSchema,
  type Delivery,
  errorOfCode,
  type InboxAnswer,
  InboxAnswerSchema,
  type InboxError,
  InboxRequestSchema,
  type MintedCapability,
  type Ready,
  type SetPushSchema,
  type Signed,
} from "@assent/protocol";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Timers } from "../clock/timers.ts";
import type { DeclaredSocket, Egress } from "./egress.ts";
import { HeartbeatAnswers } from "./heartbeats.ts";
import type { DeclarationOf } from "./lanes.ts";
import { readFrame } from "./read-frame.ts";
import { UntakenFrames } from "./untaken-frames.ts";

/** Signs the service's challenge in the device's name. */
export type ProveDevice = (
  nonce: Uint8Array,
) => Promise<MessageInitShape<typeof AuthenticateSchema>>;

/** The connection is over, however that came. */
export class ConnectionLost extends AssentError {
  /** What the service closed it with (RFC 6455, 7.4), where it said. */
  readonly closeCode: number | undefined;

  constructor(closeCode?: number) {
    super("unreachable");
    this.closeCode = closeCode;
  }
}

/** The service no longer knows this device; where it knows how that came, it says so. */
export class SignedOut extends AssentError {
  readonly statement: { readonly ending: Signed; readonly certificate: Signed } | undefined;

  constructor({ ending, certificate }: InboxError) {
    super("signed_out");
    this.statement = ending && certificate && { ending, certificate };
  }
}

type AnswerBody = InboxAnswer["body"];
type AnswerByCase = { [A in AnswerBody as NonNullable<A["case"]>]: A["value"] };
type AnswerCase = keyof AnswerByCase;
/** What the service says without having been asked. */
type UnaskedCase = "challenge" | "delivery";
type RequestBody = Exclude<MessageInitShape<typeof InboxRequestSchema>["body"], undefined>;

interface Waiting {
  readonly kind: AnswerCase;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

// Without anything that comes, and in all: a line that is slow brings something all the time.
// Longer than what a frame of the service takes on a line of 8 KB a second.
const answerTimeoutMs = 60_000;
const mostTimeouts = 10;
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
  prove: ProveDevice,
  until?: AbortSignal,
): Promise<Inbox> {
  if (until?.aborted) throw new ConnectionLost();
  const answers = new Answers(egress.timers);
  const giveUp = () => answers.end(new ConnectionLost());
  until?.addEventListener("abort", giveUp);
  try {
    const socket = await egress.openSocket(
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
    try {
      const requests = new Requests(socket, answers);
      const { nonce } = await answers.unasked("challenge");
      const proof = await prove(nonce);
      const body = { case: "authenticate", value: proof } as const;
      const ready = await requests.ask("authenticate", body, "ready");
      return new Inbox(socket, requests, answers, ready);
    } catch (error) {
      socket.close();
      throw error;
    }
  } finally {
    until?.removeEventListener("abort", giveUp);
  }
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

/** What came, by the request that it answers or in its order, until the socket ends. */
class Answers {
  onHeard: () => void = () => undefined;
  /** The service asks whether this device is there. */
  onAsked: (number: number) => void = () => undefined;
  readonly #untaken = new UntakenFrames<UnaskedCase>();
  readonly #listening: Waiting[] = [];
  readonly #pending = new Map<number, Waiting>();
  readonly #timers: Timers;
  readonly #heartbeats: HeartbeatAnswers;
  #heardCount = 0;
  #end: { readonly error: unknown } | undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
    this.#heartbeats = new HeartbeatAnswers(timers, (number) => this.onAsked(number));
  }

  heard(): void {
    this.#heardCount += 1;
    this.onHeard();
  }

  receive(bytes: Uint8Array): void {
    if (this.#end) return;
    const read = readFrame(InboxAnswerSchema, bytes);
    if (!read) {
      this.end(new AssentError("service_untrusted"));
      return;
    }
    this.heard();
    const { request, body } = read.message;
    if (body.case === "heartbeat") {
      if (!body.value.isAnswer) this.#heartbeats.asked(body.value.number);
    } else if (body.case === "challenge" || body.case === "delivery") {
      this.#tell(body.case, body.value, read.heldBytes);
    } else if (request > 0) {
      this.#settle(request, body);
    } else if (body.case === "error") {
      this.end(errorOf(body.value));
    }
  }

  /** The first of a kind that came and were not waited for. */
  arrived<K extends UnaskedCase>(kind: K, most: number): AnswerByCase[K][] {
    return this.#untaken.take(kind, most) as AnswerByCase[K][];
  }

  /** The next of a kind; rejects when none comes in time, or the socket ends before. */
  unasked<K extends UnaskedCase>(kind: K, timeoutMs = answerTimeoutMs): Promise<AnswerByCase[K]> {
    const [arrived] = this.arrived(kind, 1);
    if (arrived) return Promise.resolve(arrived);
    return this.#wait(kind, timeoutMs, {
      add: (waiting) => this.#listening.push(waiting),
      remove: (waiting) => this.#listening.splice(this.#listening.indexOf(waiting), 1),
    });
  }

  /** What answers a request; rejects where it is refused, when no answer comes in time, or the socket ends before. */
  to<K extends AnswerCase>(request: number, kind: K): Promise<AnswerByCase[K]> {
    return this.#wait(kind, answerTimeoutMs, {
      add: (waiting) => this.#pending.set(request, waiting),
      remove: () => this.#pending.delete(request),
    });
  }

  refuse(request: number, error: unknown): void {
    const waiting = this.#pending.get(request);
    this.#pending.delete(request);
    waiting?.reject(error);
  }

  end(error: unknown): void {
    this.#end ??= { error };
    this.#heartbeats.end();
    const waiting = [...this.#listening.splice(0), ...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(this.#end.error);
  }

  #tell(kind: UnaskedCase, value: unknown, heldBytes: number): void {
    const index = this.#listening.findIndex((waiting) => waiting.kind === kind);
    const [waiting] = index >= 0 ? this.#listening.splice(index, 1) : [];
    if (waiting) waiting.resolve(value);
    else if (!this.#untaken.add(kind, value, heldBytes)) this.end(new ConnectionLost());
  }

  #settle(request: number, body: AnswerBody): void {
    const waiting = this.#pending.get(request);
    if (!waiting) return;
    if (body.case === "error") this.refuse(request, errorOf(body.value));
    // Whatever else it may mean, it is no answer: asked again later.
    else if (body.case !== waiting.kind) this.refuse(request, new AssentError("internal"));
    else {
      this.#pending.delete(request);
      waiting.resolve(body.value);
    }
  }

  #wait<K extends AnswerCase>(
    kind: K,
    timeoutMs: number,
    among: { add(waiting: Waiting): void; remove(waiting: Waiting): void },
  ): Promise<AnswerByCase[K]> {
    if (this.#end) return Promise.reject(this.#end.error);
    const { promise, resolve, reject } = Promise.withResolvers<AnswerByCase[K]>();
    const waiting: Waiting = {
      kind,
      resolve: (value) => resolve(value as AnswerByCase[K]),
      reject,
    };
    among.add(waiting);
    if (!Number.isFinite(timeoutMs)) return promise;
    let cancel: () => void = () => undefined;
    const waitOn = (times: number) => {
      const before = this.#heardCount;
      cancel = this.#timers.after(timeoutMs, () => {
        if (this.#heardCount > before && times > 1) return waitOn(times - 1);
        among.remove(waiting);
        reject(new ConnectionLost());
      });
    };
    waitOn(mostTimeouts);
    return promise.finally(() => cancel());
  }
}

function errorOf(error: InboxError): AssentError {
  if (error.code === "signed_out") return new SignedOut(error);
  return errorOfCode(error.code, error.retryAfterSeconds);
}
