// What came over an inbox's socket: answers by the request that they answer, the rest in its order, until the socket ends.
import {
  AssentError,
  errorOfCode,
  type InboxAnswer,
  InboxAnswerSchema,
  type InboxError,
  type Signed,
} from "@assent/protocol";
import type { Timers } from "../clock/timers.ts";
import { HeartbeatAnswers } from "./heartbeats.ts";
import { readFrame } from "./read-frame.ts";
import { UntakenFrames } from "./untaken-frames.ts";

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
export type AnswerByCase = { [A in AnswerBody as NonNullable<A["case"]>]: A["value"] };
export type AnswerCase = keyof AnswerByCase;
/** What the service says without having been asked. */
type UnaskedCase = "challenge" | "delivery";
interface Waiting {
  readonly kind: AnswerCase;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

// Without anything that comes, and in all: a line that is slow brings something all the time.
// Longer than what a frame of the service takes on a line of 8 KB a second.
export const answerTimeoutMs = 60_000;
const mostTimeouts = 10;

/** What came, by the request that it answers or in its order, until the socket ends. */
export class Answers {
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
