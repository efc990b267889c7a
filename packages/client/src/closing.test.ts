// A profile is closed at once, whatever it waits for: a line that is dead holds up nobody who wants to leave the program.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadMls, openProfile, parseNumber } from "./index.ts";
import { MemoryStore, UnreachableNetwork } from "./testing.ts";

test("closing ends turning on over a line that is dead, and what was stored of it goes on later", async () => {
  const store = new MemoryStore();
  const network = new UnreachableNetwork();
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  network.http = (request) => {
    network.asked.push(request);
    resolve();
    return new Promise(() => undefined);
  };
  const parts = { network, encryption: await loadMls(), now: Date.now };
  const profile = await openProfile({ ...parts, store });
  const turningOn = profile.account.turnOn(
    parseNumber("+4915112345678"),
    "https://assent.example",
    ["service"],
  );
  await asked;
  const closed = profile.close();
  await assert.rejects(turningOn, { code: "unreachable" });
  await closed;
  assert.equal(network.asked.length, 1);

  const next = await openProfile({ ...parts, store, network: new UnreachableNetwork() });
  assert.equal((await next.account.status()).phase, "verifying");
  await next.close();
});
