// The owner's number under the service's newer VOPRF key: claimed again without an SMS, and with it the record moves to
// where people look now. Each step is stored before the next, so that a phone that stops anywhere goes on there.
import {
  AssentError,
  EvaluationSchema,
  Intent,
  ManifestSchema,
  type PhoneNumber,
  RenewClaimRequestSchema,
  SignedSchema,
  sealNumber,
  sealRecord,
  signAccountUpdate,
  signedRecord,
  UpdateAccountRequestSchema,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import type { AccountService } from "../egress/service.ts";
import {
  decodeStored,
  type Identity,
  type ProfileState,
  type Renewal,
  RenewalSchema,
} from "../store/records.ts";
import type { Cells } from "./cells.ts";
import { type OwnClaim, openOwnClaim } from "./own-claim.ts";
import type { ProfileStateKeeper } from "./profile-state.ts";
import { ownDeviceOf, rootKeysOf } from "./self.ts";
import type { SignedRequests } from "./signed-requests.ts";

export interface Renewing {
  readonly state: ProfileStateKeeper;
  readonly cells: Cells;
  readonly signedRequests: SignedRequests;
  readonly service: (url: string) => AccountService;
}

/**
 * Renews where the own evaluation is of a former epoch.
 * @throws AssentError service_untrusted; unreachable and others that pass: it goes on with the next call.
 */
export async function renewEvaluation(renewing: Renewing): Promise<void> {
  const { state, cells, service } = renewing;
  const { identity } = state.current;
  if (!identity || !(state.current.renewal || isFormer(identity, cells))) return;
  const renewal = state.current.renewal ?? (await claimAnew(renewing, identity));
  if (state.current.identity !== identity) return;
  const request = decodeStored(UpdateAccountRequestSchema, renewal.updateAccountEncoded);
  try {
    await service(cells.current.url).account.updateAccount(request);
  } catch (error) {
    // The claim ran out before the service had it: the next call claims anew.
    if (error instanceof AssentError && error.retry !== "later") {
      await state.change(whileItIs(identity, { renewal: undefined }));
    }
    throw error;
  }
  const { evaluationEncoded } = renewal;
  const renewed = { ...identity, evaluationEncoded, recordSequence: request.sequence };
  await state.change(whileItIs(identity, { identity: renewed, renewal: undefined }));
}

/** The owner may have left while the service was asked, or have another account: keys that were given up stay so. */
function whileItIs(identity: Identity, fields: Partial<ProfileState>) {
  return ({ identity: current }: ProfileState) => (current === identity ? fields : {});
}

function isFormer({ evaluationEncoded }: Identity, cells: Cells): boolean {
  const { voprfEpoch } = decodeStored(EvaluationSchema, evaluationEncoded);
  return voprfEpoch < cells.current.voprfKey.epoch;
}

async function claimAnew(
  { state, cells, signedRequests, service }: Renewing,
  identity: Identity,
): Promise<Renewal> {
  const answer = await cells.withKeys(async (cell) => {
    const bound = { cellId: cell.id, intent: Intent.RENEW, consent: new Uint8Array() };
    const { epoch, publicKey } = cell.sealingKey;
    const sealedNumber = await sealNumber(publicKey, identity.number as PhoneNumber, bound);
    const renewClaim = create(RenewClaimRequestSchema, { sealingEpoch: epoch, sealedNumber });
    const { answer } = await signedRequests.call(
      { device: ownDeviceOf(identity), cell },
      "/assent.v1.RegistrationService/RenewClaim",
      toBinary(RenewClaimRequestSchema, renewClaim),
      (request) => service(cell.url).registration.renewClaim({ request }),
    );
    return answer;
  });
  const claimed = await openOwnClaim(cells, identity, Intent.RENEW, answer);
  const renewal = create(RenewalSchema, {
    updateAccountEncoded: await updateOf(cells, identity, claimed),
    evaluationEncoded: toBinary(EvaluationSchema, claimed.evaluation),
  });
  await state.change(whileItIs(identity, { renewal }));
  return renewal;
}

async function updateOf(
  cells: Cells,
  identity: Identity,
  { claim, keys }: OwnClaim,
): Promise<Uint8Array<ArrayBuffer>> {
  const { id: cellId } = cells.current;
  const root = rootKeysOf(identity);
  const manifest = decodeStored(SignedSchema, identity.manifestEncoded);
  const { version } = decodeStored(ManifestSchema, manifest.encoded);
  const sequence = identity.recordSequence + 1n;
  const record = await signedRecord(root, { lowestManifestVersion: version, cellId, sequence });
  const fields = {
    accountId: ownDeviceOf(identity).accountId,
    sequence,
    sealedRecord: await sealRecord(keys.recordKey, record),
    manifest,
    claim,
  };
  const signature = await signAccountUpdate(root.privateKey, cellId, fields);
  return toBinary(
    UpdateAccountRequestSchema,
    create(UpdateAccountRequestSchema, { ...fields, signature }),
  );
}
