// The rules of mailboxes on a real store, without sockets: what a sender may learn of an envelope and when, and that a
// device gets everything though no hint of it arrives.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { limits, randomBytes } from "@assent/protocol";
import { quotas } from "../limits/quotas.ts";
import { systemRandomness } from "../randomness.ts";
import { openEmbeddedStores } from "../storage/embedded-stores.ts";
import type { Stores } from "../storage/stores.ts";
import { createAddresses } from "./addresses.ts";
import { createEmbeddedWakeups } from "./embedded-wakeups.ts";
import type { HandedOut, Inbox, InboxEnd } from "./inbox.ts";
import { createMailboxes, type MailboxParts } from "./mailbox.ts";
import { putOn } from "./sending-for-tests.ts";
import type { AddressKind } from "./store.ts";
import { createTickets } from "./tickets.ts";
import type { Wakeups } from "./wakeups.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const body = randomBytes(512);

/** Tells nobody anything. */
const lossy: Wakeups = {
  listen: () => undefined,
  stop: () => undefined,
  here: () => undefined,
  wake: () => undefined,
  end: () => undefined,
};

/** A device that listens: what it was handed, and how it ended. */
class Device {
  readonly handed: HandedOut[] = [];
  takesMore = true;
  inbox!: Inbox;
  #heard = Promise.withResolvers<void>();
  readonly #settled: PromiseWithResolvers<boolean>[] = [];
  readonly #ended = Promise.withResolvers<InboxEnd>();

  deliver(handedOut: HandedOut): void {
    this.handed.push(handedOut);
    this.#heard.resolve();
  }

  acknowledged(_position: number, isDone: boolean): void {
    this.#settled.shift()?.resolve(isDone);
  }

  /** Whether what is acknowledged next was done. */
  nextAcknowledged(): Promise<boolean> {
    const settled = Promise.withResolvers<boolean>();
    this.#settled.push(settled);
    return settled.promise;
  }

  async acknowledge(position: number): Promise<void> {
    const isDone = this.nextAcknowledged();
    this.inbox.acknowledge(position);
    assert.ok(await isDone);
  }

  ended(why: InboxEnd): void {
    this.#ended.resolve(why);
  }

  failed(error: unknown): void {
    this.#heard.reject(error);
  }

  get end(): Promise<InboxEnd> {
    return this.#ended.promise;
  }

  get positions(): number[] {
    return this.handed.flatMap(({ envelopes }) => envelopes.map(({ position }) => position));
  }

  /** Resolves once this many deliveries came. */
  async deliveries(count: number): Promise<HandedOut> {
    while (this.handed.length < count) {
      this.#heard = Promise.withResolvers();
      await this.#heard.promise;
    }
    return this.handed[count - 1] as HandedOut;
  }
}

