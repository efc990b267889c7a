// What a sender may learn of an envelope and when, by the rules on a real store, without sockets.
import assert from "node:assert/strict";
import { test } from "node:test";
import { limits, randomBytes } from "@assent/protocol";
import { quotas } from "../limits/quotas.ts";
import { systemRandomness } from "../randomness.ts";
import { openEmbeddedStores } from "../storage/embedded-stores.ts";
import { createAddresses } from "./addresses.ts";
import { createMailboxes } from "./mailbox.ts";
import { beginOn, body, ticketOf } from "./mailboxes-for-tests.ts";
import type { PutAnswer } from "./outbox.ts";
import { askedPut, putOn } from "./sending-for-tests.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

test("for 30 days nobody learns whether it was taken; then what became of it", async (context) => {
  const { mailboxes, clock, address, put, listen } = await beginOn(openEmbeddedStores, context);
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
  const given = await beginOn(openEmbeddedStores, context, { time });
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
  const { mailboxes, clock, address, put, listen } = await beginOn(openEmbeddedStores, context);
  const capability = address();
  const ticket = await ticketOf(put(capability));
  await (await listen()).deliveries(1);
  clock.nowMs -= 300 * dayMs;
  assert.equal(await mailboxes.status(capability, ticket), "held");
});

test("what another store or generation held is lost, and what is not there is not gone", async (context) => {
  const { mailboxes, parts, mailboxId, address, put, restart, end } = await beginOn(
    openEmbeddedStores,
    context,
  );
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
  const { mailboxes, address, put, listen } = await beginOn(openEmbeddedStores, context);
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

test("a full mailbox refuses, and provisional addresses take short bodies alone", async (context) => {
  const { mailboxes, address, put } = await beginOn(openEmbeddedStores, context, {
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

test("of puts that came together, each is answered for itself, whether storage was asked or not", async (context) => {
  const { mailboxes, address } = await beginOn(openEmbeddedStores, context);
  const good = address();
  const nowhere = address({ mailboxId: randomBytes(16) });
  const put = (capability: Uint8Array, after = -1) => {
    return { capability, envelopeId: randomBytes(32), body, after };
  };
  const garbage = put(randomBytes(good.length));
  const answers = await putOn(mailboxes, [
    garbage,
    put(good),
    put(nowhere, 1),
    put(good, 2),
    put(good, 0),
    put(good, 4),
    garbage,
    put(good, 1),
  ]);
  const said = answers.map((answer) => (answer.kind === "refused" ? answer.code : answer.kind));
  const [stored, invalid, afterRefused] = ["stored", "request_invalid", "after_refused"];
  assert.deepEqual(said, [
    ...[invalid, stored, "mailbox_unknown", afterRefused],
    ...[afterRefused, afterRefused, invalid, stored],
  ]);
});

test("an address that a sender puts through again and again ends with the key that opens it", async (context) => {
  let isKept = true;
  const key = { epoch: 1, key: randomBytes(32) };
  const next = { epoch: 2, key: randomBytes(32) };
  const keys = {
    current: () => (isKept ? key : next),
    ofEpoch: (epoch: number) => (isKept || epoch === 2 ? key : undefined),
  };
  const { mailboxes, address } = await beginOn(openEmbeddedStores, context, {
    addresses: createAddresses(keys, systemRandomness),
  });
  const capability = address();
  const answers: PutAnswer[] = [];
  let told = Promise.withResolvers<void>();
  const outbox = mailboxes.openOutbox({
    answered(_ready, given) {
      answers.push(...given);
      told.resolve();
    },
  });
  for (isKept of [true, true, false]) {
    told = Promise.withResolvers();
    outbox.put([
      { put: askedPut({ capability, envelopeId: randomBytes(32), body }, 1), after: -1 },
    ]);
    await told.promise;
  }
  assert.deepEqual(
    answers.map((answer) => (answer.kind === "refused" ? answer.code : answer.kind)),
    ["stored", "stored", "address_expired"],
  );
});
