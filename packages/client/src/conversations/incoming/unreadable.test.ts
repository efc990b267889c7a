// An address through which garbage comes: dropped here at the 64th, blocked at the service by its serial, and replaced with
// what is next sent to whom it was given to.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  AssentError,
  type BlockAddresses,
  bytesFromHex,
  ContentSchema,
  type DeliveredEnvelope,
  hex,
  openManifest,
  type PhoneNumber,
  randomBytes,
} from "@assent/protocol";
import { create, fromBinary } from "@bufbuild/protobuf";
import type { Inbox } from "../../egress/inbox.ts";
import { EncryptionRefused } from "../../encryption/encryption.ts";
import {
  NumberRecordSchema,
  type Person,
  put,
  Records,
  remove,
  SpareCapabilitySchema,
  Standing,
} from "../../store/records.ts";
import {
  accountIdOfPerson,
  addressed,
  type ConversingForTests,
  conversing,
  day,
  encryptedInClear,
  friendNumber,
  groupStateForTests,
  knowing,
  membersWith,
  personOf,
} from "../conversing-for-tests.ts";
import { setBlocked, tellBlocked } from "../people/blocking.ts";
import { newGroup } from "../people/groups.ts";
import { personKey } from "../people/person.ts";
import {
  envelopeWith,
  givenTo,
  laterContent,
  ofAddress,
  serialKey,
  takingOf,
} from "./taking-for-tests.ts";

const groupId = new Uint8Array(32).fill(6);
const othersGroupId = new Uint8Array(32).fill(7);

let on: ConversingForTests;
let anna: Person;
let accountKey: string;
/** What was encrypted, in order. */
let encrypted: Uint8Array[];

beforeEach(async () => {
  encrypted = [];
  on = await conversing({
    encrypt: async (state, content) => {
      encrypted.push(content);
      return encryptedInClear(state, Uint8Array.of(1));
    },
    decrypt: async () => {
      throw new EncryptionRefused("used");
    },
  });
  const addressesGivenAtMs = BigInt(on.clock.nowMs);
  const told = { addressesGivenAtMs, manifestToldVersion: on.self.manifestVersion };
  anna = { ...addressed(personOf(on.friend)), groups: [groupId], ...told };
  const accountId = accountIdOfPerson(anna);
  accountKey = personKey(accountId);
  await knowing(on.records, anna);
  const others = new Uint8Array(32).fill(9);
  const expiresAtMs = BigInt(on.clock.nowMs + 365 * day);
  const spare = create(SpareCapabilitySchema, { capability: new Uint8Array(80), expiresAtMs });
  await on.records.commit([
    put("numbers", anna.number, create(NumberRecordSchema, { acceptedAccountId: accountId })),
    ...newGroup(accountId, groupStateForTests(groupId), membersWith(on.self, anna)),
    ...newGroup(others, groupStateForTests(othersGroupId), []),
    givenTo(anna),
    put("spare", "aa".repeat(16), spare),
  ]);
});

const groupMessage = { content: { case: "groupMessage" as const, value: Uint8Array.of(1) } };
const garbage = () =>
  envelopeWith({ kind: "address", envelopeKey: new Uint8Array(32).fill(8) }, groupMessage);

/** As many, each another, as one delivery by a profile that was opened anew. */
async function take(count: number, make: () => Promise<DeliveredEnvelope>): Promise<void> {
  const parts = { ...on.parts, records: new Records(on.phone.store) };
  await takingOf(on, parts).take(on.self, await Promise.all(Array.from({ length: count }, make)));
}

/** Whether what is readable is still read through the address. */
async function isRead(): Promise<boolean> {
  const before = (await on.records.keys("kept")).length;
  await take(1, () => envelopeWith(ofAddress, laterContent));
  return (await on.records.keys("kept")).length > before;
}

/** What a service was told, or did not answer. */
async function told(refusal?: AssentError): Promise<string[][]> {
  const blocks: string[][] = [];
  const blockAddresses = async ({ block = [], unblock = [] }: Partial<BlockAddresses>) => {
    blocks.push([...block.map((one) => `+${hex(one)}`), ...unblock.map((one) => `-${hex(one)}`)]);
    if (refusal) throw refusal;
  };
  await tellBlocked(on.records, { blockAddresses } as Partial<Inbox> as Inbox);
  return blocks;
}

