// What starts a conversation: the record under a lookup key, and KeyPackages with an address for each device. Knows no
// numbers, and is not told who asks, but for adding KeyPackages.
import { AssentError, hex, lookupHashOf } from "@assent/protocol";
import type { Counters } from "../limits/counters.ts";
import { rateLimited } from "../limits/peer-brake.ts";
import type { DirectoryQuotas } from "../limits/quotas.ts";
import type { OverAge } from "../time/judged-time.ts";
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

  /** How many for single use are left. @throws AssentError signed_out, rate_limited */
  addKeyPackages(deviceId: Uint8Array, added: NewKeyPackages): Promise<number>;

  keyPackagesLeft(deviceId: Uint8Array): Promise<KeyPackagesLeft>;

  /** Forgets KeyPackages that nobody would use any more, were they to come again. */
  sweep(overAge: OverAge): Promise<void>;
}

export function createDirectory(parts: {
  readonly store: DirectoryStore;
  readonly mintProvisional: (mailboxId: Uint8Array, generation: number) => Uint8Array;
  readonly isThere: (accountId: Uint8Array) => Promise<boolean>;
  readonly hasEnded: (accountId: Uint8Array) => Promise<boolean>;
  /** Told of each device that has other KeyPackages left than it knows. */
  readonly changed: (deviceId: Uint8Array) => void;
  /** It may be any. */
  readonly allChanged: () => void;
  /** In memory: who is taken from and who adds is forgotten with the process. */
  readonly counters: Counters;
  readonly quotas: DirectoryQuotas;
  readonly now: () => number;
  /** Of what will go by age. */
  readonly stampMs: () => number;
}): Directory {
  const { store, mintProvisional, isThere, hasEnded, changed, allChanged, counters, quotas, now } =
    parts;

  /** Whoever asks, and from wherever: strangers have the last resort then, and none is taken from those still to come. */
  async function isTakenFromTooOften(accountId: Uint8Array): Promise<boolean> {
    const key = hex(accountId);
    const counted = await counters.count("takes-of-account", key, quotas.takesOfAccount, 1, now());
    return counted.kind === "over";
  }

  /** @throws AssentError rate_limited */
  async function countAdded(deviceId: Uint8Array, { singleUse, lastResort }: NewKeyPackages) {
    const times = singleUse.length + (lastResort ? 1 : 0);
    const counted = await counters.count("adds", hex(deviceId), quotas.adds, times, now());
    if (counted.kind === "over") throw rateLimited(counted.retryAfterMs);
  }

  return {
    sealedRecordOf: (lookupKey) => store.sealedRecord(lookupHashOf(lookupKey)),

    async takeKeyPackages(accountId) {
      // Made-up ids are not counted: so many of them would have the counts of accounts forgotten.
      const taken =
        (await isThere(accountId)) &&
        (await store.takeKeyPackages(accountId, await isTakenFromTooOften(accountId)));
      if (!taken) throw new AssentError((await hasEnded(accountId)) ? "gone" : "mailbox_unknown");
      for (const { deviceId } of taken.devices) changed(deviceId);
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
      await countAdded(deviceId, added);
      const keep = quotas.singleUseKeyPackagesPerDevice;
      const addedAt = parts.stampMs();
      const left = await store.addKeyPackages({ deviceId, ...added, keep, now: addedAt });
      if (!left) throw new AssentError("signed_out");
      changed(deviceId);
      return left.singleUse;
    },

    keyPackagesLeft: (deviceId) => store.keyPackagesLeft(deviceId),

    async sweep({ dayAgoMs }) {
      if (await store.forget(dayAgoMs - quotas.keyPackagesSeenMs)) allChanged();
    },
  };
}
