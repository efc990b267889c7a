// KeyPackages by age: none that is given out is old, and private parts go when nothing can come for them any more.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  type AddKeyPackagesRequest,
  AddKeyPackagesRequestSchema,
  AssentError,
  type AuthenticatedRequest,
  ReadySchema,
} from "@assent/protocol";
import { create, fromBinary } from "@bufbuild/protobuf";
import type { Egress } from "../egress/egress.ts";
import { loadMls } from "../encryption/mls.ts";
import { type KeyPackage, put } from "../store/records.ts";
import { CellForTests, cellUrl, type PhoneForTests, phoneOn, serviceOf } from "./cell-for-tests.ts";
import { addKeyPackages, type KeyPackageMaking, refillKeyPackages } from "./key-packages.ts";
import { ownDeviceOf } from "./self.ts";
import { type Requester, SignedRequests } from "./signed-requests.ts";

const day = 86_400_000;
const startMs = 1_800_000_000_000;

let phone: PhoneForTests;
let making: KeyPackageMaking;
let requester: Requester;
let nowMs: number;
let refusal: "unreachable" | "rate_limited" | undefined;
let lineage: number;
/** What the service was given, in order. */
let added: AddKeyPackagesRequest[];

beforeEach(async () => {
  const cell = await CellForTests.make();
  phone = await phoneOn(cell);
  const { identity } = phone.state.current;
  assert.ok(identity);
  requester = { device: ownDeviceOf(identity), cell: { id: cell.id, url: cellUrl } };
  nowMs = startMs;
  refusal = undefined;
  lineage = 1;
  added = [];
  const take = async ({ request }: { request: AuthenticatedRequest }) => {
    if (refusal) throw new AssentError(refusal);
    added.push(fromBinary(AddKeyPackagesRequestSchema, request.body));
    return { singleUseLeft: 20 };
  };
  const now = () => nowMs;
  making = {
    records: phone.records,
    encryption: await loadMls(),
    signedRequests: new SignedRequests(phone.state, {} as Egress, now, async () => []),
    service: serviceOf({ directory: { addKeyPackages: take } }),
    now,
  };
  const first = { withLastResort: true, replacesAll: true, lineage: 0 };
  await addKeyPackages(making, requester, first);
});

/** Connects; what the service was given then. */
async function connect(singleUseKeyPackagesLeft = 20, lastResortTaken = false) {
  added.length = 0;
  const ready = create(ReadySchema, { singleUseKeyPackagesLeft, lastResortTaken, lineage });
  await refillKeyPackages(making, requester, ready);
  return added.map(({ keyPackages, lastResort, replacesAll }) => ({
    keyPackages: keyPackages.length,
    lastResort: lastResort.length > 0,
    replacesAll,
  }));
}

async function kept(matches: (record: KeyPackage) => boolean = () => true): Promise<number> {
  return (await phone.records.list("keyPackages")).filter(({ record }) => matches(record)).length;
}

const all = { keyPackages: 20, lastResort: true, replacesAll: true };

describe("KeyPackages that are there", () => {
  test("are left while they are enough and young", async () => {
    nowMs += 29 * day;
    assert.deepEqual(await connect(), []);
    assert.deepEqual(await connect(10), []);
  });

  test("are all replaced after a month, those for single use too", async () => {
    nowMs += 30 * day;
    assert.deepEqual(await connect(), [all]);
    assert.deepEqual(await connect(), []);
    assert.equal(await kept(({ replacedAtMs }) => replacedAtMs === 0n), 21);
  });

  test("are replaced where some that were added later are young", async () => {
    nowMs += 20 * day;
    assert.deepEqual(await connect(9), [{ ...all, lastResort: false, replacesAll: false }]);
    nowMs += 10 * day;
    assert.deepEqual(await connect(), [all]);
  });

  test("are not counted where they are not live any more, whatever the service says", async () => {
    for (const { key, record } of await phone.records.list("keyPackages"))
      if (!record.lastResort)
        await phone.records.commit([
          put("keyPackages", key, { ...record, liveUntilMs: BigInt(nowMs) }),
        ]);
    assert.deepEqual(await connect(20), [{ ...all, lastResort: false, replacesAll: false }]);
  });

  test("are replaced at once where a clock that was wrong dated them ahead", async () => {
    nowMs += 3_650 * day;
    assert.deepEqual(await connect(), [all]);
    nowMs -= 3_650 * day;
    assert.deepEqual(await connect(), [all]);
    assert.deepEqual(await connect(), []);
  });

  test("are replaced where it is not known whether the service has them", async () => {
    refusal = "unreachable";
    await assert.rejects(connect(5), AssentError);
    refusal = undefined;
    assert.deepEqual(await connect(20), [all]);
  });
});