/** Mailboxes on a new store, with one mailbox, and what its senders and its device do. */
async function begin(context: TestContext, changes: Partial<MailboxParts> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "assent-mailboxes-"));
  const fails = (error: unknown) => assert.fail(String(error));
  const stores: Stores = await openEmbeddedStores(folder, {
    randomness: systemRandomness,
    crashed: fails,
    diskFailed: fails,
  });
  context.after(async () => {
    await stores.close();
    await rm(folder, { recursive: true, force: true });
  });
  const clock = { nowMs: 20_000 * dayMs };
  const key = { epoch: 1, key: randomBytes(32) };
  const parts: MailboxParts = {
    store: stores.mailbox,
    lineage: await stores.mailbox.lineage(),
    wakeups: createEmbeddedWakeups(),
    addresses: createAddresses({ current: () => key, ofEpoch: () => key }, systemRandomness),
    tickets: createTickets(randomBytes(32), systemRandomness),
    quotas: quotas.mailbox,
    now: () => clock.nowMs,
    time: { stampMs: () => clock.nowMs, earliestMs: () => clock.nowMs },
    elapsedMs: () => clock.nowMs,
    randomness: systemRandomness,
    ...changes,
  };
  const mailboxes = createMailboxes(parts);
  const mailboxId = randomBytes(16);
  const deviceId = randomBytes(32);
  const accountId = randomBytes(32);
  await stores.accounts.create({
    accountId,
    place: { lookupHash: randomBytes(32), voprfEpoch: 1, bucketBits: 0, tag: 0 },
    formerLookupHashes: [],
    sealedRecord: randomBytes(256),
    manifest: { encoded: randomBytes(9), signature: randomBytes(64) },
    manifestVersion: 1,
    device: { deviceId, mailboxId, signatureKey: randomBytes(32) },
    claim: { serial: randomBytes(16), expiresAt: 0 },
    now: clock.nowMs,
  });

  function address(
    changed: Partial<{ mailboxId: Uint8Array; generation: number; kind: AddressKind }> = {},
  ) {
    return parts.addresses.mint({
      mailboxId,
      serial: randomBytes(16),
      kind: "full",
      expiresAt: clock.nowMs + 90 * dayMs,
      lineage: parts.lineage,
      generation: 1,
      ...changed,
    });
  }

  return {
    stores,
    clock,
    parts,
    mailboxes,
    mailboxId,
    address,
    end: async () => {
      await stores.accounts.end(accountId, clock.nowMs);
      mailboxes.end([mailboxId]);
    },
    restart: (generation: number) =>
      stores.accounts.restart({
        deviceId,
        generation,
        singleUse: [],
        lastResort: undefined,
        now: 0,
      }),
    /** Its ticket, or what it was answered with. */
    async put(capability: Uint8Array, envelopeId: Uint8Array = randomBytes(32)) {
      const [answer] = await putOn(mailboxes, [{ capability, envelopeId, body }]);
      assert.ok(answer);
      if (answer.kind === "stored") return new Uint8Array(answer.ticket.bytes());
      return answer.kind === "gone" ? "gone" : answer.code;
    },
    async listen() {
      const device = new Device();
      const inbox = await mailboxes.openInbox(mailboxId, device);
      assert.ok(inbox);
      device.inbox = inbox;
      inbox.listen();
      context.after(() => inbox.close());
      return device;
    },
  };
}

async function ticketOf(answer: Promise<Uint8Array | string>): Promise<Uint8Array> {
  const ticket = await answer;
  assert.ok(typeof ticket !== "string", String(ticket));
  return ticket;
}

test("for 30 days nobody learns whether it was taken; then what became of it", async (context) => {
  const { mailboxes, clock, address, put, listen } = await begin(context);
  const capability = address();
  const tickets = [await ticketOf(put(capability)), await ticketOf(put(capability))];
  const first = await listen();
  await first.deliveries(1);
  await first.inbox.acknowledge(1);
  first.inbox.close();
  tickets.push(await ticketOf(put(capability)), await ticketOf(put(capability)));
  const states = () => Promise.all(tickets.map((one) => mailboxes.status(capability, one)));
  const sweep = () => mailboxes.sweep({ nowMs: clock.nowMs, dayAgoMs: clock.nowMs });
  const held = ["held", "held", "held", "held"];
  assert.deepEqual(await states(), held);
  clock.nowMs += limits.envelopeDays * dayMs;
  await sweep();
  assert.deepEqual(await states(), held);
  clock.nowMs += hourMs;
  assert.deepEqual(await states(), ["handed", "handed", "held", "held"]);
  await sweep();
  assert.deepEqual(await states(), ["handed", "handed", "expired", "expired"]);
  // What is handed out later does not change what expired before.
  const fresh = await ticketOf(put(address()));
  const second = await listen();
  assert.equal((await second.deliveries(1)).envelopes[0]?.position, 5);
  assert.deepEqual(await states(), ["handed", "handed", "expired", "expired"]);
  assert.equal(await mailboxes.status(capability, fresh), "held");
  clock.nowMs += (limits.envelopeDays + 1) * dayMs;
  await sweep();
  assert.equal(await mailboxes.status(capability, fresh), "handed");
});

test("while the clock is in doubt, an answer is as of the earliest that it can be", async (context) => {
  const time = { stampMs: () => 0, earliestMs: () => 0 };
  const given = await begin(context, { time });
  const { clock, mailboxes, address, put, listen } = given;
  time.stampMs = () => clock.nowMs;
  const { nowMs } = clock;
  time.earliestMs = () => nowMs;
  const capability = address();
  const ticket = await ticketOf(put(capability));
  await (await listen()).deliveries(1);
  clock.nowMs += 60 * dayMs;
  assert.equal(await mailboxes.status(capability, ticket), "held");
  time.earliestMs = () => clock.nowMs;
  assert.equal(await mailboxes.status(capability, ticket), "handed");
});

