// Leaving: the receipt is of this very request and account, and stands alone afterwards; how an account ended otherwise.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  AccountEndingSchema,
  AssentError,
  type AuthenticatedRequest,
  bytesFromHex,
  type CellId,
  DeletionReceiptSchema,
  EndingReason,
  openDeletionReceipt,
  requestHashOf,
  SignedSchema,
  sha256,
  signAccountEnding,
  signDeletionReceipt,
} from "@assent/protocol";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import type { Egress } from "../egress/egress.ts";
import type { Service } from "../egress/service.ts";
import { CellSchema, EndingSchema, Phase } from "../store/records.ts";
import {
  CellForTests,
  cellUrl,
  nothingGivenUp,
  type PhoneForTests,
  phoneOn,
  serviceOf,
} from "./cell-for-tests.ts";
import { Cells } from "./cells.ts";
import { checkedEnding, endingOf } from "./ending.ts";
import { receiptJson } from "./receipt-json.ts";
import { ownDeviceOf, selfOf } from "./self.ts";
import { SignedRequests } from "./signed-requests.ts";
import { finishLeaving, keptReceipt, startLeaving, type TurningOff } from "./turn-off.ts";

const procedure = "/assent.v1.AccountService/DeleteAccount";

let cell: CellForTests;
let phone: PhoneForTests;
let off: TurningOff;
let accountId: Uint8Array<ArrayBuffer>;
/** What the receipt says otherwise than it should. */
let lie: MessageInitShape<typeof DeletionReceiptSchema>;

beforeEach(async () => {
  cell = await CellForTests.make();
  phone = await phoneOn(cell);
  lie = {};
  const { identity } = phone.state.current;
  assert.ok(identity);
  accountId = new Uint8Array(ownDeviceOf(identity).accountId);
  const service = serviceOf({
    account: {
      deleteAccount: async ({ request }: { request: AuthenticatedRequest }) => {
        const { deviceId, counter, body } = request;
        const fields = { cellId: cell.id, procedure, deviceId, counter, bodyHash: sha256(body) };
        const receipt = create(DeletionReceiptSchema, {
          cellId: cell.id,
          deletedAtMs: 1_800_000_000_000n,
          devices: 1,
          requestHash: requestHashOf(fields),
          accountId,
          ...lie,
        });
        return {
          receipt: await signDeletionReceipt(cell.receiptsKey.privateKey, receipt),
          certificate: await cell.certificate(),
        };
      },
    },
  });
  off = {
    state: phone.state,
    records: phone.records,
    service,
    cells: new Cells(phone.state, service, () => 1),
    signedRequests: new SignedRequests(
      phone.state,
      {} as Egress,
      () => 1,
      async () => [],
    ),
    givingUp: nothingGivenUp,
  };
});

test("the receipt is kept with its certificate, and an outsider can check what is taken out", async () => {
  await startLeaving(off);
  const left = await finishLeaving(off);
  assert.ok(left.kind === "gone" && left.receipt);
  assert.equal(left.receipt.lastDigits, "56");
  assert.equal(phone.state.current.phase, Phase.OFF);
  const kept = await keptReceipt(phone.state);
  assert.deepEqual(kept?.statement, left.receipt.statement);
  const json = receiptJson(left.receipt);
  const statement = await openDeletionReceipt(bytesFromHex(json.cellId) as CellId, {
    receipt: { encoded: base64Decode(json.receipt), signature: base64Decode(json.signature) },
    certificate: {
      encoded: base64Decode(json.certificate),
      signature: base64Decode(json.certificateSignature),
    },
  });
  assert.equal(statement?.devices, 1);
  const other = (await CellForTests.make()).id;
  const { receipt, certificate } = left.receipt;
  assert.equal(await openDeletionReceipt(other, { receipt, certificate }), undefined);
});

describe("a receipt is not believed that is", () => {
  const lies = {
    "of another request": { requestHash: new Uint8Array(32) },
    "of another account": { accountId: new Uint8Array(32) },
    "of another cell": { cellId: new Uint8Array(32) },
  };
  for (const [which, said] of Object.entries(lies)) {
    test(which, async () => {
      lie = said;
      await startLeaving(off);
      await assert.rejects(finishLeaving(off), { code: "service_untrusted" });
      assert.equal(phone.state.current.phase, Phase.LEAVING);
      lie = {};
      assert.equal((await finishLeaving(off)).kind, "gone");
    });
  }
});

