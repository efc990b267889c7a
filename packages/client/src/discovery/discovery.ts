// Whether a number can be reached privately, and at which account. The number goes out blinded, is compared
// on this device, and its record is fetched by a connection that does not say who asks.
import {
  type AccountId,
  AssentError,
  accountIdOf,
  type BucketIndex,
  BucketIndexSchema,
  bucketHolds,
  bucketOf,
  EvaluateRequestSchema,
  equalBytes,
  type HandleKeys,
  handleKeys,
  hex,
  isSignedRecord,
  openRecord,
  type PhoneNumber,
  sha256,
  signingKeyLength,
  voprfInput,
} from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { Cell, Cells } from "../account/cells.ts";
import type { Self } from "../account/self.ts";
import type { SignedRequests } from "../account/signed-requests.ts";
import { isOver } from "../clock/elapsed.ts";
import type { Service } from "../egress/service.ts";
import {
  type NumberRecord,
  NumberRecordSchema,
  type Person,
  put,
  type Records,
  Standing,
  type Step,
} from "../store/records.ts";
import type { Change } from "../store/store.ts";
import { type EpochKeys, keptKeys, withEvaluated } from "./number-keys.ts";

export type Found =
  | { readonly route: "sms" }
  | {
      readonly route: "private";
      readonly accountId: AccountId;
      readonly rootKey: Uint8Array;
      readonly lowestManifestVersion: number;
      /** The part of that which the root key vouches for, now or before: it alone is remembered. */
      readonly vouchedManifestVersion: number;
    };

const maxBucketBits = 24;
// An index and its bucket, until they fit.
const bucketTries = 3;
// The steps of one send ask for the same number; that is one lookup.
const recentMs = 10_000;

export interface DiscoveryParts {
  readonly records: Records;
  readonly service: (url: string) => Service;
  readonly cells: Cells;
  readonly signedRequests: SignedRequests;
  readonly now: () => number;
}

export class Discovery {
  readonly #parts: DiscoveryParts;
  readonly #records: Records;
  readonly #recent = new Map<PhoneNumber, { readonly found: Found; readonly atMs: number }>();

  constructor(parts: DiscoveryParts) {
    this.#parts = parts;
    this.#records = parts.records;
  }