test("a clock that is set back shows nothing early", async (context) => {
  const { mailboxes, clock, address, put, listen } = await begin(context);
  const capability = address();
  const ticket = await ticketOf(put(capability));
  await (await listen()).deliveries(1);
  clock.nowMs -= 300 * dayMs;
  assert.equal(await mailboxes.status(capability, ticket), "held");
});

test("what another store or generation held is lost, and what is not there is not gone", async (context) => {
  const { mailboxes, parts, mailboxId, address, put, restart, end } = await begin(context);
  const capability = address();
  const ticket = await ticketOf(put(capability));
  const restored = createMailboxes({ ...parts, lineage: parts.lineage + 1 });
  assert.equal(await mailboxes.status(capability, ticket), "held");
  assert.equal(await restored.status(capability, ticket), "lost");
  assert.equal((await restart(2)).kind, "restarted");
  assert.equal(await mailboxes.status(capability, ticket), "lost");
  assert.equal(await put(capability), "address_expired");
  const next = address({ generation: 2 });
  assert.equal(await mailboxes.status(next, await ticketOf(put(next))), "held");
  assert.equal(await mailboxes.status(next, ticket), "lost");

  const elsewhere = mailboxId.slice();
  elsewhere[15] = (elsewhere[15] as number) ^ 1;
  const nowhere = address({ mailboxId: elsewhere });
  assert.equal(await put(nowhere), "mailbox_unknown");
  await assert.rejects(mailboxes.status(nowhere, ticket), { code: "mailbox_unknown" });
  const other = address({ mailboxId: mailboxId.map((byte) => byte ^ 1) });
  await assert.rejects(mailboxes.status(other, ticket), { code: "request_invalid" });

  await end();
  assert.equal(await put(next), "gone");
  assert.equal(await mailboxes.status(capability, ticket), "gone");
});

test("who puts an envelope twice cannot tell by the tickets whether the first was taken", async (context) => {
  const { mailboxes, address, put, listen } = await begin(context);
  const capability = address();
  const id = randomBytes(32);
  const twice = [await ticketOf(put(capability, id)), await ticketOf(put(capability, id))];
  assert.notDeepEqual(twice[0], twice[1]);
  for (const ticket of twice) assert.equal(await mailboxes.status(capability, ticket), "held");
  const device = await listen();
  await device.deliveries(1);
  await device.acknowledge(1);
  assert.deepEqual(device.positions, [1]);
  await ticketOf(put(capability, id));
  await device.deliveries(2);
  assert.deepEqual(device.positions, [1, 2], "now it is another");
});

test("what comes while others are taken is handed out once, in order, and can be acknowledged", async (context) => {
  const { mailboxes, address, listen } = await begin(context, {
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
  const { address, put, listen } = await begin(context, {
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

test("a full mailbox refuses, and provisional addresses take short bodies alone", async (context) => {
  const { mailboxes, address, put } = await begin(context, {
    quotas: { ...quotas.mailbox, envelopesPerMailbox: 2 as 10_000 },
  });
  const putOf = (capability: Uint8Array, length: number) =>
    putOn(mailboxes, [{ capability, envelopeId: randomBytes(32), body: new Uint8Array(length) }]);
  const provisional = address({ kind: "provisional" });
  const [tooLong] = await putOf(provisional, limits.provisionalEnvelopeBytes + 1);
  assert.deepEqual(tooLong, { kind: "refused", code: "request_too_large" });
  const [fits] = await putOf(provisional, limits.provisionalEnvelopeBytes);
  assert.equal(fits?.kind, "stored");
  assert.equal((await putOf(address(), limits.provisionalEnvelopeBytes + 1))[0]?.kind, "stored");
  assert.equal(await put(address()), "mailbox_full");
});

test("a device gets everything though every hint is lost", async (context) => {
  const { mailboxes, mailboxId, address, put, listen, restart, end } = await begin(context, {
    wakeups: lossy,
  });
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
  const begun = await begin(context);
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
  assert.deepEqual(device.positions, [1, 3, 4, 5]);
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
