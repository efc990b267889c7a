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

// Commits of one epoch that came to nothing before the one that ends it.
const mostSkippedCommits = 16;

/**
 * That somebody else who is vouched for sealed it, and it was not opened before.
 * @returns how many messages of theirs are missing before it.
 * @throws EncryptionRefused
 */
export async function checkSender(
  suite: CiphersuiteImpl,
  state: ClientState,
  message: PrivateMessage,
  trusted: readonly TrustedDevice[],
): Promise<number> {
  const epoch = epochOf(state, message);
  const senderData = await refusing("forged", () =>
    decryptSenderData(message, epoch.senderDataSecret, suite),
  );
  if (!senderData) throw new EncryptionRefused("forged");
  if (isOwn(state, senderData.leafIndex)) throw new EncryptionRefused("own");
  senderAt(epoch, senderData.leafIndex * 2, trusted);
  const ratchet = epoch.secretTree[senderData.leafIndex * 2];
  if (!ratchet) throw new EncryptionRefused("forged");
  const isText = message.contentType === "application";
  const { generation, unusedGenerations } = isText ? ratchet.application : ratchet.handshake;
  if (senderData.generation < generation && !unusedGenerations[senderData.generation]) {
    throw new EncryptionRefused("used");
  }
  const { maximumForwardRatchetSteps } = state.clientConfig.keyRetentionConfig;
  const most = isText ? maximumForwardRatchetSteps : mostSkippedCommits;
  const missing = Math.max(0, senderData.generation - generation);
  if (missing > most) throw new EncryptionRefused("too far ahead");
  return missing;
}

/** Whether a leaf is this device's: nobody gets what they sealed themselves, unless somebody hands it back. */
export function isOwn(
  { privatePath }: Pick<ClientState, "privatePath">,
  leafIndex: number,
): boolean {
  return privatePath.leafIndex === leafIndex;
}
