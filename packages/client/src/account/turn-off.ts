// Leaving: off here at once, deleted at the service as soon as it can be reached, with a receipt it signed.
import {
  AssentError,
  type CellId,
  DeleteAccountRequestSchema,
  type DeletionReceipt,
  type DeletionResponse,
  equalBytes,
  openDeletionReceipt,
  type Signed,
  SignedSchema,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import type { AccountService } from "../egress/service.ts";
import {
  decodeStored,
  Phase,
  type ProfileState,
  type Receipt,
  ReceiptSchema,
  type Records,
  remove,
} from "../store/records.ts";
import type { Cells } from "./cells.ts";
import type { GivingUp } from "./giving-up.ts";
import type { ProfileStateKeeper } from "./profile-state.ts";
import { ownDeviceOf } from "./self.ts";
import type { Answered, SignedRequests } from "./signed-requests.ts";

export interface TurningOff {
  readonly state: ProfileStateKeeper;
  readonly records: Records;
  readonly cells: Cells;
  readonly signedRequests: SignedRequests;
  readonly givingUp: GivingUp;
  readonly service: (url: string) => AccountService;
}

/** What became of leaving. */
export type Left =
  | { readonly kind: "never-on" }
  /** Off here; the deletion waits for a connection. */
  | { readonly kind: "waiting" }
  | { readonly kind: "gone"; readonly receipt: OwnerReceipt | undefined };

/** What the service states that it deleted, as its owner keeps it. */
export interface OwnerReceipt {
  readonly statement: DeletionReceipt;
  readonly lastDigits: string;
  /** As the service signed it; with the certificate and the cell's id it can be checked by anybody. */
  readonly receipt: Signed;
  readonly certificate: Signed;
  readonly cellId: CellId;
}

/** Off from here on: nothing leaves any more but the deletion. */
export async function startLeaving(off: TurningOff): Promise<void> {
  const { phase } = off.state.current;
  if (phase === Phase.OFF || phase === Phase.LEAVING) return;
  if (mayBeThere(off.state.current)) await off.state.change({ phase: Phase.LEAVING });
  else await forgetAccount(off);
}

/**
 * Before the service was asked to make an account there is nothing to delete, nor after it stated how that ended. Where it signed
 * the device out and stated nothing, it may have run without its data then.
 */
function mayBeThere({ phase, accountMayExist, ending }: ProfileState): boolean {
  switch (phase) {
    case Phase.ON:
      return true;
    case Phase.VERIFYING:
      return accountMayExist;
    default:
      return phase === Phase.ENDED && !ending;
  }
}

/** Sends the deletion, where the cell is by now; when it cannot be sent, it waits. */
export async function finishLeaving(off: TurningOff): Promise<Left> {
  const { phase, identity } = off.state.current;
  if (phase !== Phase.LEAVING) return { kind: "never-on" };
  const { cells } = off;
  if (!cells.pinned || !identity) throw new AssentError("profile_unreadable");
  const device = ownDeviceOf(identity);
  const body = toBinary(DeleteAccountRequestSchema, create(DeleteAccountRequestSchema));
  const procedure = "/assent.v1.AccountService/DeleteAccount";
  try {
    const answered = await cells.whereItIs((cell) =>
      off.signedRequests.call({ device, cell }, procedure, body, (request) =>
        off.service(cell.url).account.deleteAccount({ request }),
      ),
    );
    const { id } = cells.current;
    const kept = await checkedReceipt(id, device.accountId, identity.number, answered);
    await forgetAccount(off, storedReceipt(kept));
    return { kind: "gone", receipt: kept };
  } catch (error) {
    if (!(error instanceof AssentError)) throw error;
    // Deleted before, by an answer that was lost or by another phone: there is nothing left to delete.
    if (error.code === "signed_out") {
      await forgetAccount(off);
      return { kind: "gone", receipt: undefined };
    }
    if (error.retry === "later") return { kind: "waiting" };
    throw error;
  }
}

/** That this very request was done, for this account, as the cell states it. @throws AssentError service_untrusted */
async function checkedReceipt(
  cellId: CellId,
  accountId: Uint8Array,
  number: string,
  { answer, requestHash }: Answered<DeletionResponse>,
): Promise<OwnerReceipt> {
  const { receipt, certificate } = answer;
  const statement = await openDeletionReceipt(cellId, answer);
  const fits =
    statement &&
    equalBytes(statement.requestHash, requestHash) &&
    equalBytes(statement.accountId, accountId);
  if (!fits || !receipt || !certificate) throw new AssentError("service_untrusted");
  return { statement, lastDigits: number.slice(-2), receipt, certificate, cellId };
}

function storedReceipt({ receipt, certificate, cellId, lastDigits }: OwnerReceipt): Receipt {
  return create(ReceiptSchema, {
    receiptEncoded: toBinary(SignedSchema, receipt),
    certificateEncoded: toBinary(SignedSchema, certificate),
    cellId,
    lastDigits,
  });
}

/** The receipt of the last time, where there is one. */
export async function keptReceipt(state: ProfileStateKeeper): Promise<OwnerReceipt | undefined> {
  const stored = state.current.receipt;
  if (!stored) return undefined;
  const receipt = decodeStored(SignedSchema, stored.receiptEncoded);
  const certificate = decodeStored(SignedSchema, stored.certificateEncoded);
  const cellId = stored.cellId as CellId;
  const statement = await openDeletionReceipt(cellId, { receipt, certificate });
  return statement && { statement, lastDigits: stored.lastDigits, receipt, certificate, cellId };
}

/** Keys and groups go, and what was not sent will not be; a later account starts afresh. */
export async function forgetAccount(off: TurningOff, receipt?: Receipt): Promise<void> {
  await off.state.change(
    {
      phase: Phase.OFF,
      consent: undefined,
      identity: undefined,
      verification: undefined,
      accountMayExist: false,
      renewal: undefined,
      ending: undefined,
      // Of keys and a mailbox that are gone. The counter is of this device, whatever its keys.
      setBackAtMs: 0n,
      lineage: 0,
      generation: 0,
      restart: undefined,
      restartedAtMs: 0n,
      ...(receipt ? { receipt } : {}),
    },
    async (step) => [
      ...(await off.givingUp.account(step)),
      ...(await step.keys("keyPackages")).map((key) => remove("keyPackages", key)),
    ],
  );
}
