// What the inbox answers for every text, as frames. Encoded field by field into a buffer that is kept: the codec's own way
// from a message would begin a small buffer for every frame, and copy all bodies again each time it grows.
import {
  AcknowledgedSchema,
  DeliveredEnvelopeSchema,
  DeliverySchema,
  InboxAnswerSchema,
} from "@assent/protocol";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { HandedOut } from "./inbox.ts";

/** InboxAnswers. */
export interface InboxFrames {
  delivery(handedOut: HandedOut): Uint8Array;
  acknowledged(request: number, position: number): Uint8Array;
}

const largest32 = 0xffff_ffff;

export function createInboxFrames(): InboxFrames {
  const answer = InboxAnswerSchema.field;
  const acknowledgedField = AcknowledgedSchema.field;
  const { envelopes: delivered, caughtUp, ...standing } = DeliverySchema.field;
  const { position, envelopeId, addressSerial, body } = DeliveredEnvelopeSchema.field;
  const { LengthDelimited, Varint } = WireType;
  const writer = new BinaryWriter();

  function positionField(number: number, value: number): void {
    writer.tag(number, Varint);
    // The same bytes. Longer integers are split by way of a BigInt.
    if (value <= largest32) writer.uint32(value);
    else writer.uint64(value);
  }

  function delivery(handedOut: HandedOut): Uint8Array {
    writer.tag(answer.delivery.number, LengthDelimited).fork();
    for (const envelope of handedOut.envelopes) {
      writer.tag(delivered.number, LengthDelimited).fork();
      positionField(position.number, envelope.position);
      writer.tag(envelopeId.number, LengthDelimited).bytes(envelope.envelopeId);
      writer.tag(addressSerial.number, LengthDelimited).bytes(envelope.serial);
      writer.tag(body.number, LengthDelimited).bytes(envelope.body);
      writer.join();
    }
    if (handedOut.caughtUp) writer.tag(caughtUp.number, Varint).bool(true);
    const { acknowledged, lineage, generation } = handedOut;
    if (acknowledged > 0) positionField(standing.acknowledgedPosition.number, acknowledged);
    writer.tag(standing.lineage.number, Varint).uint32(lineage);
    writer.tag(standing.generation.number, Varint).uint32(generation);
    return writer.join().finish();
  }

  function acknowledged(request: number, position: number): Uint8Array {
    writer.tag(answer.request.number, Varint).uint32(request);
    writer.tag(answer.acknowledged.number, LengthDelimited).fork();
    if (position > 0) positionField(acknowledgedField.position.number, position);
    return writer.join().finish();
  }

  return { delivery, acknowledged };
}
