// What every adapter of the service's mailbox store must do with what waits too long: it goes, and which positions went
// before they were handed out is remembered.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import type {
  MailboxesForTests,
  PutForTests,
} from "../../packages/server/src/storage/mailboxes-for-tests.ts";
import { all, aPut, openMailbox, put } from "./mailbox-store.contract.ts";
import { newAccount, type OpenStores } from "./server-stores.ts";

const dayMs = 86_400_000;

export function mailboxExpiryContract(name: string, open: OpenStores): void {
  /** Ends what was put before a day, as a sweep of that day does. */
  async function expireBefore(store: MailboxesForTests, day: number, forgetBeforeDay = 0) {
    while (await store.expire((day + 30) * dayMs, day * dayMs, forgetBeforeDay * dayMs));
  }

  const expiredIn = async (store: MailboxesForTests, mailboxId: Uint8Array, upTo: number) => {
    const positions = Array.from({ length: upTo }, (_, index) => index + 1);
    const answers = await Promise.all(positions.map((at) => store.expired(mailboxId, at)));
    return positions.filter((_, index) => answers[index]);
  };

  const putOn = (store: MailboxesForTests, mailboxId: Uint8Array, day: number, changes = {}) =>
    put(store, mailboxId, { now: day * dayMs, ...changes });

  const handedIn = async (store: MailboxesForTests, mailboxId: Uint8Array) => {
    const state = await store.state(mailboxId);
    return state.kind === "there" ? state.handed : undefined;
  };

  test(`${name}: what expired is remembered apart from what was handed out before and after it`, async () => {
    const { stores, reopen, mailboxId } = await openMailbox(open);
    await putOn(stores.mailbox, mailboxId, 100);
    await stores.mailbox.take(mailboxId, 1, 0, all);
    for (const day of [100, 101, 101, 130]) await putOn(stores.mailbox, mailboxId, day);
    await expireBefore(stores.mailbox, 110);
    assert.deepEqual(await expiredIn(stores.mailbox, mailboxId, 6), [2, 3, 4]);
    assert.equal(await handedIn(stores.mailbox, mailboxId), 4, "or expired");
    const again = await reopen();
    assert.deepEqual(await expiredIn(again.mailbox, mailboxId, 6), [2, 3, 4]);
    const taken = await again.mailbox.take(mailboxId, 1, 0, all);
    assert.deepEqual(
      taken?.envelopes.map(({ position }) => position),
      [5],
    );
    assert.equal(await handedIn(again.mailbox, mailboxId), 5);
    await putOn(again.mailbox, mailboxId, 131);
    await expireBefore(again.mailbox, 140);
    assert.deepEqual(await expiredIn(again.mailbox, mailboxId, 6), [2, 3, 4, 6]);
    assert.deepEqual((await again.mailbox.take(mailboxId, 1, 0, all))?.envelopes, []);
    await again.close();
  });

  test(`${name}: what expires frees room, and only what is over age does`, async () => {
    const { stores, mailboxId } = await openMailbox(open);
    const limit = { ...aPut(mailboxId).limit, envelopes: 3, provisionalEnvelopes: 1 };
    const provisional = { limit, kind: "provisional" } as const;
    const kindOn = async (day: number, changes: Partial<PutForTests>) =>
      (await putOn(stores.mailbox, mailboxId, day, changes)).kind;
    assert.equal(await kindOn(100, provisional), "stored");
    assert.equal(await kindOn(100, provisional), "full");
    assert.equal(await kindOn(100, { limit }), "stored");
    assert.equal(await kindOn(120, { limit }), "stored");
    assert.equal(await kindOn(120, { limit }), "full");
    await expireBefore(stores.mailbox, 100);
    assert.equal(await kindOn(121, { limit }), "full");
    await expireBefore(stores.mailbox, 101);
    assert.equal(await kindOn(121, provisional), "stored");
    assert.equal(await kindOn(121, { limit }), "stored");
    assert.equal(await kindOn(121, { limit }), "full");
    const taken = await stores.mailbox.take(mailboxId, 1, 0, all);
    assert.deepEqual(
      taken?.envelopes.map(({ position }) => position),
      [3, 4, 5],
    );
    await stores.close();
  });

  test(`${name}: what a blocked address dropped expires like the rest`, async () => {
    const { stores, mailboxId } = await openMailbox(open);
    const serial = randomBytes(16);
    await stores.mailbox.block(mailboxId, { block: [serial], unblock: [] }, 9);
    for (const changes of [{ serial }, {}, { serial }]) {
      await putOn(stores.mailbox, mailboxId, 100, changes);
    }
    await putOn(stores.mailbox, mailboxId, 120, { serial });
    await expireBefore(stores.mailbox, 110);
    assert.deepEqual(await expiredIn(stores.mailbox, mailboxId, 4), [1, 2, 3]);
    const left = await stores.mailbox.take(mailboxId, 1, 0, all);
    assert.deepEqual(
      left?.envelopes.map(({ position }) => position),
      [4],
    );
    assert.equal(await handedIn(stores.mailbox, mailboxId), 4);
    await stores.close();
  });

  test(`${name}: thousands expire in parts, in each mailbox its own`, async () => {
    const { stores, mailboxId } = await openMailbox(open);
    const other = newAccount();
    await stores.accounts.create(other);
    const boxes = [mailboxId, other.device.mailboxId];
    const puts = Array.from({ length: 2_500 }, (_, index) =>
      aPut(boxes[index % 2] as Uint8Array, { now: 100 * dayMs, body: randomBytes(20) }),
    );
    await stores.mailbox.put(puts);
    await stores.mailbox.take(other.device.mailboxId, 1, 0, { envelopes: 1_000, bytes: 1_000_000 });
    let parts = 1;
    while (await stores.mailbox.expire(131 * dayMs, 101 * dayMs, 0)) parts += 1;
    assert.ok(parts > 1, "a part only");
    assert.equal((await expiredIn(stores.mailbox, mailboxId, 1_251)).length, 1_250);
    const handedBefore = await expiredIn(stores.mailbox, other.device.mailboxId, 1_251);
    assert.deepEqual([handedBefore[0], handedBefore.length], [1_001, 250]);
    await stores.close();
  });

  test(`${name}: what was put while the clock was ahead hides nothing behind it, and goes as if it came now`, async () => {
    const { stores, mailboxId } = await openMailbox(open);
    for (const day of [100, 3_750, 101, 3_750, 3_750]) await putOn(stores.mailbox, mailboxId, day);
    await expireBefore(stores.mailbox, 102);
    assert.deepEqual(await expiredIn(stores.mailbox, mailboxId, 5), [1, 2, 3]);
    await expireBefore(stores.mailbox, 132);
    assert.deepEqual(await expiredIn(stores.mailbox, mailboxId, 5), [1, 2, 3]);
    await expireBefore(stores.mailbox, 133);
    assert.deepEqual(await expiredIn(stores.mailbox, mailboxId, 5), [1, 2, 3, 4, 5]);
    await stores.close();
  });

  test(`${name}: that something expired is forgotten in time`, async () => {
    const { stores, mailboxId } = await openMailbox(open);
    await putOn(stores.mailbox, mailboxId, 100);
    await expireBefore(stores.mailbox, 101);
    await expireBefore(stores.mailbox, 480, 131);
    assert.deepEqual(await expiredIn(stores.mailbox, mailboxId, 1), [1]);
    await expireBefore(stores.mailbox, 480, 132);
    assert.deepEqual(await expiredIn(stores.mailbox, mailboxId, 1), []);
    await stores.close();
  });
}
