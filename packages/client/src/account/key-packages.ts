// KeyPackages of this device: made here, kept until used, given to the directory to hand out. None is about for longer
// than a month while this device connects, so that whoever takes one takes one that is live.
import { AddKeyPackagesRequestSchema, AssentError, type Ready } from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import { isOver } from "../clock/elapsed.ts";
import type { AccountService } from "../egress/service.ts";
import type { Encryption, OwnDevice } from "../encryption/encryption.ts";
import {
  type KeyPackage,
  KeyPackageSchema,
  put,
  type Records,
  remove,
  type Step,
} from "../store/records.ts";
import type { Change } from "../store/store.ts";
import type { Requester, SignedRequests } from "./signed-requests.ts";

const batch = 20;
const refillBelow = 10;
const day = 86_400_000;
const replaceAfterMs = 30 * day;
// Whoever took one just before it was replaced writes through its address for 31 days, and that waits for 31 more.
const keptReplacedMs = 62 * day;
// Each is kept for two months, and the service alone says that more are wanted.
const mostADay = 10 * (batch + 1);
// Seen over age twice, at least this far apart: one clock that is wrong once destroys nothing.
const sightingsApartMs = day;

export interface KeyPackageMaking {
  readonly records: Records;
  readonly encryption: Encryption;
  readonly signedRequests: SignedRequests;
  readonly service: (url: string) => AccountService;
  readonly now: () => number;
}

export interface MadeKeyPackages {
  readonly refs: readonly string[];
  readonly singleUse: readonly Uint8Array<ArrayBuffer>[];
  readonly lastResort: Uint8Array<ArrayBuffer> | undefined;
}

export interface Offering {
  /** Without, a last resort alone. */
  readonly withSingleUse?: boolean;
  readonly withLastResort: boolean;
  readonly replacesAll: boolean;
  /** Of the service's store; 0 where that is not known yet. */
  readonly lineage: number;
}

type Making = Pick<KeyPackageMaking, "records" | "encryption" | "now">;

/** Makes KeyPackages and stores them: from here on what is started with them can be read. */
export async function makeKeyPackages(
  { records, encryption, now }: Making,
  device: OwnDevice,
  { withSingleUse = true, withLastResort }: Pick<Offering, "withSingleUse" | "withLastResort">,
): Promise<MadeKeyPackages> {
  const singleUse = [];
  for (let count = 0; withSingleUse && count < batch; count += 1)
    singleUse.push(await encryption.generateKeyPackage(device, now()));
  const lastResort = withLastResort
    ? await encryption.generateKeyPackage(device, now(), "last resort")
    : undefined;
  const all = lastResort ? [...singleUse, lastResort] : singleUse;
  await records.commit(
    all.map((made) => {
      const { publicPart, privatePart } = made;
      const record = create(KeyPackageSchema, {
        publicPart,
        privatePart,
        lastResort: made === lastResort,
        madeAtMs: BigInt(now()),
        liveUntilMs: BigInt(made.liveUntilMs),
      });
      return put("keyPackages", made.ref, record);
    }),
  );
  return {
    refs: all.map(({ ref }) => ref),
    singleUse: singleUse.map(({ publicPart }) => publicPart),
    lastResort: lastResort?.publicPart,
  };
}

/**
 * Offers what was made. Where the service says that it took none, as there were too many lately, they are forgotten: what is
 * refused with every connection must not use up what may be made in a day.
 */
export async function offerKeyPackages<T>(
  records: Records,
  { refs }: Pick<MadeKeyPackages, "refs">,
  offer: () => Promise<T>,
): Promise<T> {
  try {
    return await offer();
  } catch (error) {
    if (error instanceof AssentError && error.code === "rate_limited")
      await records.commit(refs.map((ref) => remove("keyPackages", ref)));
    throw error;
  }
}

/** Whether so many were made in a day that no more are: whoever says that they were all taken cannot fill this device with others. */
export async function areEnoughMade(records: Records, nowMs: number): Promise<boolean> {
  const kept = await records.list("keyPackages");
  const today = kept.filter(({ record }) => !isOver(record.madeAtMs, day, nowMs));
  return today.length + batch + 1 > mostADay;
}

/** What is to be stored once the service has them: which these took the place of. */
export async function changesOfOffered(
  step: Step,
  made: MadeKeyPackages,
  { replacesAll, lineage, nowMs }: Pick<Offering, "replacesAll" | "lineage"> & { nowMs: number },
): Promise<Change[]> {
  const kept = await step.list("keyPackages");
  return kept.flatMap(({ key, record }) => {
    if (made.refs.includes(key))
      return [put("keyPackages", key, { ...record, offered: true, lineage })];
    const isReplaced = replacesAll || (record.lastResort && made.lastResort !== undefined);
    if (!isReplaced || record.replacedAtMs > 0n) return [];
    return [put("keyPackages", key, { ...record, replacedAtMs: BigInt(nowMs) })];
  });
}

