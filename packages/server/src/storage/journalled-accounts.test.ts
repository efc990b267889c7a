// Endings are in the journal before they are answered, and each start makes rows and journal agree, or refuses.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { randomBytes } from "@assent/protocol";
import type { EndedFact } from "../accounts/store.ts";
import type { AccountRows } from "./account-rows.ts";
import { type EndedJournal, openEndedJournal } from "./ended-journal.ts";
import { compareWithJournal, journalledAccounts } from "./journalled-accounts.ts";

const hourMs = 3_600_000;

const mailbox = (hour: number): EndedFact => ({ kind: "mailbox", id: randomBytes(16), hour });

async function openJournal(context: TestContext): Promise<EndedJournal> {
  const folder = await mkdtemp(join(tmpdir(), "assent-journal-"));
  const journal = await openEndedJournal(join(folder, "ended.journal"));
  context.after(async () => {
    await journal.close();
    await rm(folder, { recursive: true, force: true });
  });
  return journal;
}

/** Rows in which each ending adds what it ended; everything else is not asked. */
function rowsThatEnd(facts: EndedFact[]) {
  const forgot: number[] = [];
  const rows = {
    async end(id: Uint8Array, now: number) {
      const hour = Math.floor(now / hourMs);
      facts.push({ kind: "account", id, reason: "left", hour }, mailbox(hour));
      return { kind: "ended" };
    },
    async forget(_now: number, endedBefore: number) {
      forgot.push(endedBefore);
    },
  } as unknown as AccountRows;
  const endedSince = async (hour: number) => facts.filter((fact) => fact.hour >= hour);
  return { rows, endedSince, forgot };
}

test("many who leave at once are all in the journal when they are answered, each once", async (context) => {
  const journal = await openJournal(context);
  const facts: EndedFact[] = [];
  const { rows, endedSince, forgot } = rowsThatEnd(facts);
  const failed: unknown[] = [];
  const accounts = journalledAccounts(rows, endedSince, journal, (error) => failed.push(error));
  await Promise.all([1, 2, 3].map(() => accounts.end(randomBytes(32), 5 * hourMs)));
  assert.deepEqual(await journal.read(), facts);
  await accounts.end(randomBytes(32), 6 * hourMs);
  assert.deepEqual(await journal.read(), facts);
  assert.equal(facts.length, 8);
  await accounts.forget(0, 6 * hourMs);
  assert.deepEqual(
    await journal.read(),
    facts.filter(({ hour }) => hour === 6),
  );
  assert.deepEqual([forgot, failed], [[6 * hourMs], []]);
});

test("where the journal takes nothing nobody is told that they left, and the next ending writes what is missing", async (context) => {
  const journal = await openJournal(context);
  const facts: EndedFact[] = [];
  const { rows, endedSince } = rowsThatEnd(facts);
  const failed: unknown[] = [];
  let isFull = true;
  const full: EndedJournal = {
    ...journal,
    async append(given) {
      if (isFull) throw new Error("full");
      await journal.append(given);
    },
  };
  const accounts = journalledAccounts(rows, endedSince, full, (error) => failed.push(error));
  await assert.rejects(accounts.end(randomBytes(32), 5 * hourMs), { code: "busy" });
  assert.equal(failed.length, 1);
  isFull = false;
  await accounts.end(randomBytes(32), 5 * hourMs);
  assert.deepEqual(await journal.read(), facts);
});

test("a start writes what a crash kept from the journal, and refuses rows that know less than it", async (context) => {
  const journal = await openJournal(context);
  const [first, second, unknown] = [mailbox(9_000), mailbox(9_001), mailbox(9_001)];
  await journal.append([first]);
  await compareWithJournal({ endedSince: async () => [first, second] }, journal);
  assert.deepEqual(await journal.read(), [first, second]);
  await journal.append([unknown]);
  const older = compareWithJournal({ endedSince: async () => [first, second] }, journal);
  await assert.rejects(older, { name: "StartRefused", message: /--restored/ });
  // What the rows forgot after 400 days says nothing.
  await journal.append([mailbox(20_000)]);
  const [, , , newest] = await journal.read();
  await compareWithJournal({ endedSince: async () => (newest ? [newest] : []) }, journal);
});
