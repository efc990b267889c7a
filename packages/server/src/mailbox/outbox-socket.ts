// The outbox on the wire: anonymous puts and status queries, many to a frame, answered as they are done. The
// answers of one turn of the event loop go back in one frame.
import {
  type CellId,
  EnvelopeStatus,
  equalBytes,
  idLength,
  isPaddedLength,
  limits,
  type OutboxRequest,
  OutboxRequestSchema,
  type Put,
  type StatusQuery,
  type WireErrorCode,
} from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import type { EnvelopeState, Mailboxes, PutAnswer } from "./mailbox.ts";
import type { OutboxAnswerFrame } from "./outbox-answer-frame.ts";
import { PutOrder } from "./put-order.ts";
import { refusalOf } from "./refusal.ts";
import { closeCodes, type MailboxSocket, type SocketListener } from "./socket.ts";
import type { LaidTicket } from "./tickets.ts";

const statuses: Readonly<Record<EnvelopeState, EnvelopeStatus>> = {
  held: EnvelopeStatus.HELD,
  handed: EnvelopeStatus.HANDED,
  expired: EnvelopeStatus.EXPIRED,
  lost: EnvelopeStatus.LOST,
  gone: EnvelopeStatus.GONE,
};

export interface OutboxSocketParts {
  readonly mailboxes: Pick<Mailboxes, "put" | "status">;
  readonly cell: { readonly id: CellId };
  readonly answerFrame: OutboxAnswerFrame;
  /** Without a put or a query in so many pulses, a socket is closed: whoever sends again opens another. */
  readonly idlePulses: number;
  /** Told of every refusal. */
  readonly refused: (code: WireErrorCode) => void;
  readonly unknownError: (error: unknown) => void;
}

export class OutboxSocket implements SocketListener {
  readonly #parts: OutboxSocketParts;
  readonly #socket: MailboxSocket;
  readonly #order = new PutOrder<Put>();
  #pulsesWithoutRequest = 0;
  /** What goes back at the end of this turn. */
  #answers: ReturnType<typeof noAnswers> | undefined;

  constructor(parts: OutboxSocketParts, socket: MailboxSocket) {
    this.#parts = parts;
    this.#socket = socket;
  }

  frame(frame: Uint8Array): void {
    const asked = decodeRequest(frame);
    if (!asked) {
      this.#refuse(0, "request_invalid");
      // After the answer, which goes out in this turn's immediates.
      setImmediate(() => this.#socket.end(closeCodes.refused));
      return;
    }
    for (const { number, isAnswer } of asked.heartbeats) {
      if (!isAnswer) this.#answered().heartbeats.push(number);
    }
    for (const { request } of asked.revokes) this.#refuse(request, "not_offered");
    for (const { request } of asked.sharedPuts) this.#refuse(request, "not_offered");
    if (asked.puts.length + asked.statusQueries.length > 0) this.#pulsesWithoutRequest = 0;
    for (const query of asked.statusQueries) void this.#status(query);
    if (asked.puts.length > 0) this.#puts(asked.puts);
  }

  pulsed(): boolean {
    this.#pulsesWithoutRequest += 1;
    return this.#pulsesWithoutRequest <= this.#parts.idlePulses;
  }

  drained(): void {}

  closed(): void {}

  #puts(puts: readonly Put[]): void {
    for (const put of puts) {
      if (!this.#order.takesNumber(put.request)) {
        this.#refuse(put.request, "request_invalid");
        continue;
      }
      const fault = this.#faultOf(put);
      if (fault) {
        this.#order.answered(put.request, false);
        this.#refuse(put.request, fault);
        continue;
      }
      this.#socket.began(1, put.body.length);
      this.#order.add(put);
    }
    this.#storeNext();
  }

