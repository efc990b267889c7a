// What every adapter of the service's mailbox store must do: the ways of a put, of taking and of acknowledging. What
// waits too long is in mailbox-expiry.contract.ts, what is too much in mailbox-limits.contract.ts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import type {
  MailboxesForTests,
  PutForTests,
} from "../../packages/server/src/storage/mailboxes-for-tests.ts";
import { newAccount, newPut, type OpenStores } from "./server-stores.ts";

const dayMs = 86_400_000;

/** Room for everything. */
export const roomy: PutForTests["limit"] = {
  envelopes: 10_000,
  bytes: 10_000_000,
  provisionalEnvelopes: 10_000,
  provisionalBytes: 10_000_000,
  fullEnvelopes: 10_000,
  fullBytes: 10_000_000,
};

export const all = { envelopes: 1_000, bytes: 1_000_000 };

/** Of 100 bytes. */
export function aPut(mailboxId: Uint8Array, changes: Partial<PutForTests> = {}): PutForTests {
  return newPut(mailboxId, {
    body: randomBytes(100),
    now: 400 * dayMs,
    limit: roomy,
    ...changes,
  });
}

export async function openMailbox(open: OpenStores) {
  const { stores, reopen } = await open();
  const account = newAccount();
  await stores.accounts.create(account);
  return { stores, reopen, mailboxId: account.device.mailboxId, account };
}

/** What became of one put. */
export async function put(
  store: MailboxesForTests,
  mailboxId: Uint8Array,
  changes?: Partial<PutForTests>,
) {
  const [outcome] = await store.put([aPut(mailboxId, changes)]);
  assert.ok(outcome);
  return outcome;
}

