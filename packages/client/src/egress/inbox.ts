// The device's own socket: proves who it is, takes what waits, acknowledges it.
import {
  AssentError,
  type BlockAddressesSchema,
  type CellId,
  type Delivery,
  type DeviceId,
  InboxAnswerSchema,
  type InboxRequest,
  InboxRequestSchema,
  isErrorCode,
  type MintedCapability,
  signInboxChallenge,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { DeclaredSocket, Egress } from "./egress.ts";

export interface InboxOwner {
  readonly deviceId: DeviceId;
  readonly devicePrivateKey: Uint8Array;
  readonly cellId: CellId;
}

type Answer = ReturnType<typeof decodeAnswer>["answer"];
type AnswerByCase = { [A in Answer as NonNullable<A["case"]>]: A["value"] };
type AnswerCase = keyof AnswerByCase;

interface Waiting {
  readonly kind: AnswerCase;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

type Request = Exclude<MessageInitShape<typeof InboxRequestSchema>["request"], undefined>;

const answerTimeoutMs = 30_000;
// Deliveries that are stored in one commit: what a stop may cost is small.
const mostTogether = 64;

/**
 * Opens the inbox and proves the device.
 * @param until gives up waiting for the service when this is aborted.
 * @throws AssentError unreachable; signed_out where the service no longer knows the device.
 */
export async function openInbox(
  egress: Egress,
  cellUrl: string,
  owner: InboxOwner,
  until?: AbortSignal,
): Promise<Inbox> {
  const answers = new Answers();
  const giveUp = () => answers.end(new AssentError("unreachable"));
  until?.addEventListener("abort", giveUp);
  try {
    return await open(egress, cellUrl, owner, answers);
  } finally {
    until?.removeEventListener("abort", giveUp);
  }
}

async function open(
  egress: Egress,
  cellUrl: string,
  owner: InboxOwner,
  answers: Answers,
): Promise<Inbox> {
  const socket = await egress.openSocket(
    "open-inbox",
    `${cellUrl.replace(/^http/, "ws")}/inbox`,
    "assent.mailbox.v1",
    {
      onMessage: (bytes) => answers.receive(bytes),
      onClose: () => answers.end(new AssentError("unreachable")),
    },
  );
  try {
    const { nonce } = await answers.next("challenge");
    const signature = await signInboxChallenge(owner.devicePrivateKey, owner.cellId, nonce);
    await send(socket, "authenticate", {
      case: "authenticate",
      value: { deviceId: owner.deviceId, signature },
    });
    const ready = await answers.next("ready");
    return new Inbox(socket, answers, ready.singleUseKeyPackagesLeft);
  } catch (error) {
    socket.close();
    throw error;
  }
}

export class Inbox {
  readonly keyPackagesLeft: number;
  readonly #socket: DeclaredSocket;
  readonly #answers: Answers;

  constructor(socket: DeclaredSocket, answers: Answers, keyPackagesLeft: number) {
    this.#socket = socket;
    this.#answers = answers;
    this.keyPackagesLeft = keyPackagesLeft;
  }

  /** The next delivery, however long it takes. Rejects when the socket ends. */
  async nextDelivery(): Promise<Delivery> {
    const first = await this.#answers.next("delivery", Number.POSITIVE_INFINITY);
    // What came meanwhile is taken with it: stored in one commit, acknowledged by one position.
    const all = [first, ...this.#answers.arrived("delivery", mostTogether - 1)];
    const last = all.at(-1) ?? first;
    return { ...last, envelopes: all.flatMap(({ envelopes }) => envelopes) };
  }

  /** The next delivery where one must come at once, as right after opening. */
  promptDelivery(): Promise<Delivery> {
    return this.#answers.next("delivery");
  }

  /** Resolves when the service has deleted everything up to this position. */
  async acknowledge(position: bigint): Promise<void> {
    await send(this.#socket, "acknowledge", { case: "acknowledge", value: { position } });
    await this.#answers.next("acknowledged");
  }

  async mintCapabilities(count: number): Promise<MintedCapability[]> {
    await send(this.#socket, "mint-capabilities", { case: "mintCapabilities", value: { count } });
    return (await this.#answers.next("mintedCapabilities")).capabilities;
  }

  /** Of at most as many addresses as `limits.addressesPerBlock`. */
  async blockAddresses(serials: MessageInitShape<typeof BlockAddressesSchema>): Promise<void> {
    await send(this.#socket, "block-addresses", { case: "blockAddresses", value: serials });
    await this.#answers.next("addressesBlocked");
  }

  /** Ends also what waits for an answer. */
  close(): void {
    this.#answers.end(new AssentError("unreachable"));
    this.#socket.close();
  }
}

/** Answers by kind, in the order they came, until the socket ends. */
class Answers {
  #arrived: Answer[] = [];
  readonly #waiting: Waiting[] = [];
  #end: AssentError | undefined;

  receive(bytes: Uint8Array): void {
    let answer: Answer;
    try {
      answer = decodeAnswer(bytes).answer;
    } catch (cause) {
      this.end(new AssentError("service_untrusted", { cause }));
      return;
    }
    if (answer.case === "error") {
      const { code } = answer.value;
      this.end(new AssentError(isErrorCode(code) ? code : "internal"));
      return;
    }
    const index = this.#waiting.findIndex(({ kind }) => kind === answer.case);
    const [waiting] = index >= 0 ? this.#waiting.splice(index, 1) : [];
    if (waiting) waiting.resolve(answer.value);
    else this.#arrived.push(answer);
  }

  /** The first of a kind that came and were not waited for. */
  arrived<K extends AnswerCase>(kind: K, most: number): AnswerByCase[K][] {
    const those = this.#arrived.filter((answer) => answer.case === kind).slice(0, most);
    this.#arrived = this.#arrived.filter((answer) => !those.includes(answer));
    return those.map(({ value }) => value as AnswerByCase[K]);
  }

  end(error: AssentError): void {
    this.#end ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#end);
  }

  /** The next answer of a kind; rejects when none comes in time, or the socket ends before. */
  next<K extends AnswerCase>(
    kind: K,
    timeoutMs: number = answerTimeoutMs,
  ): Promise<AnswerByCase[K]> {
    const index = this.#arrived.findIndex((answer) => answer.case === kind);
    const [arrived] = index >= 0 ? this.#arrived.splice(index, 1) : [];
    if (arrived) return Promise.resolve(arrived.value as AnswerByCase[K]);
    if (this.#end) return Promise.reject(this.#end);
    const { promise, resolve, reject } = Promise.withResolvers<AnswerByCase[K]>();
    const waiting: Waiting = {
      kind,
      resolve: (value) => resolve(value as AnswerByCase[K]),
      reject,
    };
    this.#waiting.push(waiting);
    if (!Number.isFinite(timeoutMs)) return promise;
    const timeout = setTimeout(() => {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      reject(new AssentError("unreachable"));
    }, timeoutMs);
    return promise.finally(() => clearTimeout(timeout));
  }
}

function decodeAnswer(bytes: Uint8Array) {
  return fromBinary(InboxAnswerSchema, bytes);
}

function send(
  socket: DeclaredSocket,
  declaration: "authenticate" | "acknowledge" | "mint-capabilities" | "block-addresses",
  request: Request,
): Promise<void> {
  const frame: InboxRequest = create(InboxRequestSchema, { request });
  return socket.send(declaration, toBinary(InboxRequestSchema, frame));
}
