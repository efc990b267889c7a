// First contacts under keys of the cell's that are not known here: what waits for those, and what does not.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { AssentError, type DeliveredEnvelope } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Cell } from "../../account/cells.ts";
import type { Self } from "../../account/self.ts";
import { KeyPackageSchema, put } from "../../store/records.ts";
import {
  accountIdOfPerson,
  type ConversingForTests,
  conversing,
  groupStateForTests,
  knowing,
  personOf,
} from "../conversing-for-tests.ts";
import { personKey } from "../people/person.ts";
import { Strangers } from "./strangers.ts";
import {
  envelopeWith,
  firstContactOf,
  givenTo,
  laterContent,
  ofAddress,
  takingOf,
} from "./taking-for-tests.ts";

const strangersSerial = new Uint8Array(16).fill(7);

let on: ConversingForTests;
/** As this phone is before it heard of the second epoch, and behind that. */
let before: Self;
let behind: Self;
let asked: number[];

beforeEach(async () => {
  on = await conversing({
    keyPackageRefsOf: () => ["ref"],
    join: async () => groupStateForTests(),
  });
  await on.cell.rotate();
  const keys = on.cell.voprf.map(({ epoch, pair: { publicKey } }) => ({
    epoch,
    publicKey: new Uint8Array(publicKey),
  }));
  const knowingKeys = (count: number): Self => {
    const known = keys.slice(0, count);
    const voprfKeyOf = (epoch: number) => known.find((key) => key.epoch === epoch);
    return { ...on.self, cell: { ...on.self.cell, voprfKey: known.at(-1), voprfKeyOf } as Cell };
  };
  [before, behind] = [knowingKeys(1), knowingKeys(2)];
  asked = [];
  const keyPackage = create(KeyPackageSchema, { lastResort: true });
  await on.records.commit([put("keyPackages", "ref", keyPackage)]);
});

const annasKey = () => personKey(accountIdOfPerson(personOf(on.friend)));

async function strangers(epoch: number): Promise<DeliveredEnvelope> {
  return { ...(await firstContactOf(on, epoch)), addressSerial: strangersSerial };
}

/** By a phone to which asking for keys brings these, or fails. */
async function taken(envelopes: readonly DeliveredEnvelope[], outcome: Self | AssentError) {
  let self = before;
  const voprfKeyOf = async (epoch: number) => {
    asked.push(epoch);
    if (outcome instanceof AssentError) throw outcome;
    self = outcome;
    return self.cell.voprfKeyOf(epoch);
  };
  const held = await takingOf(on, on.parts).takeWithKeys(() => self, { voprfKeyOf }, envelopes);
  return { held, isKnown: (await on.records.get("people", annasKey())) !== undefined };
}

test("one under a key that is known asks for none", async () => {
  assert.deepEqual(await taken([await strangers(1)], behind), { held: undefined, isKnown: true });
  assert.deepEqual(asked, []);
});

test("one under a key that came since is checked under that", async () => {
  assert.deepEqual(await taken([await strangers(2)], behind), { held: undefined, isKnown: true });
  assert.deepEqual(asked, [2]);
});

test("where keys cannot be had, what needs one is taken when it comes again, and nothing else waits", async () => {
  const friend = personOf(on.friend);
  await knowing(on.records, { ...friend, number: "+447400123456" });
  await on.records.commit([givenTo(friend)]);
  const [stranger, known] = [await strangers(2), await envelopeWith(ofAddress, laterContent)];
  const ofStranger = await envelopeWith(ofAddress, laterContent);
  const after = { ...ofStranger, addressSerial: strangersSerial };
  const unreachable = new AssentError("unreachable");
  const { held } = await taken([stranger, known, after], unreachable);
  assert.equal(held, unreachable);
  const seen = async () => (await on.records.keys("seen")).filter((key) => key.startsWith("e"));
  assert.deepEqual([(await on.records.keys("kept")).length, (await seen()).length], [1, 1]);
  assert.equal((await taken([stranger, known, after], behind)).held, undefined);
  assert.equal((await seen()).length, 3);
  assert.deepEqual(asked, [2, 2]);
});

test("what fails otherwise is told", async () => {
  const failing = { voprfKeyOf: () => Promise.reject(new TypeError("a fault")) };
  const taking = takingOf(on, on.parts);
  await assert.rejects(
    taking.takeWithKeys(() => before, failing, [await strangers(2)]),
    TypeError,
  );
});

test("the latest that is named is asked for, and each is opened once", async () => {
  const envelopes = await Promise.all([strangers(2), strangers(1)]);
  const lookedAt = new Strangers();
  const { latestEpoch, later } = await lookedAt.byEpoch(on.records, before, envelopes);
  assert.deepEqual([latestEpoch, later], [2, envelopes]);
  const [first] = envelopes;
  assert.ok(first);
  assert.equal(await lookedAt.open(before, first), await lookedAt.open(before, first));
});
