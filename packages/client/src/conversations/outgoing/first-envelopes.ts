// The envelopes that bring a group to devices that are not in it: sealed to each device, through the address that the service
// gave out for it.
import {
  AssentError,
  EnvelopeContentSchema,
  envelopeKeyLength,
  type FirstContactSchema,
  limits,
  randomBytes,
  sealEnvelope,
} from "@assent/protocol";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { Self } from "../../account/self.ts";
import { OutgoingEnvelopeSchema, type PeerDevice, put, type Step } from "../../store/records.ts";
import { sealedDelivery } from "../history/deliveries.ts";
import { withAddress } from "../people/peer-devices.ts";
import type { OfferedDevice } from "./offers.ts";

/** What every device is told alike. */
export interface FirstEnvelope {
  readonly welcome: Uint8Array;
  readonly conversationId: Uint8Array;
  readonly groupMessages?: readonly Uint8Array[];
  readonly lostGroups?: readonly Uint8Array[];
  /** Key of the text in it; empty where there is none. */
  readonly text: string;
  /** The group whose commit added them; empty where it began with them. */
  readonly commitOf?: Uint8Array;
}

/**
 * Adds them to the step.
 * @param devices of the account, as they are known.
 * @returns these, with the addresses that were offered.
 * @throws AssentError unanswered_text_too_long
 */
export async function firstEnvelopes(
  step: Step,
  self: Self,
  accountId: Uint8Array,
  offered: readonly OfferedDevice[],
  devices: readonly PeerDevice[],
  said: FirstEnvelope,
  nowMs: number,
): Promise<PeerDevice[]> {
  let addressed = [...devices];
  for (const {
    device,
    offered: { provisionalCapability: capability },
    sealingKey,
  } of offered) {
    const envelopeKey = randomBytes(envelopeKeyLength);
    const body = await sealEnvelope(
      { kind: "device", sealingKey },
      contentOf(self, said, envelopeKey),
    );
    // A long text to somebody who answered before, in a conversation that has to begin anew.
    if (body.length > limits.provisionalEnvelopeBytes)
      throw new AssentError("unanswered_text_too_long");
    const deviceId = new Uint8Array(device.deviceId);
    const envelope = create(OutgoingEnvelopeSchema, {
      secret: randomBytes(32),
      capability,
      body,
      accountId: new Uint8Array(accountId),
      deviceId,
      text: said.text,
      purpose: "service",
      commitOf: new Uint8Array(said.commitOf ?? []),
    });
    step.add([
      put("outgoing", await step.nextKey("outgoing"), envelope),
      ...(await sealedDelivery(step, envelope)),
    ]);
    const address = { deviceId, capability, envelopeKey, expiresAtMs: 0n, provisional: true };
    addressed = withAddress(addressed, address, nowMs);
  }
  return addressed;
}

function contentOf(self: Self, said: FirstEnvelope, envelopeKey: Uint8Array<ArrayBuffer>) {
  const value: MessageInitShape<typeof FirstContactSchema> = {
    welcome: new Uint8Array(said.welcome),
    groupMessages: (said.groupMessages ?? []).map((message) => new Uint8Array(message)),
    sender: { number: self.number, evaluation: self.evaluation },
    senderManifest: self.manifest,
    envelopeKey,
    lostGroups: (said.lostGroups ?? []).map((groupId) => new Uint8Array(groupId)),
    conversationId: new Uint8Array(said.conversationId),
  };
  return create(EnvelopeContentSchema, { content: { case: "firstContact", value } });
}
