// Deliveries as frames. Encoded field by field into a buffer that is kept: the codec's own way from a message would
// begin a small buffer for every frame, and copy all bodies again each time it grows.
import { DeliveredEnvelopeSchema, DeliverySchema, InboxAnswerSchema } from "@assent/protocol";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { WaitingEnvelope } from "./store.ts";

/** An InboxAnswer that delivers these. */
export type DeliveryFrame = (
  envelopes: readonly WaitingEnvelope[],
  caughtUp: boolean,
) => Uint8Array;

export function createDeliveryFrame(): DeliveryFrame {
  const { delivery } = InboxAnswerSchema.field;
  const { envelopes: delivered, caughtUp: isCaughtUp } = DeliverySchema.field;
  const { position, envelopeId, addressSerial, body } = DeliveredEnvelopeSchema.field;
  const { LengthDelimited, Varint } = WireType;
  const writer = new BinaryWriter();

  return (envelopes, caughtUp) => {
    writer.tag(delivery.number, LengthDelimited).fork();
    for (const envelope of envelopes) {
      writer.tag(delivered.number, LengthDelimited).fork();
      writer.tag(position.number, Varint).uint64(envelope.position);
      writer.tag(envelopeId.number, LengthDelimited).bytes(envelope.envelopeId);
      writer.tag(addressSerial.number, LengthDelimited).bytes(envelope.serial);
      writer.tag(body.number, LengthDelimited).bytes(envelope.body);
      writer.join();
    }
    if (caughtUp) writer.tag(isCaughtUp.number, Varint).bool(caughtUp);
    return writer.join().finish();
  };
}
