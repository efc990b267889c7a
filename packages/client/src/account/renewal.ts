// The owner's number under the service's newer VOPRF key: claimed again without an SMS, and with it the record moves to
// where people look now. Each step is stored before the next, so that a phone that stops anywhere goes on there.
import { AssentError, EvaluationSchema, UpdateAccountRequestSchema } from "@assent/protocol";
import { decodeStored, type Identity, type ProfileState, type Renewal } from "../store/records.ts";
import type { Cells } from "./cells.ts";
import type { Claiming } from "./claiming-anew.ts";
import type { ProfileStateKeeper } from "./profile-state.ts";

export interface Renewing extends Claiming {
  readonly state: ProfileStateKeeper;
}

/**
 * Renews where the own evaluation is of a former epoch.
 * @throws AssentError service_untrusted; unreachable and others that pass: it goes on with the next call.
 */
export async function renewEvaluation(renewing: Renewing): Promise<void> {
  const { state, cells, service } = renewing;
  const { identity } = state.current;
  if (!identity || !(state.current.renewal || isFormer(identity, cells))) return;
  const renewal = state.current.renewal ?? (await claimed(renewing, identity));
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

async function claimed(renewing: Renewing, identity: Identity): Promise<Renewal> {
  const { claimAnew } = await import("./claiming-anew.ts");
  const renewal = await claimAnew(renewing, identity);
  await renewing.state.change(whileItIs(identity, { renewal }));
  return renewal;
}
