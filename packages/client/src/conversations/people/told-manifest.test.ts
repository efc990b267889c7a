// What a manifest in a message changes: a later one of the same root key, and nothing else; never the text beside it.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  type Address,
  AddressSchema,
  ContentSchema,
  conversationIdOfTwo,
  deviceIdOf,
  hex,
  ManifestSchema,
  randomBytes,
  type Signed,
  SignedSchema,
  type SigningKeyPair,
  sha256,
  signingKeyPair,
  signManifest,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { rootKeysOf } from "../../account/self.ts";
import { understanding } from "../../content/understanding.ts";
import type { TrustedDevice } from "../../encryption/encryption.ts";
import { decodeStored, NumberRecordSchema, type Person, put } from "../../store/records.ts";
import {
  type ConversingForTests,
  conversing,
  friendNumber,
  knownOwner,
} from "../conversing-for-tests.ts";
import { readThread } from "../history/shown.ts";
import { Applying } from "../incoming/applying.ts";
import { manifestOf } from "./person.ts";

let on: ConversingForTests;
let anna: Person;
let device: TrustedDevice;
let root: SigningKeyPair;
/** Her first manifest, which is known. */
let first: Signed;
let contents: Applying;

beforeEach(async () => {
  on = await conversing();
  ({ person: anna, device } = await knownOwner(on.records, on.friend));
  const { identity } = on.friend.state.current;
  if (!identity) throw new TypeError("the phone is not on");
  root = rootKeysOf(identity);
  first = decodeStored(SignedSchema, anna.manifestEncoded);
  contents = new Applying(() => on.self, on.parts.now, understanding);
});

interface ManifestForTests {
  readonly version?: number;
  readonly by?: SigningKeyPair;
  readonly keys?: readonly Uint8Array<ArrayBuffer>[];
}

/** One that follows another, with the same devices, where nothing else is said. */
function following(before: Signed, { version, by = root, keys }: ManifestForTests = {}) {
  const known = decodeStored(ManifestSchema, before.encoded);
  const { sealingKey = new Uint8Array() } = known.devices[0] ?? {};
  return signManifest(
    by.privateKey,
    create(ManifestSchema, {
      rootKey: by.publicKey,
      version: version ?? known.version + 1,
      previousHash: sha256(before.encoded),
      devices: keys?.map((signatureKey) => ({ signatureKey, sealingKey })) ?? known.devices,
    }),
  );
}

const newKey = () => new Uint8Array(signingKeyPair(randomBytes(32)).publicKey);

/** Applies a text with a manifest and addresses in it. */
async function told(
  to: Person,
  manifest: Signed | undefined,
  addresses: Address[] = [],
): Promise<Person> {
  const content = create(ContentSchema, {
    salt: randomBytes(16),
    sentAtMs: 1_800_000_000_000n,
    conversationId: conversationIdOfTwo(on.self.device.accountId, device.accountId),
    body: { case: "text", value: { text: "beside it" } },
    ...(manifest ? { manifest } : {}),
    addresses,
  });
  return on.records.step(async (step) => {
    const encoded = toBinary(ContentSchema, content);
    const { person, changes } = await contents.apply(step, to, device, encoded);
    step.add(changes);
    return person;
  });
}

const texts = async () => (await readThread(on.records, friendNumber)).map(({ text }) => text);
const versionOf = (person: Person) => manifestOf(person).version;

test("the next manifest takes the place of the one that is known, and with it may come where its new device is", async () => {
  const key = newKey();
  const next = await following(first, {
    keys: [device.signatureKey as Uint8Array<ArrayBuffer>, key],
  });
  const address = create(AddressSchema, {
    deviceId: deviceIdOf(key),
    cellId: on.self.cell.id,
    capability: new Uint8Array(80).fill(5),
    envelopeKey: new Uint8Array(32).fill(6),
  });
  const known = await told(anna, next, [address]);
  assert.deepEqual(known.manifestEncoded, toBinary(SignedSchema, next));
  assert.deepEqual(
    known.devices.map(({ deviceId }) => hex(deviceId)),
    [hex(device.deviceId), hex(deviceIdOf(key))],
  );
  assert.deepEqual(known.devices[1]?.capability, address.capability);
  assert.deepEqual(known.devices[0], anna.devices[0]);
  assert.deepEqual(await texts(), ["beside it"]);
});

test("one that leaves versions out counts by its signature alone", async () => {
  const unseen = await following(first);
  assert.equal(versionOf(await told(anna, await following(unseen, { version: 7 }))), 7);
});

describe("what is not surely a later one changes nothing, and the text is there:", () => {
  const cases: Readonly<Record<string, () => Promise<Signed>>> = {
    "one with another's signature": async () => {
      const [one, other] = [await following(first), await following(first, { version: 3 })];
      return create(SignedSchema, { encoded: one.encoded, signature: other.signature });
    },
    "one of another root key": () => following(first, { by: signingKeyPair(randomBytes(32)) }),
    "another of the same version": () => following(first, { version: 1, keys: [newKey()] }),
    "the next one, which names another than is known before it": async () =>
      following(await following(first, { version: 1, keys: [newKey()] })),
    "one that is none": async () => create(SignedSchema, { encoded: randomBytes(200) }),
    "one of no device": () => following(first, { keys: [] }),
  };
  for (const [what, made] of Object.entries(cases))
    test(what, async () => {
      assert.equal(await told(anna, await made()), anna);
      assert.deepEqual(await texts(), ["beside it"]);
    });

  test("one that the record of her number calls too old", async () => {
    const { accountId } = device;
    const record = create(NumberRecordSchema, { accountId, lowestManifestVersion: 3 });
    await on.records.commit([put("numbers", friendNumber, record)]);
    const second = await following(first);
    assert.equal(await told(anna, second), anna);
    // The record of whoever has the number now says nothing of her.
    await on.records.commit([
      put("numbers", friendNumber, { ...record, accountId: randomBytes(32) }),
    ]);
    assert.equal(versionOf(await told(anna, second)), 2);
  });
});

test("in whatever order and however often they come, forged ones among them: the version never falls, and its devices are known", async () => {
  const chain = [first];
  for (let version = 2; version <= 5; version += 1)
    chain.push(await following(chain.at(-1) as Signed, { keys: [newKey()] }));
  const forged = await following(first, { version: 9, by: signingKeyPair(randomBytes(32)) });
  const all = [...chain, forged];
  const orders = fc.array(fc.nat({ max: all.length - 1 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(orders, async (order) => {
      let known = anna;
      for (const index of order) {
        const before = versionOf(known);
        known = await told(known, all[index]);
        const sent = index < chain.length ? index + 1 : 0;
        assert.equal(versionOf(known), Math.max(before, sent));
        const named = manifestOf(known).devices.map(({ signatureKey }) => hex(signatureKey));
        assert.deepEqual(
          known.devices.map(({ signatureKey }) => hex(signatureKey)),
          named,
        );
      }
    }),
    { seed: 183, numRuns: 30 },
  );
});