test("while the service cannot be reached it waits; once it knows the device no more, it is done", async () => {
  await startLeaving(off);
  const answering = (code: "unreachable" | "signed_out"): TurningOff => ({
    ...off,
    service: serviceOf({
      account: { deleteAccount: () => Promise.reject(new AssentError(code)) },
    }),
  });
  assert.deepEqual(await finishLeaving(answering("unreachable")), { kind: "waiting" });
  assert.equal(phone.state.current.phase, Phase.LEAVING);
  const left = await finishLeaving(answering("signed_out"));
  assert.deepEqual(left, { kind: "gone", receipt: undefined });
  assert.equal(phone.state.current.phase, Phase.OFF);
});

test("after the service signed the device out it is asked to delete, but where it stated how the account ended", async () => {
  await phone.state.change({ phase: Phase.ENDED });
  await startLeaving(off);
  const left = await finishLeaving(off);
  assert.ok(left.kind === "gone" && left.receipt);

  const ending = await signAccountEnding(
    cell.receiptsKey.privateKey,
    create(AccountEndingSchema, { cellId: cell.id, accountId, reason: EndingReason.TAKEN_OVER }),
  );
  const endingEncoded = toBinary(SignedSchema, ending);
  await phone.state.change({ phase: Phase.ENDED, ending: create(EndingSchema, { endingEncoded }) });
  await startLeaving(off);
  assert.equal(phone.state.current.phase, Phase.OFF);
});

test("a service that moved while the deletion waited is left where it is now, and nobody else is told", async () => {
  const next = "https://next.example";
  const { certificate } = await cell.parameters();
  cell.sequence += 1n;
  cell.changes = { origins: [cellUrl, "https://others.example", next], policies: [] };
  const { parameters } = await cell.parameters();
  await phone.state.change({
    cell: create(CellSchema, {
      url: cellUrl,
      parametersEncoded: toBinary(SignedSchema, parameters),
      certificateEncoded: toBinary(SignedSchema, certificate),
    }),
  });
  const [others, there] = [await CellForTests.make(), off.service(next)];
  const told: string[] = [];
  let isThere = false;
  const service = (url: string) => {
    const answering = url === next && isThere ? cell : others;
    const isGone = url === cellUrl || (url === next && !isThere);
    const procedures = {
      cell: { getParameters: () => (isGone ? unreachable() : answering.parameters()) },
      account: {
        deleteAccount: (request: never) => {
          told.push(url);
          return isGone ? unreachable() : there.account.deleteAccount(request);
        },
      },
    };
    return procedures as unknown as Service;
  };
  off = { ...off, service, cells: new Cells(phone.state, service, () => 1) };
  await startLeaving(off);
  assert.deepEqual(await finishLeaving(off), { kind: "waiting" });
  isThere = true;
  const left = await finishLeaving(off);
  assert.ok(left.kind === "gone" && left.receipt);
  assert.deepEqual(told, [cellUrl, cellUrl, next]);
});

function unreachable(): Promise<never> {
  return Promise.reject(new AssentError("unreachable"));
}

describe("how an account ended", () => {
  const stating = async (fields: MessageInitShape<typeof AccountEndingSchema>, by = cell) => {
    const ending = create(AccountEndingSchema, {
      cellId: by.id,
      accountId,
      endedAtMs: 1_800_000_000_000n,
      reason: EndingReason.TAKEN_OVER,
      ...fields,
    });
    return {
      ending: await signAccountEnding(by.receiptsKey.privateKey, ending),
      certificate: await by.certificate(),
    };
  };
  const self = () => selfOf(phone.state.current.identity, off.cells.current);

  test("is what the cell states, in words", async () => {
    const reasons = [
      [EndingReason.LEFT, "left"],
      [EndingReason.LEFT_BY_NUMBER, "left-by-number"],
      [EndingReason.TAKEN_OVER, "taken-over"],
      [99 as EndingReason, "other"],
    ] as const;
    for (const [reason, word] of reasons) {
      const ending = await checkedEnding(self(), await stating({ reason }));
      assert.ok(ending);
      assert.deepEqual(endingOf(ending), { reason: word, at: new Date(1_800_000_000_000) });
    }
  });

  test("is not what another cell states, or of another account", async () => {
    const other = await CellForTests.make();
    assert.equal(await checkedEnding(self(), await stating({}, other)), undefined);
    const ofOther = await stating({ accountId: new Uint8Array(32) });
    assert.equal(await checkedEnding(self(), ofOther), undefined);
  });
});
