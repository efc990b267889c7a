// The outbox on the wire: anonymous puts, revokes and status queries, many to a frame, answered as they are done. The
// answers of one turn of the event loop go back in one frame.
import {
  type CellId,
  EnvelopeStatus,
  idLength,
  isPaddedLength,
  limits,
  PutOutcome,
  type Revoke,
  RevokeOutcome,
  type StatusQuery,
  type WireErrorCode,
} from "@assent/protocol";
import type { EnvelopeState, Mailboxes } from "./mailbox.ts";
import type { Outbox, OutboxListener, PutAnswer, ReadyPut } from "./outbox.ts";
import { OtherAnswers, OutboxAnswers, outboxAnswerFrame } from "./outbox-answer-frame.ts";
import { type PutInFrame, readOutboxFrame } from "./outbox-request.ts";
import { PutOrder } from "./put-order.ts";
import { refusalOf } from "./refusal.ts";
import type { Revoked } from "./revoking.ts";
import { closeCodes, type MailboxSocket, type SocketListener } from "./socket.ts";

const statuses: Readonly<Record<EnvelopeState, EnvelopeStatus>> = {
  held: EnvelopeStatus.HELD,
  handed: EnvelopeStatus.HANDED,
  expired: EnvelopeStatus.EXPIRED,
  lost: EnvelopeStatus.LOST,
  gone: EnvelopeStatus.GONE,
  revoked: EnvelopeStatus.REVOKED,
};
const revokeOutcomes: Readonly<Record<Revoked, RevokeOutcome>> = {
  revoked: RevokeOutcome.REVOKED,
  handed: RevokeOutcome.HANDED,
  gone: RevokeOutcome.GONE,
  "not-known": RevokeOutcome.NOT_KNOWN,
};
const putOutcomes = { gone: PutOutcome.GONE, revoked: PutOutcome.REVOKED } as const;

const secretLength = 32;

export interface OutboxSocketParts {
  readonly mailboxes: Pick<Mailboxes, "openOutbox" | "revoke" | "status">;
  readonly cell: { readonly id: CellId };
  /** Without a put, a revoke or a query in so many pulses, a socket is closed: whoever sends again opens another. */
  readonly idlePulses: number;
  /** Told of every refusal. */
  readonly refused: (code: WireErrorCode) => void;
  readonly unknownError: (error: unknown) => void;
}

export class OutboxSocket implements SocketListener, OutboxListener<PutInFrame> {
  readonly #parts: OutboxSocketParts;
  readonly #socket: MailboxSocket;
  /** From the first put on. */
  #sending:
    | { readonly outbox: Outbox<PutInFrame>; readonly order: PutOrder<PutInFrame> }
    | undefined;
  #pulsesWithoutRequest = 0;
  /** What goes back when all that is told now was told. */
  #answers: OutboxAnswers | undefined;

  constructor(parts: OutboxSocketParts, socket: MailboxSocket) {
    this.#parts = parts;
    this.#socket = socket;
  }

