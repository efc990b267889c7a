// The anonymous socket: puts envelopes and asks what became of them. Nothing on it says whose it is.
import {
  AssentError,
  EnvelopeStatus,
  errorOfCode,
  limits,
  OutboxAnswerSchema,
  OutboxRequestSchema,
  type Purpose,
  PutOutcome,
  type PutResult,
  RevokeOutcome,
} from "@assent/protocol";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Timers } from "../clock/timers.ts";
import type { DeclaredSocket, Egress } from "./egress.ts";
import { HeartbeatAnswers } from "./heartbeats.ts";
import type { DeclarationOf } from "./lanes.ts";
import { slowestBytesPerSecond } from "./patience.ts";
import { readFrame } from "./read-frame.ts";

export interface OutgoingPut {
  readonly capability: Uint8Array;
  readonly envelopeId: Uint8Array;
  readonly body: Uint8Array;
  /** Nothing that a person wants to be woken for. */
  readonly quiet: boolean;
  /** What is in it that its owner has to have said yes to. */
  readonly purpose: Purpose;
  /** Which of the puts before it, by its place among them, must be stored first. */
  readonly after?: number;
}

/** What became of one put or query; an error of the table is a value, so that one does not stop the others. */
export type PutAnswer = StoredAnswer | "gone" | "revoked" | AssentError;
export type StatusAnswer =
  | "held"
  | "gone"
  | "lost"
  | "handed"
  | "expired"
  | "revoked"
  | AssentError;
/** `not-known`: from now on nobody is handed it, and whether somebody was before, the service does not know. */
export type RevokeAnswer = "revoked" | "handed" | "gone" | "not-known" | AssentError;
type Answer = PutAnswer | StatusAnswer | RevokeAnswer;

export interface StoredAnswer {
  /** 16 bytes: asks what became of it, with its capability. */
  readonly ticket: Uint8Array;
}

export interface TicketQuery {
  readonly capability: Uint8Array;
  readonly ticket: Uint8Array;
}

export interface RevokedEnvelope {
  readonly capability: Uint8Array;
  readonly secret: Uint8Array;
  /** Empty where its put was never answered. */
  readonly ticket: Uint8Array;
}

// Nothing that comes for this long, beside the time that what is on its way takes: the connection is dead.
const answerMs = 25_000;
// An answer that other answers come before, again and again.
const longestMs = 300_000;
// Small, so that a slow line is answered often. One that is longer by itself goes alone.
const frameBodyBytes = 65_536;
const ticketLength = 16;

interface Pending {
  /** Of the body that has to get there first. */
  readonly bytes: number;
  resolve(answer: Answer): void;
}

/** @throws AssentError unreachable */
export async function openOutbox(
  egress: Pick<Egress, "openSocket" | "timers">,
  cellUrl: string,
  now: () => number,
): Promise<Outbox> {
  let outbox: Outbox | undefined;
  const socket = await egress.openSocket(
    "anonymous",
    "open-outbox",
    `${cellUrl.replace(/^http/, "ws")}/outbox`,
    "assent.mailbox.v1",
    {
      onMessage: (bytes) => outbox?.receive(bytes),
      onBytes: () => outbox?.heard(),
      onClose: () => outbox?.end(),
    },
  );
  outbox = new Outbox(socket, egress.timers, now);
  return outbox;
}

export class Outbox {
  readonly #socket: DeclaredSocket<"anonymous">;
  readonly #timers: Timers;
  readonly #now: () => number;
  readonly #pending = new Map<number, Pending>();
  #cancelWatch: () => void = () => undefined;
  readonly #listening = new Set<(isAlive: boolean) => void>();
  #lastRequest = 0;
  #lastHeartbeat = 0;
  readonly #heartbeatAnswers: HeartbeatAnswers;
  #heardAtMs: number;
  #ended = false;

