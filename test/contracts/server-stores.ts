// What the contracts of the service's stores start from: an adapter's stores, and an account in them. A mailbox, a
// budget or a KeyPackage exists only with its account, so the ports are opened together.
import { randomBytes } from "@assent/protocol";
import type { NewAccount } from "../../packages/server/src/directory/store.ts";
import type { Storage } from "../../packages/server/src/storage/sqlite/storage.ts";

export interface StoresUnderTest {
  readonly stores: Storage;
  /** Closes them and opens what they left. */
  reopen(): Promise<Storage>;
}

export type OpenStores = () => Promise<StoresUnderTest>;

export function newAccount(changes: Partial<NewAccount> = {}): NewAccount {
  const accountId = changes.accountId ?? randomBytes(32);
  return {
    accountId,
    lookupHash: randomBytes(32),
    sealedRecord: randomBytes(60),
    bucketBits: 7,
    tag: 0xffff_fffe,
    manifest: { manifest: randomBytes(1_400), signature: randomBytes(64) },
    device: {
      accountId,
      deviceId: randomBytes(32),
      signatureKey: randomBytes(32),
      mailboxId: randomBytes(16),
    },
    claimSerial: randomBytes(16),
    claimExpiresAt: 1_000,
    evaluationsAtFirst: 10,
    createdAt: 0,
    ...changes,
  };
}
