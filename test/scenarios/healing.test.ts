// What cannot be read is asked for again; a group that one side lost is replaced, and everybody sees that.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Change, EncryptionRefused, loadMls, type Store } from "@assent/client/node";
import { parseNumber } from "@assent/protocol";
import { changedEncryption, type MemoryPhone, phonesOn, textsOf } from "../memory-phone.ts";
import { TestServer } from "../network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");

async function conversation(server: TestServer): Promise<[MemoryPhone, MemoryPhone]> {
  const [anna, ben] = await phonesOn(server, [german, french]);
  assert.ok(anna && ben);
  await anna.send(ben, "hello");
  assert.deepEqual(await ben.texts(), ["hello"]);
  await ben.send(anna, "hello yourself");
  assert.deepEqual(await anna.texts(), ["hello yourself"]);
  return [anna, ben];
}

/** A store that lost its groups, as one restored from an old backup has. */
async function loseGroups(store: Store): Promise<void> {
  const groups = await store.list("groups");
  await store.commit(groups.map(({ key }): Change => ({ table: "groups", key, value: undefined })));
}

/** A store whose groups are what they were a while ago: a rollback. */
async function copyGroups(store: Store): Promise<Change[]> {
  const groups = await store.list("groups");
  return groups.map(({ key, value }): Change => ({ table: "groups", key, value: value.slice() }));
}

test("a text that cannot be decrypted is asked for, and comes again, once", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await conversation(server);
  await anna.send(ben, "garbled on the way");
  const mls = await loadMls();
  let garbled = 0;
  const breaking = changedEncryption(mls, {
    decrypt: (state, message, trusted) => {
      const changed = message.slice();
      changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
      garbled += 1;
      return mls.decrypt(state, changed, trusted);
    },
  });
  const { events, error } = await ben.events({ encryption: breaking });
  assert.equal(error, undefined);
  assert.deepEqual(textsOf(events), []);
  assert.ok(garbled > 0);
  // Anna gets the request and sends the same text again; Ben reads it now.
  await anna.events();
  assert.deepEqual(await ben.texts(), ["garbled on the way"]);
  assert.deepEqual(await ben.texts(), []);
  const states = await anna.events();
  assert.ok(
    states.events.some((event) => event.type === "receipt" && event.text.state === "delivered"),
  );
});

test("a recipient without its groups gets a new one, and every text, visibly", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await conversation(server);
  await ben.withStore(loseGroups);
  await anna.send(ben, "one");
  await anna.send(ben, "two");
  const lost = await ben.events();
  assert.deepEqual(textsOf(lost.events), []);
  assert.ok(lost.events.some((event) => event.type === "notice" && event.kind === "restarted"));
  const told = await anna.events();
  assert.ok(told.events.some((event) => event.type === "notice" && event.kind === "restarted"));
  assert.deepEqual(await ben.texts(), ["one", "two"]);
  await ben.send(anna, "three");
  assert.deepEqual(await anna.texts(), ["three"]);
  await anna.send(ben, "four");
  assert.deepEqual(await ben.texts(), ["four"]);
});

test("who missed a commit gets a new group, and every text, visibly", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await conversation(server);
  await anna.send(ben, "of an epoch that Ben has not reached");
  const behind = changedEncryption(await loadMls(), {
    decrypt: () => Promise.reject(new EncryptionRefused("future epoch")),
  });
  const missed = await ben.events({ encryption: behind });
  assert.equal(missed.error, undefined);
  assert.ok(missed.events.some((event) => event.type === "notice" && event.kind === "restarted"));
  await anna.events();
  assert.deepEqual(await ben.texts(), ["of an epoch that Ben has not reached"]);
  await ben.send(anna, "read");
  assert.deepEqual(await anna.texts(), ["read"]);
});

test("a sender without its groups starts a new one", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await conversation(server);
  await anna.withStore(loseGroups);
  await anna.send(ben, "from a new group");
  assert.deepEqual(await ben.texts(), ["from a new group"]);
  await ben.send(anna, "answer");
  assert.deepEqual(await anna.texts(), ["answer"]);
});

test("a sender that was rolled back is asked for what used a key again", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await conversation(server);
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