  constructor(socket: DeclaredSocket<"anonymous">, timers: Timers, now: () => number) {
    this.#socket = socket;
    this.#timers = timers;
    this.#now = now;
    this.#heardAtMs = now();
    this.#heartbeatAnswers = new HeartbeatAnswers(timers, (number) => this.#beat(number, true));
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** When the last frame came. */
  get heardAtMs(): number {
    return this.#heardAtMs;
  }

  /**
   * Puts in order; answers in the order of the puts, each unreachable where the connection ends first, or what the door
   * said where it let it not pass.
   */
  async put(puts: readonly OutgoingPut[]): Promise<PutAnswer[]> {
    const first = this.#lastRequest + 1;
    const asked = puts.map(({ after, ...item }) => {
      const { request, answer } = this.#await<PutAnswer>(item.body.length);
      return { put: { ...item, request, after: after === undefined ? 0 : first + after }, answer };
    });
    for (const frame of framesOf(asked.map(({ put }) => put))) {
      try {
        await this.#send("put", { puts: frame.map(onTheWire) }, frame[0]?.purpose);
      } catch (error) {
        if (!(error instanceof AssentError) || error.retry !== "after-consent") throw error;
        for (const { request } of frame) this.#answer(request, error);
      }
    }
    return Promise.all(asked.map(({ answer }) => answer));
  }

  async status(queries: readonly TicketQuery[]): Promise<StatusAnswer[]> {
    const answers: Promise<StatusAnswer>[] = [];
    for (let start = 0; start < queries.length; start += limits.itemsPerFrame) {
      const statusQueries = queries.slice(start, start + limits.itemsPerFrame).map((query) => {
        const { request, answer } = this.#await<StatusAnswer>(0);
        answers.push(answer);
        return { ...query, request };
      });
      await this.#send("ask-status", { statusQueries });
    }
    return Promise.all(answers);
  }

  /** Takes envelopes back, all of them or none, `limits.revokeTargets` at most. */
  async revoke(envelopes: readonly RevokedEnvelope[]): Promise<RevokeAnswer> {
    const { request, answer } = this.#await<RevokeAnswer>(0);
    await this.#send("revoke", { revokes: [{ request, targets: [...envelopes] }] });
    return answer;
  }

  /** Asks whether the service is there: any frame says so, and none in this time that it is not. */
  ask(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#timers.after(timeoutMs, () => listen(false));
      const listen = (isAlive: boolean) => {
        cancel();
        this.#listening.delete(listen);
        resolve(isAlive);
      };
      this.#listening.add(listen);
      this.#lastHeartbeat += 1;
      this.#beat(this.#lastHeartbeat, false);
      if (this.#ended) listen(false);
    });
  }

  /** Ends also what waits for an answer. */
  close(): void {
    this.end();
    this.#socket.close();
  }

