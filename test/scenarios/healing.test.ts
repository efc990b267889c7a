// What cannot be read is asked for again; a group that one side lost is replaced, and everybody sees that.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Change,
  type Encryption,
  EncryptionRefused,
  loadMls,
  openNodeStore,
  type Store,
} from "@assent/client/node";
import { hex, idLength, limits, parseNumber, randomBytes } from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  GroupSchema,
  PersonSchema,
  UnshownSchema,
} from "../../packages/client/src/store/records.ts";
import { changedEncryption, type MemoryPhone, phonesThatTexted, textsOf } from "../memory-phone.ts";
import { newPhones, TestServer } from "../network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");

/** A store that lost its groups, as one restored from an old backup has. */
async function loseGroups(store: Store): Promise<void> {
  const groups = await store.list("groups");
  await store.commit(groups.map(({ key }): Change => ({ table: "groups", key, value: undefined })));
}

/** A store whose groups are what they were a while ago: a rollback. */
async function copyGroups(store: Store): Promise<Change[]> {
  const parts = await store.list("groupParts");
  return parts.map(
    ({ key, value }): Change => ({
      table: "groupParts",
      key,
      value: value.slice(),
    }),
  );
}

/** An encryption that reads every message with one bit wrong. */
async function garblingEncryption(): Promise<{ encryption: Encryption; garbled: number }> {
  const mls = await loadMls();
  const garbling = {
    garbled: 0,
    encryption: changedEncryption(mls, {
      decrypt: (state, message, trusted) => {
        const changed = message.slice();
        changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
        garbling.garbled += 1;
        return mls.decrypt(state, changed, trusted);
      },
    }),
  };
  return garbling;
}

async function countSent(phone: MemoryPhone, declaration: string): Promise<number> {
  const ledger = await phone.run((profile) => profile.ledger.lines());
  return ledger.filter((line) => line.declaration === declaration).length;
}

/** As if a phone had lost and begun groups with the only person it knows until no more of them are kept. */
async function loseManyGroups(phone: MemoryPhone): Promise<void> {
  await phone.withStore(async (store) => {
    const [[person], [group]] = [await store.list("people"), await store.list("groups")];
    assert.ok(person && group);
    const decoded = fromBinary(PersonSchema, person.value);
    const before = limits.groupsPerPerson - decoded.groups.length;
    const older = Array.from({ length: before }, () => randomBytes(idLength));
    const groups = [...older, ...decoded.groups];
    const broken = toBinary(GroupSchema, { ...fromBinary(GroupSchema, group.value), broken: true });
    await store.commit([
      { table: "people", key: person.key, value: toBinary(PersonSchema, { ...decoded, groups }) },
      ...groups.map((id): Change => ({ table: "groups", key: hex(id), value: broken })),
    ]);
  });
}

/** The groups with the only person a phone knows: as it names them, oldest first, and as it stores them. */
async function groupsOf(phone: MemoryPhone): Promise<{ named: string[]; stored: string[] }> {
  const groups = { named: [] as string[], stored: [] as string[] };
  await phone.withStore(async (store) => {
    const [person] = await store.list("people");
    groups.named = fromBinary(PersonSchema, person?.value ?? new Uint8Array()).groups.map(hex);
    groups.stored = (await store.list("groups")).map(({ key }) => key);
  });
  return groups;
}

test("a text that cannot be decrypted is asked for, and comes again, once", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  await anna.send(ben, "garbled on the way");
  const garbling = await garblingEncryption();
  assert.deepEqual(await ben.texts({ encryption: garbling.encryption }), []);
  assert.ok(garbling.garbled > 0);
  // Anna gets the request and sends the same text again; Ben reads it now.
  await anna.events();
  assert.deepEqual(await ben.texts(), ["garbled on the way"]);
  assert.deepEqual(await ben.texts(), []);
  const states = await anna.events();
  assert.ok(states.some((event) => event.type === "receipt" && event.text.state === "delivered"));
});

test("a recipient without its groups gets a new one, and every text, visibly", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  await ben.withStore(loseGroups);
  await anna.send(ben, "one");
  await anna.send(ben, "two");
  const lost = await ben.events();
  assert.deepEqual(textsOf(lost), []);
  assert.ok(lost.some((event) => event.type === "notice" && event.kind === "restarted"));
  const told = await anna.events();
  assert.ok(told.some((event) => event.type === "notice" && event.kind === "restarted"));
  assert.deepEqual(await ben.texts(), ["one", "two"]);
  await ben.send(anna, "three");
  assert.deepEqual(await anna.texts(), ["three"]);
  await anna.send(ben, "four");
  assert.deepEqual(await ben.texts(), ["four"]);
});