  #storeNext(): void {
    const { ready, refused } = this.#order.next();
    for (const { request, body } of refused) {
      this.#refuse(request, "after_refused");
      this.#socket.finished(1, body.length);
    }
    if (ready.length > 0) void this.#store(ready);
  }

  async #store(ready: readonly { readonly put: Put; readonly after: number }[]): Promise<void> {
    let answers: readonly PutAnswer[] = [];
    let failure: WireErrorCode = "internal";
    try {
      const asked = ready.map(({ put: { capability, envelopeId, body, quiet }, after }) => {
        return { capability, envelopeId, body, quiet, after };
      });
      answers = await this.#parts.mailboxes.put(asked);
    } catch (error) {
      failure = refusalOf(error, this.#parts.unknownError);
    }
    for (const [index, { put }] of ready.entries()) {
      const { request, body } = put;
      const answer = answers[index] ?? { kind: "refused", code: failure };
      if (answer.kind === "stored")
        this.#answered().stored.push({ request, ticket: answer.ticket });
      else if (answer.kind === "gone") this.#answered().gone.push(request);
      else this.#refuse(request, answer.code);
      this.#order.answered(request, answer.kind === "stored");
      this.#socket.finished(1, body.length);
    }
    this.#storeNext();
  }

  async #status({ request, capability, ticket, cellId }: StatusQuery): Promise<void> {
    const fault = this.#faultOfTarget(capability, cellId);
    if (fault) {
      this.#refuse(request, fault);
      return;
    }
    this.#socket.began(1, 0);
    try {
      const status = statuses[await this.#parts.mailboxes.status(capability, ticket)];
      this.#answered().statuses.push({ request, status });
    } catch (error) {
      this.#refuse(request, refusalOf(error, this.#parts.unknownError));
    }
    this.#socket.finished(1, 0);
  }

  #faultOf({
    request,
    after,
    capability,
    cellId,
    envelopeId,
    body,
  }: Put): WireErrorCode | undefined {
    if (after >= request || envelopeId.length !== idLength) return "request_invalid";
    if (body.length > limits.envelopeBytes) return "request_too_large";
    if (!isPaddedLength(body.length)) return "request_invalid";
    return this.#faultOfTarget(capability, cellId);
  }

  #faultOfTarget(capability: Uint8Array, cellId: Uint8Array): WireErrorCode | undefined {
    const isElsewhere = cellId.length > 0 && !equalBytes(cellId, this.#parts.cell.id);
    if (isElsewhere) return "not_offered";
    const { length } = capability;
    return length > 0 && length <= limits.capabilityBytes ? undefined : "request_invalid";
  }

  #refuse(request: number, code: WireErrorCode): void {
    this.#parts.refused(code);
    this.#answered().refusals.push({ request, code });
  }

  /** The answers of this turn, to add to. */
  #answered(): ReturnType<typeof noAnswers> {
    if (!this.#answers) {
      this.#answers = noAnswers();
      setImmediate(() => this.#flush());
    }
    return this.#answers;
  }

  #flush(): void {
    const answers = this.#answers;
    this.#answers = undefined;
    if (answers) this.#socket.sendFrame(this.#parts.answerFrame(answers));
  }
}

function noAnswers() {
  return {
    stored: [] as { request: number; ticket: LaidTicket }[],
    gone: [] as number[],
    statuses: [] as { request: number; status: EnvelopeStatus }[],
    refusals: [] as { request: number; code: WireErrorCode }[],
    heartbeats: [] as number[],
  };
}

/** Undefined where it cannot be read, or an item has no number to be answered by. */
function decodeRequest(frame: Uint8Array): OutboxRequest | undefined {
  let asked: OutboxRequest;
  try {
    asked = fromBinary(OutboxRequestSchema, frame);
  } catch {
    return undefined;
  }
  const { puts, statusQueries, revokes, sharedPuts, heartbeats } = asked;
  const numbered = [puts, statusQueries, revokes, sharedPuts];
  const items = numbered.reduce((count, list) => count + list.length, heartbeats.length);
  const areNumbered = numbered.every((list) => list.every(({ request }) => request > 0));
  return items > 0 && items <= limits.itemsPerFrame && areNumbered ? asked : undefined;
}
