// A manifest travels with what is said next: whoever is written with knows the devices of it without a look-up, and no group is
// begun for it. Real groups, and all rooms of conversations.
import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";
import type { PhoneNumber } from "@assent/protocol";
import type { Encryption } from "../encryption/encryption.ts";
import { loadMls } from "../encryption/mls.ts";
import { friendNumber } from "./conversing-for-tests.ts";
import { DeviceForTests, ServiceForTests } from "./devices-for-tests.ts";
import { manifestOf } from "./people/person.ts";

let mls: Encryption;
let service: ServiceForTests;
let anna: DeviceForTests;
let ben: DeviceForTests;
/** KeyPackages that were given out when they had begun to text. */
let taken: number;

before(async () => {
  mls = await loadMls();
});

beforeEach(async () => {
  service = await ServiceForTests.make(mls);
  anna = await DeviceForTests.first(service, "+447400123456" as PhoneNumber);
  ben = await DeviceForTests.first(service, friendNumber);
  assert.equal(await anna.send(ben, "hello"), undefined);
  assert.deepEqual(await ben.texts(), ["hello"]);
  await ben.knows(anna);
  assert.equal(await ben.send(anna, "hello yourself"), undefined);
  assert.deepEqual(await anna.texts(), ["hello yourself"]);
  ({ taken } = service);
});

const groupsOf = async (device: DeviceForTests) =>
  (await device.records.list("groups")).map(({ record: { broken, members } }) => ({
    broken,
    members: members.length,
  }));

const versionKnownToAnna = async () => manifestOf(await anna.person(ben)).version;

test("one that names the same device costs no new group, whatever the record says by then", async () => {
  await ben.nowOf(ben);
  assert.equal(await ben.send(anna, "still me"), undefined);
  assert.deepEqual(await anna.texts(), ["hello yourself", "still me"]);
  assert.equal(await versionKnownToAnna(), 2);
  await anna.knows(ben);
  assert.equal(await anna.send(ben, "so I see"), undefined);
  assert.deepEqual(await ben.texts(), ["hello", "so I see"]);
  assert.equal(service.taken, taken);
  assert.deepEqual(await groupsOf(anna), [{ broken: false, members: 2 }]);
});

test("who was told in a first contact is not told again", async () => {
  const carl = await DeviceForTests.first(service, "+447400777777" as PhoneNumber);
  assert.equal(await anna.send(carl, "hello"), undefined);
  assert.equal(await anna.send(carl, "again"), undefined);
  assert.equal(carl.waiting.length, 2);
  assert.deepEqual(await carl.texts(), ["hello", "again"]);
});

test("a device that its owner brings into the group is believed: nothing begins anew", async () => {
  const tablet = await ben.another();
  await ben.nowOf(ben, tablet);
  assert.equal(await ben.send(anna, "I have a tablet"), undefined);
  assert.deepEqual(await anna.texts(), ["hello yourself", "I have a tablet"]);
  assert.deepEqual(await groupsOf(anna), [{ broken: false, members: 3 }]);
  const unshown = await anna.records.list("unshown");
  assert.ok(unshown.every(({ record }) => record.what.case !== "notice"));
});

test("a device that its owner takes off is written to no more, from the next text on", async () => {
  const tablet = await ben.another();
  await ben.nowOf(ben, tablet);
  await anna.knows(ben);
  assert.equal(await anna.send(ben, "to both"), undefined);
  assert.deepEqual(await ben.texts(), ["hello", "to both"]);
  assert.deepEqual(await tablet.texts(), ["to both"]);
  ({ taken } = service);
  await ben.nowOf(ben);
  assert.equal(await ben.send(anna, "the tablet is lost"), undefined);
  assert.deepEqual(await anna.texts(), ["hello yourself", "the tablet is lost"]);
  assert.equal(await anna.send(ben, "I understand"), undefined);
  assert.equal(tablet.waiting.length, 0);
  assert.deepEqual(await ben.texts(), ["hello", "to both", "I understand"]);
  assert.equal(await versionKnownToAnna(), 3);
});
