// The cell's keys in use: makes or opens their folder, publishes its public side, and hands out the roles of it. A rotation
// changes what the roles answer, once all of it is durable.
import { access } from "node:fs/promises";
import { join } from "node:path";
import {
  AssentError,
  equalBytes,
  openClaim,
  SignedSchema,
  signAccountEnding,
  signClaim,
  signDeletionReceipt,
  type VoprfKeyPair,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { OpenSealed } from "../computing/computing.ts";
import { StartRefused } from "../start-refused.ts";
import type { OverAge } from "../time/judged-time.ts";
import { hasCertificate, makeFirstKeys } from "./first-keys.ts";
import { requireOwnFolder } from "./key-file.ts";
import {
  commitKeys,
  describeKeys,
  type KeyFolder,
  type KeysDescription,
  openKeyFolder,
} from "./key-folder.ts";
import { keyFormats } from "./key-formats.ts";
import {
  type CellKeys,
  currentOf,
  type EpochKey,
  type Epochs,
  isGood,
  overlapMs,
  withInUse,
  withoutExpired,
} from "./keys.ts";
import { type CellOffers, publish } from "./parameters.ts";
import type {
  CapabilityRole,
  CellRole,
  ClaimsRole,
  PushRole,
  ReceiptsRole,
  SealingRole,
  SecretRoles,
  VoprfEpochKey,
  VoprfRole,
} from "./roles.ts";
import { type Rotation, rotatedFrom } from "./rotation.ts";
import type { CellStore } from "./store.ts";

export interface LiveCell {
  readonly publicSide: CellRole;
  readonly claims: ClaimsRole;
  readonly receipts: ReceiptsRole;
  readonly sealing: SealingRole;
  readonly voprf: VoprfRole;
  readonly capability: CapabilityRole;
  readonly push: PushRole;
  readonly secrets: SecretRoles;
  /**
   * Resolves when the new keys are in use. Several follow each other.
   * @throws RotationRefused, and then nothing was rotated
   */
  rotate(rotation: Rotation): Promise<void>;
  /** Resolves when it is published. */
  offer(change: Partial<CellOffers>): Promise<void>;
  /** Destroys what is good for nothing any more. */
  sweep(overAge: OverAge): Promise<void>;
  describe(): Promise<CellDescription>;
}

export interface CellDescription extends KeysDescription {
  readonly sequence: number;
  /** The root key is still beside the others. */
  readonly rootKeyHere: boolean;
}

/**
 * Makes the keys of a cell whose store is new, or opens those there are.
 * @throws StartRefused
 */
export async function openLiveCell(parts: {
  /** Absolute. */
  readonly keysDirectory: string;
  readonly store: CellStore;
  readonly offers: CellOffers;
  /** Where seals are opened: dear, so on threads of their own. */
  readonly openSealed: OpenSealed;
  readonly now: () => number;
  /** As `JudgedTime.stampMs`: by a clock that is years behind, keys that are replaced would be over age when it comes right. */
  readonly stampMs: () => number;
}): Promise<LiveCell> {
  const { keysDirectory, store, now, stampMs } = parts;
  let folder = await openFolder(keysDirectory, store);
  let { offers } = parts;
  const publishNow = (of: KeyFolder) => publish(of, { store, offers, now });
  let isAsOnDisk = true;
  let published = await publishNow(folder);
  let changes = Promise.resolve();
  const { cellId } = folder;

  /**
   * After a change that failed, other keys may be durable than are in use: the next goes on from those. What was in use is
   * good from now on for as long as what is replaced.
   */
  async function change(next: (from: KeyFolder) => CellKeys | Promise<CellKeys>): Promise<void> {
    const from = isAsOnDisk ? folder : await openKeyFolder(keysDirectory);
    const withUsed = (keys: CellKeys) =>
      isAsOnDisk ? keys : withInUse(keys, folder.keys, stampMs());
    const keys = withUsed(await next({ ...from, keys: withUsed(from.keys) }));
    isAsOnDisk = false;
    const committed = await commitKeys(from, keys);
    published = await publishNow(committed);
    folder = committed;
    isAsOnDisk = true;
  }

  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = changes.then(work);
    changes = done.catch(() => undefined);
    return done;
  }

  const certificate = () => create(SignedSchema, folder.keys.certificate);
  const { tickets, registration, counting } = folder.keys;

  return {
    publicSide: { id: cellId, published: () => published },
    claims: {
      certificate,
      sign: (claim) => signClaim(currentOf(folder.keys.claims).pair.privateKey, claim),
      async open(signed) {
        for (const key of folder.keys.claims.toReversed()) {
          if (!isGood(key, overlapMs.claims, now())) continue;
          const claim = await openClaim(key.pair.publicKey, cellId, signed);
          if (claim) return claim;
        }
        return undefined;
      },
    },
    receipts: {
      certificate,
      signReceipt: (receipt) =>
        signDeletionReceipt(currentOf(folder.keys.receipts).pair.privateKey, receipt),
      signEnding: (ending) =>
        signAccountEnding(currentOf(folder.keys.receipts).pair.privateKey, ending),
    },
    sealing: {
      async open(purpose, epoch, sealed, associatedData) {
        const found = ofEpoch(folder.keys.sealing, epoch, overlapMs.sealing, now());
        if (!found) throw new AssentError("key_outdated");
        return parts.openSealed(found.key.privateKey, purpose, sealed, associatedData);
      },
    },
    voprf: {
      current: () => voprfKey(currentOf(folder.keys.voprf)),
      former: () => folder.keys.voprf.slice(0, -1).map(voprfKey).toReversed(),
      ofEpoch(epoch) {
        const found = ofEpoch(folder.keys.voprf, epoch, overlapMs.voprf, now());
        return found && voprfKey(found);
      },
    },
    capability: {
      current: () => currentOf(folder.keys.capability),
      ofEpoch: (epoch) => ofEpoch(folder.keys.capability, epoch, overlapMs.capability, now()),
    },
    push: {
      ofEpoch(epoch) {
        const found = ofEpoch(folder.keys.push, epoch, overlapMs.push, now());
        return found && { epoch, pair: found.key };
      },
    },
    secrets: { tickets, registration, counting },
    rotate: (rotation) => inTurn(() => change((from) => rotatedFrom(from, rotation, stampMs()))),
    offer: (change) =>
      inTurn(async () => {
        offers = { ...offers, ...change };
        published = await publishNow(folder);
      }),
    sweep: ({ dayAgoMs }) =>
      inTurn(async () => {
        const left = withoutExpired(folder.keys, dayAgoMs);
        const isSame = destroyedByAge.every((role) => left[role] === folder.keys[role]);
        if (!isSame) await change(({ keys }) => withoutExpired(keys, dayAgoMs));
      }),
    describe: async () => ({
      ...describeKeys(folder),
      sequence: Number(published.sequence),
      rootKeyHere: await isThere(join(keysDirectory, keyFormats.root.file)),
    }),
  };
}

const destroyedByAge = ["claims", "sealing", "voprf", "capability", "push"] as const;

async function openFolder(path: string, store: CellStore): Promise<KeyFolder> {
  const stored = await store.cell();
  if (!(await hasCertificate(path))) {
    if (stored) {
      throw new StartRefused(
        `The keys of this service are not in ${path}. Put the folder back from its backup: nothing in the database can be used without them.`,
      );
    }
    await makeFirstKeys(path);
  }
  await requireOwnFolder(path);
  const folder = await openKeyFolder(path);
  if (stored && !equalBytes(stored.cellId, folder.cellId)) {
    throw new StartRefused(
      `The keys in ${path} are of another cell than the database. Put back the ones that belong to it.`,
    );
  }
  return folder;
}

function ofEpoch<Key>(
  epochs: Epochs<Key>,
  epoch: number,
  overlap: number,
  now: number,
): EpochKey<Key> | undefined {
  const found = epochs.find((key) => key.epoch === epoch);
  return found && isGood(found, overlap, now) ? found : undefined;
}

function voprfKey({ epoch, key }: EpochKey<VoprfKeyPair>): VoprfEpochKey {
  return { epoch, pair: key };
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
