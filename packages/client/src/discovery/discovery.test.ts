// Whether a number can be reached, across a change of the cell's VOPRF key: whoever moved on is found, and so is whoever
// did not yet; nothing is evaluated twice under one epoch.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  AssentError,
  type AuthenticatedRequest,
  accountIdOf,
  BucketIndexSchema,
  EvaluateRequestSchema,
  encodeBucket,
  equalBytes,
  evaluateBatch,
  type PhoneNumber,
  sealRecord,
  sha256,
  signedRecord,
  signingKeyPair,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { CellForTests, type PhoneForTests, phoneOn, serviceOf } from "../account/cell-for-tests.ts";
import { Cells } from "../account/cells.ts";
import { type Self, selfOf } from "../account/self.ts";
import { SignedRequests } from "../account/signed-requests.ts";
import type { Egress } from "../egress/egress.ts";
import { NumberRecordSchema, PersonSchema, put, Standing } from "../store/records.ts";
import { Discovery } from "./discovery.ts";
import { withEvaluated } from "./number-keys.ts";

const number = "+447400654321" as PhoneNumber;
const friend = signingKeyPair(new Uint8Array(32).fill(1));
const other = signingKeyPair(new Uint8Array(32).fill(2));

let cell: CellForTests;
let phone: PhoneForTests;
let self: Self;
let cells: Cells;
let discovery: Discovery;
let clock: { nowMs: number };
/** Under which epoch the friend stands; undefined where they left. */
let standing: number | undefined;
/** What the record says. */
let recordSays: { root: typeof friend; lowestManifestVersion: number; unsigned?: boolean };
/** What was asked of the service. */
let asked: string[];
/** What it says otherwise than it is. */
let falseBucket: Uint8Array<ArrayBuffer> | undefined;
let falseIndex: MessageInitShape<typeof BucketIndexSchema>;

beforeEach(async () => {
  cell = await CellForTests.make();
  phone = await phoneOn(cell);
  clock = { nowMs: 1_800_000_000_000 };
  [standing, asked] = [1, []];
  recordSays = { root: friend, lowestManifestVersion: 1 };
  [falseBucket, falseIndex] = [undefined, {}];
  const now = () => clock.nowMs;
  const procedures = {
    cell: {
      getParameters: () => {
        asked.push("parameters");
        return cell.parameters();
      },
    },
    discovery: {
      evaluate: async ({ request }: { request: AuthenticatedRequest }) => {
        const { voprfEpoch, blindedElements } = fromBinary(EvaluateRequestSchema, request.body);
        asked.push(`evaluate ${voprfEpoch}`);
        if (voprfEpoch !== cell.voprf.length) throw new AssentError("key_outdated");
        const pair = cell.voprf[voprfEpoch - 1]?.pair;
        assert.ok(pair);
        return evaluateBatch(pair, blindedElements);
      },
    },
    directory: {
      getRecord: async ({ lookupKey }: { lookupKey: Uint8Array }) => {
        const keys = standing && cell.keysOf(number, standing);
        if (!keys || !equalBytes(keys.lookupKey, lookupKey)) return { found: false };
        const { root, lowestManifestVersion, unsigned } = recordSays;
        const fields = { lowestManifestVersion, cellId: cell.id, sequence: 1n };
        const record = await signedRecord(unsigned ? other : root, fields);
        if (unsigned) record.rootKey = new Uint8Array(root.publicKey);
        return { found: true, sealedRecord: await sealRecord(keys.recordKey, record) };
      },
    },
  };
  // The files of former epochs stay while somebody stands there.
  const getBucketFile = async (path: string) => {
    const [epoch, name] = path.split("/");
    asked.push(`bucket ${epoch}`);
    const isThere = standing === Number(epoch);
    if (!isThere && Number(epoch) < cell.voprf.length) throw new AssentError("key_outdated");
    const bucket = encodeBucket(isThere ? [cell.keysOf(number, standing).tag] : []);
    if (name !== "index") return falseBucket ?? bucket;
    const index = {
      voprfEpoch: Number(epoch),
      bits: 0,
      bucketHashes: [sha256(bucket)],
      ...falseIndex,
    };
    return toBinary(BucketIndexSchema, create(BucketIndexSchema, index));
  };
  const service = (url: string) => ({ ...serviceOf(procedures)(url), getBucketFile });
  cells = new Cells(phone.state, service, now);
  const signedRequests = new SignedRequests(phone.state, {} as Egress, now, async () => []);
  self = selfOf(phone.state.current.identity, cells.current);
  discovery = new Discovery({ records: phone.records, service, cells, signedRequests, now });
});

