// A text reaches each device that the manifests of both name, and no other: from the first contact on, when a device comes or
// goes, when two change a group at once, and after a stop anywhere between. Real groups, and all rooms of conversations.
import assert from "node:assert/strict";
import { before, beforeEach, describe, test } from "node:test";
import { AssentError, hex, type PhoneNumber } from "@assent/protocol";
import type { Encryption } from "../encryption/encryption.ts";
import { loadMls } from "../encryption/mls.ts";
import { DeliveryState, put, TextState } from "../store/records.ts";
import { day, friendNumber } from "./conversing-for-tests.ts";
import { DeviceForTests, ServiceForTests } from "./devices-for-tests.ts";
import { peerOf } from "./people/peer-devices.ts";

let mls: Encryption;
let service: ServiceForTests;
let anna: DeviceForTests;
let ben: DeviceForTests;
/** Another device of Ben's, which his manifest names once a test says so. */
let tablet: DeviceForTests;

before(async () => {
  mls = await loadMls();
});

beforeEach(async () => {
  service = await ServiceForTests.make(mls);
  anna = await DeviceForTests.first(service, "+447400123456" as PhoneNumber);
  ben = await DeviceForTests.first(service, friendNumber);
  tablet = await ben.another();
  tablet.isOffering = false;
});

/** Ben has both from now on, and whoever looks him up is told. */
async function benGetsTablet() {
  tablet.isOffering = true;
  await ben.nowOf(ben, tablet);
}

async function annaAndBenText() {
  assert.equal(await anna.send(ben, "hello"), undefined);
  assert.deepEqual(await ben.texts(), ["hello"]);
  await ben.knows(anna);
  assert.equal(await ben.send(anna, "hello yourself"), undefined);
  assert.deepEqual(await anna.texts(), ["hello yourself"]);
  await anna.knows(ben);
}

const groupsOf = async (device: DeviceForTests) =>
  (await device.records.list("groups")).map(({ key, record }) => ({
    key,
    broken: record.broken,
    members: record.members.map(hex).sort(),
  }));

const staged = async (device: DeviceForTests) =>
  (await device.records.keys("groupParts")).filter((key) => key.endsWith("/staged"));

const names = (...devices: DeviceForTests[]) => devices.map(({ name }) => name).sort();

describe("somebody with two devices", () => {
  beforeEach(benGetsTablet);

  test("gets the first text and those behind it on both, by one KeyPackage of each", async () => {
    assert.equal(await anna.send(ben, "first"), undefined);
    assert.equal(service.taken, 2);
    assert.equal(await anna.send(ben, "second"), undefined);
    for (const device of [ben, tablet]) assert.deepEqual(await device.texts(), ["first", "second"]);
    assert.equal(service.taken, 2);
    const deliveries = await anna.records.list("deliveries");
    assert.deepEqual(deliveries.map(({ key }) => key.split("/")[2]).sort(), [
      ...names(ben, ben, tablet, tablet),
    ]);
    assert.ok(deliveries.every(({ record }) => record.state === DeliveryState.HELD));
    assert.deepEqual(
      (await groupsOf(anna)).map(({ members }) => members),
      [names(anna, ben, tablet)],
    );
  });

  test("of which one offers nothing yet is written to on the other, and on both a day later", async () => {
    tablet.isOffering = false;
    for (const text of ["one", "two"]) assert.equal(await anna.send(ben, text), undefined);
    assert.equal(service.taken, 1);
    service.clock.nowMs += day;
    tablet.isOffering = true;
    assert.equal(await anna.send(ben, "three"), undefined);
    assert.deepEqual(await ben.texts(), ["one", "two", "three"]);
    assert.deepEqual(await tablet.texts(), ["three"]);
    assert.equal((await groupsOf(anna)).length, 1);
  });

  test("has what they write on one of them put for the other too, and no text waits for that", async () => {
    assert.equal(await ben.send(anna, "first"), undefined);
    const before = tablet.waiting.length;
    service.refusing = (device) =>
      device === tablet ? new AssentError("mailbox_full") : undefined;
    const key = await ben.write(anna, "second");
    assert.equal(await ben.post(), "mailbox_full");
    assert.equal((await ben.records.get("messages", key))?.state, TextState.SENT);
    service.refusing = () => undefined;
    assert.equal(await ben.post(), undefined);
    assert.deepEqual([before, tablet.waiting.length], [1, 2]);
    assert.deepEqual(await anna.texts(), ["first", "second"]);
  });

  test("of which none offers anything is not written to", async () => {
    for (const device of [ben, tablet]) device.isOffering = false;
    assert.equal(await anna.send(ben, "nobody there"), "mailbox_full");
    assert.deepEqual(await groupsOf(anna), []);
  });

  test("may write first from either: what is answered is read on both", async () => {
    assert.equal(await tablet.send(anna, "from the tablet"), undefined);
    assert.deepEqual(await anna.texts(), ["from the tablet"]);
    await anna.knows(ben);
    assert.equal(await anna.send(ben, "to both"), undefined);
    assert.deepEqual(await tablet.texts(), ["to both"]);
    assert.deepEqual(await ben.texts(), ["to both"]);
  });
});

