// What a start does with the entries that it reads, for a few of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { idHashSeedBytes } from "../../id-hash.ts";
import type { LogFile } from "./file-system.ts";
import { FoundEnvelopes } from "./found-envelopes.ts";
import type { Mailbox } from "./mailbox.ts";
import { Mailboxes } from "./mailboxes.ts";
import { streams } from "./record-format.ts";
import { entryBytes, entryFields } from "./segment-index.ts";
import { Segment } from "./segments.ts";
import { WaitingEnvelopes } from "./waiting-envelopes.ts";

const idBytes = 16;
const generation = 3;
const ids = Buffer.from(Array.from({ length: 3 * idBytes }, (_, index) => index));

function idOf(mailbox: number): Buffer {
  return mailbox < 3
    ? ids.subarray(mailbox * idBytes, (mailbox + 1) * idBytes)
    : Buffer.alloc(idBytes, 255);
}

interface Entry {
  readonly of: number;
  readonly position: number;
  readonly generation?: number;
}

/** Each as an index has it, and where its record stands: at its place by 1,000. */
function entriesOf(entries: readonly Entry[]): Buffer {
  const bytes = Buffer.alloc(entries.length * entryBytes);
  for (const [index, entry] of entries.entries()) {
    const at = index * entryBytes;
    bytes.set(idOf(entry.of), at + entryFields.mailboxId);
    bytes.writeDoubleLE(entry.position, at + entryFields.position);
    bytes.writeUInt32LE(entry.generation ?? generation, at + entryFields.generation);
    bytes.writeUInt32LE(entry.of * 100 + entry.position, at + entryFields.foldedId);
    bytes.writeUInt32LE(100, at + entryFields.bodyLength);
    bytes.writeUInt32LE(index * 1_000, at + entryFields.offset);
  }
  return bytes;
}

function waitingAfter(atOnce: number, segments: readonly (readonly Entry[])[]) {
  const mailboxes = new Mailboxes();
  const all = [0, 1, 2].map((index) => mailboxes.add(ids, index * idBytes, generation));
  const nothing = { put() {}, state() {}, dead() {} };
  const waiting = new WaitingEnvelopes(nothing, new Uint8Array(idHashSeedBytes));
  const found = new FoundEnvelopes(mailboxes, waiting, atOnce);
  const made = segments.map((entries, index) => {
    const segment = new Segment(index + 1, streams.live, {} as LogFile);
    found.addIndexed(segment, entriesOf(entries));
    return segment;
  });
  found.settle();
  waiting.table.link();
  const { table } = waiting;
  const placesOf = ({ first }: Mailbox) => {
    const places: string[] = [];
    for (let slot = first; slot !== -1; slot = table.next(slot)) {
      places.push(`${table.position(slot)} at ${table.segment(slot)}/${table.offset(slot)}`);
    }
    return places;
  };
  const places = all.map(placesOf);
  return { all, places, segments: made, unsorted: found.unsorted, table };
}

const inTwoSegments: readonly (readonly Entry[])[] = [
  [
    { of: 0, position: 1 },
    { of: 1, position: 1 },
    { of: 3, position: 1 },
    { of: 0, position: 2 },
    { of: 2, position: 1 },
  ],
  [
    { of: 0, position: 3 },
    { of: 2, position: 2, generation: 2 },
    { of: 1, position: 2 },
  ],
];

test("each mailbox has its texts in the order they stand, however many are put into the tables together", () => {
  for (let atOnce = 1; atOnce <= 10; atOnce += 1) {
    const { places, all, segments, unsorted, table } = waitingAfter(atOnce, inTwoSegments);
    assert.deepEqual(places, [
      ["1 at 1/0", "2 at 1/3000", "3 at 2/0"],
      ["1 at 1/1000", "2 at 2/2000"],
      ["1 at 1/4000"],
    ]);
    assert.deepEqual(
      all.map(({ waiting, last }) => ({ waiting, last })),
      [
        { waiting: 3, last: 3 },
        { waiting: 2, last: 2 },
        { waiting: 1, last: 2 },
      ],
    );
    // Of a mailbox that is not there, and of a former generation.
    assert.deepEqual(
      segments.map(({ live, dead }) => ({
        live,
        dead: dead.filter((_, index) => index % 2 === 0),
      })),
      [
        { live: 4, dead: [2_000] },
        { live: 2, dead: [1_000] },
      ],
    );
    assert.equal(unsorted.size, 0);
    const id = Buffer.alloc(32);
    id.writeUInt32LE(101);
    assert.equal(table.position(table.find(all[1]?.ordinal ?? 0, id, 0)), 1);
  }
});

test("whose texts do not stand in their order is said", () => {
  const { unsorted, all } = waitingAfter(2, [
    [
      { of: 1, position: 2 },
      { of: 0, position: 1 },
      { of: 1, position: 1 },
    ],
  ]);
  assert.deepEqual([...unsorted], [all[1]]);
});
