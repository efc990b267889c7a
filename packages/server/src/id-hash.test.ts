// Ids that are chosen to meet in an index do not, whatever of them differs.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { IdHash, idHashSeedBytes } from "./id-hash.ts";

const buckets = 1_024;
const idWords = 4;

const chosen: Readonly<Record<string, (index: number) => readonly number[]>> = {
  "in their words' highest bits": (index) =>
    [0, 3, 6, 9].map((shift) => ((index >> shift) & 7) << 29),
  "in their words' lowest bits": (index) => [0, 3, 6, 9].map((shift) => (index >> shift) & 7),
  "in one word, counted up": (index) => [0, 0, index, 0],
  "in one word's highest bits": (index) => [0, index << 20, 0, 0],
  "by the same in two words": (index) => [index << 20, index << 20, 0, 0],
  "by as much more as less": (index) => [index, -index, 0, 0],
};

const seeds = 50;
const ids = 4 * buckets;

function hashOf(seed: number): IdHash {
  return new IdHash(createHash("sha512").update(`${seed}`).digest().subarray(0, idHashSeedBytes));
}

/** Of each bucket, how many ids stand in it. */
function countsOf(seed: number, idOf: (index: number) => readonly number[]): Uint32Array {
  const hash = hashOf(seed);
  const counts = new Uint32Array(buckets);
  for (let index = 0; index < ids; index += 1) {
    const at = hash.of(Int32Array.from(idOf(index)), 0) & (buckets - 1);
    counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}

for (const [how, idOf] of Object.entries(chosen)) {
  test(`ids that differ ${how} meet as seldom as by chance`, () => {
    let meetings = 0;
    let most = 0;
    for (let seed = 0; seed < seeds; seed += 1) {
      for (const count of countsOf(seed, idOf)) {
        meetings += (count * (count - 1)) / 2;
        most = Math.max(most, count);
      }
    }
    const byChance = (seeds * (ids * (ids - 1))) / 2 / buckets;
    assert.ok(meetings < byChance * 1.5, `${(meetings / byChance).toFixed(2)} times`);
    // Four on average. That two meet seldom bars many that meet together but for a rare seed.
    assert.ok(most < 100, `${most} in one`);
  });
}

test("two ids meet as seldom as by chance, also those that would without the summand meet twice as often", () => {
  const [one, other] = [Int32Array.of(1, 0, 0, 0), Int32Array.of(257, 0, 0, 0)];
  let meetings = 0;
  const tries = 100_000;
  for (let seed = 0; seed < tries; seed += 1) {
    const hash = hashOf(seed);
    if (((hash.of(one, 0) ^ hash.of(other, 0)) & (buckets - 1)) === 0) meetings += 1;
  }
  // 98 by chance.
  assert.ok(meetings < 140, `${meetings} times`);
});

test("an id is looked at where it stands", () => {
  const hash = hashOf(1);
  const id = [11, -12, 13, -14];
  const among = Int32Array.from([1, 2, 3, ...id, 4]);
  assert.equal(hash.of(among, 3), hash.of(Int32Array.from(id), 0));
  for (let word = 0; word < idWords; word += 1) {
    const other = Int32Array.from(id);
    other[word] = 99;
    assert.notEqual(hash.of(other, 0), hash.of(among, 3));
  }
});
