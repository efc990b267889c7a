// What format 5 has otherwise than format 4: how far a text came is kept for each device, from when it was sealed; people have all
// devices that their manifests name, and not only those that gave an address; groups say who is in them.
import { hex } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { AwaitedEnvelopeOfFormat4Schema } from "../generated/assent/profile/v1/format4_pb.js";
import {
  DeliverySchema,
  DeliveryState,
  decodeStored,
  type PeerDevice,
  type Person,
  point,
  put,
  type Step,
} from "./records.ts";
import type { Store } from "./store.ts";

/** What is read of a profile of format 4 by those who know: manifests and groups are opaque here. */
export interface ReadingFormat4 {
  /** The devices that a person's manifest names, with what is known of them. */
  readonly devicesOf: (person: Person) => PeerDevice[];
  /** Ids of the devices in a group; undefined where its parts cannot be read. */
  readonly membersOf: (key: string, parts: Parts) => Uint8Array<ArrayBuffer>[] | undefined;
}

type Parts = Readonly<Record<"tree" | "pastEpochs" | "ratchets", Uint8Array>>;

export async function fromFormat4(
  step: Step,
  store: Store,
  reading: ReadingFormat4,
): Promise<void> {
  for (const { key, record } of await step.list("people"))
    step.add([put("people", key, { ...record, devices: reading.devicesOf(record) })]);
  for (const { key, record } of await step.list("groups")) {
    const [tree, pastEpochs, ratchets] = await Promise.all(
      ["tree", "pastEpochs", "ratchets"].map(
        async (part) => (await step.get("groupParts", `${key}/${part}`))?.bytes,
      ),
    );
    const parts = tree && pastEpochs && ratchets && { tree, pastEpochs, ratchets };
    const members = parts && reading.membersOf(key, parts);
    const broken = record.broken || members === undefined;
    step.add([put("groups", key, { ...record, broken, members: members ?? [] })]);
  }
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
