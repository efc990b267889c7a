// Taking back by the rules on a real store, without sockets: who may, what each answer is, and what a phone that listens was
// handed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { envelopeIdOf, limits, randomBytes } from "@assent/protocol";
import { quotas } from "../limits/quotas.ts";
import { openEmbeddedStores } from "../storage/embedded-stores.ts";
import { createMailboxes, type Mailboxes } from "./mailbox.ts";
import { beginOn, ticketOf } from "./mailboxes-for-tests.ts";
import type { RevokeTarget } from "./revoking.ts";

const dayMs = 86_400_000;
const none = new Uint8Array();

/** A text whose sender has its secret. */
function aText() {
  const secret = randomBytes(32);
  return { secret, envelopeId: envelopeIdOf(secret) };
}

/** What it is answered, or refused with. */
async function revoke(mailboxes: Mailboxes, ...targets: RevokeTarget[]): Promise<string> {
  return mailboxes.revoke(targets).catch(({ code }) => code);
}

test("what waits is taken back by whoever has its secret, and nobody is handed it", async (context) => {
  const { mailboxes, address, put, listen } = await beginOn(openEmbeddedStores, context);
  const capability = address();
  const [one, two] = [aText(), aText()];
  const ticket = await ticketOf(put(capability, one.envelopeId));
  await ticketOf(put(capability, two.envelopeId));
  // Nobody else's: an id is no secret, nor has another any.
  const others = [one.envelopeId, randomBytes(32)];
  for (const secret of others) {
    assert.equal(await revoke(mailboxes, { capability, secret, ticket: none }), "not-known");
  }
  assert.equal(await put(capability, one.envelopeId).then((answer) => answer.length), 16);
  assert.equal(await revoke(mailboxes, { capability, secret: one.secret, ticket }), "revoked");
  assert.equal(await mailboxes.status(capability, ticket), "revoked");
  assert.equal(await put(capability, one.envelopeId), "revoked");
  const device = await listen();
  const { envelopes, caughtUp } = await device.deliveries(1);
  assert.deepEqual([envelopes.map(({ position }) => position), caughtUp], [[2], true]);
});

test("a phone that listens has it, from the put on; what it takes later is taken back until then", async (context) => {
  const { mailboxes, address, put, listen } = await beginOn(openEmbeddedStores, context);
  const capability = address();
  const device = await listen();
  await device.deliveries(1);
  const live = aText();
  const ticket = await ticketOf(put(capability, live.envelopeId));
  const asked = { capability, secret: live.secret, ticket };
  assert.equal(await revoke(mailboxes, asked), "handed");
  assert.deepEqual(device.positions, [1]);
  await device.acknowledge(1);
  assert.equal(await revoke(mailboxes, asked), "handed");
  // One that reads nothing more is handed nothing more.
  device.takesMore = false;
  const waits = aText();
  const waiting = await ticketOf(put(capability, waits.envelopeId));
  const taken = { capability, secret: waits.secret, ticket: waiting };
  assert.equal(await revoke(mailboxes, taken), "revoked");
  device.takesMore = true;
  device.inbox.drained();
  assert.deepEqual((await device.deliveries(3)).envelopes, [], "and is caught up");
  await ticketOf(put(capability));
  await device.deliveries(4);
  assert.deepEqual(device.positions, [1, 3]);
});

test("through full addresses of the mailbox alone, also expired ones", async (context) => {
  const { mailboxes, address, put, clock } = await beginOn(openEmbeddedStores, context);
  const text = aText();
  const capability = address();
  const ticket = await ticketOf(put(capability, text.envelopeId));
  const { secret } = text;
  for (const kind of ["provisional", "group"] as const) {
    const target = { capability: address({ kind }), secret, ticket };
    assert.equal(await revoke(mailboxes, target), "not_offered");
  }
  const elsewhere = address({ mailboxId: randomBytes(16) });
  assert.equal(
    await revoke(mailboxes, { capability: elsewhere, secret, ticket }),
    "request_invalid",
  );
  const unknown = { capability: elsewhere, secret, ticket: none };
  assert.equal(await revoke(mailboxes, unknown), "mailbox_unknown");
  const changed = capability.map((byte, index) => (index === 40 ? byte ^ 1 : byte));
  assert.equal(await revoke(mailboxes, { capability: changed, secret, ticket }), "request_invalid");
  clock.nowMs += limits.capabilityDays.full * dayMs;
  assert.equal(await put(capability), "address_expired");
  assert.equal(await revoke(mailboxes, { capability, secret, ticket }), "revoked");
});

