// What every adapter of the service's mailbox store must do with what is too much: of one mailbox, of its strangers, of each
// of its addresses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import type {
  MailboxesForTests,
  PutForTests,
} from "../../packages/server/src/storage/mailboxes-for-tests.ts";
import { all, aPut, openMailbox, put, roomy } from "./mailbox-store.contract.ts";
import type { OpenStores } from "./server-stores.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export function mailboxLimitsContract(name: string, open: OpenStores): void {
  const taken = (store: MailboxesForTests, mailboxId: Uint8Array) =>
    store.take(mailboxId, 1, 0, all);

  test(`${name}: limits of all that waits, of the provisional pool, and of each full address`, async () => {
    const { stores, mailboxId } = await openMailbox(open);
    const [one, two, three] = [randomBytes(16), randomBytes(16), randomBytes(16)];
    const [stranger, other, third] = [randomBytes(16), randomBytes(16), randomBytes(16)];
    const limit = { ...roomy, provisionalEnvelopes: 3, fullEnvelopes: 2 };
    const kindsOf = async (...puts: Partial<PutForTests>[]) => {
      const asked = puts.map((changes) => aPut(mailboxId, { limit, ...changes }));
      return (await stores.mailbox.put(asked)).map(({ kind }) => kind);
    };
    const provisional = (serial: Uint8Array) => ({ kind: "provisional", serial }) as const;
    assert.deepEqual(await kindsOf(...[stranger, other, stranger, third].map(provisional)), [
      "stored",
      "stored",
      "stored",
      "full",
    ]);
    assert.deepEqual(
      await kindsOf({ serial: one }, { serial: one }, { serial: one }, { serial: two }),
      ["stored", "stored", "full", "stored"],
    );
    assert.deepEqual(await kindsOf({ kind: "group", serial: three }), ["stored"]);
    // What is there already is there, full or not.
    const last = aPut(mailboxId, { limit, serial: two });
    assert.equal((await stores.mailbox.put([last]))[0]?.kind, "stored");
    assert.equal((await stores.mailbox.put([last]))[0]?.kind, "duplicate");
    assert.deepEqual(await kindsOf({ serial: two }), ["full"]);
    assert.deepEqual(await kindsOf({ serial: three, limit: { ...limit, envelopes: 8 } }), ["full"]);
    await taken(stores.mailbox, mailboxId);
    await stores.mailbox.acknowledge(mailboxId, 1, 4, 0);
    assert.deepEqual(await kindsOf({ serial: one }, { serial: one }), ["stored", "full"]);
    assert.deepEqual(await kindsOf(provisional(third)), ["stored"]);
    await stores.close();
  });

  test(`${name}: room in the provisional pool comes back on the full hour, also after reopening`, async () => {
    const { stores, reopen, mailboxId } = await openMailbox(open);
    const start = 400 * dayMs;
    const limit = { ...roomy, provisionalEnvelopes: 3, provisionalBytes: 350 };
    const kindAt = async (store: MailboxesForTests, now: number, changes = {}) =>
      (await put(store, mailboxId, { kind: "provisional", limit, now, ...changes })).kind;
    const { mailbox } = stores;
    for (const kind of ["stored", "stored", "stored", "full"]) {
      assert.equal(await kindAt(mailbox, start), kind);
    }
    await taken(mailbox, mailboxId);
    assert.equal(await mailbox.acknowledge(mailboxId, 1, 2, start + 10), true);
    assert.equal(await kindAt(mailbox, start + 20), "full");
    assert.equal(await kindAt(mailbox, start + 20, { kind: "full" }), "stored", "its owner's have");
    assert.equal(await mailbox.acknowledge(mailboxId, 1, 3, start + hourMs - 9), true);
    assert.equal(await kindAt(mailbox, start + hourMs - 1), "full");
    const again = await reopen();
    assert.equal(await kindAt(again.mailbox, start + hourMs - 1), "full");
    assert.equal(await kindAt(again.mailbox, start + hourMs, { body: randomBytes(250) }), "stored");
    assert.equal(await kindAt(again.mailbox, start + hourMs), "stored");
    assert.equal(await kindAt(again.mailbox, start + hourMs), "full", "in bytes");
    // The bytes too.
    await taken(again.mailbox, mailboxId);
    assert.equal(await again.mailbox.acknowledge(mailboxId, 1, 6, start + hourMs), true);
    const small = { body: randomBytes(1) };
    assert.equal(await kindAt(again.mailbox, start + hourMs, small), "full");
    assert.equal(await kindAt(again.mailbox, start + 2 * hourMs, small), "stored");
    await again.close();
  });

  test(`${name}: the same limits in bytes`, async () => {
    const { stores, mailboxId } = await openMailbox(open);
    const [one, two] = [randomBytes(16), randomBytes(16)];
    const limit = { ...roomy, bytes: 700, provisionalBytes: 250, fullBytes: 200 };
    const kindsOf = async (...puts: Partial<PutForTests>[]) => {
      const asked = puts.map((changes) => aPut(mailboxId, { limit, ...changes }));
      return (await stores.mailbox.put(asked)).map(({ kind }) => kind);
    };
    const provisional = { kind: "provisional", serial: randomBytes(16) } as const;
    assert.deepEqual(await kindsOf(provisional, provisional, provisional), [
      "stored",
      "stored",
      "full",
    ]);
    assert.deepEqual(await kindsOf({ ...provisional, body: randomBytes(50) }), ["stored"]);
    assert.deepEqual(
      await kindsOf({ serial: one }, { serial: one }, { serial: one }, { serial: two }),
      ["stored", "stored", "full", "stored"],
    );
    const rest = { serial: two, body: randomBytes(101) };
    assert.deepEqual(await kindsOf(rest, { ...rest, limit: { ...limit, fullBytes: 201 } }), [
      "full",
      "stored",
    ]);
    assert.deepEqual(await kindsOf({ serial: randomBytes(16), body: randomBytes(50) }), ["full"]);
    await stores.close();
  });

  test(`${name}: what a blocked serial put counts as if its bytes were there, also after reopening`, async () => {
    const { stores, reopen, mailboxId } = await openMailbox(open);
    const serial = randomBytes(16);
    await stores.mailbox.block(mailboxId, { block: [serial], unblock: [] }, 9);
    const limit = { ...roomy, bytes: 450, fullBytes: 250 };
    const kindOf = async (store: MailboxesForTests, changes = {}) =>
      (await put(store, mailboxId, { limit, ...changes })).kind;
    assert.equal(await kindOf(stores.mailbox), "stored");
    for (const kind of ["dropped", "dropped", "full"]) {
      assert.equal(await kindOf(stores.mailbox, { serial }), kind);
    }
    const again = await reopen();
    assert.equal(await kindOf(again.mailbox, { serial }), "full");
    assert.equal(await kindOf(again.mailbox), "stored");
    assert.equal(await kindOf(again.mailbox), "full", "of the mailbox's room");
    await taken(again.mailbox, mailboxId);
    assert.equal(await again.mailbox.acknowledge(mailboxId, 1, 1), true);
    assert.equal(await kindOf(again.mailbox, { serial }), "full");
    assert.equal(await again.mailbox.acknowledge(mailboxId, 1, 2), true);
    assert.equal(await kindOf(again.mailbox, { serial }), "dropped");
    await again.close();
  });
}