export function mailboxStoreContract(name: string, open: OpenStores): void {
  const taken = async (store: MailboxesForTests, mailboxId: Uint8Array, after = 0) =>
    (await store.take(mailboxId, 1, after, all))?.envelopes;
  const positionsIn = async (store: MailboxesForTests, mailboxId: Uint8Array, after = 0) =>
    (await taken(store, mailboxId, after))?.map(({ position }) => position);
  const stateOf = async (store: MailboxesForTests, mailboxId: Uint8Array) => {
    const state = await store.state(mailboxId);
    assert.equal(state.kind, "there");
    return state;
  };

  test(`${name}: what was put is there in order, also after reopening`, async () => {
    const { stores, reopen, mailboxId } = await openMailbox(open);
    const puts = Array.from({ length: 20 }, () => aPut(mailboxId));
    const outcomes = await Promise.all([
      stores.mailbox.put(puts.slice(0, 7)),
      ...puts.slice(7).map((one) => stores.mailbox.put([one])),
    ]);
    assert.deepEqual(
      outcomes.flat(),
      puts.map((_, index) => ({ kind: "stored", position: index + 1, handed: false })),
    );
    const again = await reopen();
    const bodies = puts.map(({ body }) => body);
    const found = (await taken(again.mailbox, mailboxId))?.map(({ body }) => new Uint8Array(body));
    assert.deepEqual(found, bodies);
    assert.deepEqual(await positionsIn(again.mailbox, mailboxId, 18), [19, 20]);
    await again.close();
  });

  test(`${name}: an id is one envelope in a mailbox, and another in the next`, async () => {
    const { stores, mailboxId } = await openMailbox(open);
    const other = newAccount();
    await stores.accounts.create(other);
    await put(stores.mailbox, mailboxId);
    const one = aPut(mailboxId);
    const together = await Promise.all([1, 2, 3].map(() => stores.mailbox.put([one])));
    assert.deepEqual(together.flat(), [
      { kind: "stored", position: 2, handed: false },
      { kind: "duplicate", position: 2 },
      { kind: "duplicate", position: 2 },
    ]);
    const changed = { ...one, body: randomBytes(100) };
    assert.equal((await stores.mailbox.put([changed]))[0]?.kind, "duplicate");
    // Ids that differ only past what an index may look at are different ids.
    const near = one.envelopeId.slice();
    near[31] = (near[31] as number) ^ 1;
    const elsewhere = { ...one, mailboxId: other.device.mailboxId };
    assert.deepEqual(await stores.mailbox.put([{ ...one, envelopeId: near }, elsewhere]), [
      { kind: "stored", position: 3, handed: false },
      { kind: "stored", position: 1, handed: false },
    ]);
    assert.deepEqual(await positionsIn(stores.mailbox, mailboxId), [1, 2, 3]);
    await stores.close();
  });

  test(`${name}: behind one that was not stored, none is`, async () => {
    const { stores, mailboxId } = await openMailbox(open);
    const limit = { ...roomy, envelopes: 3 };
    const nowhere = { limit, mailboxId: randomBytes(16) };
    const outcomes = await stores.mailbox.put([
      aPut(mailboxId, { limit }),
      aPut(mailboxId, { limit, after: 0 }),
      aPut(mailboxId, nowhere),
      aPut(mailboxId, { limit, after: 2 }),
      aPut(mailboxId, { limit, after: 3 }),
      aPut(mailboxId, { limit, after: 1 }),
      aPut(mailboxId, { limit, after: 5 }),
    ]);
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ["stored", "stored", "unknown", "after-refused", "after-refused", "stored", "full"],
    );
    assert.deepEqual(await positionsIn(stores.mailbox, mailboxId), [1, 2, 3]);
    await stores.close();
  });

  test(`${name}: a taking is bounded, and takes at least one`, async () => {
    const { stores, mailboxId } = await openMailbox(open);
    for (let count = 0; count < 5; count += 1) await put(stores.mailbox, mailboxId);
    const take = async (envelopes: number, bytes: number) => {
      const found = await stores.mailbox.take(mailboxId, 1, 0, { envelopes, bytes });
      return [found?.envelopes.length, found?.more, found?.handed];
    };
    assert.deepEqual(await take(9, 1), [1, true, 1]);
    assert.deepEqual(await take(2, 1_000), [2, true, 2]);
    assert.deepEqual(await take(9, 350), [3, true, 3]);
    assert.deepEqual(await take(5, 500), [5, false, 5]);
    await stores.close();
  });

  test(`${name}: acknowledging deletes up to a position, for good, and frees room`, async () => {
    const { stores, reopen, mailboxId } = await openMailbox(open);
    const limit = { ...roomy, envelopes: 3 };
    for (const outcome of ["stored", "stored", "stored", "full"]) {
      assert.equal((await put(stores.mailbox, mailboxId, { limit })).kind, outcome);
    }
    assert.deepEqual(await positionsIn(stores.mailbox, mailboxId), [1, 2, 3]);
    assert.equal(await stores.mailbox.acknowledge(mailboxId, 1, 2), true);
    assert.equal(await stores.mailbox.acknowledge(mailboxId, 1, 2), true);
    assert.equal(await stores.mailbox.acknowledge(mailboxId, 1, 1), true);
    const again = await reopen();
    assert.deepEqual(await stateOf(again.mailbox, mailboxId), {
      kind: "there",
      generation: 1,
      acknowledged: 2,
      handed: 3,
    });
    assert.equal((await put(again.mailbox, mailboxId, { limit })).kind, "stored");
    assert.deepEqual(await positionsIn(again.mailbox, mailboxId), [3, 4]);
    await again.close();
  });

  test(`${name}: what was not handed out cannot be acknowledged, also after reopening`, async () => {
    const { stores, reopen, mailboxId } = await openMailbox(open);
    for (let count = 0; count < 3; count += 1) await put(stores.mailbox, mailboxId);
    assert.equal(await stores.mailbox.acknowledge(mailboxId, 1, 1), false);
    await stores.mailbox.take(mailboxId, 1, 0, { envelopes: 2, bytes: 1_000 });
    assert.equal((await stateOf(stores.mailbox, mailboxId)).handed, 2);
    const again = await reopen();
    assert.equal(await again.mailbox.acknowledge(mailboxId, 1, 3), false);
    assert.equal(await again.mailbox.acknowledge(mailboxId, 1, 9), false);
    assert.deepEqual((await stateOf(again.mailbox, mailboxId)).acknowledged, 0);
    assert.equal(await again.mailbox.acknowledge(mailboxId, 1, 2), true);
    assert.deepEqual(await positionsIn(again.mailbox, mailboxId), [3]);
    await again.close();
  });

  test(`${name}: a put hands out by itself where all before it was handed out`, async () => {
    const { stores, reopen, mailboxId } = await openMailbox(open);
    const { mailbox } = stores;
    const live = { handsOut: true };
    const one = (position: number, handed: boolean) => ({ kind: "stored", position, handed });
    assert.deepEqual(await put(mailbox, mailboxId, live), one(1, true));
    assert.deepEqual(await put(mailbox, mailboxId), one(2, false));
    assert.deepEqual(await put(mailbox, mailboxId, live), one(3, false), "behind what was not");
    assert.equal((await stateOf(mailbox, mailboxId)).handed, 1);
    await taken(mailbox, mailboxId);
    assert.deepEqual(await put(mailbox, mailboxId, live), one(4, true));
    const again = await reopen();
    assert.equal((await stateOf(again.mailbox, mailboxId)).handed, 4);
    assert.equal(await again.mailbox.acknowledge(mailboxId, 1, 4), true);
    await again.close();
  });

  test(`${name}: a blocked serial's envelopes are as any other, but that no bytes are kept`, async () => {
    const { stores, mailboxId } = await openMailbox(open);
    const { mailbox } = stores;
    const serial = randomBytes(16);
    const [block, none] = [[serial], [] as Uint8Array[]];
    const limit = { ...roomy, fullEnvelopes: 2 };
    await put(mailbox, mailboxId);
    assert.equal(await mailbox.block(mailboxId, { block, unblock: none }, 1), true);
    const dropped = aPut(mailboxId, { serial, limit });
    const more = [1, 2].map(() => aPut(mailboxId, { serial, limit }));
    assert.deepEqual(await mailbox.put([dropped, dropped, ...more]), [
      { kind: "dropped", position: 2, handed: false },
      { kind: "duplicate", position: 2 },
      { kind: "dropped", position: 3, handed: false },
      { kind: "full" },
    ]);
    const found = await mailbox.take(mailboxId, 1, 0, all);
    assert.deepEqual(
      found?.envelopes.map(({ position, body }) => [position, body.length > 0]),
      [
        [1, true],
        [2, false],
        [3, false],
      ],
    );
    // Their device acknowledges them, or nobody does.
    assert.equal(await mailbox.acknowledge(mailboxId, 1, 1), true);
    assert.equal((await put(mailbox, mailboxId, { serial, limit })).kind, "full");
    assert.equal(await mailbox.acknowledge(mailboxId, 1, 2), true);
    assert.equal((await put(mailbox, mailboxId, { serial, limit })).kind, "dropped");
    // Its length counts in what is handed out at once.
    const room = { envelopes: 9, bytes: dropped.body.length + 1 };
    const first = await mailbox.take(mailboxId, 1, 2, room);
    assert.deepEqual([first?.envelopes.length, first?.more], [1, true]);
    assert.deepEqual(await positionsIn(mailbox, mailboxId), [3, 4]);
    assert.equal(await mailbox.acknowledge(mailboxId, 1, 3), true);
    const live = { serial, limit, handsOut: true };
    assert.deepEqual(await put(mailbox, mailboxId, live), {
      kind: "dropped",
      position: 5,
      handed: true,
    });
    assert.equal((await stateOf(mailbox, mailboxId)).handed, 5);
    assert.equal(await mailbox.acknowledge(mailboxId, 1, 5), true);
    // A stranger's address cannot be blocked.
    const provisional = { serial, kind: "provisional" } as const;
    assert.equal((await put(mailbox, mailboxId, provisional)).kind, "stored");
    assert.deepEqual(await positionsIn(mailbox, mailboxId), [6]);
    assert.equal(await mailbox.acknowledge(mailboxId, 1, 6), true);
    const another = { block: [randomBytes(16)], unblock: none };
    assert.equal(await mailbox.block(mailboxId, another, 1), false);
    assert.equal(await mailbox.block(mailboxId, { block: none, unblock: block }, 1), true);
    assert.deepEqual(await put(mailbox, mailboxId, { serial, limit }), {
      kind: "stored",
      position: 7,
      handed: false,
    });
    assert.deepEqual(await positionsIn(mailbox, mailboxId), [7]);
    await stores.close();
  });

  test(`${name}: what belongs to another generation does not reach the mailbox`, async () => {
    const { stores, reopen, mailboxId, account } = await openMailbox(open);
    await put(stores.mailbox, mailboxId);
    await put(stores.mailbox, mailboxId);
    const { deviceId } = account.device;
    const restart = { deviceId, generation: 2, singleUse: [], lastResort: randomBytes(9), now: 0 };
    assert.equal((await stores.accounts.restart(restart)).kind, "restarted");
    const again = await reopen();
    assert.equal((await put(again.mailbox, mailboxId)).kind, "former");
    assert.equal(await again.mailbox.take(mailboxId, 1, 0, all), undefined);
    assert.equal(await again.mailbox.acknowledge(mailboxId, 1, 2), false);
    const state = { kind: "there", generation: 2, acknowledged: 2, handed: 2 };
    assert.deepEqual(await again.mailbox.state(mailboxId), state);
    // Positions go on.
    assert.deepEqual(await put(again.mailbox, mailboxId, { generation: 2 }), {
      kind: "stored",
      position: 3,
      handed: false,
    });
    const found = await again.mailbox.take(mailboxId, 2, 0, all);
    assert.deepEqual(
      found?.envelopes.map(({ position }) => position),
      [3],
    );
    await again.close();
  });

  test(`${name}: a mailbox ends with its account, and one that never was is unknown`, async () => {
    const { stores, reopen, mailboxId, account } = await openMailbox(open);
    await put(stores.mailbox, mailboxId);
    const ended = await stores.accounts.end(account.accountId, 400 * dayMs);
    assert.equal(ended.kind === "ended" && ended.envelopes, 1);
    const again = await reopen();
    assert.deepEqual(await put(again.mailbox, mailboxId), { kind: "gone" });
    assert.deepEqual(await again.mailbox.state(mailboxId), { kind: "gone" });
    assert.equal(await again.mailbox.take(mailboxId, 1, 0, all), undefined);
    assert.equal(await again.mailbox.acknowledge(mailboxId, 1, 1), false);
    const never = randomBytes(16);
    assert.deepEqual(await put(again.mailbox, never), { kind: "unknown" });
    assert.deepEqual(await again.mailbox.state(never), { kind: "unknown" });
    await again.close();
  });

  test(`${name}: a store has one lineage`, async () => {
    const { stores, reopen } = await open();
    const lineage = await stores.mailbox.lineage();
    assert.ok(Number.isInteger(lineage) && lineage > 0);
    const again = await reopen();
    assert.equal(await again.mailbox.lineage(), lineage);
    await again.close();
  });
}
