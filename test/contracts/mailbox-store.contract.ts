// What every adapter of the service's mailbox store must do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import type { MailboxStore, StoredPut } from "../../packages/server/src/mailbox/store.ts";
import { newAccount, type OpenStores } from "./server-stores.ts";

const dayMs = 86_400_000;

export function mailboxStoreContract(name: string, open: OpenStores): void {
  async function openMailbox() {
    const { stores, reopen } = await open();
    const account = newAccount();
    await stores.directory.createAccount(account);
    return { stores, reopen, mailboxId: account.device.mailboxId, account };
  }

  function aPut(mailboxId: Uint8Array, changes: Partial<StoredPut> = {}): StoredPut {
    return {
      mailboxId,
      serial: new Uint8Array(16),
      provisional: false,
      envelopeId: randomBytes(32),
      body: randomBytes(100),
      now: 400 * dayMs,
      limit: { envelopes: 100, bytes: 100_000, provisionalEnvelopes: 3 },
      ...changes,
    };
  }

  const all = { envelopes: 1_000, bytes: 1_000_000 };
  const bodiesIn = async (store: MailboxStore, mailboxId: Uint8Array, after = 0) =>
    (await store.take(mailboxId, after, all))?.envelopes.map(({ body }) => Buffer.from(body));

  test(`${name}: what was put is there in order, also after reopening`, async () => {
    const { stores, reopen, mailboxId } = await openMailbox();
    const puts = Array.from({ length: 20 }, () => aPut(mailboxId));
    const outcomes = await Promise.all(puts.map((put) => stores.mailbox.put(put)));
    assert.deepEqual(
      outcomes,
      puts.map((_, index) => ({ kind: "stored", position: index + 1 })),
    );
    const again = await reopen();
    const bodies = puts.map(({ body }) => Buffer.from(body));
    assert.deepEqual(await bodiesIn(again.mailbox, mailboxId), bodies);
    assert.deepEqual(await bodiesIn(again.mailbox, mailboxId, 18), bodies.slice(18));
    await again.close();
  });

  test(`${name}: an id is one envelope in a mailbox, and another in the next`, async () => {
    const { stores, mailboxId } = await openMailbox();
    const other = newAccount();
    await stores.directory.createAccount(other);
    const put = aPut(mailboxId);
    const together = await Promise.all([1, 2, 3].map(() => stores.mailbox.put(put)));
    assert.deepEqual(
      together.map(({ kind }) => kind),
      ["stored", "duplicate", "duplicate"],
    );
    const changed = { ...put, body: randomBytes(100) };
    assert.equal((await stores.mailbox.put(changed)).kind, "duplicate");
    // Ids that differ only past what an index may look at are different ids.
    const near = put.envelopeId.slice();
    near[31] = (near[31] as number) ^ 1;
    assert.equal((await stores.mailbox.put({ ...put, envelopeId: near })).kind, "stored");
    assert.equal(
      (await stores.mailbox.put({ ...put, mailboxId: other.device.mailboxId })).kind,
      "stored",
    );
    assert.equal((await bodiesIn(stores.mailbox, mailboxId))?.length, 2);
    await stores.close();
  });

  test(`${name}: a taking is bounded, and takes at least one`, async () => {
    const { stores, mailboxId } = await openMailbox();
    for (let count = 0; count < 5; count += 1) await stores.mailbox.put(aPut(mailboxId));
    const take = (envelopes: number, bytes: number) =>
      stores.mailbox.take(mailboxId, 0, { envelopes, bytes });
    assert.equal((await take(2, 1_000))?.envelopes.length, 2);
    assert.equal((await take(2, 1_000))?.more, true);
    assert.equal((await take(9, 350))?.envelopes.length, 3);
    assert.equal((await take(9, 1))?.envelopes.length, 1);
    assert.deepEqual(
      (await take(5, 500))?.envelopes.map(({ position }) => position),
      [1, 2, 3, 4, 5],
    );
    assert.equal((await take(5, 500))?.more, false);
    await stores.close();
  });

  test(`${name}: acknowledging deletes up to a position, for good, and frees room`, async () => {
    const { stores, reopen, mailboxId } = await openMailbox();
    const limit = { envelopes: 3, bytes: 100_000, provisionalEnvelopes: 3 };
    for (const outcome of ["stored", "stored", "stored", "full"]) {
      assert.equal((await stores.mailbox.put(aPut(mailboxId, { limit }))).kind, outcome);
    }
    assert.equal(await stores.mailbox.acknowledge(mailboxId, 2, 3), true);
    assert.equal(await stores.mailbox.acknowledge(mailboxId, 2, 3), true);
    const again = await reopen();
    assert.equal((await bodiesIn(again.mailbox, mailboxId))?.length, 1);
    assert.equal((await again.mailbox.put(aPut(mailboxId, { limit }))).kind, "stored");
    const taken = await again.mailbox.take(mailboxId, 0, all);
    assert.deepEqual(
      taken?.envelopes.map(({ position }) => position),
      [3, 4],
    );
    await again.close();
  });

  test(`${name}: what was not handed out cannot be acknowledged`, async () => {
    const { stores, mailboxId } = await openMailbox();
    await stores.mailbox.put(aPut(mailboxId));
    await stores.mailbox.put(aPut(mailboxId));
    assert.equal(await stores.mailbox.acknowledge(mailboxId, 2, 1), false);
    assert.equal(await stores.mailbox.acknowledge(mailboxId, 3, 9), false);
    assert.equal((await bodiesIn(stores.mailbox, mailboxId))?.length, 2);
    await stores.close();
  });

  test(`${name}: limits of bytes, and of one provisional serial`, async () => {
    const { stores, mailboxId } = await openMailbox();
    const limit = { envelopes: 100, bytes: 250, provisionalEnvelopes: 3 };
    assert.equal((await stores.mailbox.put(aPut(mailboxId, { limit }))).kind, "stored");
    const second = aPut(mailboxId, { limit });
    assert.equal((await stores.mailbox.put(second)).kind, "stored");
    assert.equal((await stores.mailbox.put(aPut(mailboxId, { limit }))).kind, "full");
    // Full or not, what is there already is there.
    assert.equal((await stores.mailbox.put(second)).kind, "duplicate");
    const provisional = { provisional: true, serial: randomBytes(16) };
    for (const outcome of ["stored", "stored", "stored", "full"]) {
      assert.equal((await stores.mailbox.put(aPut(mailboxId, provisional))).kind, outcome);
    }
    const next = { provisional: true, serial: randomBytes(16) };
    assert.equal((await stores.mailbox.put(aPut(mailboxId, next))).kind, "stored");
    await stores.close();
  });

  test(`${name}: a blocked serial's envelopes are dropped until it is unblocked`, async () => {
    const { stores, mailboxId } = await openMailbox();
    const serial = randomBytes(16);
    const [block, none] = [[serial], [] as Uint8Array[]];
    assert.equal(await stores.mailbox.block(mailboxId, { block, unblock: none }, 1), true);
    assert.equal((await stores.mailbox.put(aPut(mailboxId, { serial }))).kind, "dropped");
    assert.equal((await stores.mailbox.put(aPut(mailboxId))).kind, "stored");
    const more = { block: [randomBytes(16)], unblock: none };
    assert.equal(await stores.mailbox.block(mailboxId, more, 1), false);
    assert.equal(await stores.mailbox.block(mailboxId, { block: none, unblock: block }, 1), true);
    assert.equal((await stores.mailbox.put(aPut(mailboxId, { serial }))).kind, "stored");
    await stores.close();
  });

  test(`${name}: status, and expiry that is remembered for a while`, async () => {
    const { stores, mailboxId } = await openMailbox();
    const old = aPut(mailboxId, { now: 100 * dayMs });
    const young = aPut(mailboxId, { now: 129 * dayMs });
    await stores.mailbox.put(old);
    await stores.mailbox.put(young);
    const statusOf = ({ envelopeId }: StoredPut) => stores.mailbox.status(mailboxId, envelopeId);
    assert.deepEqual(await statusOf(old), { kind: "waiting", position: 1 });
    assert.deepEqual(await statusOf(aPut(mailboxId)), { kind: "not-there" });
    assert.equal(await stores.mailbox.expire(131 * dayMs, 101 * dayMs, 71 * dayMs), false);
    assert.deepEqual(await statusOf(old), { kind: "expired" });
    assert.deepEqual(await statusOf(young), { kind: "waiting", position: 2 });
    assert.equal((await bodiesIn(stores.mailbox, mailboxId))?.length, 1);
    await stores.mailbox.expire(192 * dayMs, 101 * dayMs, 132 * dayMs);
    assert.deepEqual(await statusOf(old), { kind: "not-there" });
    await stores.close();
  });

  test(`${name}: a mailbox ends with its account`, async () => {
    const { stores, mailboxId, account } = await openMailbox();
    await stores.mailbox.put(aPut(mailboxId));
    const deleted = await stores.directory.deleteAccount(account.accountId);
    assert.equal(deleted?.envelopes, 1);
    assert.equal((await stores.mailbox.put(aPut(mailboxId))).kind, "gone");
    assert.deepEqual(await stores.mailbox.status(mailboxId, randomBytes(32)), { kind: "gone" });
    assert.equal(await stores.mailbox.take(mailboxId, 0, all), undefined);
    await stores.close();
  });
}
