// The buckets of tags: public files, the same for everyone, of the current VOPRF epoch and of former ones that accounts
// still stand in. Kept in memory, and made anew from storage by the first who asks after accounts came or went.
import { createHash } from "node:crypto";
import { BucketIndexSchema, bucketOf, encodeBucket } from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import type { VoprfRole } from "../cell/roles.ts";
import type { AccountTags, DiscoveryStore } from "./store.ts";

export interface PublicFile {
  readonly bytes: Uint8Array;
  /** Strong, with its quotation marks (RFC 9110, 8.8.3). */
  readonly etag: string;
}

export interface Buckets {
  /** Undefined where there is no such epoch or bucket. */
  file(epoch: number, name: "index" | number): Promise<PublicFile | undefined>;
  /** Accounts came, went or moved, or the epoch changed. */
  outdated(): void;
}

interface Files {
  readonly index: PublicFile;
  readonly buckets: readonly PublicFile[];
}

export function createBuckets(parts: {
  readonly store: DiscoveryStore;
  readonly voprf: Pick<VoprfRole, "current" | "ofEpoch">;
  readonly peoplePerBucket: number;
}): Buckets {
  const { store, voprf, peoplePerBucket } = parts;
  const filesOf = new Map<number, Promise<Files | undefined>>();

  async function make(voprfEpoch: number): Promise<Files | undefined> {
    const accounts = await store.accountTags(voprfEpoch);
    if (accounts.tags.length === 0 && voprfEpoch !== voprf.current().epoch) return undefined;
    const bits = bitsFor(accounts.tags.length, peoplePerBucket);
    const buckets = distribute(accounts, bits).map((tags) => publicFile(encodeBucket(tags)));
    const index = create(BucketIndexSchema, {
      voprfEpoch,
      bits,
      bucketHashes: buckets.map(({ bytes }) => sha256(bytes)),
    });
    return { index: publicFile(toBinary(BucketIndexSchema, index)), buckets };
  }

  function currentFiles(epoch: number): Promise<Files | undefined> {
    const known = filesOf.get(epoch);
    if (known !== undefined) return known;
    const made = make(epoch);
    filesOf.set(epoch, made);
    made.catch(() => {
      if (filesOf.get(epoch) === made) filesOf.delete(epoch);
    });
    return made;
  }

  function isEpoch(epoch: number): boolean {
    return epoch === voprf.current().epoch || voprf.ofEpoch(epoch) !== undefined;
  }

  return {
    async file(epoch, name) {
      if (!isEpoch(epoch)) return undefined;
      const files = await currentFiles(epoch);
      return name === "index" ? files?.index : files?.buckets[name];
    },
    outdated() {
      filesOf.clear();
    },
  };
}

/** There are 2^bits buckets: one while small, then so many that each holds about as many people as it should. */
export function bitsFor(accounts: number, peoplePerBucket: number): number {
  return Math.max(0, Math.floor(Math.log2(accounts / peoplePerBucket)));
}

function distribute({ bucketBits, tags }: AccountTags, bits: number): number[][] {
  const buckets: number[][] = Array.from({ length: 2 ** bits }, () => []);
  for (const [index, tag] of tags.entries()) {
    buckets[bucketOf(bucketBits[index] as number, bits)]?.push(tag);
  }
  return buckets;
}

function publicFile(bytes: Uint8Array): PublicFile {
  return { bytes, etag: `"${Buffer.from(sha256(bytes)).toString("hex")}"` };
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}