const find = async () => {
  const found = await discovery.find(self, number);
  return found.route === "private"
    ? equalBytes(found.accountId, accountIdOf(friend.publicKey))
    : "sms";
};
const evaluations = () => asked.filter((what) => what.startsWith("evaluate"));
const parameters = () => asked.filter((what) => what === "parameters").length;

test("a number is evaluated once in an epoch; that nobody is there is said once the parameters are sure", async () => {
  assert.equal(await find(), true);
  assert.equal(await find(), true);
  assert.deepEqual([evaluations(), parameters()], [["evaluate 1"], 0]);
  standing = undefined;
  assert.equal(await find(), "sms");
  assert.equal(await find(), "sms");
  assert.deepEqual([evaluations(), parameters()], [["evaluate 1"], 1]);
});

describe("after a change of the key", () => {
  beforeEach(async () => {
    assert.equal(await find(), true);
    asked = [];
    await cell.rotate();
  });

  test("whoever moved on is found by a phone that has not heard of it", async () => {
    standing = 2;
    assert.equal(await find(), true);
    assert.deepEqual([evaluations(), parameters()], [["evaluate 2"], 1]);
    asked = [];
    assert.equal(await find(), true);
    assert.deepEqual(asked, ["bucket 2", "bucket 2"]);
  });

  test("whoever has not moved on is found where they stood, and then where they went", async () => {
    await cells.refresh();
    assert.equal(await find(), true);
    assert.deepEqual(evaluations(), ["evaluate 2"]);
    assert.ok(asked.includes("bucket 1"));
    asked = [];
    standing = 2;
    assert.equal(await find(), true);
    assert.ok(!asked.includes("bucket 1"));
    standing = undefined;
    assert.equal(await find(), "sms");
  });

  test("a new number, whose evaluation is refused under the former key, is looked up under the new one", async () => {
    standing = 2;
    await phone.records.commit([put("numbers", number, create(NumberRecordSchema))]);
    assert.equal(await find(), true);
    assert.deepEqual(evaluations(), ["evaluate 1", "evaluate 2"]);
  });

  test("the record of somebody who wrote is the one of the epoch they named, or where they went since", async () => {
    const keys = { ...cell.keysOf(number, 1), voprfEpoch: 1 };
    const record = withEvaluated(undefined, keys);
    await phone.records.commit([put("numbers", number, record)]);
    await cells.refresh();
    asked = [];
    const recordOf = () => discovery.recordOfEvaluated(self, number, record);
    assert.equal((await recordOf()).route, "private");
    assert.deepEqual(asked, []);
    standing = 2;
    assert.equal((await recordOf()).route, "private");
    assert.deepEqual(asked, ["evaluate 2"]);
    standing = undefined;
    assert.equal((await recordOf()).route, "sms");
  });
});

describe("an answer that nobody is there", () => {
  const known = async () => (await phone.records.get("people", "01"))?.standing;

  beforeEach(async () => {
    const person = create(PersonSchema, { number, standing: Standing.CURRENT });
    await phone.records.commit([put("people", "01", person)]);
  });

  test("is not believed of a bucket that the index does not vouch for", async () => {
    falseBucket = encodeBucket([]);
    await assert.rejects(find(), { code: "service_untrusted" });
    falseBucket = undefined;
    assert.equal(await find(), true);
  });

  test("is not believed of an index of another epoch, or of more buckets than there are", async () => {
    for (const index of [{ voprfEpoch: 2 }, { bits: 1 }, { bits: 30 }]) {
      falseIndex = index;
      await assert.rejects(find(), { code: "service_untrusted" });
    }
  });

  test("takes nobody's conversation away; that the number is another's does", async () => {
    standing = undefined;
    assert.equal(await find(), "sms");
    assert.equal(await known(), Standing.CURRENT);
    standing = 1;
    assert.equal(await find(), true);
    assert.equal(await known(), Standing.FORMER);
  });
});