test("asked three times for one, and so many at once", async (context) => {
  const { mailboxes, address, put, clock } = await beginOn(openEmbeddedStores, context);
  const capability = address();
  const { secret, envelopeId } = aText();
  const ticket = await ticketOf(put(capability, envelopeId));
  const target = { capability, secret, ticket };
  for (let time = 0; time < quotas.mailbox.revokesOfEnvelope.most; time += 1) {
    assert.equal(await revoke(mailboxes, target), "revoked");
  }
  assert.equal(await revoke(mailboxes, target), "rate_limited");
  const other = aText();
  await put(capability, other.envelopeId);
  const untried = { capability, secret: other.secret, ticket: none };
  assert.equal(await revoke(mailboxes, untried, target), "rate_limited");
  assert.equal(await revoke(mailboxes, untried), "revoked", "nothing was changed before");
  clock.nowMs += 32 * dayMs;
  assert.equal(await revoke(mailboxes, target), "revoked");
  assert.equal(await revoke(mailboxes), "request_invalid");
  const many = Array.from({ length: limits.revokeTargets + 1 }, () => {
    return { capability, secret: randomBytes(32), ticket: none };
  });
  assert.equal(await revoke(mailboxes, ...many), "request_invalid");
  assert.equal(await revoke(mailboxes, ...many.slice(1)), "not-known");
});

test("through one address a hundred; then it is answered so, whatever waits", async (context) => {
  const { mailboxes, address, put, listen } = await beginOn(openEmbeddedStores, context);
  const capability = address();
  const most = quotas.mailbox.revokedOfAddress;
  const targetOf = async () => {
    const { secret, envelopeId } = aText();
    return { capability, secret, ticket: await ticketOf(put(capability, envelopeId)) };
  };
  const targets = await Promise.all(Array.from({ length: most + 1 }, targetOf));
  for (let from = 0; from < most; from += 10) {
    assert.equal(await revoke(mailboxes, ...targets.slice(from, from + 10)), "revoked");
  }
  const last = targets[most] as RevokeTarget;
  assert.equal(await revoke(mailboxes, last), "rate_limited");
  await (await listen()).deliveries(1);
  assert.equal(await revoke(mailboxes, last), "rate_limited", "as before the phone came");
});

test("whatever is asked with it, one that waits is not asked about twice", async (context) => {
  // Otherwise how often one is asked about would be what refuses.
  const counters = { countTogether: async () => ({ kind: "counted", left: [] }) as const };
  const given = await beginOn(openEmbeddedStores, context, { counters });
  const { mailboxes, address, put, listen } = given;
  const capability = address();
  const textOf = async () => {
    const { secret, envelopeId } = aText();
    return { capability, secret, ticket: await ticketOf(put(capability, envelopeId)) };
  };
  const handed = await textOf();
  const device = await listen();
  await device.deliveries(1);
  device.inbox.close();
  const [waits, taken] = [await textOf(), await textOf()];
  /** Each refused, and for what is the same where the phone takes it and where it does not. */
  const questions: readonly (readonly [RevokeTarget, string])[] = [
    [handed, "handed"],
    [{ ...handed, capability: address({ kind: "group" }) }, "not_offered"],
    [{ ...handed, ticket: randomBytes(15) }, "request_invalid"],
    [
      { ...handed, capability: address({ mailboxId: randomBytes(16) }), ticket: none },
      "mailbox_unknown",
    ],
  ];
  const ask = async () => {
    for (const [other, answer] of questions) {
      assert.equal(await revoke(mailboxes, waits, other), answer);
      assert.equal(await revoke(mailboxes, other, waits), answer);
    }
  };
  await ask();
  assert.equal(await revoke(mailboxes, taken), "revoked", "the positive control");
  await (await listen()).deliveries(1);
  await ask();
});

test("what another store or generation held, nobody knows of; whoever left is gone", async (context) => {
  const given = await beginOn(openEmbeddedStores, context);
  const { mailboxes, parts, address, put, listen, restart, end } = given;
  const capability = address();
  const text = aText();
  const ticket = await ticketOf(put(capability, text.envelopeId));
  const device = await listen();
  await device.deliveries(1);
  await device.acknowledge(1);
  device.inbox.close();
  const asked = { capability, secret: text.secret, ticket };
  const restored = createMailboxes({ ...parts, lineage: parts.lineage + 1 });
  assert.equal(await revoke(mailboxes, asked), "handed", "the positive control");
  assert.equal(await revoke(restored, asked), "not-known");
  await restart(2);
  const waits = aText();
  const anew = address({ generation: 2 });
  const waiting = await ticketOf(put(anew, waits.envelopeId));
  assert.equal(await revoke(mailboxes, asked), "not-known");
  const both = [{ capability: anew, secret: waits.secret, ticket: waiting }];
  await end();
  assert.equal(await revoke(mailboxes, ...both), "gone");
});
