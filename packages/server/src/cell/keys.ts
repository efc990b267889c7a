// The keys of one cell and how they overlap: what is current, what came before it, and for how long that is still good.
// Whoever reads them can enumerate the number space, open sealed numbers and sign claims.
import { createECDH } from "node:crypto";
import {
  deriveVoprfKeyPair,
  generateSealingKeyPair,
  randomBytes,
  type SealingKeyPair,
  type SigningKeyPair,
  signingKeyPair,
  utf8,
  type VoprfKeyPair,
} from "@assent/protocol";
import type { PushKeyPair } from "./roles.ts";

/** What is said of every key of a row. */
interface Replaceable {
  /** When the next one took its place; milliseconds since 1970. Undefined of the current one. */
  readonly replacedAt: number | undefined;
}

/** Signs under the certificate of this number. */
export interface OnlineKey extends Replaceable {
  readonly certificate: number;
  readonly pair: SigningKeyPair;
}

/** Ascending; the last one is current. */
export type OnlineKeys = readonly OnlineKey[];

/** A key of a row of keys that follow each other. Epochs rise, and none is used twice. */
export interface EpochKey<Key> extends Replaceable {
  readonly epoch: number;
  readonly key: Key;
}

/** Ascending; the last one is current. */
export type Epochs<Key> = readonly EpochKey<Key>[];

/** Signed by the root key; not secret. */
export interface KeptCertificate {
  readonly encoded: Uint8Array;
  readonly signature: Uint8Array;
}

/** Everything but the root key: by role, and each role in a file of its own. */
export interface CellKeys {
  readonly certificate: KeptCertificate;
  /** Sign the cell's parameters. */
  readonly parameters: OnlineKeys;
  /** Sign claims; the one before knows what it signed. */
  readonly claims: OnlineKeys;
  /** Sign what became of accounts. */
  readonly receipts: OnlineKeys;
  /** Open sealed numbers. */
  readonly sealing: Epochs<SealingKeyPair>;
  /** Evaluate numbers. */
  readonly voprf: Epochs<VoprfKeyPair>;
  /** Mint and open capabilities; 32 bytes. */
  readonly capability: Epochs<Uint8Array>;
  /** Sign pushes, and seal where they go. */
  readonly push: Epochs<PushKeyPair>;
  /** 32 bytes each. */
  readonly tickets: Uint8Array;
  readonly registration: Uint8Array;
  readonly counting: Uint8Array;
}

const hour = 60 * 60 * 1_000;
const day = 24 * hour;

/** How long a key is good after it was replaced. */
export const overlapMs = {
  /** Claims live for minutes. Whoever stole the key has no longer than this once it is replaced. */
  claims: hour,
  /** For numbers that were sealed by a client which had not heard of the next key. */
  sealing: 30 * day,
  /** For evaluations that prove whose number it is, and for renewals. */
  voprf: 400 * day,
  /** As long as the longest capability lives. */
  capability: 400 * day,
  /** A phone that was off all that time is woken still, and subscribes anew. */
  push: 400 * day,
} as const;

export function isGood({ replacedAt }: Replaceable, overlap: number, now: number): boolean {
  return replacedAt === undefined || now - replacedAt <= overlap;
}

/** The keys without those that the next ones ended, whatever time it is; rows that lose none are the same as before. */
export function withoutEnded(keys: CellKeys): CellKeys {
  const last = (row: OnlineKeys, most: number): OnlineKeys =>
    row.length > most ? row.slice(-most) : row;
  return {
    ...keys,
    parameters: last(keys.parameters, 1),
    // The one before the current one, and none before that: a second rotation ends it at once.
    claims: last(keys.claims, 2),
    receipts: last(keys.receipts, 1),
  };
}

/** The keys without those that are good for nothing any more; rows that lose none are the same as before. */
export function withoutExpired(keys: CellKeys, at: number): CellKeys {
  const good = <Key extends Replaceable>(row: readonly Key[], overlap: number): readonly Key[] => {
    const left = row.filter((key) => isGood(key, overlap, at));
    return left.length < row.length ? left : row;
  };
  return {
    ...keys,
    claims: good(keys.claims, overlapMs.claims),
    sealing: good(keys.sealing, overlapMs.sealing),
    voprf: good(keys.voprf, overlapMs.voprf),
    capability: good(keys.capability, overlapMs.capability),
    push: good(keys.push, overlapMs.push),
  };
}

/**
 * The keys after a change, where others are durable than are in use, as one before it failed: what was in use until now is
 * replaced now, and not when that failed.
 */
export function withInUse(next: CellKeys, inUse: CellKeys, now: number): CellKeys {
  const [claims, certified] = [currentOf(inUse.claims), currentOf(next.claims)];
  const epochs = <Key>(row: Epochs<Key>, { epoch }: EpochKey<Key>): Epochs<Key> =>
    epoch === currentOf(row).epoch
      ? row
      : row.map((key) => (key.epoch === epoch ? { ...key, replacedAt: now } : key));
  return {
    ...next,
    // Those between them have signed nothing.
    claims:
      claims.certificate === certified.certificate
        ? next.claims
        : [{ ...claims, replacedAt: now }, certified],
    sealing: epochs(next.sealing, currentOf(inUse.sealing)),
    voprf: epochs(next.voprf, currentOf(inUse.voprf)),
    capability: epochs(next.capability, currentOf(inUse.capability)),
    push: epochs(next.push, currentOf(inUse.push)),
  };
}

/** Of a row, which is never empty. */
export function currentOf<Key>(row: readonly Key[]): Key {
  return row.at(-1) as Key;
}

export function firstEpoch<Key>(key: Key): Epochs<Key> {
  return [{ epoch: 1, key, replacedAt: undefined }];
}

/** The epochs with one more, which takes the place of the last. */
export function withNextEpoch<Key>(epochs: Epochs<Key>, key: Key, now: number): Epochs<Key> {
  const { epoch } = currentOf(epochs);
  return withNext(epochs, { epoch: epoch + 1, key, replacedAt: undefined }, now);
}

/** The row with one more, which takes the place of the last. */
export function withNext<Key extends Replaceable>(
  row: readonly Key[],
  next: Key,
  now: number,
): readonly Key[] {
  return [...row.slice(0, -1), { ...currentOf(row), replacedAt: now }, next];
}

export function makeOnlineKey(certificate: number): OnlineKey {
  return { certificate, pair: makeSigningKey(), replacedAt: undefined };
}

export function makeSigningKey(): SigningKeyPair {
  return signingKeyPair(randomBytes(32));
}

export function makeSealingKey(): Promise<SealingKeyPair> {
  return generateSealingKeyPair();
}

export function makeVoprfKey(): VoprfKeyPair {
  return deriveVoprfKeyPair(randomBytes(32), utf8("assent/v1 voprf"));
}

export function makePushKey(): PushKeyPair {
  const made = createECDH("prime256v1");
  const publicKey = made.generateKeys();
  // Node leaves zeros at its beginning out.
  const privateKey = Buffer.alloc(32);
  const drawn = made.getPrivateKey();
  privateKey.set(drawn, privateKey.length - drawn.length);
  return { privateKey, publicKey };
}

export function makeSecretKey(): Uint8Array {
  return randomBytes(32);
}
