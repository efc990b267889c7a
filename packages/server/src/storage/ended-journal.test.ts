// The journal of what ended: what was appended is there after a stop, a line that was torn is not, damage is named, and what
// is over age goes.
import assert from "node:assert/strict";
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { randomBytes } from "@assent/protocol";
import type { EndedFact } from "../accounts/store.ts";
import { openEndedJournal } from "./ended-journal.ts";

const account = (hour: number): EndedFact => ({
  kind: "account",
  id: randomBytes(32),
  reason: "left-by-number",
  hour,
});
const mailbox = (hour: number): EndedFact => ({ kind: "mailbox", id: randomBytes(16), hour });

async function newFile(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assent-journal-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "ended.journal");
}

test("what was appended is there after a stop, for its owner alone", async (context) => {
  const file = await newFile(context);
  const facts = [account(5), mailbox(5), mailbox(6)];
  const journal = await openEndedJournal(file);
  assert.deepEqual(await journal.read(), []);
  await journal.append(facts.slice(0, 2));
  await journal.append(facts.slice(2));
  await journal.close();
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const again = await openEndedJournal(file);
  assert.deepEqual(await again.read(), facts);
  await again.close();
});

test("wherever the machine stopped in the last line, the lines before it are there, and the next one fits", async (context) => {
  const file = await newFile(context);
  const [first, torn, next] = [account(5), mailbox(6), mailbox(7)];
  const journal = await openEndedJournal(file);
  await journal.append([first]);
  const before = (await readFile(file, "latin1")).trimEnd().length + 1;
  await journal.append([torn]);
  await journal.close();
  const whole = await readFile(file);
  const used = whole.toString("latin1").trimEnd().length + 1;
  const ends = (bytes: number) => [
    // Of its room: a file that was not made longer yet; one whose room is there; one whose room did not arrive.
    whole.subarray(0, bytes),
    Buffer.concat([whole.subarray(0, bytes), Buffer.alloc(1_000, "\n")]),
    Buffer.concat([whole.subarray(0, bytes), Buffer.alloc(1_000)]),
  ];
  for (let bytes = before; bytes < used - 1; bytes += 3) {
    for (const left of ends(bytes)) {
      await writeFile(file, left);
      const opened = await openEndedJournal(file);
      await opened.append([next]);
      await opened.close();
      const read = await openEndedJournal(file);
      assert.deepEqual(await read.read(), [first, next]);
      await read.close();
    }
  }
  for (const left of ends(0)) {
    await writeFile(file, left);
    const opened = await openEndedJournal(file);
    assert.deepEqual(await opened.read(), []);
    await opened.close();
  }
});

test("some hundred leavings need no room on the disk, and more are made room for in time", async (context) => {
  const file = await newFile(context);
  const journal = await openEndedJournal(file);
  const { size } = await stat(file);
  const facts = Array.from({ length: 300 }, (_, index) => mailbox(index));
  for (const fact of facts) await journal.append([fact]);
  assert.equal((await stat(file)).size, size);
  const more = Array.from({ length: 300 }, (_, index) => account(index));
  for (const fact of more) await journal.append([fact]);
  const many = Array.from({ length: 900 }, (_, index) => account(index));
  await journal.append(many);
  assert.deepEqual(await journal.read(), [...facts, ...more, ...many]);
  const used = (await readFile(file, "latin1")).trimEnd().length;
  assert.ok((await stat(file)).size - used > size / 2);
  await journal.close();
});

test("damage before the last line is named, and nothing is changed", async (context) => {
  const file = await newFile(context);
  const journal = await openEndedJournal(file);
  await journal.append([account(5), mailbox(6), mailbox(7)]);
  await journal.close();
  const whole = await readFile(file, "latin1");
  const damaged = whole.replace("5 account", "6 account");
  assert.notEqual(damaged, whole);
  await writeFile(file, damaged);
  await assert.rejects(openEndedJournal(file), { name: "StartRefused", message: /line 2/ });
  assert.equal(await readFile(file, "latin1"), damaged);
  await writeFile(file, "something else\n");
  await assert.rejects(openEndedJournal(file), { name: "StartRefused", message: /line 1/ });
  await assert.rejects(openEndedJournal(join(file, "x")), {
    name: "StartRefused",
    message: /cannot be written/,
  });
});

test("where the folder took no new name, what is appended later is there all the same, and durable", async (context) => {
  const file = await newFile(context);
  let broken = false;
  let synced = 0;
  const journal = await openEndedJournal(file, async () => {
    if (broken) throw Object.assign(new Error("no"), { code: "EIO" });
    synced += 1;
  });
  const [old, kept, later, latest] = [account(5), mailbox(6), mailbox(7), mailbox(8)];
  await journal.append([old, kept]);
  broken = true;
  await assert.rejects(journal.compact(6), { code: "EIO" });
  await assert.rejects(journal.append([later]), { code: "EIO" });
  await assert.rejects(journal.compact(6), { code: "EIO" }, "which is said until it is durable");
  broken = false;
  synced = 0;
  await journal.append([later]);
  assert.equal(synced, 1);
  await journal.append([latest]);
  assert.equal(synced, 1);
  assert.deepEqual(await journal.read(), [kept, later, latest]);
  await journal.close();
  const again = await openEndedJournal(file);
  assert.deepEqual(await again.read(), [kept, later, latest]);
  await again.close();
});

test("what is over age goes, and what comes after that is there", async (context) => {
  const file = await newFile(context);
  const [old, kept, later] = [account(5), mailbox(6), mailbox(7)];
  const journal = await openEndedJournal(file);
  await journal.append([old, kept]);
  await journal.compact(5);
  assert.deepEqual(await journal.read(), [old, kept]);
  await journal.compact(6);
  await journal.append([later]);
  await journal.close();
  await appendFile(file, "");
  const again = await openEndedJournal(file);
  assert.deepEqual(await again.read(), [kept, later]);
  await again.close();
});