test("KeyPackages are all offered anew, once, to a service whose store was restored", async () => {
  assert.deepEqual(await connect(), []);
  lineage = 2;
  refusal = "unreachable";
  await assert.rejects(connect(20), { code: "unreachable" });
  refusal = undefined;
  assert.deepEqual(await connect(20), [all]);
  assert.deepEqual(await connect(20), []);
  // Those for single use are gone with the restore.
  lineage = 3;
  assert.deepEqual(await connect(0), [all]);
  assert.deepEqual(await connect(20), []);
});

test("KeyPackages that the service has had too many of for now are made again, and count for no day", async () => {
  refusal = "rate_limited";
  for (let connection = 0; connection < 20; connection += 1) {
    await assert.rejects(connect(5), { code: "rate_limited" });
  }
  refusal = undefined;
  assert.deepEqual(await connect(5), [{ ...all, lastResort: false, replacesAll: false }]);
  assert.equal(await kept(), 41);
});

test("the last resort is replaced at the next connection after it was given out", async () => {
  assert.deepEqual(await connect(20, true), [{ ...all, keyPackages: 0, replacesAll: false }]);
  assert.equal(await kept(({ lastResort }) => lastResort), 2);
  assert.equal(await kept(({ replacedAtMs }) => replacedAtMs > 0n), 1);
});

test("a last resort is live for over a year, the others for 90 days", async () => {
  const until = new Set<string>();
  for (const { record } of await phone.records.list("keyPackages"))
    until.add(`${record.lastResort} ${(Number(record.liveUntilMs) - startMs) / day}`);
  assert.deepEqual([...until].sort(), ["false 90", "true 400"]);
});

test("no more than 210 are made in a day, whatever the service says of them", async () => {
  const [made] = await phone.records.list("keyPackages");
  assert.ok(made);
  const madeToday = (from: number, to: number) =>
    phone.records.commit(
      Array.from({ length: to - from }, (_, index) =>
        put("keyPackages", `${from + index}`, made.record),
      ),
    );
  await madeToday(21, 189);
  assert.deepEqual(await connect(0), [{ ...all, lastResort: false, replacesAll: false }]);
  assert.deepEqual(await connect(0, true), []);
  // As another store would: it wants all of them replaced.
  lineage = 2;
  assert.deepEqual(await connect(0, true), []);
  nowMs += day;
  assert.deepEqual(await connect(0, true), [all]);
});

describe("private parts", () => {
  test("are there for 62 days after they were replaced, and destroyed when that was seen on two days", async () => {
    nowMs += 30 * day;
    await connect();
    assert.equal(await kept(), 42);
    nowMs += 62 * day - 1;
    await connect();
    assert.equal(await kept(({ replacedAtMs }) => replacedAtMs === BigInt(startMs + 30 * day)), 21);
    nowMs += 1;
    await connect();
    assert.equal(await kept(({ overAgeAtMs }) => overAgeAtMs === BigInt(nowMs)), 21);
    nowMs += day - 1;
    await connect();
    assert.equal(await kept(({ replacedAtMs }) => replacedAtMs === BigInt(startMs + 30 * day)), 21);
    nowMs += 1;
    await connect();
    assert.equal(await kept(({ replacedAtMs }) => replacedAtMs === BigInt(startMs + 30 * day)), 0);
    assert.equal(await kept(({ replacedAtMs }) => replacedAtMs === 0n), 21);
  });

  test("that were replaced in a time to come are counted from now", async () => {
    nowMs += 3_650 * day;
    await connect();
    nowMs = startMs;
    await connect();
    assert.equal(await kept(({ replacedAtMs }) => Number(replacedAtMs) > nowMs), 0);
    nowMs += 62 * day;
    await connect();
    nowMs += day;
    await connect();
    assert.equal(await kept(({ replacedAtMs }) => replacedAtMs === BigInt(startMs)), 0);
  });

  test("are not destroyed by a clock that is wrong once, ahead or back", async () => {
    nowMs += 30 * day;
    await connect();
    const replaced = (await phone.records.list("keyPackages"))
      .filter(({ record }) => record.replacedAtMs > 0n)
      .map(({ key }) => key);
    assert.equal(replaced.length, 21);
    // Twice ahead, and right between: neither sighting counts for the other.
    for (const years of [10, 20]) {
      nowMs += years * 365 * day;
      await connect();
      nowMs -= years * 365 * day;
      await connect();
    }
    const keys = await phone.records.keys("keyPackages");
    assert.ok(replaced.every((key) => keys.includes(key)));
    assert.equal(await kept(({ overAgeAtMs }) => overAgeAtMs > 0n), 0);
  });
});
