// Beginning anew at a service that refuses it: it is tried again with each connection, and costs nothing until it is taken.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AssentError } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Egress } from "../egress/egress.ts";
import { RestartSchema } from "../store/records.ts";
import { beginAnew } from "./beginning-anew.ts";
import {
  CellForTests,
  cellUrl,
  keyPackagesOnly,
  nothingGivenUp,
  phoneOn,
  serviceOf,
} from "./cell-for-tests.ts";
import { ownDeviceOf } from "./self.ts";
import { SignedRequests } from "./signed-requests.ts";

test("a device that was refused often begins anew as soon as it may", async () => {
  const cell = await CellForTests.make();
  const { state, records } = await phoneOn(cell);
  const { identity } = state.current;
  assert.ok(identity);
  let refusal: AssentError | undefined;
  const restartDevice = async () => {
    if (refusal) throw refusal;
    return { generation: 2 };
  };
  const now = () => 1_800_000_000_000;
  const parts = {
    state,
    records,
    encryption: keyPackagesOnly,
    signedRequests: new SignedRequests(state, {} as Egress, now, async () => []),
    service: serviceOf({ account: { restartDevice } }),
    now,
    givingUp: nothingGivenUp,
  };
  const requester = { device: ownDeviceOf(identity), cell: { id: cell.id, url: cellUrl } };
  const connect = () => beginAnew(parts, requester, 1);
  const kept = async () => (await records.list("keyPackages")).length;

  await state.change({ restart: create(RestartSchema, { setBack: true }) });
  refusal = new AssentError("rate_limited", { retryAfterSeconds: 10_800 });
  for (let connection = 0; connection < 20; connection += 1) {
    await assert.rejects(connect(), { code: "rate_limited", retryAfterSeconds: 10_800 });
  }
  assert.equal(await kept(), 0);
  refusal = new AssentError("unreachable");
  await assert.rejects(connect(), { code: "unreachable" });
  assert.equal(await kept(), 21, "the service may have those");
  refusal = undefined;
  assert.equal(await connect(), true);
  assert.equal(state.current.restart, undefined);
});
