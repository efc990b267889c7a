// Rotation: what was made under the keys before stays good for as long as it should, and no longer; and a rotation that
// is cut off leaves a cell that goes on.
import assert from "node:assert/strict";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import {
  AccountEndingSchema,
  type CellId,
  type Claim,
  ClaimSchema,
  currentKey,
  DeletionReceiptSchema,
  equalBytes,
  Intent,
  numberSealData,
  openAccountEnding,
  openCell,
  openCertifiedClaim,
  openDeletionReceipt,
  type PhoneNumber,
  sealedNumberPlaintextLength,
  sealNumber,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { type CellForTests, makeTestCell } from "./cell-for-tests.ts";
import type { LiveCell } from "./live-cell.ts";
import type { RotatedKeys } from "./rotation.ts";

const day = 24 * 60 * 60 * 1_000;

function rotate(cell: LiveCell, ...what: RotatedKeys[]): Promise<void> {
  return cell.rotate({ what, rootKeyFile: undefined });
}

function claimOf(cellId: CellId): Claim {
  return create(ClaimSchema, { cellId, intent: Intent.REGISTER, serial: new Uint8Array(16) });
}

/** What a client sees, which has seen this cell since it began. */
function watch({ publicSide }: LiveCell) {
  let known = { id: publicSide.id, certificateNumber: 1, sequence: 0n };
  return async ({ publicSide }: LiveCell) => {
    const opened = await openCell(publicSide.published(), known);
    assert.ok(opened, "the client believes what is published");
    const { certificateNumber, sequence } = opened.parameters;
    known = { ...known, certificateNumber, sequence };
    return opened;
  };
}

test("a claim is believed across one rotation of the online keys, in use and after a restart", async (context) => {
  const kept = await makeTestCell(context);
  const cell = await kept.open();
  const look = watch(cell);
  const { id } = cell.publicSide;
  const certificate = cell.claims.certificate();
  const claim = await cell.claims.sign(claimOf(id));
  assert.ok(await openCertifiedClaim({ id, certificateNumber: 1 }, { claim, certificate }));
  await rotate(cell, "online");
  assert.equal((await look(cell)).certificate.number, 2);
  const restarted = await kept.open();
  assert.deepEqual(restarted.publicSide.published(), cell.publicSide.published());
  for (const live of [cell, restarted]) {
    assert.equal((await live.claims.open(claim))?.intent, Intent.REGISTER);
    const next = await live.claims.sign(claimOf(id));
    assert.notDeepEqual(next.signature, claim.signature);
    assert.ok(await live.claims.open(next));
    const signed = { claim: next, certificate: live.claims.certificate() };
    assert.ok(await openCertifiedClaim({ id, certificateNumber: 2 }, signed));
  }
  await rotate(restarted, "online");
  assert.equal(await restarted.claims.open(claim), undefined);
  assert.equal((await look(restarted)).certificate.number, 3);
});

test("a claims key that was replaced is good for an hour, by whoever it was stolen", async (context) => {
  const kept = await makeTestCell(context);
  const cell = await kept.open();
  const claim = await cell.claims.sign(claimOf(cell.publicSide.id));
  await rotate(cell, "online");
  const current = await cell.claims.sign(claimOf(cell.publicSide.id));
  kept.clock.nowMs += 60 * 60 * 1_000;
  assert.ok(await cell.claims.open(claim));
  kept.clock.nowMs += 1;
  const file = join(kept.folder, "claims.key");
  assert.match(await readFile(file, "utf8"), /"certificate": 1,/);
  for (const live of [cell, await kept.open()]) {
    assert.equal(await live.claims.open(claim), undefined);
    assert.ok(await live.claims.open(current));
  }
  assert.match(await readFile(file, "utf8"), /"certificate": 1,/, "the clock may be wrong");
  const nowMs = kept.clock.nowMs;
  await cell.sweep({ nowMs, dayAgoMs: nowMs - 1 });
  assert.match(await readFile(file, "utf8"), /"certificate": 1,/);
  await cell.sweep({ nowMs, dayAgoMs: nowMs });
  assert.doesNotMatch(await readFile(file, "utf8"), /"certificate": 1,/);
});

test("nobody else's claim is believed", async (context) => {
  const cell = await (await makeTestCell(context)).open();
  const other = await (await makeTestCell(context)).open();
  const claim = await other.claims.sign(claimOf(cell.publicSide.id));
  assert.equal(await cell.claims.open(claim), undefined);
  const ownKeyOtherCell = await cell.claims.sign(claimOf(other.publicSide.id));
  assert.equal(await cell.claims.open(ownKeyOtherCell), undefined);
});

test("receipts and endings stand under the certificate that comes with them", async (context) => {
  const cell = await (await makeTestCell(context)).open();
  const { id: cellId } = cell.publicSide;
  for (const number of [1, 2]) {
    const certificate = cell.receipts.certificate();
    const receipt = await cell.receipts.signReceipt(
      create(DeletionReceiptSchema, { cellId, records: number }),
    );
    assert.equal((await openDeletionReceipt(cellId, { receipt, certificate }))?.records, number);
    const ending = await cell.receipts.signEnding(create(AccountEndingSchema, { cellId }));
    assert.ok(await openAccountEnding(cellId, { ending, certificate }));
    await rotate(cell, "online");
  }
});

test("online keys need the root key: here, where it was moved to, and no other's", async (context) => {
  const kept = await makeTestCell(context);
  const cell = await kept.open();
  const other = await makeTestCell(context);
  await other.open();
  const here = join(kept.folder, "root.key");
  const moved = join(other.folder, "root.key.of-the-first");
  await rename(here, moved);
  assert.equal((await cell.describe()).rootKeyHere, false);
  const before = cell.publicSide.published();
  const what: RotatedKeys[] = ["sealing", "online"];
  for (const [rootKeyFile, message] of [
    [undefined, /The root key is not at .*root\.key: /],
    [join(other.folder, "missing.key"), /The root key is not at .*missing\.key: /],
    [join(other.folder, "root.key"), /is of another cell/],
    [join(other.folder, "claims.key"), /is damaged/],
  ] as const)
    await assert.rejects(cell.rotate({ what, rootKeyFile }), { name: "RotationRefused", message });
  assert.deepEqual(cell.publicSide.published(), before, "nothing was rotated");
  await cell.rotate({ what, rootKeyFile: moved });
  const { certificateNumber, sealingEpochs } = await cell.describe();
  assert.deepEqual(
    { certificateNumber, sealingEpochs },
    { certificateNumber: 2, sealingEpochs: [1, 2] },
  );
  await rename(moved, here);
  assert.equal((await cell.describe()).rootKeyHere, true);
  await rotate(cell, "online");
});

test("a number sealed to a former key opens for 30 days", async (context) => {
  const kept = await makeTestCell(context);
  const cell = await kept.open();
  const look = watch(cell);
  const bound = { cellId: cell.publicSide.id, intent: Intent.LEAVE, consent: new Uint8Array() };
  const sealNow = async () => {
    const { epoch, publicKey } = currentKey((await look(cell)).parameters.sealingKeys)!;
    return { epoch, sealed: await sealNumber(publicKey, "+4915123456789" as PhoneNumber, bound) };
  };
  const open = ({ epoch, sealed }: { epoch: number; sealed: Uint8Array }, by: LiveCell = cell) =>
    by.sealing.open("number", epoch, sealed, numberSealData(bound));
  const outdated = { name: "AssentError", code: "key_outdated" };

  const former = await sealNow();
  await rotate(cell, "sealing");
  const current = await sealNow();
  assert.deepEqual([former.epoch, current.epoch], [1, 2]);
  assert.equal((await open(current))?.length, sealedNumberPlaintextLength);
  assert.equal((await open(former))?.length, sealedNumberPlaintextLength);
  assert.equal(await open({ ...former, epoch: 2 }), undefined, "each under its own key");
  await assert.rejects(open({ ...current, epoch: 3 }), outdated);
  await assert.rejects(open({ ...current, epoch: 0 }), outdated);

  kept.clock.nowMs += 30 * day;
  assert.equal((await open(former))?.length, sealedNumberPlaintextLength);
  kept.clock.nowMs += 1;
  await assert.rejects(open(former), outdated);
  assert.equal((await open(current))?.length, sealedNumberPlaintextLength);
  // Not a start, but a sweep takes its key off the disk.
  const file = join(kept.folder, "sealing.key");
  const restarted = await kept.open();
  assert.match(await readFile(file, "utf8"), /"epoch": 1,/);
  const sequence = async () => (await restarted.describe()).sequence;
  const { nowMs } = kept.clock;
  const before = await sequence();
  await restarted.sweep({ nowMs, dayAgoMs: nowMs });
  const swept = await sequence();
  assert.ok(swept > before);
  await restarted.sweep({ nowMs, dayAgoMs: nowMs });
  assert.equal(await sequence(), swept, "once");
  assert.doesNotMatch(await readFile(file, "utf8"), /"epoch": 1,/);
  await assert.rejects(open(former, restarted), outdated);
  assert.equal((await open(current, restarted))?.length, sealedNumberPlaintextLength);
  assert.deepEqual(
    (await look(restarted)).parameters.sealingKeys.map(({ epoch }) => epoch),
    [2],
  );
});

test("capabilities and evaluations of a former epoch are known for 400 days", async (context) => {
  const kept = await makeTestCell(context);
  const cell = await kept.open();
  const look = watch(cell);
  const first = { capability: cell.capability.current(), voprf: cell.voprf.current() };
  const firstPush = cell.push.ofEpoch(1);
  await rotate(cell, "capability", "voprf", "push");
  assert.deepEqual(
    (await look(cell)).parameters.voprfKeys.map(({ epoch }) => epoch),
    [1, 2],
  );
  for (const live of [cell, await kept.open()]) {
    assert.equal(live.capability.current().epoch, 2);
    assert.equal(live.voprf.current().epoch, 2);
    assert.ok(!equalBytes(live.capability.current().key, first.capability.key));
    assert.ok(!equalBytes(live.voprf.current().pair.privateKey, first.voprf.pair.privateKey));
    assert.ok(equalBytes(live.capability.ofEpoch(1)!.key, first.capability.key));
    assert.deepEqual(live.voprf.ofEpoch(1), first.voprf);
    assert.deepEqual(live.voprf.former(), [first.voprf]);
    assert.deepEqual(live.voprf.ofEpoch(2), live.voprf.current());
    assert.deepEqual(live.push.ofEpoch(1), firstPush);
    assert.notDeepEqual(live.push.ofEpoch(2)?.pair, firstPush?.pair);
    assert.equal(live.push.ofEpoch(3), undefined);
    assert.equal(live.capability.ofEpoch(3), undefined);
    assert.equal(live.voprf.ofEpoch(3), undefined);
  }
  kept.clock.nowMs += 400 * day;
  assert.ok(cell.capability.ofEpoch(1) && cell.voprf.ofEpoch(1) && cell.push.ofEpoch(1));
  kept.clock.nowMs += 1;
  assert.equal(cell.capability.ofEpoch(1), undefined);
  assert.equal(cell.voprf.ofEpoch(1), undefined);
  assert.equal(cell.push.ofEpoch(1), undefined);
  assert.deepEqual(cell.voprf.former(), [first.voprf], "while it is kept: the clock may be wrong");
  // A rotation does not take their keys off the disk: its clock may be wrong.
  await rotate(cell, "voprf");
  const { nowMs } = kept.clock;
  assert.deepEqual((await cell.describe()).capabilityEpochs, [1, 2]);
  await cell.sweep({ nowMs, dayAgoMs: nowMs });
  const { voprfEpochs, capabilityEpochs, pushEpochs } = await (await kept.open()).describe();
  assert.deepEqual([voprfEpochs, capabilityEpochs, pushEpochs], [[2, 3], [2], [2]]);
  for (const file of ["voprf.key", "capability.key", "push.key"])
    assert.doesNotMatch(await readFile(join(kept.folder, file), "utf8"), /"epoch": 1,/, file);
  await look(cell);
});

test("secrets that are not rotated stay what they are", async (context) => {
  const kept = await makeTestCell(context);
  const cell = await kept.open();
  await rotate(cell, "sealing", "voprf", "capability", "online");
  const { secrets } = await kept.open();
  assert.deepEqual(toText(secrets), toText(cell.secrets));
  assert.equal(new Set(Object.values(toText(secrets))).size, 3);
});

test("rotations that are asked for together follow each other", async (context) => {
  const cell = await (await makeTestCell(context)).open();
  const seen: number[] = [];
  const see = () => seen.push(cell.capability.current().epoch);
  const missing = { what: ["online"] as const, rootKeyFile: "/missing/root.key" };
  await Promise.all([
    rotate(cell, "capability").then(see),
    assert.rejects(cell.rotate(missing), { name: "RotationRefused" }),
    rotate(cell, "capability", "online").then(see),
    rotate(cell, "capability").then(see),
  ]);
  assert.deepEqual(seen, [2, 3, 4]);
  assert.equal((await cell.describe()).certificateNumber, 2);
});

test("a rotation that is cut off anywhere leaves a cell that goes on", async (context) => {
  const files = ["parameters.key", "claims.key", "receipts.key", "certificate"];
  for (const file of [...files, "sealing.key", "voprf.key", "capability.key"]) {
    const kept = await makeTestCell(context);
    const cell = await kept.open();
    const look = watch(cell);
    const { capability } = cell;
    const minted = capability.current();
    const claim = await cell.claims.sign(claimOf(cell.publicSide.id));
    const before = cell.publicSide.published();
    await cutOff(kept, file, async () => {
      await assert.rejects(rotate(cell, "sealing", "voprf", "capability", "online"), file);
    });
    assert.deepEqual(cell.publicSide.published(), before, "who goes on, goes on as before");
    await look(cell);
    const restarted = await kept.open();
    for (const live of [restarted, cell]) {
      assert.ok(await live.claims.open(claim), file);
      assert.deepEqual(live.capability.ofEpoch(minted.epoch)?.key, minted.key);
    }
    await look(restarted);
    await rotate(restarted, "sealing", "voprf", "capability", "online");
    await look(restarted);
    assert.ok(await restarted.claims.open(claim), file);
    assert.ok((await restarted.describe()).certificateNumber >= 2);
    kept.clock.nowMs += 2 * 60 * 60 * 1_000;
    assert.equal(await (await kept.open()).claims.open(claim), undefined, file);
  }
});

test("a rotation that failed twice, at its end and in its middle, leaves a cell that starts", async (context) => {
  const kept = await makeTestCell(context);
  const cell = await kept.open();
  const look = watch(cell);
  const before = cell.publicSide.published();
  const { keep } = kept.store;
  kept.store.keep = () => Promise.reject(new Error("the disk is full"));
  await assert.rejects(rotate(cell, "sealing", "online"), /the disk is full/);
  kept.store.keep = keep;
  await cutOff(kept, "claims.key", async () => {
    await assert.rejects(rotate(cell, "sealing", "online"));
  });
  assert.deepEqual(cell.publicSide.published(), before, "who goes on, goes on as before");
  await look(await kept.open());
  await rotate(cell, "sealing", "online");
  await look(cell);
  assert.deepEqual(await (await kept.open()).describe(), await cell.describe());
});

for (const [after, ...what] of [
  ["at once", "online"],
  ["hours later", "sealing"],
  ["hours later", "online"],
] as const) {
  const asked = what.join();
  test(`a key that went on after a failed rotation is good for its time from the next one of ${asked}, ${after}`, async (context) => {
    const kept = await makeTestCell(context);
    const cell = await kept.open();
    const look = watch(cell);
    for (let failed = 0; failed < 2; failed += 1) {
      const { keep } = kept.store;
      kept.store.keep = () => Promise.reject(new Error("the disk is full"));
      await assert.rejects(rotate(cell, "sealing", "online"), /the disk is full/);
      kept.store.keep = keep;
    }
    if (after === "hours later") kept.clock.nowMs += 60 * day;
    const claim = await cell.claims.sign(claimOf(cell.publicSide.id));
    await cutOff(kept, "certificate", async () => {
      await assert.rejects(rotate(cell, "online"));
    });
    assert.ok(await (await kept.open()).publicSide.published(), "it starts from there");
    await rotate(cell, ...what);
    await look(cell);
    for (const live of [cell, await kept.open()]) {
      await look(live);
      assert.equal((await live.claims.open(claim))?.intent, Intent.REGISTER);
      const bound = numberSealData({
        cellId: cell.publicSide.id,
        intent: Intent.LEAVE,
        consent: new Uint8Array(),
      });
      const sealed = new Uint8Array(64);
      assert.equal(await live.sealing.open("number", 1, sealed, bound), undefined, "not outdated");
    }
    kept.clock.nowMs += 60 * 60 * 1_000 + 1;
    assert.equal(await cell.claims.open(claim), undefined, "and no longer");
  });
}

/** Nothing can be written where a folder stands in the way. */
async function cutOff({ folder }: CellForTests, file: string, work: () => Promise<void>) {
  const inTheWay = join(folder, `${file}.new`);
  await mkdir(inTheWay);
  await work();
  await rm(inTheWay, { recursive: true });
}

function toText(secrets: LiveCell["secrets"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, key]) => [name, Buffer.from(key).toString("hex")]),
  );
}
