// Endings are in the journal before they are answered, and each start makes rows and journal agree, or refuses.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { randomBytes } from "@assent/protocol";
import type { EndedFact, EndingReason, NewAccount, SpentClaim } from "../accounts/store.ts";
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

/** Rows in which whoever is asked for ends, with a mailbox; each is in `facts`, as the rows remember it. */
function rowsThatEnd() {
  const facts: EndedFact[] = [];
  const forgot: number[] = [];
  const gone = new Set<Uint8Array>();
  const end = (reason: EndingReason) => async (id: Uint8Array, now: number) => {
    if (gone.has(id)) return { kind: "no-account" };
    gone.add(id);
    const hour = Math.floor(now / hourMs);
    const ended = mailbox(hour);
    facts.push({ kind: "account", id, reason, hour }, ended);
    return { kind: "ended", accountId: id, endedMailboxes: [ended.id] };
  };
  const rows = {
    end: end("left"),
    endByNumber: ([id]: Uint8Array[], _claim: SpentClaim, now: number) =>
      end("left-by-number")(id!, now),
    async create({ accountId, now }: NewAccount) {
      const { accountId: id, endedMailboxes } = await end("taken-over")(accountId, now);
      return { kind: "created", endedAccounts: [id], endedMailboxes, endedPlaces: [] };
    },
    accountOfClaim: async () => randomBytes(32),
    ending: async () => ({ reason: "left", endedAt: 0 }),
    async forget(_now: number, endedBefore: number) {
      forgot.push(endedBefore);
    },
  } as unknown as AccountRows;
  return { rows, facts, forgot };
}

/** A journal that takes nothing while that is said; and how often it was written. */
function failing(journal: EndedJournal) {
  const disk = { isFull: false, appends: 0 };
  const failingJournal: EndedJournal = {
    ...journal,
    async append(given) {
      disk.appends += 1;
      if (disk.isFull) throw new Error("full");
      await journal.append(given);
    },
  };
  return { disk, journal: failingJournal };
}

const claim = { serial: randomBytes(16), expiresAt: 0 };
const joined = { kind: "created", endedMailboxes: [] as Uint8Array[] };

test("many who leave at once are all in the journal, each once, and written together", async (context) => {
  const { journal, disk } = failing(await openJournal(context));
  const { rows, facts, forgot } = rowsThatEnd();
  const failed: unknown[] = [];
  const accounts = journalledAccounts(rows, journal, (error) => failed.push(error));
  const left = Array.from({ length: 500 }, () => accounts.end(randomBytes(32), 5 * hourMs));
  for (const outcome of await Promise.all(left)) {
    assert.ok(outcome.kind === "ended");
    await outcome.journalled;
  }
  assert.deepEqual(await journal.read(), facts);
  assert.ok(disk.appends <= 2, `${disk.appends} for 500`);
  const byNumber = await accounts.endByNumber([randomBytes(32)], claim, 6 * hourMs);
  const taken = { accountId: randomBytes(32), now: 6 * hourMs } as NewAccount;
  const made = await accounts.create(taken);
  assert.ok(byNumber.kind === "ended" && made.kind === "created");
  await Promise.all([byNumber.journalled, made.journalled]);
  assert.deepEqual(await journal.read(), facts);
  assert.equal(facts.length, 1_004);
  await accounts.forget(0, 6 * hourMs);
  assert.deepEqual(
    await journal.read(),
    facts.filter(({ hour }) => hour === 6),
  );
  assert.deepEqual([forgot, failed], [[6 * hourMs], []]);
});

test("who joins where nobody was waits for no journal", async () => {
  const { journal, disk } = failing({} as EndedJournal);
  disk.isFull = true;
  const create = async () => ({ ...joined, endedAccounts: [], endedPlaces: [] });
  const rows = { ...rowsThatEnd().rows, create } as unknown as AccountRows;
  const accounts = journalledAccounts(rows, journal, (error) => assert.fail(String(error)));
  const made = await accounts.create({ accountId: randomBytes(32), now: 0 } as NewAccount);
  assert.ok(made.kind === "created");
  await made.journalled;
  assert.equal(disk.appends, 0);
});

test("what the journal did not take is written with whatever is asked next, in whichever hour, and nobody is answered before", async (context) => {
  const whole = await openJournal(context);
  const { journal, disk } = failing(whole);
  const { rows, facts } = rowsThatEnd();
  const failed: unknown[] = [];
  const accounts = journalledAccounts(rows, journal, (error) => failed.push(error));
  const left = randomBytes(32);
  const busy = { code: "busy" };
  const lose = async (id: Uint8Array, hour: number) => {
    disk.isFull = true;
    const outcome = await accounts.end(id, hour * hourMs);
    assert.ok(outcome.kind === "ended");
    await assert.rejects(outcome.journalled, busy);
  };
  const asked = [
    () => accounts.end(left, 6 * hourMs),
    () => accounts.endByNumber([left], claim, 6 * hourMs),
    () => accounts.accountOfClaim(claim.serial),
    () => accounts.ending(left),
    () => accounts.forget(0, 0),
  ];
  await lose(left, 5);
  for (const [index, ask] of asked.entries()) {
    await assert.rejects(ask(), busy);
    disk.isFull = false;
    await ask();
    assert.deepEqual(await whole.read(), facts, `asked ${index}`);
    await lose(randomBytes(32), 5);
  }
  disk.isFull = false;
  const next = await accounts.end(randomBytes(32), 7 * hourMs);
  assert.ok(next.kind === "ended");
  await next.journalled;
  assert.deepEqual(await whole.read(), facts);
  assert.equal(failed.length, 11);
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
