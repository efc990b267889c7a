// The outbox on the wire: anonymous puts and status queries, many to a frame, answered as they are done. The
// answers of one turn of the event loop go back in one frame.
import {
  AssentError,
  EnvelopeStatus,
  limits,
  OutboxAnswerSchema,
  type OutboxRequest,
  OutboxRequestSchema,
  PutOutcome,
  type PutResult,
  PutResultSchema,
  type RequestError,
  RequestErrorSchema,
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

export function outboxListener(
  mailboxes: Pick<Mailboxes, "put" | "status">,
  socket: () => MailboxSocket,
  unknownError: (error: unknown) => void,
): SocketListener {
  let answer = emptyAnswer();
  let willFlush = false;

  function flushLater(): void {
    if (willFlush) return;
    willFlush = true;
    setImmediate(() => {
      willFlush = false;
      const frame = toBinary(OutboxAnswerSchema, create(OutboxAnswerSchema, answer));
      answer = emptyAnswer();
      socket().send(frame);
    });
  }

  /** Runs one request of a frame; what it throws becomes its answer. */
  async function serve(request: number, bytes: number, work: () => Promise<void>): Promise<void> {
    const finished = socket().began(bytes);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof AssentError)) unknownError(error);
      const code = error instanceof AssentError ? error.code : "internal";
      answer.errors.push(create(RequestErrorSchema, { request, code }));
    }
    finished();
    flushLater();
  }

  return {
    frame(frame) {
      const asked = decodeRequest(frame);
      if (!asked) {
        answer.errors.push(create(RequestErrorSchema, { request: 0, code: "request_invalid" }));
        flushLater();
        // After the answer, which goes out in this turn's immediates.
        setImmediate(() => socket().close(closeCodes.refused));
        return;
      }
      for (const put of asked.puts) {
        void serve(put.request, put.body.length, async () => {
          requireAtMost(put.capability, limits.capabilityBytes);
          requireLength(put.envelopeId, 32);
          requireAtMost(put.body, limits.envelopeBytes);
          const outcome = putOutcomes[await mailboxes.put(put)];
          answer.putResults.push(create(PutResultSchema, { request: put.request, outcome }));
        });
      }
      for (const query of asked.statusQueries) {
        void serve(query.request, 0, async () => {
          requireAtMost(query.capability, limits.capabilityBytes);
          requireAtMost(query.secret, 64);
          const status = statuses[await mailboxes.status(query.capability, query.secret)];
          answer.statusResults.push(create(StatusResultSchema, { request: query.request, status }));
        });
      }
    },
    closed() {},
  };
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
