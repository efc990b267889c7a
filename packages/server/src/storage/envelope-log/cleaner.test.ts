// What the log does when nobody waits: it comes to rest, and erases also where there is no room.
import assert from "node:assert/strict";
import { test } from "node:test";
import { putInFrame } from "../mailboxes-for-tests.ts";
import type { MailboxRow } from "./envelope-log.ts";
import { LogForTests, settled } from "./log-for-tests.ts";

async function opened(): Promise<LogForTests> {
  const tested = new LogForTests(5);
  await tested.open();
  return tested;
}

async function ticks(tested: LogForTests, count: number): Promise<void> {
  for (let tick = 0; tick < count; tick += 1) {
    tested.tick();
    for (let turn = 0; turn < 20; turn += 1) await settled();
  }
}

function textFor(tested: LogForTests, row: MailboxRow, text: string): void {
  const handle = tested.log.mailbox(row.mailboxId);
  assert.ok(handle);
  const put = putInFrame({
    ...{ ...row, serial: new Uint8Array(16), kind: "full", envelopeId: Buffer.alloc(32, text) },
    ...{ body: Buffer.from(text), now: 0, handsOut: true },
    limit: {
      ...{ envelopes: 9, bytes: 9_000, provisionalEnvelopes: 9, provisionalBytes: 9_000 },
      ...{ fullEnvelopes: 9, fullBytes: 9_000 },
    },
  });
  assert.equal(tested.log.put(handle, put).kind, "stored");
}

test("where what is said of mailboxes fills several segments, a quiet log leaves them as they are", async () => {
  const tested = await opened();
  const rows = Array.from({ length: 600 }, (_, index) => {
    return { mailboxId: Buffer.alloc(16, `mailbox ${index} `), generation: 1, blocked: [] };
  });
  for (const row of rows) {
    tested.log.created(row);
    textFor(tested, row, "one text");
  }
  await tested.log.durable();
  for (const { mailboxId } of rows) {
    const handle = tested.log.mailbox(mailboxId);
    assert.ok(handle && tested.log.acknowledge(handle, 1, 1, 0));
    if (tested.below(7) === 0) await tested.log.durable();
  }
  await ticks(tested, 40);
  const size = tested.files.everything().length - tested.files.bytesOf("ballast").length;
  assert.ok(size > 600 * 56, "more than several segments of these tests");
  assert.ok(size < 600 * 56 * 2, `${size} bytes`);
  const { calls } = tested.files;
  await ticks(tested, 10);
  assert.equal(tested.files.calls, calls, "nothing is written any more");
  const [first] = rows;
  assert.ok(first);
  textFor(tested, first, "another text");
  await tested.log.durable();
  await ticks(tested, 10);
  assert.ok(tested.files.calls > calls, "it is seen when something is");
  assert.deepEqual(tested.failures, []);
});

test("so too where something was taken back from each, so that what is said of it is long", async () => {
  const tested = await opened();
  const limit = { ofMailbox: 3, ofAddress: 3 };
  // More than are carried at once.
  for (let index = 0; index < 2_400; index += 1) {
    const row = { mailboxId: Buffer.alloc(16, `mailbox ${index} `), generation: 1, blocked: [] };
    tested.log.created(row);
    const mailbox = tested.log.mailbox(row.mailboxId);
    assert.ok(mailbox);
    const address = {
      mailbox: row,
      generation: 1,
      serial: Buffer.alloc(16),
      kind: "full",
    } as const;
    const revokes = [1, 2, 3].map((text) => {
      return {
        address,
        envelopeId: Buffer.alloc(32).fill(text, 0, 1),
        position: undefined,
        mailbox,
      };
    });
    const revoked = tested.log.takingBack.revoke(revokes, 0, limit);
    if (index % 200 === 0) assert.equal(await revoked, "not-known");
  }
  await tested.log.durable();
  await ticks(tested, 40);
  const { calls } = tested.files;
  await ticks(tested, 10);
  assert.equal(tested.files.calls, calls, "nothing is written any more");
  assert.deepEqual(tested.failures, []);
});

/** A phone that leaves while the disk is full; what it erases, and then moves, has something else beside it. */
async function leavesWithoutRoom(copiesOnWrite: boolean) {
  const tested = await opened();
  tested.files.copiesOnWrite = copiesOnWrite;
  const [leaving, staying] = tested.mailboxes;
  assert.ok(leaving && staying);
  for (let count = 0; count < 40; count += 1) {
    for (const { row } of [leaving, staying]) {
      const handle = tested.log.mailbox(row.mailboxId);
      assert.ok(handle);
      if (handle.waiting < 9) textFor(tested, row, `text ${count} of ${row === leaving.row}`);
    }
    await tested.log.durable();
  }
  // Segments are to be moved, for which there is no room.
  const staysAt = tested.log.mailbox(staying.row.mailboxId);
  assert.ok(staysAt && tested.log.acknowledge(staysAt, 1, 6, 0));
  await tested.log.durable();
  tested.files.plan = { at: tested.files.calls + 1, failure: "ENOSPC" };
  const has = (whose: string) => tested.files.everything().includes(whose);
  assert.ok(has("of true"));
  const { erased } = tested.log.cutOff([leaving.row.mailboxId]);
  return { tested, erased, has };
}

test("on a full disk, what was cut off is erased all the same when that is said", async () => {
  const { tested, erased, has } = await leavesWithoutRoom(false);
  await erased;
  assert.ok(!has("of true"));
  assert.ok(has("of false"), "the other's are there");
  assert.deepEqual(tested.failures, []);
});

test("where even that needs room, it is said when there was some", async () => {
  const { tested, erased, has } = await leavesWithoutRoom(true);
  let isErased = false;
  void erased.then(() => {
    isErased = true;
  });
  for (let turn = 0; turn < 50; turn += 1) await settled();
  assert.ok(!isErased && has("of true"));
  tested.files.plan = undefined;
  await erased;
  assert.ok(!has("of true"));
  assert.ok(has("of false"), "the other's are there");
  assert.deepEqual(tested.failures, []);
});
