// What a recorded service had told each phone, up to any line of the record: read from the bytes that it sent, so that an
// answer counts from the moment it was given to the network, and not only when a phone had read it.
import { inboxAnswerIn, resultsIn } from "@assent/bare-phone";
import { OutboxAnswerSchema, PutOutcome } from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import type { Recipient } from "../load/recipient.ts";
import type { Sender } from "../load/sender.ts";
import { FrameReader } from "./frames.ts";
import { bytesIn, descriptorIn, type Trace } from "./trace.ts";

export type Answered =
  /** A text of a way is stored. */
  | { readonly kind: "stored"; readonly way: number; readonly text: number }
  /** Everything up to the position is acknowledged. */
  | { readonly kind: "acknowledged"; readonly way: number; readonly position: number };

export interface AnswerAt {
  readonly line: number;
  readonly answered: Answered;
}

export function answersIn(
  { calls }: Trace,
  senders: readonly Sender[],
  recipients: readonly Recipient[],
): AnswerAt[] {
  const found: AnswerAt[] = [];
  const readers = new Map<number, FrameReader>();
  const puts = new Map(
    senders.flatMap(({ way, sockets }) => sockets.map((socket) => [socket.port, { way, socket }])),
  );
  const inboxes = new Map(
    recipients.flatMap(({ ports }, way) => ports.map((port) => [port, way] as const)),
  );
  for (const { name, args, returned, ended } of calls) {
    if (!/^(?:write|writev|sendto|sendmsg)$/.test(name) || ended === undefined) continue;
    const port = Number(/^TCP:\[.*->.*:(\d+)\]$/.exec(descriptorIn(args)?.is ?? "")?.[1]);
    const put = puts.get(port);
    const way = inboxes.get(port);
    if (returned <= 0 || (!put && way === undefined)) continue;
    const reader = readers.get(port) ?? new FrameReader();
    readers.set(port, reader);
    const sent = bytesIn(args.slice(args.indexOf(">,"))).subarray(0, returned);
    for (const frame of reader.read(sent)) {
      if (put) {
        for (const [request, result] of resultsIn(fromBinary(OutboxAnswerSchema, frame))) {
          const text = put.socket.texts.get(request);
          const isStored = result.kind === "put" && result.outcome === PutOutcome.STORED;
          if (!isStored || text === undefined) continue;
          found.push({ line: ended, answered: { kind: "stored", way: put.way, text } });
        }
      } else if (way !== undefined) {
        const answer = inboxAnswerIn(frame);
        if (answer.case !== "acknowledged") continue;
        const position = Number(answer.value.position);
        found.push({ line: ended, answered: { kind: "acknowledged", way, position } });
      }
    }
  }
  return found.sort((one, other) => one.line - other.line);
}
