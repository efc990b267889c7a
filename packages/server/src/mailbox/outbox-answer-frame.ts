// Answers of the outbox as frames. Encoded field by field into a buffer that is kept, as deliveries are: every text is
// answered by one.
import {
  type EnvelopeStatus,
  OutboxAnswerSchema,
  OutboxHeartbeatSchema,
  PutOutcome,
  PutResultSchema,
  RequestErrorSchema,
  StatusResultSchema,
  type WireErrorCode,
} from "@assent/protocol";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { LaidTicket } from "./tickets.ts";

/** What goes back in one frame. */
export interface OutboxAnswers {
  readonly stored: readonly { readonly request: number; readonly ticket: LaidTicket }[];
  /** Requests of puts to mailboxes whose owner left. */
  readonly gone: readonly number[];
  readonly statuses: readonly { readonly request: number; readonly status: EnvelopeStatus }[];
  readonly refusals: readonly { readonly request: number; readonly code: WireErrorCode }[];
  /** The numbers of heartbeats that were asked for. */
  readonly heartbeats: readonly number[];
}

/** An OutboxAnswer that says these. */
export type OutboxAnswerFrame = (answers: OutboxAnswers) => Uint8Array;

export function createOutboxAnswerFrame(): OutboxAnswerFrame {
  const { putResults, statusResults, errors, heartbeats } = OutboxAnswerSchema.field;
  const put = PutResultSchema.field;
  const status = StatusResultSchema.field;
  const error = RequestErrorSchema.field;
  const heartbeat = OutboxHeartbeatSchema.field;
  const { LengthDelimited, Varint } = WireType;
  const writer = new BinaryWriter();

  return (answers) => {
    for (const { request, ticket } of answers.stored) {
      writer.tag(putResults.number, LengthDelimited).fork();
      writer.tag(put.request.number, Varint).uint32(request);
      writer.tag(put.outcome.number, Varint).int32(PutOutcome.STORED);
      writer.tag(put.ticket.number, LengthDelimited).bytes(ticket.bytes());
      writer.join();
    }
    for (const request of answers.gone) {
      writer.tag(putResults.number, LengthDelimited).fork();
      writer.tag(put.request.number, Varint).uint32(request);
      writer.tag(put.outcome.number, Varint).int32(PutOutcome.GONE);
      writer.join();
    }
    for (const result of answers.statuses) {
      writer.tag(statusResults.number, LengthDelimited).fork();
      writer.tag(status.request.number, Varint).uint32(result.request);
      writer.tag(status.status.number, Varint).int32(result.status);
      writer.join();
    }
    for (const { request, code } of answers.refusals) {
      writer.tag(errors.number, LengthDelimited).fork();
      if (request > 0) writer.tag(error.request.number, Varint).uint32(request);
      writer.tag(error.code.number, LengthDelimited).string(code);
      writer.join();
    }
    for (const number of answers.heartbeats) {
      writer.tag(heartbeats.number, LengthDelimited).fork();
      if (number > 0) writer.tag(heartbeat.number.number, Varint).uint32(number);
      writer.tag(heartbeat.isAnswer.number, Varint).bool(true);
      writer.join();
    }
    return writer.finish();
  };
}
