// What the inbox answers for every text, as frames: InboxAnswers, each written once into a buffer of exactly its length.
import type { FrameMemory } from "./frame-memory.ts";
import {
  bytesFieldLength,
  FrameWriter,
  type SocketFrame,
  varintLength,
  wire,
} from "./frame-writer.ts";
import type { HandedOut } from "./inbox.ts";
import type { WaitingEnvelope } from "./store.ts";

// Fields of the contract. A test holds that they are the schema's.
const answer = { request: 1, delivery: 4, acknowledged: 5 } as const;
const delivery = { envelopes: 1, caughtUp: 2, acknowledged: 3, lineage: 4, generation: 5 } as const;
const delivered = { position: 1, envelopeId: 2, addressSerial: 3, body: 4 } as const;
const acknowledged = { position: 1 } as const;

const envelopeIdLength = 32;
const serialLength = 16;

function numberFieldLength(value: number): number {
  return value > 0 ? 1 + varintLength(value) : 0;
}

/** What is 0 is left out, as the codec does. */
function writeNumber(writer: FrameWriter, field: number, value: number): void {
  if (value === 0) return;
  writer.tag(field, wire.varint);
  writer.varint(value);
}

function envelopeLength({ position, bodyLength, isDropped }: WaitingEnvelope): number {
  if (isDropped) return numberFieldLength(position);
  const ids = bytesFieldLength(envelopeIdLength) + bytesFieldLength(serialLength);
  return numberFieldLength(position) + ids + bytesFieldLength(bodyLength);
}

/** @param memory of the frame, where it is long */
export function deliveryFrame(handedOut: HandedOut, memory?: FrameMemory): SocketFrame {
  const { envelopes, caughtUp, lineage, generation } = handedOut;
  let length =
    (caughtUp ? 2 : 0) +
    numberFieldLength(handedOut.acknowledged) +
    numberFieldLength(lineage) +
    numberFieldLength(generation);
  for (const envelope of envelopes) length += bytesFieldLength(envelopeLength(envelope));
  const writer = new FrameWriter(bytesFieldLength(length), memory);
  writer.tag(answer.delivery, wire.bytes);
  writer.varint(length);
  for (const envelope of envelopes) {
    writer.tag(delivery.envelopes, wire.bytes);
    writer.varint(envelopeLength(envelope));
    writeNumber(writer, delivered.position, envelope.position);
    if (envelope.isDropped) continue;
    const { bytes, envelopeIdAt, bodyAt, bodyLength, serialBytes, serialAt } = envelope;
    writer.copied(delivered.envelopeId, bytes, envelopeIdAt, envelopeIdLength);
    writer.copied(delivered.addressSerial, serialBytes, serialAt, serialLength);
    writer.copied(delivered.body, bytes, bodyAt, bodyLength);
  }
  if (caughtUp) writeNumber(writer, delivery.caughtUp, 1);
  writeNumber(writer, delivery.acknowledged, handedOut.acknowledged);
  writeNumber(writer, delivery.lineage, lineage);
  writeNumber(writer, delivery.generation, generation);
  return writer.finish();
}

export function acknowledgedFrame(request: number, position: number): SocketFrame {
  const length = numberFieldLength(position);
  const writer = new FrameWriter(numberFieldLength(request) + bytesFieldLength(length));
  writeNumber(writer, answer.request, request);
  writer.tag(answer.acknowledged, wire.bytes);
  writer.varint(length);
  writeNumber(writer, acknowledged.position, position);
  return writer.finish();
}