/** Stores new KeyPackages, then adds them at the directory. */
export async function addKeyPackages(
  making: KeyPackageMaking,
  requester: Requester,
  wanted: Offering,
): Promise<void> {
  const made = await makeKeyPackages(making, requester.device, wanted);
  const body = toBinary(
    AddKeyPackagesRequestSchema,
    create(AddKeyPackagesRequestSchema, {
      keyPackages: [...made.singleUse],
      ...(made.lastResort ? { lastResort: made.lastResort } : {}),
      replacesAll: wanted.replacesAll,
    }),
  );
  const procedure = "/assent.v1.DirectoryService/AddKeyPackages";
  const { directory } = making.service(requester.cell.url);
  await offerKeyPackages(making.records, made, () =>
    making.signedRequests.call(requester, procedure, body, (request) =>
      directory.addKeyPackages({ request }),
    ),
  );
  await making.records.step(async (step) =>
    step.add(await changesOfOffered(step, made, { ...wanted, nowMs: making.now() })),
  );
}

/**
 * Replaces all once any is a month old or the service's store is another, adds some when few that are live are left, and a
 * new last resort when the one before was given out. Nothing where enough were made today.
 */
export async function refillKeyPackages(
  making: KeyPackageMaking,
  requester: Requester,
  { singleUseKeyPackagesLeft, lastResortTaken, lineage }: Ready,
): Promise<void> {
  const nowMs = making.now();
  await making.records.step((step) => destroyReplaced(step, nowMs));
  const kept = (await making.records.list("keyPackages")).map(({ record }) => record);
  const current = kept.filter(({ replacedAtMs }) => replacedAtMs === 0n);
  // What the service may or may not have, after an answer that was lost, goes with the next that it has for certain.
  const replacesAll = current.some(
    (record) => !record.offered || isElsewhere(record, lineage) || isOld(record, nowMs),
  );
  const live = current.filter(
    ({ lastResort, liveUntilMs }) => !lastResort && Number(liveUntilMs) > nowMs,
  );
  const left = Math.min(singleUseKeyPackagesLeft, live.length);
  const withLastResort =
    replacesAll || lastResortTaken || !current.some(({ lastResort }) => lastResort);
  const withSingleUse = left < refillBelow || replacesAll;
  const isWanted = withSingleUse || withLastResort;
  if (isWanted && !(await areEnoughMade(making.records, nowMs))) {
    const wanted = { withSingleUse, withLastResort, replacesAll, lineage };
    await addKeyPackages(making, requester, wanted);
  }
  await noteLineage(making.records, lineage);
}

/** What was offered before it was known to which store. */
async function noteLineage(records: Records, lineage: number): Promise<void> {
  const unknown = (await records.list("keyPackages")).filter(
    ({ record }) => record.offered && record.lineage === 0 && record.replacedAtMs === 0n,
  );
  await records.commit(
    unknown.map(({ key, record }) => put("keyPackages", key, { ...record, lineage })),
  );
}

function isElsewhere(record: KeyPackage, lineage: number): boolean {
  return record.lineage !== 0 && record.lineage !== lineage;
}

function isOld({ madeAtMs }: KeyPackage, nowMs: number): boolean {
  return isOver(madeAtMs, replaceAfterMs, nowMs);
}

/** Nothing that was started with these can come any more: nobody shall open it. */
async function destroyReplaced(step: Step, nowMs: number): Promise<void> {
  const changes: Change[] = [];
  for (const { key, record } of await step.list("keyPackages")) {
    const replacedAtMs = Number(record.replacedAtMs);
    if (replacedAtMs === 0) continue;
    const changed = (fields: Partial<KeyPackage>) =>
      changes.push(put("keyPackages", key, { ...record, ...fields }));
    const seenAtMs = Number(record.overAgeAtMs);
    // By a clock that was wrong: from now on, then.
    if (replacedAtMs > nowMs) changed({ replacedAtMs: BigInt(nowMs), overAgeAtMs: 0n });
    else if (nowMs - replacedAtMs < keptReplacedMs) {
      if (seenAtMs > 0) changed({ overAgeAtMs: 0n });
    } else if (seenAtMs === 0 || seenAtMs > nowMs) changed({ overAgeAtMs: BigInt(nowMs) });
    else if (nowMs - seenAtMs >= sightingsApartMs) changes.push(remove("keyPackages", key));
  }
  step.add(changes);
}
