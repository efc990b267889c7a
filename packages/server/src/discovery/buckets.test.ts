// The public buckets: what is in them, what is read of storage when somebody comes or goes, and when that is published.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BucketIndexSchema, bucketHolds, bucketOf, sha256 } from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { createBuckets } from "./buckets.ts";
import { bitsFor } from "./epoch-buckets.ts";

interface Place {
  readonly voprfEpoch: number;
  readonly bucketBits: number;
  readonly tag: number;
}

const pair = { privateKey: new Uint8Array(32), publicKey: new Uint8Array(32) };

/** Buckets of a cell whose epochs are all up to the current one, and where everybody stands. */
function bucketsOf(places: readonly Place[], { epoch = 1, peoplePerBucket = 8 } = {}) {
  const standing = new Set(places);
  const clock = { nowMs: 1_000_000 };
  const voprf = { epoch };
  const read = { rows: 0, failures: 0 };
  const buckets = createBuckets({
    store: {
      people: async (of) =>
        Array.from(standing).filter(({ voprfEpoch }) => voprfEpoch === of).length,
      async tagsIn(of, first, last) {
        if (read.failures > 0) {
          read.failures -= 1;
          throw new Error("no storage");
        }
        const found: number[] = [];
        for (const { voprfEpoch, bucketBits, tag } of standing) {
          if (voprfEpoch === of && bucketBits >= first && bucketBits <= last) found.push(tag);
        }
        read.rows += found.length;
        return Uint32Array.from(found);
      },
    },
    voprf: {
      current: () => ({ epoch: voprf.epoch, pair }),
      ofEpoch: (of) => (of >= 1 && of <= voprf.epoch ? { epoch: of, pair } : undefined),
    },
    quotas: { peoplePerBucket, joinsAtOnce: 2, joinsEveryMs: 60_000 },
    now: () => clock.nowMs,
  });
  return {
    buckets,
    clock,
    voprf,
    read,
    join(place: Place): void {
      standing.add(place);
      buckets.changed([], [place]);
    },
    leave(place: Place): void {
      standing.delete(place);
      buckets.changed([place], []);
    },
    async index(of = epoch) {
      const file = await buckets.file(of, "index");
      return file && fromBinary(BucketIndexSchema, file.bytes);
    },
    /** Whether a bucket holds its tag; what the index says of that bucket is held too. */
    async has({ voprfEpoch, bucketBits, tag }: Place): Promise<boolean> {
      const index = await this.index(voprfEpoch);
      const name = bucketOf(bucketBits, index?.bits ?? 0);
      const file = await buckets.file(voprfEpoch, name);
      assert.deepEqual(index?.bucketHashes[name], sha256(file?.bytes ?? new Uint8Array()));
      return bucketHolds(file?.bytes ?? new Uint8Array(), tag);
    },
  };
}

function somebody(voprfEpoch = 1): Place {
  const [bucketBits = 0, tag = 0] = crypto.getRandomValues(new Uint32Array(2));
  return { voprfEpoch, bucketBits, tag };
}

const people = (count: number) => Array.from({ length: count }, () => somebody());

test("there are more buckets as there are more people, and each is in the one its bits name", async () => {
  assert.deepEqual(
    [0, 1, 1_024, 2_047, 2_048, 4_096, 1_000_000].map((count) => bitsFor(count, 1_024)),
    [0, 0, 0, 0, 1, 2, 9],
  );
  const all = people(64);
  const cell = bucketsOf(all);
  assert.equal((await cell.index())?.bits, 3);
  for (const place of all) assert.ok(await cell.has(place));
  assert.ok(!(await cell.has(somebody())), "nobody else");
  assert.equal(await cell.buckets.file(1, 8), undefined);
});

