// The outbox on the wire: anonymous puts and status queries, many to a frame, answered as they are done. The
// answers of one turn of the event loop go back in one frame.
import {
  AssentError,
  EnvelopeStatus,
  limits,
  OutboxAnswerSchema,
  type OutboxRequest,
  OutboxRequestSchema,
  type Put,
  PutOutcome,
  type PutResult,
  PutResultSchema,
  type RequestError,
  RequestErrorSchema,
  type StatusQuery,
  type StatusResult,
  StatusResultSchema,
} from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { requireAtMost, requireLength } from "../request-fields.ts";
import type { EnvelopeState, Mailboxes } from "./mailbox.ts";
import { closeCodes, type MailboxSocket, type SocketListener } from "./socket.ts";

const putOutcomes = { stored: PutOutcome.STORED, gone: PutOutcome.GONE } as const;
const statuses: Readonly<Record<EnvelopeState, EnvelopeStatus>> = {
  waiting: EnvelopeStatus.WAITING,
  handed: EnvelopeStatus.HANDED,
  gone: EnvelopeStatus.GONE,
  expired: EnvelopeStatus.EXPIRED,
};

export interface OutboxSocketParts {
  readonly mailboxes: Pick<Mailboxes, "put" | "status">;
  readonly unknownError: (error: unknown) => void;
}

export class OutboxSocket implements SocketListener {
  readonly #parts: OutboxSocketParts;
  readonly #socket: MailboxSocket;
  /** What goes back at the end of this turn. */
  #answer: ReturnType<typeof emptyAnswer> | undefined;

  constructor(parts: OutboxSocketParts, socket: MailboxSocket) {
    this.#parts = parts;
    this.#socket = socket;
  }

  frame(frame: Uint8Array): void {
    const asked = decodeRequest(frame);
    if (!asked) {
      this.#refuse(0, new AssentError("request_invalid"));
      // After the answer, which goes out in this turn's immediates.
      setImmediate(() => this.#socket.close(closeCodes.refused));
      return;
    }
    for (const put of asked.puts) void this.#put(put);
    for (const query of asked.statusQueries) void this.#status(query);
  }

  mayStay(): boolean {
    return true;
  }

  closed(): void {}

  async #put({ request, capability, envelopeId, body }: Put): Promise<void> {
    this.#socket.began(body.length);
    try {
      requireAtMost(capability, limits.capabilityBytes);
      requireLength(envelopeId, 32);
      requireAtMost(body, limits.envelopeBytes);
      const outcome = putOutcomes[await this.#parts.mailboxes.put(capability, envelopeId, body)];
      this.#answered().putResults.push(create(PutResultSchema, { request, outcome }));
    } catch (error) {
      this.#refuse(request, error);
    }
    this.#socket.finished(body.length);
  }

  async #status({ request, capability, secret }: StatusQuery): Promise<void> {
    this.#socket.began(0);
    try {
      requireAtMost(capability, limits.capabilityBytes);
      requireAtMost(secret, 64);
      const status = statuses[await this.#parts.mailboxes.status(capability, secret)];
      this.#answered().statusResults.push(create(StatusResultSchema, { request, status }));
    } catch (error) {
      this.#refuse(request, error);
    }
    this.#socket.finished(0);
  }

  #refuse(request: number, error: unknown): void {
    if (!(error instanceof AssentError)) this.#parts.unknownError(error);
    const code = error instanceof AssentError ? error.code : "internal";
    this.#answered().errors.push(create(RequestErrorSchema, { request, code }));
  }

  /** The answer of this turn, to add to. */
  #answered(): ReturnType<typeof emptyAnswer> {
    if (!this.#answer) {
      this.#answer = emptyAnswer();
      setImmediate(() => this.#flush());
    }
    return this.#answer;
  }

  #flush(): void {
    const answer = create(OutboxAnswerSchema, this.#answer);
    this.#answer = undefined;
    this.#socket.sendFrame(toBinary(OutboxAnswerSchema, answer));
  }
}

function emptyAnswer() {
  return {
    putResults: [] as PutResult[],
    statusResults: [] as StatusResult[],
    errors: [] as RequestError[],
  };
}

function decodeRequest(frame: Uint8Array): OutboxRequest | undefined {
  try {
    const asked = fromBinary(OutboxRequestSchema, frame);
    const items = asked.puts.length + asked.statusQueries.length;
    return items > 0 && items <= limits.itemsPerFrame ? asked : undefined;
  } catch {
    return undefined;
  }
}
