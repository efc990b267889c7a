// The test kit as those use it who build on the SDK: a whole profile, and nothing outside it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadMls, openProfile, parseNumber } from "./index.ts";
import { MemoryStore, UnreachableNetwork } from "./testing.ts";

const number = parseNumber("+4915123456789");

test("a profile runs on it, asks nothing before a yes, and meets no service after it", async (context) => {
  const [store, network] = [new MemoryStore(), new UnreachableNetwork()];
  const parts = { store, network, encryption: await loadMls(), now: Date.now };
  const profile = await openProfile(parts);
  context.after(() => profile.close());
  await profile.contacts.name(number, "Anna");
  assert.equal((await profile.account.status()).phase, "off");
  await assert.rejects(profile.people.check(number), { code: "consent_required" });
  assert.deepEqual(network.asked, []);

  const turningOn = profile.account.turnOn(number, "https://assent.example", ["service"]);
  await assert.rejects(turningOn, { code: "unreachable" });
  assert.ok(network.asked.length > 0);

  // What is stored is there for the next profile that is opened over it.
  const again = await openProfile({ ...parts, store: store.copy() });
  context.after(() => again.close());
  assert.deepEqual(await again.contacts.list(), [{ number, name: "Anna" }]);
});
