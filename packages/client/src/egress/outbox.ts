// The anonymous socket: puts envelopes and asks what became of them. Nothing on it says whose it is.
import {
  AssentError,
  EnvelopeStatus,
  isErrorCode,
  limits,
  OutboxAnswerSchema,
  OutboxRequestSchema,
  type Put,
  PutOutcome,
  PutSchema,
  StatusQuerySchema,
} from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { DeclaredSocket, Egress } from "./egress.ts";

export interface OutgoingPut {
  readonly capability: Uint8Array;
  readonly envelopeId: Uint8Array;
  readonly body: Uint8Array;
}

/** What became of one put or query; an error of the table is a value, so that one does not stop the others. */
export type PutAnswer = "stored" | "gone" | AssentError;
export type StatusAnswer = "waiting" | "handed" | "gone" | "expired" | AssentError;

const answerTimeoutMs = 30_000;
// Half of what a frame may hold: the other half is room for everything that is not a body.
const frameBodyBytes = limits.frameBytes / 2;

interface Pending {
  resolve(answer: PutAnswer | StatusAnswer): void;
}

/** @throws AssentError unreachable */
export async function openOutbox(egress: Egress, cellUrl: string): Promise<Outbox> {
  let outbox: Outbox | undefined;
  const socket = await egress.openSocket(
    "open-outbox",
    `${cellUrl.replace(/^http/, "ws")}/outbox`,
    "assent.mailbox.v1",
    {
      onMessage: (bytes) => outbox?.receive(bytes),
      onClose: () => outbox?.end(),
    },
  );
  outbox = new Outbox(socket);
  return outbox;
}

export class Outbox {
  readonly #socket: DeclaredSocket;
  readonly #pending = new Map<number, Pending>();
  #lastRequest = 0;
  #ended = false;

  constructor(socket: DeclaredSocket) {
    this.#socket = socket;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Puts in order; answers in the order of the puts, each unreachable where the connection ends first. */
  async put(puts: readonly OutgoingPut[]): Promise<PutAnswer[]> {
    const answers: Promise<PutAnswer>[] = [];
    for (const frame of framesOf(puts)) {
      const numbered: Put[] = frame.map((item) => {
        const { request, answer } = this.#await<PutAnswer>();
        answers.push(answer);
        return create(PutSchema, { ...item, request });
      });
      await this.#send(
        "put",
        toBinary(OutboxRequestSchema, create(OutboxRequestSchema, { puts: numbered })),
      );
    }
    return Promise.all(answers);
  }

  async status(
    queries: readonly { readonly capability: Uint8Array; readonly secret: Uint8Array }[],
  ): Promise<StatusAnswer[]> {
    const answers: Promise<StatusAnswer>[] = [];
    for (let start = 0; start < queries.length; start += limits.itemsPerFrame) {
      const statusQueries = queries.slice(start, start + limits.itemsPerFrame).map((query) => {
        const { request, answer } = this.#await<StatusAnswer>();
        answers.push(answer);
        return create(StatusQuerySchema, { ...query, request });
      });
      const frame = create(OutboxRequestSchema, { statusQueries });
      await this.#send("ask-status", toBinary(OutboxRequestSchema, frame));
    }
    return Promise.all(answers);
  }

  /** Ends also what waits for an answer. */
  close(): void {
    this.end();
    this.#socket.close();
  }

  receive(bytes: Uint8Array): void {
    let answer: ReturnType<typeof decodeAnswer>;
    try {
      answer = decodeAnswer(bytes);
    } catch {
      this.#socket.close();
      return;
    }
    for (const { request, outcome } of answer.putResults) {
      this.#answer(request, outcome === PutOutcome.STORED ? "stored" : "gone", outcome !== 0);
    }
    for (const { request, status } of answer.statusResults) {
      const word = statusWords[status];
      this.#answer(request, word ?? "waiting", word !== undefined);
    }
    for (const { request, code } of answer.errors) {
      this.#answer(request, new AssentError(isErrorCode(code) ? code : "internal"), true);
    }
  }

  end(): void {
    this.#ended = true;
    for (const pending of this.#pending.values()) pending.resolve(new AssentError("unreachable"));
    this.#pending.clear();
  }

  #await<T extends PutAnswer | StatusAnswer>(): { request: number; answer: Promise<T> } {
    this.#lastRequest += 1;
    const request = this.#lastRequest;
    const answer = new Promise<T>((resolve) => {
      if (this.#ended) return resolve(new AssentError("unreachable") as T);
      const timeout = setTimeout(() => {
        this.#pending.delete(request);
        resolve(new AssentError("unreachable") as T);
      }, answerTimeoutMs);
      this.#pending.set(request, {
        resolve: (value) => {
          clearTimeout(timeout);
          resolve(value as T);
        },
      });
    });
    return { request, answer };
  }

  #answer(request: number, answer: PutAnswer | StatusAnswer, known: boolean): void {
    if (!known) return;
    this.#pending.get(request)?.resolve(answer);
    this.#pending.delete(request);
  }

  async #send(declaration: "put" | "ask-status", frame: Uint8Array): Promise<void> {
    try {
      await this.#socket.send(declaration, frame);
    } catch (error) {
      this.end();
      throw error;
    }
  }
}

const statusWords: Readonly<Record<number, StatusAnswer>> = {
  [EnvelopeStatus.WAITING]: "waiting",
  [EnvelopeStatus.HANDED]: "handed",
  [EnvelopeStatus.GONE]: "gone",
  [EnvelopeStatus.EXPIRED]: "expired",
};

function decodeAnswer(bytes: Uint8Array) {
  return fromBinary(OutboxAnswerSchema, bytes);
}

function framesOf(puts: readonly OutgoingPut[]): OutgoingPut[][] {
  const frames: OutgoingPut[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of puts) {
    const frame = frames.at(-1);
    if (
      !frame ||
      frame.length >= limits.itemsPerFrame ||
      bytes + item.body.length > frameBodyBytes
    ) {
      frames.push([item]);
      bytes = item.body.length;
    } else {
      frame.push(item);
      bytes += item.body.length;
    }
  }
  return frames;
}