  frame(frame: Uint8Array): void {
    const asked = readOutboxFrame(frame);
    if (!asked) {
      this.#refuse(0, "request_invalid");
      // After the answer, which goes out in this turn's immediates.
      setImmediate(() => this.#socket.end(closeCodes.refused));
      return;
    }
    if (asked.others) this.#others(asked.others);
    if (asked.puts.length > 0) this.#puts(asked.puts);
  }

  pulsed(): boolean {
    this.#pulsesWithoutRequest += 1;
    return this.#pulsesWithoutRequest <= this.#parts.idlePulses;
  }

  drained(): void {}

  closed(): void {}

  #others({
    heartbeats,
    revokes,
    sharedPuts,
    statusQueries,
  }: NonNullable<NonNullable<ReturnType<typeof readOutboxFrame>>["others"]>): void {
    for (const { number, isAnswer } of heartbeats) {
      if (!isAnswer) this.#otherAnswers().heartbeats.push(number);
    }
    for (const { request } of sharedPuts) this.#refuse(request, "not_offered");
    if (statusQueries.length + revokes.length > 0) this.#pulsesWithoutRequest = 0;
    for (const revoke of revokes) void this.#revoke(revoke);
    for (const query of statusQueries) void this.#status(query);
  }

  #puts(puts: readonly PutInFrame[]): void {
    this.#pulsesWithoutRequest = 0;
    this.#sending ??= { outbox: this.#parts.mailboxes.openOutbox(this), order: new PutOrder() };
    const { order } = this.#sending;
    let accepted = 0;
    let bytes = 0;
    for (const put of puts) {
      const { request } = put;
      if (!order.takesNumber(request)) {
        this.#refuse(request, "request_invalid");
        continue;
      }
      const fault = this.#faultOf(put);
      if (fault) {
        order.answered(request, false);
        this.#refuse(request, fault);
        continue;
      }
      accepted += 1;
      bytes += put.bodyLength;
      order.add(put);
    }
    this.#socket.began(accepted, bytes);
    this.#storeNext();
  }

  #storeNext(): void {
    if (!this.#sending) return;
    const { outbox, order } = this.#sending;
    const { ready, refused } = order.next();
    for (const { request, bodyLength } of refused) {
      this.#refuse(request, "after_refused");
      this.#socket.finished(1, bodyLength);
    }
    if (ready.length === 0) return;
    try {
      outbox.put(ready);
    } catch (error) {
      const code = refusalOf(error, this.#parts.unknownError);
      this.answered(
        ready,
        ready.map(() => ({ kind: "refused", code })),
      );
    }
  }

  answered(ready: readonly ReadyPut<PutInFrame>[], answers: readonly PutAnswer[]): void {
    const order = this.#sending?.order;
    let bytes = 0;
    for (let index = 0; index < ready.length; index += 1) {
      const { request, bodyLength } = (ready[index] as ReadyPut<PutInFrame>).put;
      const answer = answers[index] as PutAnswer;
      if (answer.kind === "stored") {
        this.#answered().stored.push({ request, ticket: answer.ticket });
      } else if (answer.kind === "refused") this.#refuse(request, answer.code);
      else this.#otherAnswers().unstored.push({ request, outcome: putOutcomes[answer.kind] });
      order?.answered(request, answer.kind === "stored");
      bytes += bodyLength;
    }
    this.#socket.finished(ready.length, bytes);
    this.#storeNext();
  }

  #status({ request, capability, ticket, cellId }: StatusQuery): Promise<void> {
    return this.#answer(request, this.#faultOfTarget(capability, cellId), async () => {
      const status = statuses[await this.#parts.mailboxes.status(capability, ticket)];
      this.#otherAnswers().statuses.push({ request, status });
    });
  }

  #revoke({ request, targets }: Revoke): Promise<void> {
    const faults = targets.map(({ capability, secret, cellId }) => {
      const fault = this.#faultOfTarget(capability, cellId);
      return fault ?? (secret.length === secretLength ? undefined : "request_invalid");
    });
    return this.#answer(request, faults.find(Boolean), async () => {
      const outcome = revokeOutcomes[await this.#parts.mailboxes.revoke(targets)];
      this.#otherAnswers().revokes.push({ request, outcome });
    });
  }

  /** @param fault why it is not asked */
  async #answer(
    request: number,
    fault: WireErrorCode | undefined,
    ask: () => Promise<void>,
  ): Promise<void> {
    if (fault) {
      this.#refuse(request, fault);
      return;
    }
    this.#socket.began(1, 0);
    try {
      await ask();
    } catch (error) {
      this.#refuse(request, refusalOf(error, this.#parts.unknownError));
    }
    this.#socket.finished(1, 0);
  }

  #faultOfTarget(capability: Uint8Array, cellId: Uint8Array): WireErrorCode | undefined {
    return this.#faultOfCell(cellId, 0, cellId.length) ?? faultOfCapability(capability.length);
  }

  #faultOf(put: PutInFrame): WireErrorCode | undefined {
    const { request, after, envelopeIdLength, bodyLength, capabilityLength } = put;
    if (after >= request || envelopeIdLength !== idLength) return "request_invalid";
    if (bodyLength > limits.envelopeBytes) return "request_too_large";
    if (!isPaddedLength(bodyLength)) return "request_invalid";
    const { bytes, cellIdAt, cellIdLength } = put;
    return this.#faultOfCell(bytes, cellIdAt, cellIdLength) ?? faultOfCapability(capabilityLength);
  }

  /** Of a cell id, where it stands. */
  #faultOfCell(bytes: Uint8Array, at: number, length: number): WireErrorCode | undefined {
    if (length === 0) return undefined;
    const { id } = this.#parts.cell;
    const isThisCell =
      length === id.length && id.every((byte, index) => byte === bytes[at + index]);
    return isThisCell ? undefined : "not_offered";
  }

  #refuse(request: number, code: WireErrorCode): void {
    this.#parts.refused(code);
    this.#otherAnswers().refusals.push({ request, code });
  }

  #otherAnswers(): OtherAnswers {
    const answers = this.#answered();
    answers.others ??= new OtherAnswers();
    return answers.others;
  }

  /** The answers of now, to add to. */
  #answered(): OutboxAnswers {
    if (!this.#answers) {
      this.#answers = new OutboxAnswers();
      // Right behind all that are told of now.
      queueMicrotask(() => this.#flush());
    }
    return this.#answers;
  }

  #flush(): void {
    const answers = this.#answers;
    this.#answers = undefined;
    if (answers) this.#socket.sendFrame(outboxAnswerFrame(answers));
  }
}

function faultOfCapability(length: number): WireErrorCode | undefined {
  return length > 0 && length <= limits.capabilityBytes ? undefined : "request_invalid";
}
