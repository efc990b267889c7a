// The first start of a cell: makes its root key, its first keys and the certificate that names them. A first start that
// was cut off is finished by the next one: what is there already is kept, never replaced.
import { readdir } from "node:fs/promises";
import { CertificateSchema, cellIdOf, signCertificate } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { StartRefused } from "../start-refused.ts";
import { codeOf, makeKeysFolder } from "./key-file.ts";
import { readRole, writeRole } from "./key-folder.ts";
import { type KeyFormat, keyFormats } from "./key-formats.ts";
import {
  currentOf,
  firstEpoch,
  makeOnlineKey,
  makePushKey,
  makeSealingKey,
  makeSecretKey,
  makeSigningKey,
  makeVoprfKey,
} from "./keys.ts";

const firstCertificate = 1;

/** Whether a cell has started with this folder, as far as its files tell. */
export async function hasCertificate(path: string): Promise<boolean> {
  return (await filesIn(path)).includes(keyFormats.certificate.file);
}

/**
 * Resolves when the keys of a new cell are durable.
 * @throws StartRefused where the folder has keys without their certificate: then it is not new
 */
export async function makeFirstKeys(path: string): Promise<void> {
  await makeKeysFolder(path);
  await requireNew(path);
  const known = await readRole(path, keyFormats.root);
  const root = known ?? makeSigningKey();
  const cellId = cellIdOf(root.publicKey);
  if (!known) await writeRole(path, keyFormats.root, cellId, root);

  async function keep<Kept>(format: KeyFormat<Kept>, make: () => Kept | Promise<Kept>) {
    const found = await readRole(path, format, cellId);
    const kept = found ?? (await make());
    if (!found) await writeRole(path, format, cellId, kept);
    return kept;
  }

  await keep(keyFormats.tickets, makeSecretKey);
  await keep(keyFormats.registration, makeSecretKey);
  await keep(keyFormats.counting, makeSecretKey);
  await keep(keyFormats.capability, () => firstEpoch(makeSecretKey()));
  await keep(keyFormats.push, () => firstEpoch(makePushKey()));
  await keep(keyFormats.voprf, () => firstEpoch(makeVoprfKey()));
  await keep(keyFormats.sealing, async () => firstEpoch(await makeSealingKey()));
  const makeFirst = () => [makeOnlineKey(firstCertificate)];
  const parameters = await keep(keyFormats.parameters, makeFirst);
  const claims = await keep(keyFormats.claims, makeFirst);
  const receipts = await keep(keyFormats.receipts, makeFirst);
  if ([parameters, claims, receipts].some((keys) => currentOf(keys).certificate > firstCertificate))
    throw certificateMissing(path);
  const certificate = create(CertificateSchema, {
    rootKey: root.publicKey,
    number: firstCertificate,
    parametersKey: currentOf(parameters).pair.publicKey,
    claimsKey: currentOf(claims).pair.publicKey,
    receiptsKey: currentOf(receipts).pair.publicKey,
  });
  await writeRole(path, keyFormats.certificate, cellId, await signCertificate(root, certificate));
}

// The root key is made first. Others without it are those of a cell that has started.
async function requireNew(path: string): Promise<void> {
  const files = await filesIn(path);
  const others = Object.values(keyFormats).filter(({ role }) => role !== "root");
  const isBegun = files.includes(keyFormats.root.file);
  if (!isBegun && others.some(({ file }) => files.includes(file))) throw certificateMissing(path);
}

function certificateMissing(path: string): StartRefused {
  return new StartRefused(
    `${path} holds keys, but not their certificate. Put the file certificate back from its backup.`,
  );
}

async function filesIn(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    if (codeOf(error) !== "ENOTDIR") throw error;
    throw new StartRefused(`${path} is no folder: keys are kept in one (ASSENT_KEYS_DIRECTORY).`);
  }
}