  /**
   * Asks afresh. The evaluation alone is remembered: under one epoch it does not change, and each one costs budget.
   * @throws AssentError lookups_used_up, service_untrusted, unreachable …
   */
  async find(self: Self, number: PhoneNumber): Promise<Found> {
    const { cells, now } = this.#parts;
    // Nobody is asked any more; who was known stays so, in case that the service goes on after all.
    if (cells.hasEnded) return { route: "sms" };
    const said = await this.#lookUp(self, number);
    const found = await this.#records.step(async (step) => {
      const record = (await step.get("numbers", number)) ?? create(NumberRecordSchema);
      const notBefore = notBeforeKnown(record, said);
      const accountId = said.route === "private" ? said.accountId : new Uint8Array();
      step.add([
        put("numbers", number, {
          ...record,
          accountId,
          // That nobody is there says nothing of the devices of whoever was.
          lowestManifestVersion:
            notBefore.route === "private"
              ? notBefore.vouchedManifestVersion
              : lowestVersionOf(record, record.acceptedAccountId),
          lookedUpAtMs: BigInt(now()),
        }),
        ...(await formerOwners(step, number, accountId)),
      ]);
      return notBefore;
    });
    this.#recent.set(number, { found, atMs: now() });
    return found;
  }

  async #lookUp(self: Self, number: PhoneNumber): Promise<Found> {
    const { cells } = this.#parts;
    const { epoch } = cells.current.voprfKey;
    const found = await this.#lookUpAsKnown(self, number);
    if (found.route === "private") return found;
    // That nobody is there, only the newest epoch says: people move on to it.
    await cells.confirm();
    return cells.current.voprfKey.epoch === epoch ? found : this.#lookUpAsKnown(self, number);
  }

  /** Under the epoch that is current as far as is known, and else where the number stood before. */
  #lookUpAsKnown(self: Self, number: PhoneNumber): Promise<Found> {
    return this.#parts.cells.withKeys(async (cell) => {
      const keys = await this.#currentKeys(self, cell, number);
      if (await this.#isInBucket(cell, keys)) return this.#recordOf(keys);
      const kept = keptKeys(await this.#records.get("numbers", number));
      for (const former of kept) {
        const isOpen = former.voprfEpoch < keys.voprfEpoch && cell.voprfKeyOf(former.voprfEpoch);
        if (isOpen && (await this.#isInFormerBucket(cell, former))) return this.#recordOf(former);
      }
      return { route: "sms" };
    });
  }

  /** What was found a moment ago, or else asks afresh. */
  findRecently(self: Self, number: PhoneNumber): Promise<Found> {
    const recent = this.#recent.get(number);
    const isRecent = recent && !isOver(recent.atMs, recentMs, this.#parts.now());
    return isRecent ? Promise.resolve(recent.found) : this.find(self, number);
  }

  /**
   * What the record of a number says that was evaluated by whoever has it, maybe under a former epoch: their record may
   * have moved on since. Anonymous, but for an evaluation where one is needed.
   */
  async recordOfEvaluated(self: Self, number: PhoneNumber, known: NumberRecord): Promise<Found> {
    const { cells } = this.#parts;
    const kept = keptKeys(known);
    for (const keys of kept) {
      const found = await this.#confirming(keys);
      if (found.route === "private") return notBeforeKnown(known, found);
    }
    if (kept[0]?.voprfEpoch === cells.current.voprfKey.epoch) return { route: "sms" };
    const keys = await cells.withKeys((cell) => this.#currentKeys(self, cell, number));
    return notBeforeKnown(known, await this.#confirming(keys));
  }

  /** Its owner sealed the record: one that does not open confirms nothing, and must not stop others. */
  async #confirming(keys: HandleKeys): Promise<Found> {
    try {
      return await this.#recordOf(keys);
    } catch (error) {
      if (error instanceof AssentError && error.code === "service_untrusted")
        return { route: "sms" };
      throw error;
    }
  }

  /** What the record under a handle's keys says; anonymous. */
  async #recordOf(keys: HandleKeys): Promise<Found> {
    const { id, url } = this.#parts.cells.current;
    const { directory } = this.#parts.service(url);
    const answer = await directory.getRecord({ lookupKey: keys.lookupKey });
    if (!answer.found) return { route: "sms" };
    const record = await openRecord(keys.recordKey, answer.sealedRecord);
    if (record?.rootKey.length !== signingKeyLength) throw new AssentError("service_untrusted");
    // Other cells are not reached yet.
    if (!equalBytes(record.cellId, id)) return { route: "sms" };
    const { rootKey, lowestManifestVersion } = record;
    // Whoever has the VOPRF key can seal a record: what its root key does not say holds while the service says so.
    const isVouched = await isSignedRecord(record);
    return {
      route: "private",
      accountId: accountIdOf(rootKey),
      rootKey,
      lowestManifestVersion,
      vouchedManifestVersion: isVouched ? lowestManifestVersion : 0,
    };
  }

  /** Of the current epoch: what is kept, or else evaluated. */
  async #currentKeys(self: Self, cell: Cell, number: PhoneNumber): Promise<EpochKeys> {
    const [kept] = keptKeys(await this.#records.get("numbers", number));
    return kept?.voprfEpoch === cell.voprfKey.epoch ? kept : this.#evaluate(self, cell, number);
  }

  async #evaluate(self: Self, cell: Cell, number: PhoneNumber): Promise<EpochKeys> {
    // Its arithmetic is loaded by the first lookup, and nothing before.
    const { blindInput, finalizeBatch } = await import("@assent/protocol/voprf");
    const { epoch, publicKey } = cell.voprfKey;
    const blinded = blindInput(voprfInput(number));
    const body = toBinary(
      EvaluateRequestSchema,
      create(EvaluateRequestSchema, {
        voprfEpoch: epoch,
        blindedElements: [new Uint8Array(blinded.blindedElement)],
      }),
    );
    const { signedRequests, service } = this.#parts;
    const { answer } = await signedRequests.call(
      { device: self.device, cell },
      "/assent.v1.DiscoveryService/Evaluate",
      body,
      (request) => service(cell.url).discovery.evaluate({ request }),
    );
    let handle: Uint8Array;
    try {
      handle = finalizeBatch(publicKey, [blinded], answer)[0] as Uint8Array;
    } catch (cause) {
      throw new AssentError("service_untrusted", { cause });
    }
    const keys = { ...handleKeys(handle), voprfEpoch: epoch };
    await this.#records.update("numbers", number, (record) => withEvaluated(record, keys));
    return keys;
  }

  /** Where everybody has moved on there are no buckets any more. */
  async #isInFormerBucket(cell: Cell, keys: EpochKeys): Promise<boolean> {
    try {
      return await this.#isInBucket(cell, keys);
    } catch (error) {
      if (error instanceof AssentError && error.code === "key_outdated") return false;
      throw error;
    }
  }

  async #isInBucket({ url }: Cell, { bucketBits, tag, voprfEpoch }: EpochKeys): Promise<boolean> {
    const service = this.#parts.service(url);
    // Somebody may join or leave between the two requests: the next index names what there is then.
    for (let tries = 0; tries < bucketTries; tries += 1) {
      const index = indexOf(voprfEpoch, await service.getBucketFile(`${voprfEpoch}/index`));
      const name = bucketOf(bucketBits, index.bits);
      const bucket = await service.getBucketFile(`${voprfEpoch}/${name}`);
      if (equalBytes(sha256(bucket), index.bucketHashes[name] as Uint8Array)) {
        return bucketHolds(bucket, tag);
      }
    }
    // A bucket that no index vouches for says nothing, least of all that somebody left.
    throw new AssentError("service_untrusted");
  }
}

