// For tests only: an account as whoever proved a number has it made, of random parts.
import { randomBytes, signingKeyPair } from "@assent/protocol";
import type { NewAccount } from "./store.ts";

export function newAccount(changes: Partial<NewAccount> = {}): NewAccount {
  return {
    accountId: randomBytes(32),
    place: newPlace(),
    formerLookupHashes: [],
    sealedRecord: randomBytes(256),
    manifest: { encoded: randomBytes(1_400), signature: randomBytes(64) },
    manifestVersion: 1,
    device: newDevice(),
    claim: newClaim(),
    invitation: undefined,
    now: 0,
    ...changes,
  };
}

export function newPlace(changes: Partial<NewAccount["place"]> = {}): NewAccount["place"] {
  return {
    lookupHash: randomBytes(32),
    voprfEpoch: 1,
    bucketBits: 7,
    tag: 0xffff_fffe,
    ...changes,
  };
}

/** Its id is the seed of its key, so that whoever has the device can sign for it. */
export function newDevice(): NewAccount["device"] {
  const deviceId = randomBytes(32);
  const signatureKey = signingKeyPair(deviceId).publicKey;
  return { deviceId, signatureKey, mailboxId: randomBytes(16) };
}

export function newClaim(): NewAccount["claim"] {
  return { serial: randomBytes(16), expiresAt: 1_000 };
}
