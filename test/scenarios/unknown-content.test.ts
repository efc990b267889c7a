// What a later version sends is kept whole, and shown by its fallback until this one is updated. It is made here by a
// client whose contents have a body that the contract has not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openOutbox } from "@assent/bare-phone";
import type { Profile, ProfileChange, Store } from "@assent/client/node";
import { type Content, EnvelopeContentSchema, parseNumber, sealEnvelope } from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { KeptContentSchema, PersonSchema } from "../../packages/client/src/store/records.ts";
import { laterUnderstanding, laterVersion, unknownField } from "../later-version.ts";
import { type MemoryPhone, phonesThatTexted, receiveNow } from "../memory-phone.ts";
import { TestServer } from "../network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");

async function keptBy(phone: MemoryPhone) {
  let kept: { key: string; encoded: Uint8Array | undefined }[] = [];
  await phone.withStore(async (store) => {
    kept = (await store.list("kept")).map(({ key, value }) => ({
      key,
      encoded: fromBinary(KeptContentSchema, value).encoded.value,
    }));
  });
  return kept;
}

const shownTo = async (phone: MemoryPhone) =>
  (await phone.events()).flatMap((event) =>
    event.type === "message" ? [[event.text.text, event.text.notUnderstood]] : [],
  );

test("a body of a later version is kept whole, and shown by its fallback", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  const sent: Uint8Array[] = [];
  const says = async (fields: Partial<Content>) => {
    await anna.send(ben, "in words of today", { encryption: await laterVersion(fields, sent) });
  };
  await says({ fallback: "Anna sent a map.", ignorable: false });
  assert.deepEqual(await shownTo(ben), [["Anna sent a map.", undefined]]);
  await says({ fallback: "", ignorable: false });
  assert.deepEqual(await shownTo(ben), [["", true]]);
  await says({ fallback: "Not to be shown.", ignorable: true });
  assert.deepEqual(await shownTo(ben), []);
  const kept = await keptBy(ben);
  assert.deepEqual(
    kept.map(({ encoded }) => Buffer.from(encoded ?? []).toString("hex")).sort(),
    sent.map((encoded) => Buffer.from(encoded).toString("hex")).sort(),
  );

  // Beside what it knows, what this version does not know changes nothing.
  await says({ body: { case: "text", value: { $typeName: "assent.v1.Text", text: "hello" } } });
  assert.deepEqual(await shownTo(ben), [["hello", undefined]]);
  assert.equal((await keptBy(ben)).length, 3);
  await anna.send(ben, "and as ever");
  assert.deepEqual(await ben.texts(), ["and as ever"]);
  const history = await ben.run((profile) => profile.conversations.history(german));
  assert.deepEqual(
    history.slice(-4).map(({ text }) => text),
    ["Anna sent a map.", "", "hello", "and as ever"],
  );
});

test("after an update it is shown as what it is, in its place, and told as a change", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  const encryption = await laterVersion({ fallback: "Anna sent a map.", ignorable: false });
  await anna.send(ben, "in words of today", { encryption });
  await anna.send(ben, "behind it");
  assert.deepEqual(await ben.texts(), ["Anna sent a map.", "behind it"]);
  const historyOf = (profile: Profile) => profile.conversations.history(german);
  const before = await ben.run(historyOf);
  const isWatched = Promise.withResolvers<void>();
  // Nothing is stored before somebody watches.
  const store = (real: Store): Store => ({
    get: (table, key) => real.get(table, key),
    list: (table, range) => real.list(table, range),
    commit: (changes) => isWatched.promise.then(() => real.commit(changes)),
    close: () => real.close(),
  });
  const [told, events] = await ben.run(
    async (profile) => {
      const changed = Promise.withResolvers<ProfileChange>();
      profile.watch(changed.resolve);
      isWatched.resolve();
      const { texts } = await changed.promise;
      const page = await profile.conversations.page(german, { limit: 2 });
      assert.deepEqual(texts.get(german), [page.texts[0]?.key]);
      return [page.texts.map(({ text }) => text), await receiveNow(profile)];
    },
    { store, understanding: laterUnderstanding },
  );
  assert.deepEqual([told, events], [["a map: 1, 2, 3", "behind it"], []]);
  const after = await ben.run(historyOf);
  const asBefore = before.map((text) =>
    text.text === "Anna sent a map." ? { ...text, text: "a map: 1, 2, 3" } : text,
  );
  assert.deepEqual(after, asBefore);
  assert.deepEqual(await keptBy(ben), []);
});

test("an envelope of a later version is kept whole, and stops nothing", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  const later = fromBinary(EnvelopeContentSchema, unknownField);
  await anna.withStore(async (store) => {
    const [row] = await store.list("people");
    const [address] = fromBinary(PersonSchema, row?.value ?? new Uint8Array()).devices;
    assert.ok(address && !address.provisional);
    const { capability, envelopeKey } = address;
    const body = await sealEnvelope({ kind: "address", envelopeKey }, later);
    const outbox = await openOutbox(server);
    assert.equal((await outbox.resultOf(outbox.put({ capability, body }))).kind, "put");
    outbox.webSocket.close();
  });
  await anna.send(ben, "behind it");
  assert.deepEqual(await ben.texts(), ["behind it"]);
  const kept = await keptBy(ben);
  assert.deepEqual(
    kept.map(({ encoded }) => encoded),
    [unknownField],
  );
});
