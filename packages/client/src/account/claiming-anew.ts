// The claim of the owner's number under the service's newer VOPRF key, and the change of the account that follows from it. Once in
// a year at most: loaded when it is needed.
import {
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
import { decodeStored, type Identity, type Renewal, RenewalSchema } from "../store/records.ts";
import type { Cells } from "./cells.ts";
import { type OwnClaim, openOwnClaim } from "./own-claim.ts";
import { ownDeviceOf, rootKeysOf } from "./self.ts";
import type { SignedRequests } from "./signed-requests.ts";

export interface Claiming {
  readonly cells: Cells;
  readonly signedRequests: SignedRequests;
  readonly service: (url: string) => AccountService;
}

/** @throws AssentError service_untrusted; as the service answers. */
export async function claimAnew(
  { cells, signedRequests, service }: Claiming,
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
  return create(RenewalSchema, {
    updateAccountEncoded: await updateOf(cells, identity, claimed),
    evaluationEncoded: toBinary(EvaluationSchema, claimed.evaluation),
  });
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