test("of a hundred thousand, one who comes or goes has one bucket read, and nobody else's", async () => {
  const cell = bucketsOf(people(100_000), { peoplePerBucket: 1_024 });
  assert.equal((await cell.index())?.bits, 6);
  assert.ok(cell.read.rows >= 100_000, "all of them, once");
  const anna = somebody();
  for (const [come, isThere] of [
    [() => cell.join(anna), true],
    [() => cell.leave(anna), false],
  ] as const) {
    cell.read.rows = 0;
    come();
    assert.equal(await cell.has(anna), isThere);
    assert.ok(cell.read.rows > 1_000 && cell.read.rows < 2_500, `${cell.read.rows} rows`);
  }
  cell.read.rows = 0;
  await cell.index();
  assert.equal(cell.read.rows, 0, "nobody came or went");
});

test("a few who come are there at once, a crowd together when the minute is over, who leaves at once", async () => {
  const all = people(64);
  const cell = bucketsOf(all);
  await cell.index();
  const [first, second, third, fourth] = people(4) as [Place, Place, Place, Place];
  cell.join(first);
  assert.ok(await cell.has(first));
  cell.clock.nowMs += 30_000;
  cell.join(second);
  assert.ok(await cell.has(second));
  cell.join(third);
  cell.clock.nowMs += 29_999;
  cell.join(fourth);
  const { rows } = cell.read;
  assert.deepEqual([await cell.has(third), await cell.has(fourth)], [false, false]);
  assert.equal(cell.read.rows, rows, "and nothing was read for them");
  cell.leave(first);
  assert.ok(!(await cell.has(first)));
  cell.clock.nowMs += 1;
  assert.deepEqual([await cell.has(third), await cell.has(fourth)], [true, true]);
  // A clock that was set back keeps nobody out.
  cell.join(first);
  assert.ok(await cell.has(first));
  const last = somebody();
  cell.join(last);
  assert.ok(!(await cell.has(last)));
  cell.clock.nowMs -= 86_400_000;
  assert.ok(await cell.has(last));
});

test("one who comes and goes where there is to be a bucket more has them made anew but once", async () => {
  const cell = bucketsOf(people(127));
  await cell.index();
  const anna = somebody();
  const rowsFor = async (change: () => void) => {
    cell.read.rows = 0;
    change();
    cell.clock.nowMs += 60_000;
    await cell.index();
    return cell.read.rows;
  };
  assert.ok((await rowsFor(() => cell.join(anna))) >= 128, "twice as many buckets");
  for (let times = 0; times < 3; times += 1) {
    assert.ok((await rowsFor(() => cell.leave(anna))) < 40);
    assert.ok((await rowsFor(() => cell.join(anna))) < 40);
  }
  assert.equal((await cell.index())?.bits, 4);
});

test("and fewer again when many left", async () => {
  const all = people(200);
  const cell = bucketsOf(all);
  assert.equal((await cell.index())?.bits, 4);
  for (const place of all.slice(90)) cell.leave(place);
  assert.equal((await cell.index())?.bits, 3);
  for (const [index, place] of all.entries()) assert.equal(await cell.has(place), index < 90);
});

test("who came while storage failed is there once it answers", async () => {
  const cell = bucketsOf(people(20));
  await cell.index();
  const [anna, ben] = people(2) as [Place, Place];
  cell.join(anna);
  cell.read.failures = 1;
  await assert.rejects(cell.has(anna), /no storage/);
  cell.leave(ben);
  assert.ok(await cell.has(anna));
});

test("former epochs have buckets while accounts stand in them, the current one always", async () => {
  const [ofSecond, ofSeventh, ofFirst] = [somebody(2), somebody(7), somebody(1)];
  const cell = bucketsOf([ofSecond, ofSeventh], { epoch: 3 });
  const { voprf } = cell;
  const epochs = async () => {
    const indexes = await Promise.all(
      [1, 2, 3, 7].map((epoch) => cell.buckets.file(epoch, "index")),
    );
    return indexes.map((index) => index !== undefined);
  };
  assert.deepEqual(await epochs(), [false, true, true, false], "7 is no epoch of this cell's");
  cell.leave(ofSecond);
  cell.join(ofFirst);
  assert.deepEqual(await epochs(), [true, false, true, false]);
  voprf.epoch = 4;
  assert.equal(await cell.buckets.file(3, "index"), undefined);
  assert.ok(await cell.buckets.file(4, "index"));
});
