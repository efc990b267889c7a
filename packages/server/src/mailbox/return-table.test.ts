// The table of who may come back, beside maps that hold the same.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { IdHash, idHashSeedBytes } from "../id-hash.ts";
import { ReturnTable } from "./return-table.ts";
import type { Returning } from "./returns.ts";

const most = 2_000;
const bytes = (of: string, length: number) =>
  new Uint8Array(createHash("sha512").update(of).digest().subarray(0, length));
const tableOf = (places: number) =>
  new ReturnTable(places, new IdHash(bytes("seed", idHashSeedBytes)));

function oneOf(round: number) {
  const returning: Returning = {
    accountId: bytes(`account ${round}`, 32),
    mailboxId: bytes(`mailbox ${round}`, 16),
    left: { singleUse: round % 201, lastResortTaken: round % 3 === 0 },
  };
  const [deviceId, key] = [bytes(`device ${round}`, 32), bytes(`key ${round}`, 32)];
  return { deviceId, key, returning };
}

test("keeps each, and forgets by device and by mailbox, in whatever order", () => {
  const table = tableOf(most);
  const kept = new Map<number, ReturnType<typeof oneOf>>();
  let [reused, highest] = [0, 0];
  for (let round = 0; round < 3 * most; round += 1) {
    if (table.isFull || round % 5 === 4) {
      // Neither the oldest nor the newest.
      const gone = [...kept.keys()][(round * 7919) % kept.size] as number;
      const { deviceId, returning } = kept.get(gone) as ReturnType<typeof oneOf>;
      if (round % 2 === 0) table.forgetDevice(deviceId);
      else table.forgetMailbox(returning.mailboxId);
      kept.delete(gone);
    }
    const one = oneOf(round);
    table.add(one.deviceId, one.key, one.returning);
    // Where another one stood.
    if (kept.size < highest) reused += 1;
    kept.set(round, one);
    highest = Math.max(highest, kept.size);
    assert.equal(table.count, kept.size);
  }
  assert.ok(table.isFull && reused > most);
  for (let round = 0; round < 3 * most; round += 1) {
    const { deviceId, key, returning } = oneOf(round);
    const isKept = kept.has(round);
    assert.deepEqual(table.keyOf(deviceId), isKept ? key : undefined);
    assert.deepEqual(table.of(deviceId), isKept ? returning : undefined);
  }
});

test("finds nobody by an id of another length, nor by what others are found by", () => {
  const table = tableOf(8);
  const { deviceId, key, returning } = oneOf(1);
  table.add(deviceId, key, returning);
  const { mailboxId } = returning;
  for (const id of [new Uint8Array(), deviceId.subarray(1), mailboxId, new Uint8Array(64)]) {
    assert.equal(table.keyOf(id), undefined);
    table.forgetDevice(id);
  }
  for (const id of [new Uint8Array(), deviceId, mailboxId.subarray(1)]) table.forgetMailbox(id);
  assert.deepEqual(table.keyOf(deviceId), key);
  assert.equal(table.count, 1);
});

test("hands out what it has, and keeps that however it is changed there", () => {
  const table = tableOf(8);
  const { deviceId, key, returning } = oneOf(1);
  const given = { ...returning, mailboxId: returning.mailboxId.slice() };
  table.add(deviceId, key.slice(), given);
  given.mailboxId.fill(0);
  table.keyOf(deviceId)?.fill(0);
  table.of(deviceId)?.accountId.fill(0);
  assert.deepEqual([table.keyOf(deviceId), table.of(deviceId)], [key, returning]);
});
