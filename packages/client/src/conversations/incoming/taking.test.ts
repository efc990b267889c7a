// What comes through an address: what a later version sends is kept whole, and a first contact holds under the epoch it
// names.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  AssentError,
  concat,
  conversationIdOfTwo,
  formatNumber,
  hex,
  openManifest,
  randomBytes,
  SignedSchema,
  sha256,
  signManifest,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import type { Cell } from "../../account/cells.ts";
import { rootKeysOf, type Self } from "../../account/self.ts";
import { EncryptionRefused } from "../../encryption/encryption.ts";
import { KeyPackageSchema, type Person, put, Standing } from "../../store/records.ts";
import {
  accountIdOfPerson,
  addressed,
  type ConversingForTests,
  conversing,
  day,
  friendNumber,
  groupStateForTests,
  knowing,
  membersWith,
  personOf,
} from "../conversing-for-tests.ts";
import { confirmedRequest } from "../history/messages.ts";
import { shownText } from "../history/shown.ts";
import { setBlocked } from "../people/blocking.ts";
import { groupStateOf, newGroup, removedGroup } from "../people/groups.ts";
import { personKey } from "../people/person.ts";
import type { Taking } from "./taking.ts";
import {
  envelopeWith,
  type FirstContactFields,
  firstContactOf,
  givenTo,
  laterBytes,
  laterContent,
  ofAddress,
  serialKey,
  takingOf,
} from "./taking-for-tests.ts";

let on: ConversingForTests;
let anna: Person;
let receiving: Taking;
let ownSealingKey: Uint8Array;

beforeEach(async () => {
  on = await conversing({
    keyPackageRefsOf: () => ["ref"],
    join: async () => groupStateForTests(),
  });
  anna = personOf(on.friend);
  receiving = takingOf(on, on.parts);
  const manifest = await openManifest(on.self.manifest);
  ownSealingKey = manifest?.devices[0]?.sealingKey ?? new Uint8Array();
});

describe("an envelope that is not understood", () => {
  test("of somebody known is kept whole, with whose it is, once", async () => {
    await knowing(on.records, anna);
    await on.records.commit([givenTo(anna)]);
    const envelope = await envelopeWith(ofAddress, laterContent);
    await receiving.take(on.self, [envelope]);
    await receiving.take(on.self, [envelope]);
    const kept = await on.records.list("kept");
    assert.equal(kept.length, 1);
    assert.equal(kept[0]?.key, `e${hex(envelope.envelopeId)}`);
    const { record } = kept[0];
    assert.deepEqual(record.encoded, { case: "envelopeContent", value: laterBytes });
    assert.deepEqual(record.accountId, accountIdOfPerson(anna));
    const ids = [on.self.device.accountId, on.friendSelf.device.accountId] as const;
    assert.deepEqual(record.conversationId, conversationIdOfTwo(...ids));
    assert.equal(Number(record.receivedAtMs), on.clock.nowMs);
  });

  test("of a stranger is kept too, up to a number of them", async () => {
    const how = { kind: "device", sealingKey: ownSealingKey } as const;
    for (let count = 0; count < 101; count += 1) {
      await receiving.take(on.self, [await envelopeWith(how, laterContent)]);
    }
    const kept = await on.records.list("kept");
    assert.equal(kept.length, 100);
    assert.ok(kept.every(({ record }) => record.accountId.length === 0));
  });

  test("is not one that says nothing at all", async () => {
    const how = { kind: "device", sealingKey: ownSealingKey } as const;
    await receiving.take(on.self, [await envelopeWith(how, {})]);
    assert.deepEqual(await on.records.keys("kept"), []);
    await receiving.take(on.self, [await envelopeWith(how, laterContent)]);
    assert.equal((await on.records.keys("kept")).length, 1);
  });
});

