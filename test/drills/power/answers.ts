// What a recorded service had told each phone, up to any line of the record: read from the bytes that it sent, so that an
// answer counts from the moment it was given to the network, and not only when a phone had read it.
import { inboxAnswerIn, resultsIn } from "@assent/bare-phone";
import { OutboxAnswerSchema, PutOutcome } from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import type { Recipient } from "../load/recipient.ts";
import type { Sender } from "../load/sender.ts";
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

const binaryFrame = 2;

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

/** The binary frames of a WebSocket, as its server sends them: not masked, one message each (RFC 6455, 5.2). */
class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #isUpgraded = false;

  *read(more: Buffer): Generator<Buffer> {
    this.#rest = Buffer.concat([this.#rest, more]);
    if (!this.#isUpgraded) {
      const end = this.#rest.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.#isUpgraded = true;
      this.#rest = this.#rest.subarray(end + 4);
    }
    for (let frame = this.#next(); frame; frame = this.#next()) {
      if (frame.opcode === binaryFrame) yield frame.payload;
    }
  }

  #next(): { opcode: number; payload: Buffer } | undefined {
    const bytes = this.#rest;
    if (bytes.length < 2) return undefined;
    const short = bytes.readUInt8(1) & 0x7f;
    const head = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < head) return undefined;
    const length =
      short === 126
        ? bytes.readUInt16BE(2)
        : short === 127
          ? Number(bytes.readBigUInt64BE(2))
          : short;
    if (bytes.length < head + length) return undefined;
    this.#rest = bytes.subarray(head + length);
    return { opcode: bytes.readUInt8(0) & 0x0f, payload: bytes.subarray(head, head + length) };
  }
}
