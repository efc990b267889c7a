// A bare phone that sends numbered texts one way, some under way at once, each after the one before it. What was not
// answered it puts again, under the same id, when the service is back.
import { resultsIn } from "@assent/bare-phone";
import { OutboxAnswerSchema, OutboxRequestSchema, PutOutcome } from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { WebSocket } from "ws";
import { bodyOf, envelopeIdOf } from "./numbered-body.ts";
import { Reconnecting } from "./reconnecting.ts";

export interface SenderParts {
  readonly way: number;
  readonly capability: Uint8Array;
  /** Under way at once. */
  readonly window: number;
  readonly origin: () => string;
  readonly onSent: (text: number) => void;
  readonly onStored: (text: number) => void;
}

/** Which text each request of one socket was: by its port on this side, the service's side of it can be told apart. */
export interface SenderSocket {
  readonly port: number;
  readonly texts: Map<number, number>;
}

const retryRefusedMs = 50;

export class Sender {
  readonly way: number;
  readonly capability: Uint8Array;
  readonly sockets: SenderSocket[] = [];
  /** Put more than once: a service that had stored them and could not say so delivers them twice. */
  readonly putAgain = new Set<number>();
  /** How often each code of the error table was answered. */
  readonly refused = new Map<string, number>();
  /** Texts that were answered *gone*: their recipient left. */
  readonly gone = new Set<number>();
  readonly #parts: SenderParts;
  readonly #connection: Reconnecting;
  readonly #open = new Map<number, number>();
  #socket: { readonly webSocket: WebSocket; readonly log: SenderSocket } | undefined;
  #waiting: number[] = [];
  #next = 0;
  #goal = 0;
  #lastRequest = 0;
  #answered = Promise.withResolvers<void>();
  #isPaused = false;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.way = parts.way;
    this.capability = parts.capability;
    this.#connection = new Reconnecting(parts.origin, "/outbox", {
      opened: (webSocket, port) => this.#opened(webSocket, port),
      message: (data) => this.#take(data),
      closed: () => this.#closed(),
    });
  }

  /** Sends so many more; resolves when every text so far was answered. */
  send(more: number): Promise<void> {
    this.#goal += more;
    if (this.#isDone()) return Promise.resolve();
    this.#fill();
    return this.#answered.promise;
  }

  /** What it has not begun to send, it does not send. */
  enough(): void {
    this.#goal = this.#next;
    this.#finish();
  }

  /** As if its phone were killed: what was under way is put again. */
  drop(): void {
    this.#connection.drop();
  }

  close(): void {
    this.#connection.close();
  }

  #opened(webSocket: WebSocket, port: number): void {
    const log = { port, texts: new Map<number, number>() };
    this.sockets.push(log);
    this.#lastRequest = 0;
    this.#socket = { webSocket, log };
    this.#fill();
  }

  #closed(): void {
    this.#socket = undefined;
    this.#waiting.push(...this.#open.values());
    this.#open.clear();
  }

  #fill(): void {
    if (!this.#socket || this.#isPaused) return;
    // What is put again goes before what is new, and only when nothing is under way: so that nothing is overtaken.
    if (this.#waiting.length > 0 && this.#open.size > 0) return;
    const again = this.#waiting.sort((one, other) => one - other);
    this.#waiting = [];
    for (const text of again) this.putAgain.add(text);
    const texts = [...again];
    while (this.#next < this.#goal && this.#open.size + texts.length < this.#parts.window) {
      this.#parts.onSent(this.#next);
      texts.push(this.#next);
      this.#next += 1;
    }
    if (texts.length > 0) this.#put(texts, this.#socket);
  }

  #put(
    texts: readonly number[],
    { webSocket, log }: { webSocket: WebSocket; log: SenderSocket },
  ): void {
    const { way, capability } = this;
    const puts = texts.map((text) => {
      // Where nothing is under way, all before it is decided.
      const after = this.#open.size === 0 ? 0 : this.#lastRequest;
      this.#lastRequest += 1;
      this.#open.set(this.#lastRequest, text);
      log.texts.set(this.#lastRequest, text);
      const numbered = { way, text };
      const sent = { envelopeId: envelopeIdOf(numbered), body: bodyOf(numbered) };
      return { request: this.#lastRequest, capability, after, ...sent };
    });
    const request = create(OutboxRequestSchema, { puts });
    webSocket.send(toBinary(OutboxRequestSchema, request));
  }

  #take(data: Buffer): void {
    let isRefused = false;
    for (const [request, result] of resultsIn(fromBinary(OutboxAnswerSchema, data))) {
      const text = this.#open.get(request);
      if (text === undefined) throw new Error("an answer to what was not asked");
      this.#open.delete(request);
      if (result.kind === "put" && result.outcome === PutOutcome.STORED) {
        this.#parts.onStored(text);
      } else if (result.kind === "put" && result.outcome === PutOutcome.GONE) {
        this.gone.add(text);
      } else {
        const code = result.kind === "error" ? result.code : result.kind;
        this.refused.set(code, (this.refused.get(code) ?? 0) + 1);
        this.#waiting.push(text);
        isRefused = true;
      }
    }
    if (isRefused) this.#pause();
    this.#fill();
    this.#finish();
  }

  #pause(): void {
    this.#isPaused = true;
    setTimeout(() => {
      this.#isPaused = false;
      this.#fill();
    }, retryRefusedMs);
  }

  #isDone(): boolean {
    return this.#next >= this.#goal && this.#open.size === 0 && this.#waiting.length === 0;
  }

  #finish(): void {
    if (!this.#isDone()) return;
    this.#answered.resolve();
    this.#answered = Promise.withResolvers<void>();
  }
}