test("what a used key leaves unread is asked for again, and never of whoever was not answered", async () => {
  on.parts.encryption.groupOf = () => ({ groupId, epoch: 1n });
  const askedOf = async (standing: Standing) => {
    encrypted = [];
    await on.records.commit([put("people", accountKey, { ...anna, standing })]);
    await take(1, () => envelopeWith(ofAddress, groupMessage));
    return encrypted.length;
  };
  assert.deepEqual([await askedOf(Standing.REQUEST), await askedOf(Standing.FORMER)], [0, 0]);
  assert.equal(await askedOf(Standing.CURRENT), 1);
});

test("of whoever takes none of it no more than two hundred questions wait, whatever cannot be read", async () => {
  on.parts.encryption.groupOf = () => ({ groupId, epoch: 1n });
  await take(150, () => envelopeWith(ofAddress, groupMessage));
  const asked = async () => (await on.records.keys("outgoing")).length;
  assert.ok((await asked()) >= 150);
  // Of groups that nobody knows, another with each.
  on.parts.encryption.groupOf = () => ({ groupId: randomBytes(32), epoch: 1n });
  await take(100, () => envelopeWith(ofAddress, groupMessage));
  assert.equal(await asked(), 200);
  // The positive control: with room there is a question again.
  const [first = ""] = await on.records.keys("outgoing");
  await on.records.commit([remove("outgoing", first)]);
  await take(2, () => envelopeWith(ofAddress, groupMessage));
  assert.equal(await asked(), 200);
});

test("a group in which somebody is too far ahead is given up, and another asked for, once", async () => {
  on.parts.encryption.groupOf = () => ({ groupId, epoch: 1n });
  on.parts.encryption.decrypt = async () => {
    throw new EncryptionRefused("too far ahead");
  };
  await take(2, () => envelopeWith(ofAddress, groupMessage));
  assert.equal((await on.records.get("groups", hex(groupId)))?.broken, true);
  assert.equal((await on.records.keys("outgoing")).length, 1);
  assert.deepEqual(encrypted, []);
});

test("for all that somebody has missing, keys are made up to a bound", async () => {
  on.parts.encryption.groupOf = () => ({ groupId, epoch: 1n });
  const allowed: (number | undefined)[] = [];
  on.parts.encryption.decrypt = async (state, _message, _trusted, opening) => {
    allowed.push(opening?.mostSkipped);
    if (allowed.length === 1) throw new EncryptionRefused("forged", undefined, 2_000);
    return {
      kind: "application",
      state,
      destroyUsed: () => undefined,
      sender: on.friendSelf.device,
      content: new Uint8Array(),
      missing: 2_500,
    };
  };
  await take(4, () => envelopeWith(ofAddress, groupMessage));
  assert.deepEqual(allowed, [2_500, 2_500, 500, 0]);
});

describe("a gap in what somebody sent", () => {
  beforeEach(() => {
    on.parts.encryption.groupOf = () => ({ groupId, epoch: 1n });
    on.parts.encryption.decrypt = async (state) => ({
      kind: "application",
      state,
      destroyUsed: () => undefined,
      sender: on.friendSelf.device,
      content: new Uint8Array(),
      missing: 3,
    });
  });

  const gaps = async () => {
    await take(1, () => envelopeWith(ofAddress, groupMessage));
    return (await on.records.keys("unshown")).length;
  };

  test("is told, each time that there is one", async () => {
    assert.deepEqual([await gaps(), await gaps()], [1, 2]);
  });

  test("is not where they were blocked: what was dropped never comes. The next one is told", async () => {
    await setBlocked(on.records, anna.number as PhoneNumber, true);
    assert.equal(await gaps(), 0);
    await setBlocked(on.records, anna.number as PhoneNumber, false);
    assert.deepEqual([await gaps(), await gaps()], [0, 1]);
  });
});

