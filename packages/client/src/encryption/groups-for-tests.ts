// For tests only: real groups of devices that nobody has.
import { accountIdOf, deviceIdOf, randomBytes, signingKeyPair } from "@assent/protocol";
import type { Encryption, GroupState, OwnDevice } from "./encryption.ts";

export function newDevice(): OwnDevice {
  const root = signingKeyPair(randomBytes(32));
  const device = signingKeyPair(randomBytes(32));
  return {
    accountId: accountIdOf(root.publicKey),
    deviceId: deviceIdOf(device.publicKey),
    signatureKey: device.publicKey,
    signaturePrivateKey: device.privateKey,
  };
}

export type Pair = Awaited<ReturnType<typeof pairOf>>;

export async function pairOf(mls: Encryption, count = 1) {
  const nowMs = Date.now();
  const alice = newDevice();
  const members = await Promise.all(
    Array.from({ length: count }, newDevice).map(async (device) => ({
      device,
      made: await mls.generateKeyPackage(device, nowMs),
    })),
  );
  const others = members.map(({ device }) => device);
  const packages = members.map(({ made }) => made);
  const trusted = [alice, ...others];
  const started = await mls.startGroup(
    alice,
    members.map(({ device, made }) => ({ device, keyPackage: made.publicPart })),
    nowMs,
  );
  const joined = await Promise.all(
    members.map(({ device, made }) => mls.join(device, started.welcome, made, trusted)),
  );
  return { alice, others, trusted, packages, started, joined };
}

/** As it comes out of a store: the same bytes, in other objects. */
export function copyOf({ groupId, tree, pastEpochs, ratchets }: GroupState): GroupState {
  return {
    groupId,
    tree: tree.slice(),
    pastEpochs: pastEpochs.slice(),
    ratchets: ratchets.slice(),
  };
}
