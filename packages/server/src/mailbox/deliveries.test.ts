// What a device is handed by the rules on a real store, without sockets: everything, once, in order, as it takes it, and though no
// hint of it arrives.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import { quotas } from "../limits/quotas.ts";
import { openEmbeddedStores } from "../storage/embedded-stores.ts";
import { beginOn, body, Device, ticketOf } from "./mailboxes-for-tests.ts";
import { putOn } from "./sending-for-tests.ts";
import type { Wakeups } from "./wakeups.ts";

/** Tells nobody anything. */
const lossy: Wakeups = {
  listen: () => undefined,
  stop: () => undefined,
  here: () => undefined,
  wake: () => undefined,
  end: () => undefined,
};

test("what comes while others are taken is handed out once, in order, and can be acknowledged", async (context) => {
  const { mailboxes, address, listen } = await beginOn(openEmbeddedStores, context, {
    quotas: { ...quotas.mailbox, unacknowledgedEnvelopes: 7 as 256 },
  });
  const capability = address();
  const device = await listen();
  const putSome = async (count: number) => {
    const puts = Array.from({ length: count }, () => {
      return { capability, envelopeId: randomBytes(32), body };
    });
    const answers = await putOn(mailboxes, puts);
    assert.ok(answers.every(({ kind }) => kind === "stored"));
  };
  const sender = async () => {
    for (let round = 0; round < 60; round += 1) await putSome(1 + (round % 5));
  };
  const senders = Promise.all([sender(), sender(), sender()]);
  const total = 3 * 60 * 3;
  let deliveries = 0;
  while (device.positions.length < total) {
    deliveries += 1;
    const last = (await device.deliveries(deliveries)).envelopes.at(-1);
    if (last) await device.acknowledge(last.position);
  }
  await senders;
  assert.deepEqual(
    device.positions,
    Array.from({ length: total }, (_, index) => index + 1),
  );
});

test("what was put while there was no room can be acknowledged once there is", async (context) => {
  const { address, put, listen } = await beginOn(openEmbeddedStores, context, {
    quotas: { ...quotas.mailbox, unacknowledgedEnvelopes: 1 as 256 },
  });
  const device = await listen();
  await device.deliveries(1);
  await ticketOf(put(address()));
  await device.deliveries(2);
  // Both cross to the store together: the put finds no room, and is answered when there is some.
  const another = ticketOf(put(address()));
  await device.acknowledge(1);
  await another;
  await device.deliveries(3);
  await device.acknowledge(2);
  assert.deepEqual(device.positions, [1, 2]);
});

test("a device gets everything though every hint is lost", async (context) => {
  const { mailboxes, mailboxId, address, put, listen, restart, end } = await beginOn(
    openEmbeddedStores,
    context,
    {
      wakeups: lossy,
    },
  );
  const device = await listen();
  assert.equal((await device.deliveries(1)).caughtUp, true);
  for (let count = 0; count < 3; count += 1) await ticketOf(put(address()));
  assert.deepEqual(device.positions, []);
  device.inbox.wake();
  await device.deliveries(2);
  assert.deepEqual(device.positions, [1, 2, 3]);
  await restart(2);
  mailboxes.restarted(mailboxId);
  await ticketOf(put(address({ generation: 2 })));
  device.inbox.wake();
  const anew = await device.deliveries(3);
  assert.deepEqual([anew.generation, anew.acknowledged], [2, 3]);
  assert.deepEqual(device.positions, [1, 2, 3, 4]);
  await end();
  device.inbox.wake();
  assert.equal(await device.end, "signed_out");
});

test("what is handed over as it comes is durable as handed, in order, and read back by nobody", async (context) => {
  const begun = await beginOn(openEmbeddedStores, context);
  let takes = 0;
  const { store } = begun.parts;
  const takeOnce = store.take.bind(store);
  context.mock.method(store, "take", (...given: Parameters<typeof store.take>) => {
    takes += 1;
    return takeOnce(...given);
  });
  const { mailboxes } = begun;
  const device = new Device();
  const inbox = await mailboxes.openInbox(begun.mailboxId, device);
  inbox?.listen();
  await device.deliveries(1);
  assert.equal(takes, 1);
  const blocked = begun.address();
  await inbox?.block({ block: [begun.parts.addresses.open(blocked).serial], unblock: [] });
  const capability = begun.address();
  const puts = [capability, blocked, capability, capability].map((to) => {
    return { capability: to, envelopeId: randomBytes(32), body };
  });
  await putOn(mailboxes, puts);
  await device.deliveries(2);
  await putOn(
    mailboxes,
    puts.slice(0, 1).map((one) => ({ ...one, envelopeId: randomBytes(32) })),
  );
  await device.deliveries(3);
  assert.deepEqual(device.positions, [1, 2, 3, 4, 5]);
  assert.equal(takes, 1);
  assert.deepEqual(await store.state(store.mailbox(begun.mailboxId)), {
    kind: "there",
    generation: 1,
    acknowledged: 0,
    handed: 5,
  });
  inbox?.acknowledge(4);
  assert.equal(await device.nextAcknowledged(), true);
  assert.equal(inbox?.acknowledged, 4);
  inbox?.close();
  await putOn(
    mailboxes,
    puts.slice(0, 1).map((one) => ({ ...one, envelopeId: randomBytes(32) })),
  );
  const state = await store.state(store.mailbox(begun.mailboxId));
  assert.equal(state.kind === "there" && state.handed, 5, "nobody listens any more");
});

test("nothing is handed out while the device takes nothing; then all of it, in order", async (context) => {
  const { address, put, listen } = await beginOn(openEmbeddedStores, context);
  const device = await listen();
  await device.deliveries(1);
  device.takesMore = false;
  for (let count = 0; count < 3; count += 1) await ticketOf(put(address()));
  device.inbox.wake();
  // Another mailbox's work behind it would have shown it.
  await ticketOf(put(address()));
  assert.deepEqual(device.positions, []);
  device.takesMore = true;
  device.inbox.drained();
  await device.deliveries(2);
  assert.deepEqual(device.positions, [1, 2, 3, 4]);
});
