// The buckets of one VOPRF epoch as they were read last: public files, the same for everyone. Only what is said to have
// changed is read again. There are 2^bits of them, so many that each holds about as many people as it should.
import { createHash } from "node:crypto";
import { BucketIndexSchema, bucketOf, encodeBucket } from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import type { DiscoveryStore } from "./store.ts";

export interface PublicFile {
  readonly bytes: Uint8Array;
  /** Strong, with its quotation marks (RFC 9110, 8.8.3). */
  readonly etag: string;
}

interface Bucket {
  readonly file: PublicFile;
  readonly hash: Uint8Array;
  readonly people: number;
}

const allBits = 2 ** 32;
// Fewer buckets only when so much is missing of what the number there is was made for: else one who comes and goes would
// have all of them made anew each time.
const fewerBelow = 0.75;

export class EpochBuckets {
  readonly #store: DiscoveryStore;
  readonly #voprfEpoch: number;
  readonly #peoplePerBucket: number;
  #bits = 0;
  #buckets: Bucket[] = [];
  #index: PublicFile | undefined;
  #people = 0;

  constructor(store: DiscoveryStore, voprfEpoch: number, peoplePerBucket: number) {
    this.#store = store;
    this.#voprfEpoch = voprfEpoch;
    this.#peoplePerBucket = peoplePerBucket;
  }

  get people(): number {
    return this.#people;
  }

  file(name: "index" | number): PublicFile | undefined {
    return name === "index" ? this.#index : this.#buckets[name]?.file;
  }

  /** Reads the buckets of these anew; all of them the first time, and where there are to be more or fewer. */
  async read(bucketBits: Iterable<number>): Promise<void> {
    const isFirst = this.#index === undefined;
    const buckets = isFirst ? [] : await this.#readSome(bucketBits);
    const people = isFirst ? await this.#store.people(this.#voprfEpoch) : peopleIn(buckets);
    const bits = this.#bitsFor(people);
    this.#buckets = !isFirst && bits === this.#bits ? buckets : await this.#readAll(bits);
    this.#bits = bits;
    this.#people = peopleIn(this.#buckets);
    this.#index = publicFile(toBinary(BucketIndexSchema, this.#indexOf()));
  }

  async #readSome(bucketBits: Iterable<number>): Promise<Bucket[]> {
    const buckets = this.#buckets.slice();
    const stale = new Set(Array.from(bucketBits, (bits) => bucketOf(bits, this.#bits)));
    for (const bucket of stale) buckets[bucket] = await this.#bucket(bucket, this.#bits);
    return buckets;
  }

  async #readAll(bits: number): Promise<Bucket[]> {
    const buckets: Bucket[] = [];
    // One after the other: others have storage between them.
    while (buckets.length < 2 ** bits) buckets.push(await this.#bucket(buckets.length, bits));
    return buckets;
  }

  async #bucket(bucket: number, bits: number): Promise<Bucket> {
    const width = allBits / 2 ** bits;
    const first = bucket * width;
    const tags = await this.#store.tagsIn(this.#voprfEpoch, first, first + width - 1);
    const bytes = encodeBucket(tags);
    return { file: publicFile(bytes), hash: sha256(bytes), people: tags.length };
  }

  #bitsFor(people: number): number {
    const bits = bitsFor(people, this.#peoplePerBucket);
    if (bits >= this.#bits) return bits;
    return Math.min(this.#bits, bitsFor(people / fewerBelow, this.#peoplePerBucket));
  }

  #indexOf() {
    return create(BucketIndexSchema, {
      voprfEpoch: this.#voprfEpoch,
      bits: this.#bits,
      bucketHashes: this.#buckets.map(({ hash }) => hash),
    });
  }
}

export function bitsFor(people: number, peoplePerBucket: number): number {
  return Math.max(0, Math.floor(Math.log2(people / peoplePerBucket)));
}

function peopleIn(buckets: readonly Bucket[]): number {
  return buckets.reduce((sum, { people }) => sum + people, 0);
}

function publicFile(bytes: Uint8Array): PublicFile {
  return { bytes, etag: `"${Buffer.from(sha256(bytes)).toString("hex")}"` };
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}