describe("a device that comes", () => {
  beforeEach(annaAndBenText);

  test("is brought into the group by the next text, which it reads, and nothing before", async () => {
    await benGetsTablet();
    await anna.knows(ben);
    assert.equal(await anna.send(ben, "to both"), undefined);
    assert.deepEqual(await staged(anna), []);
    assert.deepEqual(await ben.texts(), ["hello", "to both"]);
    assert.deepEqual(await tablet.texts(), ["to both"]);
    const [group, ...others] = await groupsOf(anna);
    assert.deepEqual([group?.members, others], [names(anna, ben, tablet), []]);
    assert.deepEqual((await groupsOf(ben))[0]?.members, names(anna, ben, tablet));
    assert.equal(await ben.send(anna, "from the first"), undefined);
    assert.deepEqual(await anna.texts(), ["hello yourself", "from the first"]);
  });

  test("takes the place of one that goes: who went reads nothing more", async () => {
    await benGetsTablet();
    await anna.knows(ben);
    assert.equal(await anna.send(ben, "to both"), undefined);
    await Promise.all([ben.take(), tablet.take()]);
    const third = await ben.another();
    await ben.nowOf(ben, third);
    await anna.knows(ben);
    assert.equal(await anna.send(ben, "without the tablet"), undefined);
    assert.deepEqual(await tablet.texts(), ["to both"]);
    assert.equal(tablet.waiting.length, 0);
    assert.deepEqual(await ben.texts(), ["hello", "to both", "without the tablet"]);
    assert.deepEqual(await third.texts(), ["without the tablet"]);
    assert.deepEqual(
      (await groupsOf(anna)).map(({ members }) => members),
      [names(anna, ben, third)],
    );
  });

  test("in the place of all others begins a new group", async () => {
    tablet.isOffering = true;
    await tablet.nowOf(tablet);
    await tablet.nowOf(tablet);
    await anna.knows(ben);
    assert.equal(await anna.send(ben, "to the tablet"), undefined);
    assert.deepEqual(await tablet.texts(), ["to the tablet"]);
    assert.deepEqual(await ben.texts(), ["hello"]);
    assert.equal((await groupsOf(anna)).length, 2);
  });

  test("cannot be left out by an older manifest", async () => {
    await benGetsTablet();
    const { manifest } = tablet.self;
    await anna.knows(ben);
    assert.equal(await anna.send(ben, "to both"), undefined);
    const former = service.takeKeyPackages.bind(service);
    const own = await ben.another();
    await ben.nowOf(ben, tablet, own);
    await anna.knows(ben);
    service.takeKeyPackages = async (accountId) => ({ ...(await former(accountId)), manifest });
    const key = await anna.write(ben, "to whom?");
    assert.equal(await anna.post(), undefined);
    assert.equal((await anna.records.get("messages", key))?.error, "service_untrusted");
  });

  describe("while the service takes nothing for it", () => {
    let before: DeviceForTests["self"];

    beforeEach(async () => {
      before = ben.self;
      await benGetsTablet();
      await anna.knows(ben);
      service.refusing = (device) =>
        device === tablet ? new AssentError("mailbox_full") : undefined;
      assert.equal(await anna.send(ben, "to both"), "mailbox_full");
      assert.equal((await staged(anna)).length, 1);
    });

    test("what is staged waits, and holds when the service has all of it", async () => {
      assert.deepEqual((await groupsOf(anna))[0]?.members, names(anna, ben));
      const { taken } = service;
      assert.equal(await anna.send(ben, "behind it"), "mailbox_full");
      assert.equal(service.taken, taken);
      // Who does not know of it yet is read as before.
      const after = ben.self;
      ben.self = before;
      assert.equal(await ben.send(anna, "meanwhile"), undefined);
      ben.self = after;
      assert.deepEqual(await anna.texts(), ["hello yourself", "meanwhile"]);
      assert.equal((await staged(anna)).length, 1);
      service.refusing = () => undefined;
      assert.equal(await anna.post(), undefined);
      assert.deepEqual(await staged(anna), []);
      assert.deepEqual(await ben.texts(), ["hello", "to both", "behind it"]);
      assert.deepEqual(await tablet.texts(), ["to both", "behind it"]);
    });

    test("it holds as soon as somebody writes who has it, and goes to the others still", async () => {
      await ben.take();
      const [group] = await ben.records.list("groups");
      assert.ok(group);
      const { capability } = service.capabilityOf(tablet);
      const ownDevices = ben.self.otherDevices.map((device) => ({
        ...peerOf(device),
        capability,
        envelopeKey: new Uint8Array(32),
      }));
      await ben.records.commit([put("groups", group.key, { ...group.record, ownDevices })]);
      await ben.send(anna, "I have it");
      assert.deepEqual(await anna.texts(), ["hello yourself", "I have it"]);
      assert.deepEqual(await staged(anna), []);
      assert.deepEqual((await groupsOf(anna))[0]?.members, names(anna, ben, tablet));
      service.refusing = () => undefined;
      assert.equal(await anna.post(), undefined);
      assert.deepEqual(await tablet.texts(), ["to both"]);
    });

    test("another's commit that comes first discards it: nothing of it goes out, and the text does", async () => {
      assert.ok((await anna.records.keys("outgoing")).length > 0);
      // He did not take hers yet.
      ben.waiting.splice(0);
      await ben.send(anna, "his own commit first");
      await anna.take();
      assert.deepEqual(await staged(anna), []);
      assert.deepEqual(await anna.records.keys("outgoing"), []);
      service.refusing = () => undefined;
      assert.equal(await anna.post(), undefined);
      for (const device of [ben, tablet]) assert.ok((await device.texts()).includes("to both"));
    });

    test("one that it refuses for good ends the group: the text goes out in another", async () => {
      service.refusing = (device) =>
        device === tablet ? new AssentError("request_invalid") : undefined;
      assert.equal(await anna.post(), undefined);
      assert.deepEqual(await staged(anna), []);
      const groups = await groupsOf(anna);
      assert.deepEqual(groups.map(({ broken }) => broken).sort(), [false, true]);
      assert.deepEqual(await ben.texts(), ["hello", "to both"]);
    });
  });

  test("is brought by both at once: neither is first, both begin anew, and nothing is lost", async () => {
    await benGetsTablet();
    const laptop = await anna.another();
    await anna.nowOf(anna, laptop);
    await anna.knows(ben);
    await ben.knows(anna);
    await Promise.all([anna.write(ben, "from her"), ben.write(anna, "from him")]);
    assert.equal(await anna.post(), undefined);
    assert.equal(await ben.post(), undefined);
    for (let round = 0; round < 3; round += 1) {
      service.clock.nowMs += 60_000;
      for (const device of [anna, ben, tablet, laptop]) await device.take();
      for (const device of [anna, ben]) await device.post();
    }
    assert.deepEqual(
      (await ben.texts()).filter((text) => text === "from her"),
      ["from her"],
    );
    assert.deepEqual(
      (await anna.texts()).filter((text) => text === "from him"),
      ["from him"],
    );
    assert.equal(await anna.send(ben, "afterwards"), undefined);
    assert.ok((await ben.texts()).includes("afterwards"));
    assert.ok((await tablet.texts()).includes("afterwards"));
  });
});
