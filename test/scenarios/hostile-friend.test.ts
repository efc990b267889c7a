// What somebody hostile costs a phone that they may write to: what they hand back of its own is not answered, and they cannot have
// it look for what they never sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Encryption, loadMls } from "@assent/client/node";
import {
  AddressSchema,
  ContentSchema,
  ParametersSchema,
  parseNumber,
  SignedSchema,
} from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type PeerDevice, PersonSchema } from "../../packages/client/src/store/records.ts";
import {
  changedEncryption,
  type MemoryPhone,
  phonesOn,
  phonesThatTexted,
} from "../memory-phone.ts";
import { TestServer } from "../network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");
const british = parseNumber("+447400123456");

/** A device of the only person a phone knows, as it is kept there. */
async function onlyPeerOf(phone: MemoryPhone): Promise<PeerDevice> {
  let peer: PeerDevice | undefined;
  await phone.withStore(async (store) => {
    const [person] = await store.list("people");
    [peer] = person ? fromBinary(PersonSchema, person.value).devices : [];
  });
  assert.ok(peer);
  return peer;
}

async function cellIdOf(phone: MemoryPhone): Promise<Uint8Array> {
  const { cell } = await phone.storedState();
  assert.ok(cell);
  const { encoded } = fromBinary(SignedSchema, cell.parametersEncoded);
  return fromBinary(ParametersSchema, encoded).cellId;
}

async function putsOf(phone: MemoryPhone): Promise<number> {
  const ledger = await phone.run((profile) => profile.ledger.lines());
  return ledger.filter(({ declaration }) => declaration === "put").length;
}

/** Says with each text that whoever writes it is written to by this address. */
async function namingAddress(
  owner: Uint8Array,
  address: PeerDevice,
  cellId: Uint8Array,
): Promise<Encryption> {
  const mls = await loadMls();
  const { capability, envelopeKey, expiresAtMs } = address;
  const named = create(AddressSchema, {
    deviceId: new Uint8Array(owner),
    cellId: new Uint8Array(cellId),
    capability,
    envelopeKey,
    expiresAtMs,
  });
  return changedEncryption(mls, {
    encrypt: (state, content) => {
      const decoded = fromBinary(ContentSchema, content);
      return mls.encrypt(state, toBinary(ContentSchema, { ...decoded, addresses: [named] }));
    },
  });
}

test("who names this phone's own mailbox as theirs does not have it answer itself", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  const [bensDevice, annasAddress] = [await onlyPeerOf(anna), await onlyPeerOf(ben)];
  const cellId = await cellIdOf(anna);
  const encryption = await namingAddress(bensDevice.deviceId, annasAddress, cellId);
  await ben.send(anna, "write to me there", { encryption });
  // What she owes him goes to herself.
  assert.deepEqual(await anna.texts(), ["write to me there"]);
  const before = await putsOf(anna);
  for (let times = 0; times < 3; times += 1) assert.deepEqual(await anna.texts(), []);
  assert.equal(await putsOf(anna), before);
  // The positive control: what she writes comes back to her.
  assert.equal((await anna.send(ben, "are you there?")).state, "sent");
  assert.deepEqual(await anna.events(), []);
});

test("a stranger's first texts come one behind the other: what is far ahead of them is not looked for", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesOn(server, [german, french]);
  assert.ok(anna && ben);
  const mls = await loadMls();
  const skipping = (count: number) =>
    changedEncryption(mls, {
      encrypt: async (state, content) => {
        let skipped = state;
        for (let times = 0; times < count; times += 1)
          skipped = (await mls.encrypt(skipped, content)).state;
        return mls.encrypt(skipped, content);
      },
    });
  await anna.send(ben, "far ahead", { encryption: skipping(17) });
  assert.deepEqual(await ben.texts(), []);
  const [carol] = await phonesOn(server, [british]);
  assert.ok(carol);
  await carol.send(ben, "a little ahead", { encryption: skipping(3) });
  assert.deepEqual(await ben.texts(), ["a little ahead"]);
});