test("who missed a commit gets a new group, and every text, visibly", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  await anna.send(ben, "of an epoch that Ben has not reached");
  const behind = changedEncryption(await loadMls(), {
    decrypt: () => Promise.reject(new EncryptionRefused("future epoch")),
  });
  const missed = await ben.events({ encryption: behind });
  assert.ok(missed.some((event) => event.type === "notice" && event.kind === "restarted"));
  await anna.events();
  assert.deepEqual(await ben.texts(), ["of an epoch that Ben has not reached"]);
  await ben.send(anna, "read");
  assert.deepEqual(await anna.texts(), ["read"]);
});

test("a sender without its groups starts a new one", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  await anna.withStore(loseGroups);
  await anna.send(ben, "from a new group");
  assert.deepEqual(await ben.texts(), ["from a new group"]);
  await ben.send(anna, "answer");
  assert.deepEqual(await anna.texts(), ["answer"]);
});

test("a sender that was rolled back is asked for what used a key again", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  let old: Change[] = [];
  await anna.withStore(async (store) => {
    old = await copyGroups(store);
  });
  await anna.send(ben, "before the rollback");
  assert.deepEqual(await ben.texts(), ["before the rollback"]);
  await anna.withStore((store) => store.commit(old));
  await anna.send(ben, "with a used key");
  await anna.send(ben, "with a fresh key");
  assert.deepEqual(await ben.texts(), ["with a fresh key"]);
  await anna.events();
  assert.deepEqual(await ben.texts(), ["with a used key"]);
});

test("a text that comes again is not shown again, and its sender is told", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  await anna.send(ben, "one");
  assert.deepEqual(await ben.texts(), ["one"]);
  // Ben's receipt is lost, and then his groups: Anna sends again all that he did not say he has.
  const { encryption } = await garblingEncryption();
  await anna.events({ encryption });
  await ben.withStore(loseGroups);
  await anna.send(ben, "two");
  await ben.events();
  await anna.events();
  const states = async () =>
    (await anna.run((profile) => profile.conversations.history(french)))
      .filter(({ outgoing }) => outgoing)
      .map(({ text, state }) => [text, state]);
  assert.deepEqual((await states()).slice(1), [
    ["one", "sent"],
    ["two", "sent"],
  ]);
  assert.deepEqual(await ben.texts(), ["two"]);
  await anna.events();
  assert.deepEqual((await states()).slice(1), [
    ["one", "delivered"],
    ["two", "delivered"],
  ]);
});

test("what is missing may be a receipt, and is not called a text", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  await anna.send(ben, "one");
  await ben.texts();
  const { encryption } = await garblingEncryption();
  await anna.events({ encryption });
  await ben.send(anna, "two");
  const shown = await anna.events();
  assert.deepEqual(textsOf(shown), ["two"]);
  assert.ok(shown.some((event) => event.type === "notice" && event.kind === "missing"));

  // The same notice, as people read it.
  const [phone] = await newPhones(context, german);
  assert.ok(phone);
  const store = await openNodeStore(phone.folder);
  const notice = { number: french, kind: "missing", count: 1 };
  const unshown = create(UnshownSchema, { what: { case: "notice", value: notice } });
  await store.commit([{ table: "unshown", key: "1", value: toBinary(UnshownSchema, unshown) }]);
  await store.close();
  const { stdout } = await phone.runPlain(["receive"]);
  assert.match(stdout, /^\(Something that \+33612345678 sent has not come yet/);
});

test("who loses groups one after another gets a new one once a minute", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  const start = Date.now();
  anna.now = () => start;
  const started = await countSent(anna, "take-key-packages");
  for (const text of ["one", "two"]) {
    await ben.withStore(loseGroups);
    await anna.send(ben, text);
    await ben.events();
    await anna.events();
    if (text === "one") assert.deepEqual(await ben.texts(), ["one"]);
  }
  await anna.events();
  assert.equal(await countSent(anna, "take-key-packages"), started + 1);
  assert.deepEqual(await ben.texts(), []);
  anna.now = () => start + 60_000;
  await anna.events();
  assert.equal(await countSent(anna, "take-key-packages"), started + 2);
  assert.deepEqual(await ben.texts(), ["two"]);
});

test("of many groups with one person only the newest are kept, on both sides", async (context) => {
  const server = await TestServer.start(context);
  const phones = await phonesThatTexted(server, [german, french]);
  for (const phone of phones) await loseManyGroups(phone);
  const before = await Promise.all(phones.map(groupsOf));
  const [anna, ben] = phones;
  await anna.send(ben, "in one group more");
  assert.deepEqual(await ben.texts(), ["in one group more"]);
  for (const [index, phone] of phones.entries()) {
    const { named, stored } = await groupsOf(phone);
    assert.equal(named.length, limits.groupsPerPerson);
    assert.deepEqual(named.slice(0, -1), before[index]?.named.slice(1));
    assert.deepEqual(stored, named.toSorted());
  }
});
