// The buckets of tags, of the current VOPRF epoch and of former ones that accounts still stand in: which of them are to be
// read again, and when that is published. Whoever left is gone with the next answer; a crowd of those who come is published
// together.
import type { VoprfRole } from "../cell/roles.ts";
import { EpochBuckets, type PublicFile } from "./epoch-buckets.ts";
import type { DiscoveryStore } from "./store.ts";

export interface Buckets {
  /** Undefined where there is no such epoch or bucket. */
  file(epoch: number, name: "index" | number): Promise<PublicFile | undefined>;
  /** Accounts went from these buckets, and came into those. */
  changed(left: readonly BucketPlace[], joined: readonly BucketPlace[]): void;
}

export interface PublishingQuotas {
  readonly peoplePerBucket: number;
  /** Those who come are published at once so often in any such time, then together when it is over. */
  readonly joinsAtOnce: number;
  readonly joinsEveryMs: number;
}

/** Where an account stands, or stood. */
export interface BucketPlace {
  readonly voprfEpoch: number;
  readonly bucketBits: number;
}

interface Epoch {
  readonly buckets: EpochBuckets;
  /** Bucket bits of those who left, and of those who came, since their buckets were read. */
  left: Set<number>;
  joined: Set<number>;
  /** One reading after the other. */
  reading: Promise<void>;
  isRead: boolean;
}

export function createBuckets(parts: {
  readonly store: DiscoveryStore;
  readonly voprf: Pick<VoprfRole, "current" | "ofEpoch">;
  readonly quotas: PublishingQuotas;
  readonly now: () => number;
}): Buckets {
  const { store, voprf, quotas, now } = parts;
  const epochs = new Map<number, Epoch>();
  const published = { since: 0, times: 0 };

  function epochOf(voprfEpoch: number): Epoch {
    const known = epochs.get(voprfEpoch);
    if (known) return known;
    const made: Epoch = {
      buckets: new EpochBuckets(store, voprfEpoch, quotas.peoplePerBucket),
      left: new Set(),
      joined: new Set(),
      reading: Promise.resolve(),
      isRead: false,
    };
    epochs.set(voprfEpoch, made);
    return made;
  }

  function mayPublishJoins(): boolean {
    const awayMs = now() - published.since;
    if (awayMs < 0 || awayMs >= quotas.joinsEveryMs) {
      published.since = now();
      published.times = 0;
    }
    return published.times < quotas.joinsAtOnce;
  }

  async function readAnew(epoch: Epoch): Promise<void> {
    const { left, joined } = epoch;
    const takesJoins = joined.size > 0 && mayPublishJoins();
    if (epoch.isRead && left.size === 0 && !takesJoins) return;
    epoch.left = new Set();
    if (takesJoins) epoch.joined = new Set();
    try {
      await epoch.buckets.read(takesJoins ? [...left, ...joined] : left);
      epoch.isRead = true;
      if (takesJoins) published.times += 1;
    } catch (error) {
      for (const bits of left) epoch.left.add(bits);
      if (takesJoins) for (const bits of joined) epoch.joined.add(bits);
      throw error;
    }
  }

  function isEpoch(epoch: number): boolean {
    return epoch === voprf.current().epoch || voprf.ofEpoch(epoch) !== undefined;
  }

  return {
    async file(voprfEpoch, name) {
      if (!isEpoch(voprfEpoch)) return undefined;
      const epoch = epochOf(voprfEpoch);
      const reading = epoch.reading.catch(() => {}).then(() => readAnew(epoch));
      epoch.reading = reading;
      await reading;
      const isEmpty = epoch.buckets.people === 0 && voprfEpoch !== voprf.current().epoch;
      return isEmpty ? undefined : epoch.buckets.file(name);
    },

    changed(left, joined) {
      // What is of an epoch that nobody asked for yet is read when somebody does.
      for (const { voprfEpoch, bucketBits } of left) epochs.get(voprfEpoch)?.left.add(bucketBits);
      for (const { voprfEpoch, bucketBits } of joined) {
        epochs.get(voprfEpoch)?.joined.add(bucketBits);
      }
    },
  };
}
