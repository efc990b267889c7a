// Whether a number can be reached privately, and at which account. The number goes out blinded, is compared
// on this device, and its record is fetched by a connection that does not say who asks.
import {
  type AccountId,
  AssentError,
  accountIdOf,
  BucketIndexSchema,
  blindInput,
  bucketHolds,
  bucketOf,
  EvaluateRequestSchema,
  equalBytes,
  finalizeBatch,
  type HandleKeys,
  handleKeys,
  hex,
  loadVoprf,
  openRecord,
  type PhoneNumber,
  sha256,
  signingKeyLength,
  voprfInput,
} from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { Service } from "../egress/service.ts";
import { type Self, signedBy } from "../identity/self.ts";
import { type NumberRecord, NumberRecordSchema, put, type Records } from "../store/records.ts";
import type { Change } from "../store/store.ts";

export type Found =
  | { readonly route: "sms" }
  | {
      readonly route: "private";
      readonly accountId: AccountId;
      readonly rootKey: Uint8Array;
      readonly lowestManifestVersion: number;
    };

const maxBucketBits = 24;
// The steps of one send ask for the same number; that is one lookup.
const recentMs = 10_000;

export class Discovery {
  readonly #records: Records;
  readonly #service: (url: string) => Service;
  readonly #now: () => number;
  readonly #recent = new Map<PhoneNumber, { readonly found: Found; readonly atMs: number }>();

  constructor(records: Records, service: (url: string) => Service, now: () => number) {
    this.#records = records;
    this.#service = service;
    this.#now = now;
  }

  /**
   * Asks afresh. The evaluation alone is remembered: it does not change, and each one costs budget.
   * @throws AssentError lookups_used_up, service_untrusted, unreachable …
   */
  async find(self: Self, number: PhoneNumber): Promise<Found> {
    const keys = (await this.#knownKeys(number)) ?? (await this.#evaluate(self, number));
    const found = (await this.#isInBucket(self, keys))
      ? await this.recordOf(self, keys)
      : { route: "sms" as const };
    const record = (await this.#records.get("numbers", number)) ?? create(NumberRecordSchema);
    const accountId = found.route === "private" ? found.accountId : new Uint8Array();
    await this.#records.commit([
      put("numbers", number, { ...record, ...keys, accountId, lookedUpAtMs: BigInt(this.#now()) }),
      ...(await this.#formerOwners(number, accountId)),
    ]);
    this.#recent.set(number, { found, atMs: this.#now() });
    return found;
  }

  /** Whoever had the number before is no longer taken for its owner: what they write is a request, and false. */
  async #formerOwners(number: PhoneNumber, accountId: Uint8Array): Promise<Change[]> {
    const people = await this.#records.list("people");
    return people
      .filter(({ key, record }) => record.number === number && key !== hex(accountId))
      .map(({ key, record }) => put("people", key, { ...record, verified: false }));
  }

  /** What was found a moment ago, or else asks afresh. */
  findRecently(self: Self, number: PhoneNumber): Promise<Found> {
    const recent = this.#recent.get(number);
    const isRecent = recent && this.#now() - recent.atMs < recentMs;
    return isRecent ? Promise.resolve(recent.found) : this.find(self, number);
  }

  /** What the record under a handle's keys says; anonymous. */
  async recordOf(self: Self, keys: HandleKeys): Promise<Found> {
    const { directory } = this.#service(self.cell.url);
    const answer = await directory.getRecord({ lookupKey: keys.lookupKey });
    if (!answer.found) return { route: "sms" };
    const record = await openRecord(keys.recordKey, answer.sealedRecord);
    if (record?.rootKey.length !== signingKeyLength) throw new AssentError("service_untrusted");
    return {
      route: "private",
      accountId: accountIdOf(record.rootKey),
      rootKey: record.rootKey,
      lowestManifestVersion: record.lowestManifestVersion,
    };
  }

  async #knownKeys(number: PhoneNumber): Promise<HandleKeys | undefined> {
    const record: NumberRecord | undefined = await this.#records.get("numbers", number);
    return record && record.lookupKey.length > 0 ? handleKeysOf(record) : undefined;
  }

  async #evaluate(self: Self, number: PhoneNumber): Promise<HandleKeys> {
    await loadVoprf();
    const { voprfKey } = self.cell;
    const blinded = blindInput(voprfInput(number));
    const body = toBinary(
      EvaluateRequestSchema,
      create(EvaluateRequestSchema, {
        voprfEpoch: voprfKey.epoch,
        blindedElements: [new Uint8Array(blinded.blindedElement)],
      }),
    );
    const procedure = "/assent.v1.DiscoveryService/Evaluate";
    const answer = await this.#service(self.cell.url).discovery.evaluate({
      request: await signedBy(self.device, self.cell, procedure, body, this.#now()),
    });
    let handle: Uint8Array;
    try {
      handle = finalizeBatch(voprfKey.publicKey, [blinded], answer)[0] as Uint8Array;
    } catch (cause) {
      throw new AssentError("service_untrusted", { cause });
    }
    const keys = handleKeys(handle);
    const record = (await this.#records.get("numbers", number)) ?? create(NumberRecordSchema);
    await this.#records.commit([put("numbers", number, { ...record, ...keys })]);
    return keys;
  }

  async #isInBucket(self: Self, keys: HandleKeys): Promise<boolean> {
    const service = this.#service(self.cell.url);
    const { epoch } = self.cell.voprfKey;
    const index = decodeIndex(await service.getBucketFile(`${epoch}/index`));
    const expected = 2 ** index.bits;
    if (
      index.voprfEpoch !== epoch ||
      index.bits > maxBucketBits ||
      index.bucketHashes.length !== expected
    ) {
      throw new AssentError("service_untrusted");
    }
    const name = bucketOf(keys.bucketBits, index.bits);
    const bucket = await service.getBucketFile(`${epoch}/${name}`);
    if (equalBytes(sha256(bucket), index.bucketHashes[name] as Uint8Array)) {
      return bucketHolds(bucket, keys.tag);
    }
    // Somebody joined or left between the two requests: the next index names what there is now.
    const again = decodeIndex(await service.getBucketFile(`${epoch}/index`));
    const fresh = await service.getBucketFile(`${epoch}/${bucketOf(keys.bucketBits, again.bits)}`);
    return bucketHolds(fresh, keys.tag);
  }
}

/** The keys of a number that was evaluated before. */
export function handleKeysOf(record: NumberRecord): HandleKeys {
  return {
    bucketBits: record.bucketBits,
    tag: record.tag,
    lookupKey: new Uint8Array(record.lookupKey),
    recordKey: new Uint8Array(record.recordKey),
  };
}

function decodeIndex(bytes: Uint8Array) {
  try {
    return fromBinary(BucketIndexSchema, bytes);
  } catch (cause) {
    throw new AssentError("service_untrusted", { cause });
  }
}
