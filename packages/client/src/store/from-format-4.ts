// What format 5 has otherwise than format 4: how far a text came is kept for each device, from when it was sealed.
import { hex } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { AwaitedEnvelopeOfFormat4Schema } from "../generated/assent/profile/v1/format4_pb.js";
import { DeliverySchema, DeliveryState, decodeStored, point, put, type Step } from "./records.ts";
import type { Store } from "./store.ts";

export async function fromFormat4(step: Step, store: Store): Promise<void> {
  const keyOf = (text: string, accountId: Uint8Array, deviceId: Uint8Array) =>
    `${text}/${hex(accountId)}/${hex(deviceId)}`;
  for (const { record } of await step.list("outgoing")) {
    const { text, accountId, deviceId } = record;
    if (!text) continue;
    const sealed = create(DeliverySchema, { state: DeliveryState.SEALED });
    step.add([put("deliveries", keyOf(text, accountId, deviceId), sealed)]);
  }
  for (const { key: envelopeId, value } of await store.list("awaited")) {
    const { text, accountId, deviceId, ...kept } = decodeStored(
      AwaitedEnvelopeOfFormat4Schema,
      value,
    );
    const { secret, capability, ticket } = kept;
    const held = { state: DeliveryState.HELD, secret, capability, ticket };
    const key = keyOf(text, accountId, deviceId);
    step.add([
      put("deliveries", key, create(DeliverySchema, held)),
      point("awaited", envelopeId, key),
    ]);
  }
}