  /** Something came, a part of a frame maybe. */
  heard(): void {
    this.#heardAtMs = this.#now();
    this.#watch();
    for (const listen of this.#listening) listen(true);
  }

  receive(bytes: Uint8Array): void {
    const answer = readFrame(OutboxAnswerSchema, bytes, this.#pending.size)?.message;
    if (!answer) {
      this.#socket.close();
      return;
    }
    for (const result of answer.putResults) this.#answer(result.request, putAnswerOf(result));
    for (const { request, status } of answer.statusResults) {
      this.#answer(request, statusWords[status] ?? unknownAnswer());
    }
    for (const { request, outcome } of answer.revokeResults) {
      this.#answer(request, revokeWords[outcome] ?? unknownAnswer());
    }
    for (const { request, code, retryAfterSeconds } of answer.errors) {
      this.#answer(request, errorOfCode(code, retryAfterSeconds));
    }
    for (const { number, isAnswer } of answer.heartbeats) {
      if (!isAnswer) this.#heartbeatAnswers.asked(number);
    }
    this.heard();
  }

  end(): void {
    this.#ended = true;
    this.#cancelWatch();
    this.#heartbeatAnswers.end();
    for (const listen of this.#listening) listen(false);
    for (const pending of this.#pending.values()) pending.resolve(new AssentError("unreachable"));
    this.#pending.clear();
  }

  #await<T extends Answer>(bytes: number): { request: number; answer: Promise<T> } {
    this.#lastRequest += 1;
    const request = this.#lastRequest;
    const answer = new Promise<T>((resolve) => {
      if (this.#ended) return resolve(new AssentError("unreachable") as T);
      const cancel = this.#timers.after(longestMs, () => this.close());
      this.#pending.set(request, {
        bytes,
        resolve: (value) => {
          cancel();
          resolve(value as T);
        },
      });
    });
    this.#watch();
    return { request, answer };
  }

  /** While something is unanswered: from now on, what comes next has as long as the oldest of it takes on a slow line. */
  #watch(): void {
    this.#cancelWatch();
    if (this.#pending.size === 0) return;
    let bytes = 0;
    for (const pending of this.#pending.values()) {
      if (bytes > 0 && bytes + pending.bytes > frameBodyBytes) break;
      bytes += pending.bytes;
    }
    const onTheWayMs = Math.ceil((bytes / slowestBytesPerSecond) * 1_000);
    this.#cancelWatch = this.#timers.after(answerMs + onTheWayMs, () => this.close());
  }

  #answer(request: number, answer: Answer): void {
    this.#pending.get(request)?.resolve(answer);
    this.#pending.delete(request);
  }

  #beat(number: number, isAnswer: boolean): void {
    // Where it cannot be sent the socket is over, and says so itself.
    void this.#send("outbox-heartbeat", { heartbeats: [{ number, isAnswer }] }).catch(
      () => undefined,
    );
  }

  async #send(
    declaration: DeclarationOf<"anonymous">,
    frame: MessageInitShape<typeof OutboxRequestSchema>,
    purpose?: Purpose,
  ): Promise<void> {
    try {
      const encoded = toBinary(OutboxRequestSchema, create(OutboxRequestSchema, frame));
      await this.#socket.send(declaration, encoded, purpose);
    } catch (error) {
      // The door's no is about this frame alone.
      if (!(error instanceof AssentError) || error.retry !== "after-consent") this.end();
      throw error;
    }
  }
}

function putAnswerOf({ outcome, ticket }: PutResult): PutAnswer {
  if (outcome === PutOutcome.STORED && ticket.length === ticketLength) return { ticket };
  if (outcome === PutOutcome.REVOKED) return "revoked";
  return outcome === PutOutcome.GONE ? "gone" : unknownAnswer();
}

const statusWords: Readonly<Record<number, StatusAnswer>> = {
  [EnvelopeStatus.HELD]: "held",
  [EnvelopeStatus.GONE]: "gone",
  [EnvelopeStatus.LOST]: "lost",
  [EnvelopeStatus.HANDED]: "handed",
  [EnvelopeStatus.EXPIRED]: "expired",
  [EnvelopeStatus.REVOKED]: "revoked",
};

const revokeWords: Readonly<Record<number, RevokeAnswer>> = {
  [RevokeOutcome.REVOKED]: "revoked",
  [RevokeOutcome.HANDED]: "handed",
  [RevokeOutcome.GONE]: "gone",
  [RevokeOutcome.NOT_KNOWN]: "not-known",
};

/** Of a later version of the contract: whatever it means, it is asked again later. */
function unknownAnswer(): AssentError {
  return new AssentError("internal");
}

function onTheWire<T extends Pick<OutgoingPut, "purpose">>({ purpose: _, ...put }: T) {
  return put;
}

/** Each of one purpose, so that the door can let one pass and not another. */
function framesOf<T extends Pick<OutgoingPut, "body" | "purpose">>(puts: readonly T[]): T[][] {
  const frames: T[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of puts) {
    const frame = frames.at(-1);
    if (
      !frame ||
      frame.length >= limits.itemsPerFrame ||
      frame[0]?.purpose !== item.purpose ||
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