describe("a record", () => {
  const accountOf = ({ publicKey }: typeof friend) => new Uint8Array(accountIdOf(publicKey));
  const stored = async () => {
    const record = await phone.records.get("numbers", number);
    assert.ok(record);
    return record;
  };
  const lowest = async () => {
    const found = await discovery.find(self, number);
    const said = found.route === "private" ? found.lowestManifestVersion : found.route;
    return [said, (await stored()).lowestManifestVersion];
  };
  const accept = async (whose: typeof friend) => {
    const acceptedAccountId = accountOf(whose);
    await phone.records.commit([
      put("numbers", number, { ...(await stored()), acceptedAccountId }),
    ]);
  };

  test("that is shown again takes back nothing of what a later one said, nor does that there is none", async () => {
    assert.deepEqual(await lowest(), [1, 1]);
    await accept(friend);
    recordSays.lowestManifestVersion = 3;
    assert.deepEqual(await lowest(), [3, 3]);
    recordSays.lowestManifestVersion = 2;
    assert.deepEqual(await lowest(), [3, 3]);
    standing = undefined;
    assert.deepEqual(await lowest(), ["sms", 3]);
    assert.deepEqual(await lowest(), ["sms", 3]);
    standing = 1;
    assert.deepEqual(await lowest(), [3, 3]);
    const again = await discovery.recordOfEvaluated(self, number, await stored());
    assert.deepEqual(again.route === "private" && again.lowestManifestVersion, 3);
    recordSays.lowestManifestVersion = 4;
    assert.deepEqual(await lowest(), [4, 4]);
  });

  test("that another key than the account's own signed holds for as long as it is shown", async () => {
    assert.deepEqual(await lowest(), [1, 1]);
    await accept(friend);
    recordSays = { root: friend, lowestManifestVersion: 2 ** 32 - 1, unsigned: true };
    assert.deepEqual(await lowest(), [2 ** 32 - 1, 1]);
    standing = undefined;
    assert.deepEqual(await lowest(), ["sms", 1]);
    standing = 1;
    recordSays = { root: friend, lowestManifestVersion: 2 };
    assert.deepEqual(await lowest(), [2, 2]);
  });

  test("says nothing of the devices of another account", async () => {
    recordSays.lowestManifestVersion = 3;
    assert.deepEqual(await lowest(), [3, 3]);
    await accept(friend);
    recordSays = { root: other, lowestManifestVersion: 1 };
    assert.deepEqual(await lowest(), [1, 1]);
    standing = undefined;
    assert.deepEqual(await lowest(), ["sms", 0]);
    standing = 1;
    recordSays = { root: friend, lowestManifestVersion: 1 };
    assert.deepEqual(await lowest(), [1, 1]);
  });
});

test("keys are kept of the two latest epochs, whichever came last", () => {
  const keysOf = (voprfEpoch: number) => ({
    voprfEpoch,
    bucketBits: voprfEpoch,
    tag: voprfEpoch,
    lookupKey: new Uint8Array(32).fill(voprfEpoch),
    recordKey: new Uint8Array(32).fill(voprfEpoch),
  });
  const epochsOf = (...evaluated: number[]) => {
    let record = create(NumberRecordSchema, { blocked: true });
    for (const epoch of evaluated) record = withEvaluated(record, keysOf(epoch));
    assert.equal(record.blocked, true);
    return [record.keys?.voprfEpoch, record.formerKeys?.voprfEpoch];
  };
  assert.deepEqual(epochsOf(1), [1, undefined]);
  assert.deepEqual(epochsOf(1, 1), [1, undefined]);
  assert.deepEqual(epochsOf(1, 2), [2, 1]);
  assert.deepEqual(epochsOf(2, 1), [2, 1]);
  assert.deepEqual(epochsOf(1, 2, 3), [3, 2]);
  assert.deepEqual(epochsOf(1, 3, 2), [3, 2]);
});
