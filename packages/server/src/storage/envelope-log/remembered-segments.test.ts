// What of the segments is in memory: taken from there as long as it is, and from the disk, and checked, when it is not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { putInFrame } from "../mailboxes-for-tests.ts";
import { DamagedSegment } from "./damaged-segment.ts";
import { bodyOf, LogForTests, settled, takesAll } from "./log-for-tests.ts";

// A segment of these tests has five of them.
const textBytes = 1_000;
const limit = {
  ...{ envelopes: 1_000, bytes: 1_000_000, provisionalEnvelopes: 0, provisionalBytes: 0 },
  ...{ fullEnvelopes: 1_000, fullBytes: 1_000_000 },
};

/** A log in which so many texts wait for one phone. */
async function withTexts(count: number) {
  const tested = new LogForTests(7);
  await tested.open();
  const [mailbox] = tested.mailboxes;
  const handle = mailbox && tested.log.mailbox(mailbox.row.mailboxId);
  assert.ok(handle);
  const texts: string[] = [];
  const address = { ...mailbox.row, serial: new Uint8Array(16), kind: "full" as const };
  const put = async () => {
    const text = `text ${texts.length} `.padEnd(textBytes, ".");
    texts.push(text);
    const body = Buffer.from(text);
    const envelopeId = Buffer.alloc(32, text);
    const given = { ...address, envelopeId, body, now: 0, handsOut: false, limit };
    assert.equal(tested.log.put(handle, putInFrame(given)).kind, "stored");
    await tested.log.durable();
  };
  while (texts.length < count) await put();
  const take = async (after: number, envelopes: number) => {
    const taken = await tested.log.take(handle, 1, after, { ...takesAll, envelopes });
    return taken?.envelopes.map(bodyOf);
  };
  return { tested, texts, put, take };
}

/** A byte of each text is another one on the disk. */
function damage({ files }: LogForTests): void {
  for (const { bytes } of files.names_.values()) {
    for (let at = bytes.indexOf("text "); at >= 0; at = bytes.indexOf("text ", at))
      bytes[at] = 0x54;
  }
}

async function idle(tested: LogForTests, ticks: number): Promise<void> {
  for (let tick = 0; tick < ticks; tick += 1) {
    tested.tick();
    await settled();
  }
}

test("what was written last is handed out without the disk", async () => {
  const { tested, texts, take } = await withTexts(40);
  damage(tested);
  assert.deepEqual(await take(0, 40), texts);
});

test("what was written before that is read back, and checked", async () => {
  const { tested, texts, take } = await withTexts(120);
  for (const from of [0, 60, 90, 20, 0]) {
    assert.deepEqual(await take(from, 30), texts.slice(from, from + 30));
  }
  damage(tested);
  assert.deepEqual(await take(90, 30), texts.slice(90));
  await assert.rejects(take(0, 30), DamagedSegment);
});

test("where many read in one segment it is read whole, once, and what it takes the place of from the disk again", async () => {
  const { tested, texts, take } = await withTexts(120);
  for (let position = 0; position < 30; position += 1) {
    assert.deepEqual(await take(position % 5, 1), [texts[position % 5]]);
  }
  damage(tested);
  assert.deepEqual(await take(0, 1), texts.slice(0, 1));
  assert.deepEqual(await take(2, 1), texts.slice(2, 3));
  await assert.rejects(take(40, 5), DamagedSegment);
});

test("what came back from the disk damaged is not handed out from memory either", async () => {
  const { tested, take } = await withTexts(120);
  const reads = Array.from({ length: 30 }, (_, index) => take(index % 5, 1));
  damage(tested);
  const outcomes = await Promise.allSettled([...reads, take(0, 1)]);
  assert.equal(outcomes.at(-1)?.status, "rejected");
});

test("memory that nobody uses is given back after a minute", async () => {
  const { tested, texts, put, take } = await withTexts(41);
  await idle(tested, 100);
  assert.deepEqual(await take(0, 1), texts.slice(0, 1));
  await put();
  await idle(tested, 100);
  damage(tested);
  assert.deepEqual(await take(0, 1), texts.slice(0, 1), "it was taken from meanwhile");
  assert.deepEqual(await take(40, 2), texts.slice(40), "it was written to meanwhile");
  await assert.rejects(take(10, 5), DamagedSegment);
});