/** How many addresses of this device go with a receipt that is sent now. */
async function addressesWithReceipt(): Promise<number> {
  encrypted = [];
  await on.records.step(async (step) => {
    const person = (await step.get("people", accountKey)) as Person;
    const body = { case: "status" as const, value: { delivered: [randomBytes(32)] } };
    const accountId = bytesFromHex(accountKey);
    step.add((await on.sealing.encryptFor(step, on.self, accountId, person, { body })) ?? []);
  });
  return encrypted.flatMap((content) => fromBinary(ContentSchema, content).addresses).length;
}

test("at the 64th that does not open the address is dropped, whatever was read between, and nothing is sent", async () => {
  for (let count = 0; count < 63; count += 9) {
    await take(9, garbage);
    assert.equal(await isRead(), true);
  }
  await take(1, garbage);
  assert.equal(await isRead(), false);
  assert.deepEqual(await on.records.keys("outgoing"), []);
  assert.deepEqual(await on.records.keys("unshown"), []);
});

test("whom it was given to gets another with what is next sent to them, once", async () => {
  await take(63, garbage);
  assert.equal(await addressesWithReceipt(), 0);
  await take(1, garbage);
  assert.equal(await addressesWithReceipt(), 1);
  assert.equal(await addressesWithReceipt(), 0);
});

test("the service is told its serial until it answered, and never to let it through again", async () => {
  await take(63, garbage);
  assert.deepEqual(await told(), []);
  await take(1, garbage);
  await assert.rejects(told(new AssentError("unreachable")), { code: "unreachable" });
  assert.deepEqual(await told(), [[`+${serialKey}`]]);
  assert.deepEqual(await told(), []);
  await addressesWithReceipt();
  const [another] = (await on.records.keys("given")).filter((key) => key !== serialKey);
  for (const blocked of [true, false]) {
    await setBlocked(on.records, friendNumber, blocked);
    assert.deepEqual(await told(), [[`${blocked ? "+" : "-"}${another}`]]);
  }
});

describe("of what opens, counted is", () => {
  const named = (id: Uint8Array | undefined) => {
    on.parts.encryption.groupOf = () => id && { groupId: id, epoch: 1n };
  };
  const dropped = async (make: () => Promise<DeliveredEnvelope>) => {
    await take(64, make);
    return !(await isRead());
  };

  test("what says nothing, and a first contact in the address's own seal", async () => {
    assert.equal(await dropped(() => envelopeWith(ofAddress, {})), true);
    const given = await on.records.get("given", serialKey);
    assert.ok(given);
    await on.records.commit([put("given", serialKey, { ...given, unreadable: 0 })]);
    const content = { case: "firstContact" as const, value: {} };
    assert.equal(await dropped(() => envelopeWith(ofAddress, { content })), true);
  });

  test("what is sealed to the device, as only strangers' envelopes are", async () => {
    const manifest = await openManifest(on.self.manifest);
    const sealingKey = manifest?.devices[0]?.sealingKey ?? new Uint8Array();
    assert.equal(
      await dropped(() => envelopeWith({ kind: "device", sealingKey }, laterContent)),
      true,
    );
    assert.deepEqual(await on.records.keys("kept"), []);
  });

  test("a message of no group", async () => {
    named(undefined);
    assert.equal(await dropped(() => envelopeWith(ofAddress, groupMessage)), true);
  });

  test("a message of a group with somebody else", async () => {
    named(othersGroupId);
    assert.equal(await dropped(() => envelopeWith(ofAddress, groupMessage)), true);
  });

  test("what this device sent there itself: it asks for none of it again", async () => {
    named(groupId);
    on.parts.encryption.decrypt = async () => {
      throw new EncryptionRefused("own");
    };
    assert.equal(await dropped(() => envelopeWith(ofAddress, groupMessage)), true);
    assert.deepEqual(await on.records.keys("outgoing"), []);
  });

  test("not one of a group that was lost, or that cannot be read: those are asked for", async () => {
    named(new Uint8Array(32).fill(5));
    assert.equal(await dropped(() => envelopeWith(ofAddress, groupMessage)), false);
    named(groupId);
    assert.equal(await dropped(() => envelopeWith(ofAddress, groupMessage)), false);
    assert.equal((await on.records.keys("outgoing")).length, 1 + 64);
  });

  test("nothing through an address that the service gave out", async () => {
    await on.records.commit([givenTo(anna, { provisional: true })]);
    assert.equal(await dropped(garbage), false);
  });
});
