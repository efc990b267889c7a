// Who sealed a message: found before it is opened, and only of those who are vouched for.
import { equalBytes } from "@assent/protocol";
import type { CiphersuiteImpl, ClientState, PrivateMessage } from "ts-mls";
import { decryptSenderData } from "ts-mls/privateMessage.js";
import { EncryptionRefused, type TrustedDevice } from "./encryption.ts";
import { refusing } from "./mls-messages.ts";

/** What messages of one epoch are opened with. */
export type Epoch = Pick<ClientState, "ratchetTree" | "secretTree" | "groupContext"> & {
  readonly senderDataSecret: Uint8Array;
};

/** What a message of its epoch is opened with. @throws EncryptionRefused where this group has nothing for it. */
export function epochOf(state: ClientState, message: PrivateMessage): Epoch {
  const { groupContext, keySchedule, historicalReceiverData } = state;
  if (!equalBytes(message.groupId, groupContext.groupId)) throw new EncryptionRefused("malformed");
  if (message.epoch > groupContext.epoch) throw new EncryptionRefused("future epoch");
  if (message.epoch === groupContext.epoch) {
    return { ...state, senderDataSecret: keySchedule.senderDataSecret };
  }
  const past = historicalReceiverData.get(message.epoch);
  if (!past) throw new EncryptionRefused("used");
  return past;
}

/** The device at a leaf. @throws EncryptionRefused untrusted, where nobody vouches for it. */
export function senderAt(
  { ratchetTree }: Pick<ClientState, "ratchetTree">,
  nodeIndex: number,
  trusted: readonly TrustedDevice[],
): TrustedDevice {
  const node = ratchetTree[nodeIndex];
  const sender =
    node?.nodeType === "leaf" &&
    trusted.find((device) => equalBytes(device.signatureKey, node.leaf.signaturePublicKey));
  if (!sender) throw new EncryptionRefused("untrusted");
  return sender;
}

/** That somebody who is vouched for sealed it, and it was not opened before. @throws EncryptionRefused */
export async function checkSender(
  suite: CiphersuiteImpl,
  state: ClientState,
  message: PrivateMessage,
  trusted: readonly TrustedDevice[],
): Promise<void> {
  const epoch = epochOf(state, message);
  const senderData = await refusing("forged", () =>
    decryptSenderData(message, epoch.senderDataSecret, suite),
  );
  if (!senderData) throw new EncryptionRefused("forged");
  senderAt(epoch, senderData.leafIndex * 2, trusted);
  const ratchet = epoch.secretTree[senderData.leafIndex * 2];
  if (!ratchet) throw new EncryptionRefused("forged");
  const { generation, unusedGenerations } =
    message.contentType === "application" ? ratchet.application : ratchet.handshake;
  if (senderData.generation < generation && !unusedGenerations[senderData.generation]) {
    throw new EncryptionRefused("used");
  }
}
