// The anonymous socket: puts, revokes and status queries, each under a number that rises, and their answers in any order.
import {
  type EnvelopeStatus,
  type OutboxAnswer,
  OutboxAnswerSchema,
  OutboxRequestSchema,
  type PutOutcome,
  type PutSchema,
  type RevokeOutcome,
  type RevokeTargetSchema,
  randomBytes,
  type StatusQuerySchema,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Server } from "./phone.ts";
import { connect, type TestSocket } from "./socket.ts";

/** What one number was answered with. */
export type OutboxResult =
  | { readonly kind: "put"; readonly outcome: PutOutcome; readonly ticket: Uint8Array }
  | { readonly kind: "status"; readonly status: EnvelopeStatus }
  | { readonly kind: "revoke"; readonly outcome: RevokeOutcome }
  | { readonly kind: "error"; readonly code: string; readonly retryAfterSeconds: number };

type PutFields = Exclude<MessageInitShape<typeof PutSchema>, { $typeName: string }>;
type TargetFields = Exclude<MessageInitShape<typeof RevokeTargetSchema>, { $typeName: string }>;
type QueryFields = Exclude<MessageInitShape<typeof StatusQuerySchema>, { $typeName: string }>;

export interface TestOutbox extends TestSocket {
  /** A frame as it is given, numbers and all. */
  ask(request: MessageInitShape<typeof OutboxRequestSchema>): void;
  /** The next frame of answers. */
  answer(): Promise<OutboxAnswer>;
  /** A put in a frame of its own, under the next number; of 512 bytes and a new id where those are left out. */
  put(fields: PutFields): number;
  /** A revoke likewise: all of these, or none. */
  revoke(...targets: TargetFields[]): number;
  /** A status query likewise. */
  askStatus(fields: QueryFields): number;
  /** What a number was answered with, whatever comes before it. Reads frames: not together with `answer`. */
  resultOf(request: number): Promise<OutboxResult>;
}

export async function openOutbox(server: Pick<Server, "origin" | "from">): Promise<TestOutbox> {
  const socket = await connect(server, "/outbox");
  const results = new Map<number, OutboxResult>();
  let last = 0;
  const ask = (request: MessageInitShape<typeof OutboxRequestSchema>) =>
    socket.webSocket.send(toBinary(OutboxRequestSchema, create(OutboxRequestSchema, request)));
  const answer = async () => fromBinary(OutboxAnswerSchema, await socket.next());
  return {
    ...socket,
    ask,
    answer,
    put(fields) {
      last += 1;
      const made = { request: last, envelopeId: randomBytes(32), body: randomBytes(512) };
      ask({ puts: [{ ...made, ...fields }] });
      return last;
    },
    revoke(...targets) {
      last += 1;
      ask({ revokes: [{ request: last, targets }] });
      return last;
    },
    askStatus(fields) {
      last += 1;
      ask({ statusQueries: [{ request: last, ...fields }] });
      return last;
    },
    async resultOf(request) {
      for (;;) {
        const result = results.get(request);
        if (result) return result;
        for (const [number, one] of resultsIn(await answer())) results.set(number, one);
      }
    },
  };
}

/** The items of one frame of answers, by their numbers. */
export function* resultsIn(answer: OutboxAnswer): Generator<readonly [number, OutboxResult]> {
  for (const { request, outcome, ticket } of answer.putResults) {
    yield [request, { kind: "put", outcome, ticket }];
  }
  for (const { request, status } of answer.statusResults)
    yield [request, { kind: "status", status }];
  for (const { request, outcome } of answer.revokeResults)
    yield [request, { kind: "revoke", outcome }];
  for (const { request, code, retryAfterSeconds } of answer.errors) {
    yield [request, { kind: "error", code, retryAfterSeconds }];
  }
}