describe("a message of a group that is not here", () => {
  async function taken(fields: Partial<Person>): Promise<number> {
    await knowing(on.records, addressed({ ...anna, ...fields }));
    await on.records.commit([givenTo(anna)]);
    on.parts.encryption.groupOf = () => ({ groupId: new Uint8Array(32).fill(8), epoch: 1n });
    const content = { case: "groupMessage" as const, value: Uint8Array.of(1) };
    await receiving.take(on.self, [await envelopeWith(ofAddress, { content })]);
    return (await on.records.keys("outgoing")).length;
  }

  test("of a stranger who was not answered is answered by nothing, however it is made", async () => {
    assert.equal(await taken({ standing: Standing.UNCONFIRMED }), 0);
    assert.equal(await taken({ standing: Standing.REQUEST }), 0);
  });

  test("of somebody who is written with asks for another group", async () => {
    assert.equal(await taken({}), 1);
  });

  test("asks again once they had time to hear it, and is shown once: they may have blocked whoever asked", async () => {
    const notices = async () => (await on.records.keys("unshown")).length;
    assert.deepEqual([await taken({}), await notices()], [1, 1]);
    assert.equal(await taken({}), 1);
    on.clock.nowMs += 60_000;
    assert.deepEqual([await taken({}), await notices()], [2, 1]);
    assert.equal(await taken({}), 2);
  });
});

test("of somebody who is blocked here nothing is kept, counted or shown; a group that they lost is written to no more", async () => {
  const groupId = new Uint8Array(32).fill(8);
  const lost = { content: { case: "groupLost" as const, value: { groupId } } };
  const sends = async (isBlocked: boolean) => {
    await knowing(on.records, addressed({ ...anna, groups: [groupId] }));
    const members = membersWith(on.self, anna);
    await on.records.commit([
      givenTo(anna),
      ...newGroup(accountIdOfPerson(anna), groupStateForTests(groupId), members),
    ]);
    await setBlocked(on.records, friendNumber, isBlocked);
    await receiving.take(on.self, [
      await envelopeWith(ofAddress, laterContent),
      await envelopeWith(ofAddress, lost),
      await envelopeWith(ofAddress, {}),
    ]);
    const given = await on.records.get("given", serialKey);
    return [
      (await on.records.get("groups", hex(groupId)))?.broken,
      given?.unreadable,
      (await on.records.keys("kept")).length,
      (await on.records.keys("unshown")).length,
    ];
  };
  assert.deepEqual(await sends(true), [true, 0, 0, 0]);
  assert.deepEqual(await sends(false), [true, 1, 1, 1]);
});

