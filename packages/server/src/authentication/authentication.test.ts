// Who calls: replays, wrong clocks, wrong keys, wrong procedures, strangers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import { leave, makePhone, signedCall, turnOn } from "../phone-for-tests.ts";
import { codeOf, startTestServer } from "../server-for-tests.ts";
import { createNonceMemory } from "./nonce-memory.ts";

const procedure = "DirectoryService/AddKeyPackages";

test("a signed request counts once, now, for its procedure, from its device", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, "+4915123456789");
  const { nowMs } = server.clock;
  const sign = (name = procedure, time = nowMs) => signedCall(phone, name, new Uint8Array(), time);
  const send = async (request: Awaited<ReturnType<typeof sign>>) =>
    codeOf(phone.directory.addKeyPackages({ request }));
  assert.equal(await send(await sign()), "signed_out");
  await turnOn(server, phone);
  const request = await sign();
  const answers = await Promise.all([send(request), send(request), send(request)]);
  assert.deepEqual(answers.sort(), ["accepted", "unauthenticated", "unauthenticated"]);
  assert.equal(await send(await sign(procedure, nowMs + 600_001)), "clock_wrong");
  assert.equal(await send(await sign(procedure, nowMs - 600_001)), "clock_wrong");
  assert.equal(await send(await sign(procedure, nowMs - 600_000)), "accepted");
  assert.equal(await send(await sign("DiscoveryService/Evaluate")), "unauthenticated");
  const changes = [
    { signature: randomBytes(64) },
    { nonce: randomBytes(16) },
    { body: randomBytes(2) },
    { timeMs: BigInt(nowMs + 1) },
  ];
  for (const change of changes) {
    assert.equal(await send({ ...(await sign()), ...change }), "unauthenticated");
  }
  assert.equal(await send({ ...(await sign()), nonce: randomBytes(15) }), "request_invalid");
  await leave(phone);
  assert.equal(await send(await sign()), "signed_out");
});

test("a nonce is remembered for as long as its request could come again, and no longer", () => {
  const clock = { nowMs: 0 };
  const memory = createNonceMemory(2, () => clock.nowMs);
  const [device, nonce] = [randomBytes(32), randomBytes(16)];
  clock.nowMs = 1_199_999;
  assert.equal(memory.isNew(device, nonce), true);
  clock.nowMs += 1_200_000;
  assert.equal(memory.isNew(device, nonce), false);
  assert.equal(memory.isNew(randomBytes(32), nonce), true);
  assert.throws(() => memory.isNew(device, randomBytes(16)), { code: "rate_limited" });
  clock.nowMs += 2_400_000;
  assert.equal(memory.isNew(device, nonce), true);
});
