// The buckets of tags: public files, the same for everyone, kept in memory and made anew from storage by the
// first who asks after accounts came or went.
import { createHash } from "node:crypto";
import { BucketIndexSchema, bucketOf, encodeBucket } from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import type { AccountTags, DiscoveryStore } from "./store.ts";

export interface PublicFile {
  readonly bytes: Uint8Array;
  /** Strong, with its quotation marks (RFC 9110, 8.8.3). */
  readonly etag: string;
}

export interface Buckets {
  /** Undefined where the epoch or the bucket does not exist. */
  file(epoch: number, name: "index" | number): Promise<PublicFile | undefined>;
  /** Accounts came or went. */
  outdated(): void;
}

interface Files {
  readonly index: PublicFile;
  readonly buckets: readonly PublicFile[];
}

export function createBuckets(parts: {
  readonly store: DiscoveryStore;
  readonly voprfEpoch: number;
  readonly peoplePerBucket: number;
}): Buckets {
  const { store, voprfEpoch, peoplePerBucket } = parts;
  let files: Promise<Files> | undefined;

  async function make(): Promise<Files> {
    const accounts = await store.accountTags();
    const bits = bitsFor(accounts.tags.length, peoplePerBucket);
    const buckets = distribute(accounts, bits).map((tags) => publicFile(encodeBucket(tags)));
    const index = create(BucketIndexSchema, {
      voprfEpoch,
      bits,
      bucketHashes: buckets.map(({ bytes }) => sha256(bytes)),
    });
    return { index: publicFile(toBinary(BucketIndexSchema, index)), buckets };
  }

  function currentFiles(): Promise<Files> {
    if (files) return files;
    const made = make();
    files = made;
    made.catch(() => {
      if (files === made) files = undefined;
    });
    return made;
  }

  return {
    async file(epoch, name) {
      if (epoch !== voprfEpoch) return undefined;
      const { index, buckets } = await currentFiles();
      return name === "index" ? index : buckets[name];
    },
    outdated() {
      files = undefined;
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