describe("a first contact", () => {
  beforeEach(() =>
    on.records.commit([put("keyPackages", "ref", create(KeyPackageSchema, { lastResort: true }))]),
  );

  const contactOf = (epoch: number, fields: Partial<FirstContactFields> = {}) =>
    firstContactOf(on, epoch, fields);

  /** What is known after two rotations: the second and third epoch, the first is over. */
  async function afterRotations(): Promise<Self> {
    await on.cell.rotate();
    await on.cell.rotate();
    const keys = on.cell.voprf.slice(1).map(({ epoch, pair: { publicKey } }) => ({
      epoch,
      publicKey: new Uint8Array(publicKey),
    }));
    const cell = {
      ...on.self.cell,
      voprfKey: keys[1],
      voprfKeyOf: (epoch: number) => keys.find((key) => key.epoch === epoch),
    } as Cell;
    return { ...on.self, cell };
  }

  const isKnown = async () =>
    (await on.records.get("people", personKey(accountIdOfPerson(anna)))) !== undefined;

  test("holds under any epoch that the cell still proves, and is kept under that", async () => {
    const self = await afterRotations();
    for (const epoch of [2, 3]) {
      const groupId = randomBytes(32);
      on.parts.encryption.join = async () => groupStateForTests(groupId);
      await receiving.take(self, [await contactOf(epoch)]);
      assert.equal(await isKnown(), true);
      const keys = (await on.records.get("numbers", friendNumber))?.keys;
      assert.equal(keys?.voprfEpoch, epoch);
      assert.deepEqual(keys.lookupKey, on.cell.keysOf(friendNumber, epoch).lookupKey);
    }
  });

  test("of an epoch that is over, or under another's proof, comes to nothing", async () => {
    const self = await afterRotations();
    await receiving.take(self, [await contactOf(1)]);
    const { proof, evaluatedElement } = on.cell.evaluationOf(friendNumber, 2);
    const evaluation = { voprfEpoch: 3, proof, evaluatedElement };
    await receiving.take(self, [
      await contactOf(3, { sender: { number: friendNumber, evaluation } }),
    ]);
    assert.equal(await isKnown(), false);
    await receiving.take(self, [await contactOf(3)]);
    assert.equal(await isKnown(), true);
  });

  test("of another conversation than theirs comes to nothing", async () => {
    for (const conversationId of [new Uint8Array(), randomBytes(32)]) {
      await receiving.take(on.self, [await contactOf(1, { conversationId })]);
      assert.equal(await isKnown(), false);
    }
    await receiving.take(on.self, [await contactOf(1)]);
    assert.equal(await isKnown(), true);
  });

  test("of which a part has not its form comes to nothing", async () => {
    const evaluation = on.cell.evaluationOf(friendNumber, 1);
    const { proof, evaluatedElement } = evaluation;
    const lengthened = (bytes: Uint8Array) => concat(bytes, Uint8Array.of(0));
    const evaluations = [
      { voprfEpoch: 1, proof, evaluatedElement: lengthened(evaluatedElement) },
      { voprfEpoch: 1, proof: lengthened(proof), evaluatedElement },
    ];
    const wrong: Partial<FirstContactFields>[] = [
      { envelopeKey: new Uint8Array(31).fill(3) },
      { sender: { number: formatNumber(friendNumber), evaluation } },
      ...evaluations.map((each) => ({ sender: { number: friendNumber, evaluation: each } })),
    ];
    for (const fields of wrong) {
      await receiving.take(on.self, [await contactOf(1, fields)]);
      assert.equal(await isKnown(), false);
    }
    await receiving.take(on.self, [await contactOf(1)]);
    assert.equal(await isKnown(), true);
  });

  const countGroups = async () => {
    const person = await on.records.get("people", personKey(accountIdOfPerson(anna)));
    return person?.groups.length;
  };

  test("of an account that is known under another number comes to nothing", async () => {
    await knowing(on.records, { ...anna, number: "+447400123456" });
    await receiving.take(on.self, [await contactOf(1)]);
    assert.equal(await countGroups(), 0);
    await knowing(on.records, anna);
    await receiving.take(on.self, [await contactOf(1)]);
    assert.equal(await countGroups(), 1);
  });

  test("by an older list of their devices than is known comes to nothing", async () => {
    const { identity } = on.friend.state.current;
    const manifest = await openManifest(on.friendSelf.manifest);
    assert.ok(identity && manifest);
    const { encoded } = on.friendSelf.manifest;
    const newer = await signManifest(rootKeysOf(identity).privateKey, {
      ...manifest,
      version: manifest.version + 1,
      previousHash: sha256(encoded),
    });
    await knowing(on.records, { ...anna, manifestEncoded: toBinary(SignedSchema, newer) });
    await receiving.take(on.self, [await contactOf(1)]);
    assert.equal(await countGroups(), 0);
    await receiving.take(on.self, [await contactOf(1, { senderManifest: newer })]);
    assert.equal(await countGroups(), 1);
  });

  describe("that cannot be opened", () => {
    const key = () => personKey(accountIdOfPerson(anna));
    const lines = async () => {
      const messages = await on.records.list("messages");
      return messages.map(({ record }) => [shownText(record).notOpened, record.text]);
    };
    const notOpened = [true, ""];

    const refusals = {
      "for a KeyPackage that is not here": () => {
        on.parts.encryption.keyPackageRefsOf = () => ["gone"];
      },
      "to a group that is not joined": () => {
        on.parts.encryption.join = () => Promise.reject(new EncryptionRefused("forged"));
      },
    };
    for (const [what, refuse] of Object.entries(refusals)) {
      test(`${what} is a request all the same`, async () => {
        refuse();
        await receiving.take(on.self, [await contactOf(1)]);
        const known = await on.records.get("people", key());
        assert.deepEqual([known?.standing, known?.groups], [Standing.UNCONFIRMED, []]);
        assert.deepEqual(await lines(), [notOpened]);
        assert.deepEqual(await on.records.keys("unshown"), []);
        // The record says that the number is theirs.
        await on.records.step((step) => confirmedRequest(step, key(), on.clock.nowMs));
        assert.equal((await on.records.keys("unshown")).length, 1);
      });
    }

    test("says so once a day, however many come, and never of a number that was blocked", async () => {
      on.parts.encryption.keyPackageRefsOf = () => ["gone"];
      await receiving.take(on.self, [await contactOf(1), await contactOf(1)]);
      assert.deepEqual(await lines(), [notOpened]);
      on.clock.nowMs += day;
      await receiving.take(on.self, [await contactOf(1)]);
      assert.deepEqual(await lines(), [notOpened, notOpened]);
      on.clock.nowMs += day;
      await setBlocked(on.records, friendNumber, true);
      await receiving.take(on.self, [await contactOf(1)]);
      assert.equal((await lines()).length, 2);
    });

    test("since it was opened before is nothing new", async () => {
      await receiving.take(on.self, [await contactOf(1)]);
      on.parts.encryption.keyPackageRefsOf = () => ["gone"];
      await receiving.take(on.self, [await contactOf(1)]);
      assert.deepEqual(await lines(), []);
    });

    test("and is not from whom it says comes to nothing", async () => {
      on.parts.encryption.keyPackageRefsOf = () => ["gone"];
      await receiving.take(on.self, [await contactOf(1, { conversationId: randomBytes(32) })]);
      assert.deepEqual(await lines(), []);
    });
  });

  test("has the keys of its messages destroyed once it is stored, and not where storing it fails", async () => {
    let destroyed = 0;
    on.parts.encryption.decrypt = async (state) => ({
      kind: "application",
      state,
      sender: on.friendSelf.device,
      content: new Uint8Array(),
      missing: 0,
      destroyUsed: () => {
        destroyed += 1;
      },
    });
    const envelopes = [await contactOf(1, { groupMessages: [Uint8Array.of(1), Uint8Array.of(2)] })];
    const { store } = on.phone;
    const { commit } = store;
    const seenAtCommit: number[] = [];
    store.commit = async () => {
      seenAtCommit.push(destroyed);
      throw new AssentError("storage_failed");
    };
    await assert.rejects(receiving.take(on.self, envelopes), { code: "storage_failed" });
    assert.deepEqual([seenAtCommit, destroyed], [[0], 0]);
    store.commit = async (changes) => {
      seenAtCommit.push(destroyed);
      await commit(changes);
    };
    await receiving.take(on.self, envelopes);
    assert.deepEqual([seenAtCommit, destroyed], [[0, 0], 2]);
  });

  test("to a group that was joined before comes to nothing, also once that is forgotten", async () => {
    let joins = 0;
    const groupId = randomBytes(32);
    on.parts.encryption.join = async () => {
      joins += 1;
      return groupStateForTests(groupId, joins);
    };
    await receiving.take(on.self, [await contactOf(1)]);
    const stored = async () => (await groupStateOf(on.records, hex(groupId)))?.ratchets;
    assert.deepEqual(await stored(), Uint8Array.of(1));
    await on.records.commit(removedGroup(groupId));
    await receiving.take(on.self, [await contactOf(1)]);
    assert.deepEqual([joins, await stored()], [2, undefined]);
  });
});
