// A profile is copied, used, and the older copy put back, as by a backup: the phone notices by its own signature, goes on
// from where it was, and nobody is shown anything twice.
import assert from "node:assert/strict";
import { cp, rm } from "node:fs/promises";
import { test } from "node:test";
import { openNodeStore } from "@assent/client/node";
import { fromBinary } from "@bufbuild/protobuf";
import { type ProfileState, ProfileStateSchema } from "../../packages/client/src/store/records.ts";
import { newPhones, type TestPhone, TestServer } from "../network.ts";

const german = "+4915123456789";
const french = "+33612345678";

async function stateOf(phone: TestPhone): Promise<ProfileState> {
  const store = await openNodeStore(phone.folder);
  const bytes = await store.get("profile", "state");
  await store.close();
  return fromBinary(ProfileStateSchema, bytes ?? new Uint8Array());
}

/** Copies a profile; returns what puts that copy back. */
async function copyOf(phone: TestPhone): Promise<() => Promise<void>> {
  const copy = `${phone.folder}-copy`;
  await cp(phone.folder, copy, { recursive: true });
  return async () => {
    await rm(phone.folder, { recursive: true });
    await cp(copy, phone.folder, { recursive: true });
  };
}

async function twoThatTexted(context: Parameters<typeof TestServer.start>[0]) {
  const server = await TestServer.start(context);
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  await anna.turnOn(server);
  await ben.turnOn(server);
  await anna.send(french, "hello");
  assert.deepEqual(await ben.texts(), ["hello"]);
  await ben.send(german, "hello yourself");
  assert.deepEqual(await anna.texts(), ["hello yourself"]);
  return { server, anna, ben };
}

test("a phone that was set back knows it by its own signature, and its calls work again", async (context) => {
  const { anna, ben } = await twoThatTexted(context);
  const putBack = await copyOf(anna);
  await ben.send(german, "before it was put back");
  assert.deepEqual(await anna.texts(), ["before it was put back"]);
  await anna.ok(["check", "+33698765431"]);
  const used = await stateOf(anna);
  assert.equal(used.setBackAtMs, 0n, "the positive control: nothing was set back yet");

  await putBack();
  const remembered = await stateOf(anna);
  assert.ok(remembered.requestCounter < used.requestCounter);
  // A call under a counter that was used: the service shows the phone its own later signature.
  assert.deepEqual(await anna.ok(["check", "+33698765432"]), [
    { number: "+33698765432", route: "sms" },
  ]);
  const after = await stateOf(anna);
  assert.ok(after.setBackAtMs > 0n);
  assert.ok(after.requestCounter > used.requestCounter);
  assert.deepEqual(await anna.texts(), [], "what was taken is not there any more");
  await ben.send(german, "after it was put back");
  assert.deepEqual(await anna.texts(), ["after it was put back"]);
});

test("what an older copy sends again is shown once, and what it sends anew arrives", async (context) => {
  const { server, anna, ben } = await twoThatTexted(context);
  await server.stop();
  assert.equal((await anna.send(french, "sealed before the copy"))[0]?.state, "queued");
  const putBack = await copyOf(anna);
  await server.start();
  await anna.receive();
  assert.deepEqual(await ben.texts(), ["sealed before the copy"]);
  await anna.send(french, "sent and forgotten");
  assert.deepEqual(await ben.texts(), ["sent and forgotten"]);

  await putBack();
  await anna.receive();
  assert.ok((await stateOf(anna)).setBackAtMs > 0n);
  assert.deepEqual(await ben.texts(), []);
  // Sealed with a key of the group that was used: asked for once more, and shown.
  await anna.send(french, "anew");
  const shown = await ben.texts();
  await anna.receive();
  assert.deepEqual([...shown, ...(await ben.texts())], ["anew"]);
  await ben.send(german, "understood");
  assert.deepEqual(await anna.texts(), ["understood"]);
});
