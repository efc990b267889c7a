// Frames of the contract as a load makes and reads them: one put is encoded once for each pair and its numbers are changed in
// place, and of an answer only the counts are read, so that the phones cost as little on every side.
import {
  InboxAnswerSchema,
  OutboxAnswerSchema,
  OutboxRequestSchema,
  PutOutcome,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";

// Its varint is four bytes long, and so are those of the hundred millions behind it.
const firstRequest = 2 ** 21;

export class PutFrames {
  readonly #frame: Uint8Array;
  readonly #requestAt: number;
  readonly #idAt: number;
  readonly #view: DataView;
  #sent = 0;

  constructor(capability: Uint8Array, body: Uint8Array) {
    const envelopeId = new Uint8Array(32).fill(0xa5);
    const put = { request: firstRequest, capability, envelopeId, body };
    this.#frame = toBinary(OutboxRequestSchema, create(OutboxRequestSchema, { puts: [put] }));
    const found = Buffer.from(this.#frame);
    this.#idAt = found.indexOf(Buffer.from(envelopeId));
    this.#requestAt = found.indexOf(Uint8Array.of(0x80, 0x80, 0x80, 0x01));
    this.#view = new DataView(this.#frame.buffer, this.#frame.byteOffset);
    if (this.#requestAt < 0 || this.#idAt < 0) throw new Error("a put is encoded otherwise");
  }

  next(): Uint8Array {
    const request = firstRequest + this.#sent;
    for (let byte = 0; byte < 4; byte += 1) {
      const more = byte < 3 ? 0x80 : 0;
      this.#frame[this.#requestAt + byte] = ((request >>> (7 * byte)) & 0x7f) | more;
    }
    this.#view.setFloat64(this.#idAt, performance.timeOrigin + this.#sent / 4_096);
    this.#view.setUint32(this.#idAt + 8, this.#sent);
    this.#sent += 1;
    return this.#frame;
  }
}

/** How many puts an OutboxAnswer says are stored. @throws where it says anything else */
export function storedIn(frame: Uint8Array): number {
  const { putResults } = OutboxAnswerSchema.field;
  const reader = new BinaryReader(frame);
  let stored = 0;
  while (reader.pos < reader.len) {
    const [field] = reader.tag();
    if (field !== putResults.number) throw new Error("a put was refused");
    const end = reader.uint32() + reader.pos;
    while (reader.pos < end) {
      const [inner, wireType] = reader.tag();
      // PutResult.outcome
      if (inner === 2) stored += reader.int32() === PutOutcome.STORED ? 1 : 0;
      else reader.skip(wireType);
    }
  }
  return stored;
}

export type InboxAnswerCounts =
  | { readonly kind: "delivery"; readonly texts: number; readonly position: number }
  | { readonly kind: "acknowledged"; readonly position: number }
  | { readonly kind: "other" };

export function inboxCountsIn(frame: Uint8Array): InboxAnswerCounts {
  const { delivery, acknowledged, error } = InboxAnswerSchema.field;
  const reader = new BinaryReader(frame);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === error.number) throw new Error("the inbox was refused something");
    if (field === acknowledged.number) {
      const end = reader.uint32() + reader.pos;
      return { kind: "acknowledged", position: positionIn(reader, end) };
    }
    if (field === delivery.number) return deliveryIn(reader, reader.uint32() + reader.pos);
    reader.skip(wireType);
  }
  return { kind: "other" };
}

/** Of its envelopes only the last is looked into. */
function deliveryIn(reader: BinaryReader, end: number): InboxAnswerCounts {
  let texts = 0;
  let last = { at: 0, end: 0 };
  while (reader.pos < end) {
    const [field, wireType] = reader.tag();
    // Delivery.envelopes
    if (field === 1) {
      texts += 1;
      const length = reader.uint32();
      last = { at: reader.pos, end: reader.pos + length };
      reader.pos = last.end;
    } else reader.skip(wireType);
  }
  reader.pos = last.at;
  const position = positionIn(reader, last.end);
  return { kind: "delivery", texts, position };
}

/** The first field of both messages that have one. */
function positionIn(reader: BinaryReader, end: number): number {
  let position = 0;
  while (reader.pos < end) {
    const [field, wireType] = reader.tag();
    if (field === 1) position = Number(reader.uint64());
    else reader.skip(wireType);
  }
  return position;
}
