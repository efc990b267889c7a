// The keys folder: a file for each role. Written so that a crash at any point leaves keys that fit each other. Trusts the
// certificate in it to say whose keys they are.
import { join } from "node:path";
import {
  type CellId,
  type Certificate,
  cellIdOf,
  equalBytes,
  hex,
  openCertificate,
} from "@assent/protocol";
import { StartRefused } from "../start-refused.ts";
import { damaged, readKeyFile, writeKeyFile } from "./key-file.ts";
import { fileFromJson, fileToJson, type KeyFormat, keyFormats } from "./key-formats.ts";
import {
  type CellKeys,
  currentOf,
  type Epochs,
  type OnlineKey,
  type OnlineKeys,
  withoutEnded,
} from "./keys.ts";

export interface KeyFolder {
  readonly path: string;
  readonly cellId: CellId;
  readonly certificate: Certificate;
  /** As they are on disk. */
  readonly keys: CellKeys;
}

const onlineRoles = ["parameters", "claims", "receipts"] as const;
const otherRoles = [
  ...(["sealing", "voprf", "capability", "push"] as const),
  ...(["tickets", "registration", "counting"] as const),
];

/**
 * The keys of a cell that has started before, without those that a rotation ended.
 * @throws StartRefused where one of them is missing, damaged, open to others, or of another cell
 */
export async function openKeyFolder(path: string): Promise<KeyFolder> {
  const kept = await readRole(path, keyFormats.certificate);
  const certificate = kept && (await openCertificate(kept));
  if (!kept) throw missing(path, keyFormats.certificate);
  if (!certificate) throw damaged(join(path, keyFormats.certificate.file));
  const cellId = cellIdOf(certificate.rootKey);
  const read = async <Kept>(format: KeyFormat<Kept>): Promise<Kept> => {
    const found = await readRole(path, format, cellId);
    if (!found) throw missing(path, format);
    return found;
  };
  const readOnline = async (format: KeyFormat<OnlineKeys>, certified: Uint8Array) => {
    // Keys of a later certificate were made for a rotation that did not come to its end.
    const keys = (await read(format)).filter((key) => key.certificate <= certificate.number);
    const fits = keys.length > 0 && equalBytes(currentOf(keys).pair.publicKey, certified);
    if (!fits) throw ofAnotherCertificate(path, format);
    return [...keys.slice(0, -1), { ...currentOf(keys), replacedAt: undefined }];
  };
  const keys: CellKeys = {
    certificate: kept,
    parameters: await readOnline(keyFormats.parameters, certificate.parametersKey),
    claims: await readOnline(keyFormats.claims, certificate.claimsKey),
    receipts: await readOnline(keyFormats.receipts, certificate.receiptsKey),
    sealing: await read(keyFormats.sealing),
    voprf: await read(keyFormats.voprf),
    capability: await read(keyFormats.capability),
    push: await read(keyFormats.push),
    tickets: await read(keyFormats.tickets),
    registration: await read(keyFormats.registration),
    counting: await read(keyFormats.counting),
  };
  return commitKeys({ path, cellId, certificate, keys }, withoutEnded(keys));
}

/**
 * Makes keys durable, where they are others than those so far. A certificate is written only when the keys that it names
 * are durable, and the keys of the one before go only after it.
 */
export async function commitKeys(folder: KeyFolder, next: CellKeys): Promise<KeyFolder> {
  const { path, cellId, keys } = folder;
  const certificate = await openCertificate(next.certificate, cellId);
  if (!certificate) throw new TypeError("this is no certificate of the cell");
  const write = (role: keyof CellKeys, kept: unknown) =>
    writeRole(path, keyFormats[role] as KeyFormat<unknown>, cellId, kept);
  for (const role of otherRoles) {
    if (next[role] !== keys[role]) await write(role, next[role]);
  }
  if (certificate.number !== folder.certificate.number) {
    for (const role of onlineRoles) await write(role, together(keys[role], next[role]));
    await write("certificate", next.certificate);
  }
  for (const role of onlineRoles) {
    if (next[role] !== keys[role]) await write(role, next[role]);
  }
  return { path, cellId, certificate, keys: next };
}

/** All of both, as the later says it. */
function together(row: OnlineKeys, next: OnlineKeys): OnlineKeys {
  const isKept = ({ certificate }: OnlineKey) =>
    next.every((key) => key.certificate !== certificate);
  return [...row.filter(isKept), ...next].sort((a, b) => a.certificate - b.certificate);
}

/** Nothing secret. */
export interface KeysDescription {
  readonly certificateNumber: number;
  /** All there are, ascending. */
  readonly sealingEpochs: readonly number[];
  readonly voprfEpochs: readonly number[];
  readonly capabilityEpochs: readonly number[];
  readonly pushEpochs: readonly number[];
}

export function describeKeys({ certificate, keys }: KeyFolder): KeysDescription {
  const epochsOf = (epochs: Epochs<unknown>) => epochs.map(({ epoch }) => epoch);
  return {
    certificateNumber: certificate.number,
    sealingEpochs: epochsOf(keys.sealing),
    voprfEpochs: epochsOf(keys.voprf),
    capabilityEpochs: epochsOf(keys.capability),
    pushEpochs: epochsOf(keys.push),
  };
}

/**
 * What one role's file says; undefined where there is none.
 * @param cellId whose it must be. Left out of the files that say it themselves, by the root key in them.
 * @throws StartRefused
 */
export async function readRole<Kept>(
  path: string,
  format: KeyFormat<Kept>,
  cellId?: CellId,
): Promise<Kept | undefined> {
  return readRoleFile(join(path, format.file), format, cellId);
}

/** The same, of a file anywhere. */
export async function readRoleFile<Kept>(
  file: string,
  format: KeyFormat<Kept>,
  cellId?: CellId,
): Promise<Kept | undefined> {
  const json = await readKeyFile(file);
  if (json === undefined) return undefined;
  const content = await fileFromJson(format, json).catch((cause: unknown) => {
    throw damaged(file, cause);
  });
  if (content.kind === "later-format") {
    throw new StartRefused(`${file} was written by a newer version. Start that one.`);
  }
  if (cellId && content.cell !== hex(cellId)) {
    throw new StartRefused(
      `${file} is of another cell than the certificate beside it. Put back the one that belongs here.`,
    );
  }
  return content.kept;
}

export function writeRole<Kept>(
  path: string,
  format: KeyFormat<Kept>,
  cellId: CellId,
  kept: Kept,
): Promise<void> {
  return writeKeyFile(join(path, format.file), fileToJson(format, cellId, kept));
}

function missing(path: string, { file }: { readonly file: string }): StartRefused {
  return new StartRefused(
    `${join(path, file)} is missing. Put it back from its backup: the service cannot do without it.`,
  );
}

function ofAnotherCertificate(path: string, { file }: { readonly file: string }): StartRefused {
  return new StartRefused(
    `${join(path, file)} does not belong to the certificate beside it. Put both back from one backup.`,
  );
}