/** @throws AssentError service_untrusted where it is none, or one of another epoch. */
function indexOf(voprfEpoch: number, bytes: Uint8Array): BucketIndex {
  let index: BucketIndex;
  try {
    index = fromBinary(BucketIndexSchema, bytes);
  } catch (cause) {
    throw new AssentError("service_untrusted", { cause });
  }
  const { bits, bucketHashes } = index;
  const fits =
    index.voprfEpoch === voprfEpoch && bits <= maxBucketBits && bucketHashes.length === 2 ** bits;
  if (!fits) throw new AssentError("service_untrusted");
  return index;
}

/**
 * Below which version no list of an account's devices is believed, by what the account's own root key ever said of it in the
 * number's record while no other account had the number. 0 where it said nothing.
 */
export function lowestVersionOf(record: NumberRecord, accountId: Uint8Array): number {
  const whose = record.accountId.length > 0 ? record.accountId : record.acceptedAccountId;
  return equalBytes(whose, accountId) ? record.lowestManifestVersion : 0;
}

/** A service may show an older record again: of the same account none takes back what a later one said. */
function notBeforeKnown(known: NumberRecord, found: Found): Found {
  if (found.route !== "private") return found;
  const lowest = lowestVersionOf(known, found.accountId);
  return {
    ...found,
    lowestManifestVersion: Math.max(lowest, found.lowestManifestVersion),
    vouchedManifestVersion: Math.max(lowest, found.vouchedManifestVersion),
  };
}

/**
 * Whoever had the number before is no longer taken for its owner, once its record names somebody else: what they write is
 * a request, and false. That nobody is found proves nothing: one answer that was false would end a conversation.
 */
export async function formerOwners(
  step: Step,
  number: PhoneNumber,
  accountId: Uint8Array,
): Promise<Change[]> {
  if (accountId.length === 0) return [];
  const people = await step.list("people");
  return people
    .filter(({ key, record }) => record.number === number && key !== hex(accountId))
    .map(({ key, record }) => put("people", key, { ...record, standing: formerStanding(record) }));
}

/** Who was never confirmed has not been its owner. */
function formerStanding({ standing }: Person): Standing {
  return standing === Standing.UNCONFIRMED ? standing : Standing.FORMER;
}
