// What starts a conversation: the record under a lookup key, and KeyPackages with an address for each device. Knows no
// numbers, and is not told who asks, but for adding KeyPackages.
import { AssentError, lookupHashOf } from "@assent/protocol";
import type { DirectoryStore, KeyPackagesLeft, TakenKeyPackages } from "./store.ts";

export interface StartingPoint {
  readonly manifest: TakenKeyPackages["manifest"];
  readonly devices: readonly {
    readonly deviceId: Uint8Array;
    readonly keyPackage: Uint8Array;
    readonly provisionalCapability: Uint8Array;
  }[];
}

export interface NewKeyPackages {
  readonly singleUse: readonly Uint8Array[];
  /** Replaces the one before. */
  readonly lastResort: Uint8Array | undefined;
  /** Those that are there go. */
  readonly replacesAll: boolean;
}

export interface Directory {
  sealedRecordOf(lookupKey: Uint8Array): Promise<Uint8Array | undefined>;

  /** @throws AssentError gone (the account ended), mailbox_unknown (it is not there, for what reason ever) */
  takeKeyPackages(accountId: Uint8Array): Promise<StartingPoint>;

  /** How many for single use are left. @throws AssentError signed_out */
  addKeyPackages(deviceId: Uint8Array, added: NewKeyPackages): Promise<number>;

  keyPackagesLeft(deviceId: Uint8Array): Promise<KeyPackagesLeft>;
}

export function createDirectory(parts: {
  readonly store: DirectoryStore;
  readonly mintProvisional: (mailboxId: Uint8Array, generation: number) => Uint8Array;
  readonly hasEnded: (accountId: Uint8Array) => Promise<boolean>;
  readonly singleUseKeyPackagesPerDevice: number;
}): Directory {
  const { store, mintProvisional, hasEnded } = parts;

  return {
    sealedRecordOf: (lookupKey) => store.sealedRecord(lookupHashOf(lookupKey)),

    async takeKeyPackages(accountId) {
      const taken = await store.takeKeyPackages(accountId);
      if (!taken) throw new AssentError((await hasEnded(accountId)) ? "gone" : "mailbox_unknown");
      return {
        manifest: taken.manifest,
        devices: taken.devices.map(({ deviceId, mailboxId, generation, keyPackage }) => ({
          deviceId,
          keyPackage,
          provisionalCapability: mintProvisional(mailboxId, generation),
        })),
      };
    },

    async addKeyPackages(deviceId, added) {
      const keep = parts.singleUseKeyPackagesPerDevice;
      const left = await store.addKeyPackages({ deviceId, ...added, keep });
      if (!left) throw new AssentError("signed_out");
      return left.singleUse;
    },

    keyPackagesLeft: (deviceId) => store.keyPackagesLeft(deviceId),
  };
}
