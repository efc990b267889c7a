// A rotation: new keys take the place of some, beside which the former ones stay good for a while. Says which keys there
// are after it; making them durable is the folder's.
import { join } from "node:path";
import { CertificateSchema, signCertificate } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { StartRefused } from "../start-refused.ts";
import { type KeyFolder, readRoleFile } from "./key-folder.ts";
import { keyFormats } from "./key-formats.ts";
import {
  type CellKeys,
  makeOnlineKey,
  makePushKey,
  makeSealingKey,
  makeSecretKey,
  makeVoprfKey,
  withNext,
  withNextEpoch,
  withoutEnded,
} from "./keys.ts";

/** What can be rotated: `online` are the three keys that the certificate names. */
export const rotatedKeys = ["sealing", "voprf", "capability", "push", "online"] as const;
export type RotatedKeys = (typeof rotatedKeys)[number];

export interface Rotation {
  readonly what: readonly RotatedKeys[];
  /** Absolute: where the root key is, if not in the keys folder. Only `online` needs it. */
  readonly rootKeyFile: string | undefined;
}

/** The message is for whoever asked for the rotation. Nothing was changed. */
export class RotationRefused extends Error {
  override readonly name = "RotationRefused";
}

/** The keys after the rotation. @throws RotationRefused where the root key is needed and is not there */
export async function rotatedFrom(
  folder: KeyFolder,
  { what, rootKeyFile }: Rotation,
  now: number,
): Promise<CellKeys> {
  let keys = folder.keys;
  if (what.includes("online")) keys = await withOnlineKeys(folder, now, rootKeyFile);
  if (what.includes("sealing")) {
    keys = { ...keys, sealing: withNextEpoch(keys.sealing, await makeSealingKey(), now) };
  }
  if (what.includes("voprf")) {
    keys = { ...keys, voprf: withNextEpoch(keys.voprf, makeVoprfKey(), now) };
  }
  if (what.includes("capability")) {
    keys = { ...keys, capability: withNextEpoch(keys.capability, makeSecretKey(), now) };
  }
  if (what.includes("push")) {
    keys = { ...keys, push: withNextEpoch(keys.push, makePushKey(), now) };
  }
  return withoutEnded(keys);
}

async function withOnlineKeys(
  { path, cellId, certificate, keys }: KeyFolder,
  now: number,
  rootKeyFile = join(path, keyFormats.root.file),
): Promise<CellKeys> {
  const root = await readRoleFile(rootKeyFile, keyFormats.root, cellId).catch((error: unknown) => {
    throw error instanceof StartRefused ? new RotationRefused(error.message) : error;
  });
  if (!root) {
    throw new RotationRefused(
      `The root key is not at ${rootKeyFile}: it signs the certificate of new online keys. Say where it is with --root-key, or rotate without online.`,
    );
  }
  const number = certificate.number + 1;
  const [parameters, claims, receipts] = [
    makeOnlineKey(number),
    makeOnlineKey(number),
    makeOnlineKey(number),
  ];
  const next = create(CertificateSchema, {
    rootKey: certificate.rootKey,
    number,
    parametersKey: parameters.pair.publicKey,
    claimsKey: claims.pair.publicKey,
    receiptsKey: receipts.pair.publicKey,
  });
  return {
    ...keys,
    certificate: await signCertificate(root, next),
    parameters: withNext(keys.parameters, parameters, now),
    claims: withNext(keys.claims, claims, now),
    receipts: withNext(keys.receipts, receipts, now),
  };
}
