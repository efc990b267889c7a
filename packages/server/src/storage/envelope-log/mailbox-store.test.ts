// The port on the log, on the files of this machine: growth, many phones that come at once, and what lies behind one another.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { systemRandomness } from "../../randomness.ts";
import type { MailboxRows } from "../mailbox-rows.ts";
import { mailboxesForTests, type PutForTests } from "../mailboxes-for-tests.ts";
import type { MailboxRow } from "./envelope-log.ts";
import { openEnvelopeLog } from "./mailbox-store.ts";

const folder = await mkdtemp(join(tmpdir(), "assent-envelopes-"));
after(() => rm(folder, { recursive: true, force: true }));

function rowsWith(rows: readonly MailboxRow[]): MailboxRows {
  return {
    lineage: async () => 7,
    hasEnded: async (mailboxId) => mailboxId[0] === 1,
    block: async () => true,
    page: async (after, most) => {
      const some = rows.slice(after, after + most);
      return {
        last: after + some.length,
        mailboxIds: new Uint8Array(Buffer.concat(some.map(({ mailboxId }) => mailboxId))),
        generations: Uint32Array.from(some, ({ generation }) => generation),
        blocked: [],
      };
    },
  };
}

function rowsOf(count: number): MailboxRow[] {
  return Array.from({ length: count }, () => ({
    mailboxId: systemRandomness.bytes(16),
    generation: 1,
    blocked: [],
  }));
}

async function opened(
  name: string,
  rows: readonly MailboxRow[],
  mayBeMissing: boolean,
  refusePutsBelowBytes = 1_000_000,
  fatal: (error: unknown) => void = (error) => assert.fail(String(error)),
) {
  const { log, store } = await openEnvelopeLog(join(folder, name), rowsWith(rows), {
    mayBeMissing,
    diskShort: () => {},
    randomness: systemRandomness,
    room: { refusePutsBelowBytes, ballastBytes: 100_000 },
    fatal,
  });
  return { log, store: mailboxesForTests(store) };
}

function putFor(mailboxId: Uint8Array, changes: Partial<PutForTests> = {}): PutForTests {
  return {
    mailboxId,
    generation: 1,
    serial: systemRandomness.bytes(16),
    kind: "full",
    envelopeId: systemRandomness.bytes(32),
    body: systemRandomness.bytes(3_000),
    quiet: false,
    now: 0,
    limit: {
      ...{ envelopes: 1_000, bytes: 10_000_000, provisionalEnvelopes: 10 },
      ...{ provisionalBytes: 10_000, fullEnvelopes: 1_000, fullBytes: 10_000_000 },
    },
    handsOut: false,
    after: -1,
    ...changes,
  };
}

test("thousands for many phones, taken by all at once, before and after a start; then the disk is empty", async () => {
  const rows = rowsOf(40);
  const { log, store } = await opened("many", rows, true);
  const bodies = new Map(rows.map((row) => [row, [] as Uint8Array[]]));
  for (let round = 0; round < 75; round += 1) {
    const puts = rows.map((row) => putFor(row.mailboxId));
    const outcomes = await store.put(puts);
    assert.ok(outcomes.every(({ kind }) => kind === "stored"));
    for (const [index, row] of rows.entries())
      bodies.get(row)?.push(puts[index]?.body as Uint8Array);
  }
  assert.equal(log.waitingEnvelopes, 3_000);
  const all = { envelopes: 1_000, bytes: 10_000_000 };
  const takenBy = (from: typeof store) =>
    Promise.all(rows.map(async (row) => [row, await from.take(row.mailboxId, 1, 0, all)] as const));
  for (const [row, taken] of await takenBy(store)) {
    assert.deepEqual(
      taken?.envelopes.map(({ body }) => Buffer.from(body)),
      bodies.get(row)?.map((body) => Buffer.from(body)),
    );
  }
  await log.close();
  assert.equal(await onDisk("many", [...bodies.values()].flat()), 3_000);
  const again = await opened("many", rows, false);
  assert.equal(again.log.waitingEnvelopes, 3_000);
  for (const [row, taken] of await takenBy(again.store)) {
    assert.equal(taken?.envelopes.length, 75);
    const [last, put] = [taken?.envelopes[74]?.body, bodies.get(row)?.[74]];
    assert.ok(last && put && Buffer.from(put).equals(last));
    assert.equal(await again.store.acknowledge(row.mailboxId, 1, 75), true);
  }
  await again.log.close();
  assert.equal(await onDisk("many", [...bodies.values()].flat()), 0);
});

/** How many of these a search finds in all files. */
async function onDisk(name: string, bodies: readonly Uint8Array[]): Promise<number> {
  const names = await readdir(join(folder, name));
  const files = await Promise.all(names.map((file) => readFile(join(folder, name, file))));
  return bodies.filter((body) =>
    files.some((bytes) => bytes.includes(Buffer.from(body.subarray(0, 40)))),
  ).length;
}

test("one put behind another, and mailboxes that are not there", async () => {
  const [row] = rowsOf(1);
  assert.ok(row);
  const { log, store } = await opened("order", [row], true);
  const { mailboxId } = row;
  const gone = new Uint8Array(16).fill(1);
  const unknown = new Uint8Array(16).fill(2);
  const outcomes = await store.put([
    putFor(mailboxId),
    putFor(mailboxId, { after: 0 }),
    putFor(mailboxId, { generation: 2 }),
    putFor(mailboxId, { after: 2 }),
    putFor(gone),
    putFor(unknown),
    putFor(mailboxId, { after: 5 }),
    putFor(mailboxId, { handsOut: true }),
  ]);
  const stored = { kind: "stored", handed: false };
  assert.deepEqual(outcomes, [
    { ...stored, position: 1 },
    { ...stored, position: 2 },
    { kind: "former" },
    { kind: "after-refused" },
    { kind: "gone" },
    { kind: "unknown" },
    { kind: "after-refused" },
    { ...stored, position: 3 },
  ]);
  assert.equal(await store.lineage(), 7);
  assert.deepEqual(await store.state(gone), { kind: "gone" });
  const there = { kind: "there", generation: 1, acknowledged: 0, handed: 0 };
  assert.deepEqual(await store.state(mailboxId), there);
  assert.equal(await store.take(unknown, 1, 0, { envelopes: 9, bytes: 9 }), undefined);
  await log.close();
});

test("while less is free than is kept, a put is refused as that", async () => {
  const [row] = rowsOf(1);
  assert.ok(row);
  const { log, store } = await opened("full", [row], true, Number.MAX_SAFE_INTEGER);
  assert.deepEqual(await store.put([putFor(row.mailboxId)]), [{ kind: "busy" }]);
  assert.equal(await store.acknowledge(row.mailboxId, 1, 0), true);
  await log.close();
});

test("a log whose folder is gone ends with what was missing, and can be closed", async () => {
  const rows = rowsOf(1);
  const [{ mailboxId }] = rows as [MailboxRow];
  const failed = Promise.withResolvers<unknown>();
  const { log, store } = await opened("gone", rows, true, 0, failed.resolve);
  await store.put([putFor(mailboxId)]);
  await rename(join(folder, "gone"), join(folder, "elsewhere"));
  // More than goes into the segment that is open.
  void store.put(
    Array.from({ length: 900 }, () => putFor(mailboxId, { body: new Uint8Array(5_000) })),
  );
  assert.equal(((await failed.promise) as NodeJS.ErrnoException).code, "ENOENT");
  await assert.rejects(log.close(), { name: "EnvelopeLogFailed" });
});
