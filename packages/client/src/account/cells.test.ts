// What a phone believes of a cell: what the root key it pinned vouches for, and nothing older than it has seen.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { AssentError, equalBytes, policy, policyHash } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { CellSchema } from "../store/records.ts";
import {
  CellForTests,
  cellUrl,
  newPhone,
  type PhoneForTests,
  serviceOf,
} from "./cell-for-tests.ts";
import { Cells } from "./cells.ts";

let cell: CellForTests;
let phone: PhoneForTests;
let cells: Cells;
let clock: { nowMs: number };
/** Who answers, and how often they were asked. */
let answering: { cell: CellForTests; times: number };

beforeEach(async () => {
  cell = await CellForTests.make();
  phone = await newPhone();
  answering = { cell, times: 0 };
  const getParameters = async ({ contract }: { contract: number }) => {
    assert.equal(contract, 1);
    answering.times += 1;
    return answering.cell.parameters();
  };
  clock = { nowMs: 0 };
  cells = new Cells(phone.state, serviceOf({ cell: { getParameters } }), () => clock.nowMs);
  await phone.state.change({ cell: create(CellSchema, { url: cellUrl }) });
});

function refused(code: string) {
  return (error: unknown) => error instanceof AssentError && error.code === code;
}

test("the first parameters pin the cell, and what they say is kept", async () => {
  assert.equal(cells.pinned, undefined);
  assert.throws(() => cells.current, refused("consent_required"));
  const { id, url, certificateNumber, sequence, sealingKey, voprfKey } = await cells.refresh();
  assert.ok(equalBytes(id, cell.id));
  assert.deepEqual(
    { url, certificateNumber, sequence },
    { url: cellUrl, certificateNumber: 1, sequence: 2n },
  );
  assert.equal(sealingKey.epoch, 1);
  assert.equal(voprfKey.epoch, 1);
  const opened = new Cells(phone.state, serviceOf({}), () => 1);
  assert.deepEqual(opened.current.id, id);
});

test("who runs it is told as it was signed, and nothing of it before the parameters came", async () => {
  cell.changes = {
    operator: { name: "Assent of the library", imprint: "Anna\nanna@cell.example" },
  };
  assert.equal(cells.pinned?.operator, undefined);
  const told = { name: "Assent of the library", imprint: "Anna\nanna@cell.example" };
  assert.deepEqual((await cells.refresh()).operator, told);
  assert.deepEqual(new Cells(phone.state, serviceOf({}), () => 1).current.operator, told);
  cell.sequence += 1n;
  cell.changes = { operator: { policySupplement: "Logs are kept for a day." } };
  const { operator } = await cells.refresh();
  assert.deepEqual(operator, { policySupplement: "Logs are kept for a day." });
  for (const nothing of [{ operator: {} }, {}]) {
    cell.sequence += 1n;
    cell.changes = nothing;
    assert.equal((await cells.refresh()).operator, undefined);
  }
});

