// An account of one device: made by spending a claim, changed by its root key, ended by its device or by its number.
import {
  AddKeyPackagesRequestSchema,
  type Claim,
  ClaimSchema,
  type HandleKeys,
  Intent,
  keyOfEpoch,
  keysOfEvaluatedNumber,
  ManifestSchema,
  RestartDeviceRequestSchema,
  type Signed,
  sealRecord,
  signAccount,
  signAccountUpdate,
  signedRecord,
  signManifest,
  type VerifyCodeResponse,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { type Phone, type Server, signedCall } from "./phone.ts";
import { proveNumber } from "./proving.ts";

/** What follows from its number, by the evaluation that came with a claim. */
export function keysOf(
  { number, parameters }: Phone,
  { evaluation }: Pick<VerifyCodeResponse, "evaluation">,
): HandleKeys {
  const voprfKey = evaluation && keyOfEpoch(parameters.voprfKeys, evaluation.voprfEpoch);
  if (!voprfKey) throw new Error("no evaluation under a known key");
  return keysOfEvaluatedNumber(voprfKey.publicKey, number, evaluation);
}

export type ManifestChanges = MessageInitShape<typeof ManifestSchema>;

/** A CreateAccountRequest for a claim. @param changed what its manifest has in place of a first one's. */
export async function accountRequest(
  phone: Phone,
  verified: VerifyCodeResponse,
  changed?: ManifestChanges,
) {
  const { claim } = verified;
  if (!claim) throw new Error("no claim");
  const keys = keysOf(phone, verified);
  const sealedRecord = await recordOf(phone, keys, 1n);
  const manifest = await manifestOf(phone, changed);
  const fields = { claim, sealedRecord, manifest };
  return { ...fields, signature: await signAccount(phone.root.privateKey, fields), keys };
}

/** An UpdateAccountRequest. @param claim where the record is to move to its lookup hash. */
export async function updateRequest(
  phone: Phone,
  keys: HandleKeys,
  sequence: bigint,
  claim?: Signed,
  changed?: ManifestChanges,
) {
  const fields = {
    accountId: phone.accountId,
    sequence,
    sealedRecord: await recordOf(phone, keys, sequence),
    manifest: await manifestOf(phone, changed),
    ...(claim ? { claim } : {}),
  };
  const signature = await signAccountUpdate(phone.root.privateKey, phone.cellId, fields);
  return { ...fields, signature };
}

async function recordOf({ root, cellId }: Phone, { recordKey }: HandleKeys, sequence: bigint) {
  const record = await signedRecord(root, { lowestManifestVersion: 1, cellId, sequence });
  return sealRecord(recordKey, record);
}

function manifestOf({ root, device }: Phone, changed: ManifestChanges = {}): Promise<Signed> {
  const { signatureKey, sealingKey } = device;
  const devices = [{ signatureKey, sealingKey, name: "quiet otter" }];
  const first = { rootKey: root.publicKey, version: 1, devices };
  const manifest = create(ManifestSchema, { ...first, ...(changed as object) });
  return signManifest(root.privateKey, manifest);
}

/** From nothing to an account, without KeyPackages. @param nowMs when the consent says it was given. */
export async function turnOn(server: Server, phone: Phone, nowMs?: number) {
  const proved = await proveNumber(server, phone, nowMs === undefined ? {} : { nowMs });
  const request = await accountRequest(phone, proved.verified);
  const { accountId } = await phone.account.createAccount(request);
  const claim: Claim = fromBinary(ClaimSchema, request.claim.encoded);
  return { accountId, keys: request.keys, claim, session: proved.session };
}

export async function addKeyPackages(
  phone: Phone,
  keyPackages: readonly Uint8Array<ArrayBuffer>[],
  more: { readonly lastResort?: Uint8Array; readonly replacesAll?: boolean } = {},
) {
  const asked = create(AddKeyPackagesRequestSchema, { keyPackages: [...keyPackages], ...more });
  const body = toBinary(AddKeyPackagesRequestSchema, asked);
  const request = await signedCall(phone, "DirectoryService/AddKeyPackages", body);
  return phone.directory.addKeyPackages({ request });
}

/** Begins a generation of its mailbox, with these KeyPackages and no others. */
export async function restartDevice(
  phone: Phone,
  generation: number,
  keyPackages: readonly Uint8Array<ArrayBuffer>[] = [],
) {
  const asked = create(RestartDeviceRequestSchema, { generation, keyPackages: [...keyPackages] });
  const body = toBinary(RestartDeviceRequestSchema, asked);
  const request = await signedCall(phone, "AccountService/RestartDevice", body);
  return phone.account.restartDevice({ request });
}

export async function leave(phone: Phone) {
  const request = await signedCall(phone, "AccountService/DeleteAccount", new Uint8Array());
  return { request, answer: await phone.account.deleteAccount({ request }) };
}

/** Without the phone: by proving the number. */
export async function leaveByNumber(server: Server, phone: Phone) {
  const { verified } = await proveNumber(server, phone, { intent: Intent.LEAVE });
  const { claim } = verified;
  if (!claim) throw new Error("no claim");
  return { claim, answer: await phone.account.deleteByClaim({ claim }) };
}
