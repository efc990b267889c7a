// A new VOPRF epoch: the number is claimed under it without an SMS, and the record moves there, whatever stops in between.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  AssentError,
  type AuthenticatedRequest,
  EvaluationSchema,
  equalBytes,
  Intent,
  numberSealData,
  openRecord,
  openSeal,
  RenewClaimRequestSchema,
  textFromUtf8,
  type UpdateAccountRequest,
  verifyAccountUpdate,
} from "@assent/protocol";
import { create, fromBinary } from "@bufbuild/protobuf";
import type { Egress } from "../egress/egress.ts";
import { decodeStored, IdentitySchema, Records } from "../store/records.ts";
import {
  CellForTests,
  ownNumber,
  type PhoneForTests,
  phoneOn,
  serviceOf,
} from "./cell-for-tests.ts";
import { Cells } from "./cells.ts";
import { ProfileStateKeeper } from "./profile-state.ts";
import { type Renewing, renewEvaluation } from "./renewal.ts";
import { ownDeviceOf, rootKeysOf } from "./self.ts";
import { SignedRequests } from "./signed-requests.ts";

let cell: CellForTests;
let phone: PhoneForTests;
let claims: AuthenticatedRequest[];
let updates: UpdateAccountRequest[];
/** What UpdateAccount does after it was noted. */
let onUpdate: () => void | Promise<void>;
/** What RenewClaim does before it answers. */
let onClaim: () => void | Promise<void>;

beforeEach(async () => {
  cell = await CellForTests.make();
  phone = await phoneOn(cell);
  [claims, updates] = [[], []];
  onUpdate = () => undefined;
  onClaim = () => undefined;
});

function identity() {
  const { identity } = phone.state.current;
  assert.ok(identity);
  return identity;
}

/** A phone that was just started. */
async function started(): Promise<Renewing> {
  const state = await ProfileStateKeeper.load(new Records(phone.store));
  phone = { ...phone, state };
  const service = serviceOf({
    cell: { getParameters: () => cell.parameters() },
    registration: {
      renewClaim: async ({ request }: { request: AuthenticatedRequest }) => {
        claims.push(request);
        const { sealingEpoch } = fromBinary(RenewClaimRequestSchema, request.body);
        if (sealingEpoch !== cell.sealing.length) throw new AssentError("key_outdated");
        const { publicKey } = rootKeysOf(identity());
        await onClaim();
        return cell.claimOf(ownNumber, publicKey, Intent.RENEW);
      },
    },
    account: {
      updateAccount: async (request: UpdateAccountRequest) => {
        updates.push(request);
        await onUpdate();
      },
    },
  });
  const signedRequests = new SignedRequests(
    state,
    {} as Egress,
    () => 1,
    async () => [],
  );
  return { state, service, signedRequests, cells: new Cells(state, service, () => 1) };
}

const epochOfOwn = () => decodeStored(EvaluationSchema, identity().evaluationEncoded).voprfEpoch;

test("nothing is renewed within the epoch; a later one is claimed, and the record moves", async () => {
  const renewing = await started();
  await renewEvaluation(renewing);
  assert.equal(claims.length, 0);

  await cell.rotate();
  await renewing.cells.refresh();
  await renewEvaluation(renewing);
  assert.deepEqual([claims.length, updates.length], [1, 1]);
  const { sealedNumber } = fromBinary(RenewClaimRequestSchema, claims[0]?.body ?? new Uint8Array());
  const bound = { cellId: cell.id, intent: Intent.RENEW, consent: new Uint8Array() };
  const pair = cell.sealing[1]?.pair;
  assert.ok(pair);
  const opened = await openSeal(pair.privateKey, "number", sealedNumber, numberSealData(bound));
  assert.ok(opened && textFromUtf8(opened).startsWith(`${ownNumber}\0`));

  const [update] = updates;
  assert.ok(update?.manifest && update.claim);
  const { accountId, sequence, sealedRecord, manifest, claim, signature } = update;
  const fields = { accountId, sequence, sealedRecord, manifest, claim };
  const rootKey = rootKeysOf(identity()).publicKey;
  assert.ok(await verifyAccountUpdate(rootKey, cell.id, fields, signature));
  assert.deepEqual(accountId, new Uint8Array(ownDeviceOf(identity()).accountId));
  const record = await openRecord(cell.keysOf(ownNumber, 2).recordKey, sealedRecord);
  assert.ok(record && equalBytes(record.rootKey, rootKey));
  assert.deepEqual([sequence, record.sequence, identity().recordSequence], [2n, 2n, 2n]);
  assert.equal(epochOfOwn(), 2);
  await renewEvaluation(renewing);
  assert.equal(claims.length, 1);
});

test("a phone that stopped before the update goes on with the very same, and claims nothing again", async () => {
  await cell.rotate();
  const renewing = await started();
  await renewing.cells.refresh();
  onUpdate = () => {
    throw new AssentError("unreachable");
  };
  await assert.rejects(renewEvaluation(renewing), { code: "unreachable" });
  assert.equal(epochOfOwn(), 1);
  onUpdate = () => undefined;
  await renewEvaluation(await started());
  assert.deepEqual([claims.length, updates.length], [1, 2]);
  assert.deepEqual(updates[1], updates[0]);
  assert.deepEqual([epochOfOwn(), identity().recordSequence], [2, 2n]);
});

test("a claim that ran out is claimed anew the next time", async () => {
  await cell.rotate();
  const renewing = await started();
  await renewing.cells.refresh();
  onUpdate = () => {
    throw new AssentError("code_expired");
  };
  await assert.rejects(renewEvaluation(renewing), { code: "code_expired" });
  assert.equal(phone.state.current.renewal, undefined);
  onUpdate = () => undefined;
  await renewEvaluation(renewing);
  assert.deepEqual([claims.length, updates.length], [2, 2]);
  assert.deepEqual([epochOfOwn(), identity().recordSequence], [2, 2n]);
});

for (const when of ["claimed", "moved"] as const)
  test(`who left before it was ${when} has no keys again, and who came back has those of now`, async () => {
    await cell.rotate();
    for (const others of [undefined, create(IdentitySchema, { number: "+33612345678" })]) {
      const renewing = await started();
      await renewing.cells.refresh();
      const leave = () => phone.state.change({ identity: others, renewal: undefined });
      [onClaim, onUpdate] =
        when === "claimed" ? [leave, () => undefined] : [() => undefined, leave];
      const before = phone.state.current;
      await renewEvaluation(renewing);
      const { identity, renewal } = phone.state.current;
      assert.deepEqual([identity, renewal], [others, undefined]);
      await phone.state.change(before);
    }
    assert.deepEqual([claims.length, updates.length], when === "claimed" ? [2, 0] : [2, 2]);
  });

test("a claim of another account changes nothing", async () => {
  await cell.rotate();
  const renewing = await started();
  await renewing.cells.refresh();
  const { claimOf } = cell;
  cell.claimOf = (number, _rootKey, intent) =>
    claimOf.call(cell, number, new Uint8Array(32).fill(1), intent);
  await assert.rejects(renewEvaluation(renewing), { code: "service_untrusted" });
  assert.deepEqual([updates.length, epochOfOwn()], [0, 1]);
  cell.claimOf = claimOf;
  await renewEvaluation(renewing);
  assert.equal(epochOfOwn(), 2);
});