describe("later parameters", () => {
  beforeEach(() => cells.refresh());

  test("of a new epoch are used from then on, and former keys still prove", async () => {
    await cell.rotate();
    const { sealingKey, voprfKey, voprfKeyOf } = await cells.refresh();
    assert.deepEqual([sealingKey.epoch, voprfKey.epoch], [2, 2]);
    assert.deepEqual(
      [voprfKeyOf(1)?.epoch, voprfKeyOf(2)?.epoch, voprfKeyOf(3)?.epoch],
      [1, 2, undefined],
    );
  });

  test("that are older than those known are refused, and change nothing", async () => {
    cell.certificateNumber = 2;
    await cells.refresh();
    const before = cells.current;
    cell.certificateNumber = 1;
    cell.sequence = 99n;
    await assert.rejects(cells.refresh(), refused("service_untrusted"));
    cell.certificateNumber = 2;
    cell.sequence = 1n;
    await assert.rejects(cells.refresh(), refused("service_untrusted"));
    assert.equal(cells.current, before);
    cell.sequence = 2n;
    await cells.refresh();
  });

  test("of another cell are refused", async () => {
    answering.cell = await CellForTests.make();
    await assert.rejects(cells.refresh(), refused("service_untrusted"));
    answering.cell = cell;
    await cells.refresh();
  });

  test("with another VOPRF key for an epoch that was seen are refused, and change nothing", async () => {
    const [seen] = cells.current.voprfKeyOf(1)?.publicKey ?? [];
    assert.ok(seen !== undefined);
    const before = cells.current;
    const [another, later] = [new Uint8Array(32).fill(seen ^ 1), new Uint8Array(32).fill(7)];
    cell.sequence = 3n;
    cell.changes = {
      voprfKeys: [
        { epoch: 2, publicKey: later },
        { epoch: 1, publicKey: another },
      ],
    };
    await assert.rejects(cells.refresh(), refused("service_untrusted"));
    assert.equal(cells.current, before);
    const { publicKey } = before.voprfKey;
    cell.changes = {
      voprfKeys: [
        { epoch: 2, publicKey: later },
        { epoch: 1, publicKey },
      ],
    };
    assert.equal((await cells.refresh()).voprfKey.epoch, 2);
  });

  test("with keys of wrong lengths are refused", async () => {
    for (const changes of [
      { sealingKeys: [{ epoch: 1, publicKey: new Uint8Array(1_215) }] },
      { voprfKeys: [{ epoch: 1, publicKey: new Uint8Array(31) }] },
      { sealingKeys: [] },
      { voprfKeys: [] },
    ]) {
      cell.changes = changes;
      await assert.rejects(cells.refresh(), refused("service_untrusted"));
    }
  });

  test("that say of who runs it what cannot be shown as it is are refused, and change nothing", async () => {
    const before = cells.current;
    cell.sequence += 1n;
    for (const operator of [
      { name: "x".repeat(61) },
      { name: "turned \u202e round" },
      { imprint: "x".repeat(501) },
      { policySupplement: "\u001b[2J" },
    ]) {
      cell.changes = { operator };
      await assert.rejects(cells.refresh(), refused("service_untrusted"));
    }
    assert.equal(cells.current, before);
    cell.changes = { operator: { name: "x".repeat(60) } };
    assert.equal((await cells.refresh()).operator?.name?.length, 60);
  });

  test("that do not accept the policy here, word for word, or this version, say so", async () => {
    const { version } = policy;
    cell.changes = { policies: [{ version, hash: new Uint8Array(32) }] };
    await assert.rejects(cells.refresh(), refused("policy_changed"));
    cell.changes = { policies: [{ version: version + 1, hash: policyHash(policy) }] };
    await assert.rejects(cells.refresh(), refused("policy_changed"));
    cell.changes = { lowestContract: 2 };
    await assert.rejects(cells.refresh(), refused("update_required"));
  });

  test("are fetched where the inbox names them, and only then", async () => {
    const { certificateNumber, sequence } = cells.current;
    const before = answering.times;
    await cells.catchUp(certificateNumber, sequence);
    await cells.catchUp(certificateNumber, sequence - 1n);
    await cells.catchUp(certificateNumber - 1, sequence + 5n);
    assert.equal(answering.times, before);
    await cells.catchUp(certificateNumber, sequence + 1n);
    await cells.catchUp(certificateNumber + 1, 0n);
    assert.equal(answering.times, before + 2);
  });

  test("are fetched to be sure of them, at most every ten minutes, and stored where they are others", async () => {
    const before = answering.times;
    clock.nowMs = 599_999;
    await cells.confirm();
    assert.equal(answering.times, before);
    clock.nowMs = 600_001;
    const { length } = phone.store.commits;
    await cells.confirm();
    assert.deepEqual([answering.times, phone.store.commits.length], [before + 1, length]);
    clock.nowMs = 1_200_002;
    await cells.catchUp(cells.current.certificateNumber, cells.current.sequence);
    await cells.confirm();
    assert.equal(answering.times, before + 1);
    await cell.rotate();
    clock.nowMs = 1_800_003;
    await cells.confirm();
    assert.deepEqual([cells.current.voprfKey.epoch, phone.store.commits.length], [2, length + 1]);
    // A clock that was ahead until now.
    clock.nowMs = 0;
    await cells.confirm();
    assert.equal(answering.times, before + 3);
  });

  test("are fetched for an epoch that begins after all known, once", async () => {
    const before = answering.times;
    assert.equal((await cells.voprfKeyOf(1))?.epoch, 1);
    assert.equal(answering.times, before);
    await cell.rotate();
    assert.equal((await cells.voprfKeyOf(2))?.epoch, 2);
    assert.equal(await cells.voprfKeyOf(3), undefined);
    assert.equal(answering.times, before + 2);
  });
});

describe("what is answered key_outdated", () => {
  beforeEach(() => cells.refresh());

  test("is done again once, under the keys there are now", async () => {
    await cell.rotate();
    const epochs: number[] = [];
    const done = await cells.withKeys(async ({ sealingKey: { epoch } }) => {
      epochs.push(epoch);
      if (epoch === 1) throw new AssentError("key_outdated");
      return "done";
    });
    assert.equal(done, "done");
    assert.deepEqual(epochs, [1, 2]);
  });

  test("twice is an error, and so is any other at once", async () => {
    let times = 0;
    const failing = (code: "key_outdated" | "internal") =>
      cells.withKeys(async () => {
        times += 1;
        throw new AssentError(code);
      });
    await assert.rejects(failing("key_outdated"), refused("key_outdated"));
    assert.equal(times, 2);
    await assert.rejects(failing("internal"), refused("internal"));
    assert.equal(times, 3);
  });
});
