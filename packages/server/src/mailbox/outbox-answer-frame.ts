// Answers of the outbox as frames. Tickets of stored puts, which go back with every text, are written into a buffer of exactly
// their length; whatever else there is, the codec writes behind them.
import {
  type EnvelopeStatus,
  OutboxAnswerSchema,
  PutOutcome,
  type RevokeOutcome,
  type WireErrorCode,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  bytesFieldLength,
  FrameWriter,
  type SocketFrame,
  varintLength,
  wire,
} from "./frame-writer.ts";
import { type LaidTicket, ticketLength } from "./tickets.ts";

/** What goes back in one frame. */
export class OutboxAnswers {
  readonly stored: { readonly request: number; readonly ticket: LaidTicket }[] = [];
  /** Anything else, where there is any. */
  others: OtherAnswers | undefined;
}

export class OtherAnswers {
  /** Of puts that were not stored, and never will be. */
  readonly unstored: { readonly request: number; readonly outcome: PutOutcome }[] = [];
  readonly statuses: { readonly request: number; readonly status: EnvelopeStatus }[] = [];
  readonly revokes: { readonly request: number; readonly outcome: RevokeOutcome }[] = [];
  readonly refusals: { readonly request: number; readonly code: WireErrorCode }[] = [];
  /** The numbers of heartbeats that were asked for. */
  readonly heartbeats: number[] = [];
}

// Fields of the contract. A test holds that they are the schema's.
const answer = { putResults: 1 } as const;
const result = { request: 1, outcome: 2, ticket: 3 } as const;

/** An OutboxAnswer that says these. */
export function outboxAnswerFrame({ stored, others }: OutboxAnswers): SocketFrame {
  const more = others ? otherBytes(others) : undefined;
  let length = more?.length ?? 0;
  for (const { request } of stored) length += bytesFieldLength(storedLength(request));
  const writer = new FrameWriter(length);
  for (const { request, ticket } of stored) {
    writer.tag(answer.putResults, wire.bytes);
    writer.varint(storedLength(request));
    writer.tag(result.request, wire.varint);
    writer.varint(request);
    writer.tag(result.outcome, wire.varint);
    writer.varint(PutOutcome.STORED);
    writer.copied(result.ticket, ticket.bytes(), 0, ticketLength);
  }
  if (more) writer.encoded(more);
  return writer.finish();
}

/** A number that is above 0, its outcome, and its ticket. */
function storedLength(request: number): number {
  return 1 + varintLength(request) + 2 + bytesFieldLength(ticketLength);
}

function otherBytes(others: OtherAnswers): Uint8Array {
  const { unstored, statuses, revokes, refusals, heartbeats } = others;
  const message = create(OutboxAnswerSchema, {
    putResults: unstored,
    statusResults: statuses,
    revokeResults: revokes,
    errors: refusals,
    heartbeats: heartbeats.map((number) => ({ number, isAnswer: true })),
  });
  return toBinary(OutboxAnswerSchema, message);
}
