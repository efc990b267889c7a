// Leaving: off here at once, deleted at the service as soon as it can be reached, with a receipt it signed.
import {
  AssentError,
  DeleteAccountRequestSchema,
  type DeletionReceipt,
  equalBytes,
  openDeletionReceipt,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import { notDelivered } from "../conversations/texts.ts";
import type { Service } from "../egress/service.ts";
import {
  Phase,
  put,
  type Receipt,
  ReceiptSchema,
  type Records,
  remove,
  TextState,
} from "../store/records.ts";
import type { Change, TableName } from "../store/store.ts";
import type { ProfileStateKeeper } from "./profile-state.ts";
import { cellOf, ownDeviceOf, signedBy } from "./self.ts";

export interface TurningOff {
  readonly state: ProfileStateKeeper;
  readonly records: Records;
  readonly service: (url: string) => Service;
  readonly now: () => number;
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
  readonly receiptBytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly identityKey: Uint8Array;
}

// What only an account needs. Texts, contacts and the ledger are the owner's and stay.
const accountTables: readonly TableName[] = [
  "groups",
  "keyPackages",
  "given",
  "spare",
  "outgoing",
  "awaited",
  "receipts",
  // Envelopes to keys that are gone.
  "seen",
];

/** Off from here on: nothing leaves any more but the deletion. */
export async function startLeaving(off: TurningOff): Promise<void> {
  const { phase } = off.state.current;
  if (phase === Phase.OFF || phase === Phase.LEAVING) return;
  // Before the claim was spent there is nothing at the service to delete.
  const hasAccount =
    phase === Phase.ON ||
    (phase === Phase.VERIFYING &&
      (off.state.current.verification?.createAccountEncoded.length ?? 0) > 0);
  if (hasAccount) await off.state.change({ phase: Phase.LEAVING });
  else await forgetAccount(off);
}

/** Sends the deletion; when it cannot be sent, it waits. */
export async function finishLeaving(off: TurningOff): Promise<Left> {
  const { phase, identity } = off.state.current;
  if (phase !== Phase.LEAVING) return { kind: "never-on" };
  const cell = cellOf(off.state.current);
  if (!cell || !identity) throw new AssentError("profile_unreadable");
  const body = toBinary(DeleteAccountRequestSchema, create(DeleteAccountRequestSchema));
  const procedure = "/assent.v1.RegistrationService/DeleteAccount";
  const request = await signedBy(ownDeviceOf(identity), cell, procedure, body, off.now());
  try {
    const answer = await off.service(cell.url).registration.deleteAccount({ request });
    const signed = { bytes: answer.receipt, signature: answer.signature };
    const statement = await openDeletionReceipt(cell.identityKey, signed);
    if (!statement || !equalBytes(statement.requestNonce, request.nonce)) {
      throw new AssentError("service_untrusted");
    }
    const receipt = create(ReceiptSchema, {
      receiptEncoded: answer.receipt,
      signature: answer.signature,
      identityKey: cell.identityKey,
      lastDigits: identity.number.slice(-2),
    });
    await forgetAccount(off, receipt);
    return { kind: "gone", receipt: ownerReceipt(receipt, statement) };
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

/** The receipt of the last time, where there is one. */
export async function keptReceipt(state: ProfileStateKeeper): Promise<OwnerReceipt | undefined> {
  const receipt = state.current.receipt;
  const signed = receipt && { bytes: receipt.receiptEncoded, signature: receipt.signature };
  const statement = signed && (await openDeletionReceipt(receipt.identityKey, signed));
  return statement && ownerReceipt(receipt, statement);
}

function ownerReceipt(receipt: Receipt, statement: DeletionReceipt): OwnerReceipt {
  return {
    statement,
    lastDigits: receipt.lastDigits,
    receiptBytes: receipt.receiptEncoded,
    signature: receipt.signature,
    identityKey: receipt.identityKey,
  };
}

/** Keys and groups go, and what was not sent will not be; a later account starts afresh. */
export async function forgetAccount(off: TurningOff, receipt?: Receipt): Promise<void> {
  const changes: Change[] = [];
  for (const table of accountTables) {
    changes.push(...(await off.records.keys(table)).map((key) => remove(table, key)));
  }
  for (const { key, record } of await off.records.list("people")) {
    const stripped = { ...record, groups: [], addresses: [], addressesGivenAtMs: 0n };
    changes.push(put("people", key, stripped));
  }
  const unsent = new Set<string>();
  for (const { key, text } of await off.records.pointers("queue")) {
    changes.push(remove("queue", key));
    unsent.add(text);
  }
  for (const { record } of await off.records.list("outgoing")) unsent.add(record.text);
  for (const key of unsent) {
    const text = key ? await off.records.get("texts", key) : undefined;
    if (text?.state !== TextState.QUEUED) continue;
    changes.push(...(await notDelivered(off.records, key, text, "consent_required")));
  }
  await off.state.change(
    {
      phase: Phase.OFF,
      consent: undefined,
      identity: undefined,
      verification: undefined,
      ...(receipt ? { receipt } : {}),
    },
    changes,
  );
}
