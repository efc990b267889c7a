// What every adapter of the service's mailbox store must do with what is to be taken back: it is handed out, or taken back,
// and never both; all that is asked together, or nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import fc from "fast-check";
import type {
  MailboxesForTests,
  PutForTests,
} from "../../packages/server/src/storage/mailboxes-for-tests.ts";
import { all, aPut, openMailbox } from "./mailbox-store.contract.ts";
import { newAccount, type OpenStores } from "./server-stores.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const now = 400 * dayMs;
const limit = { ofMailbox: 1_000, ofAddress: 1_000 };

export function mailboxRevokeContract(name: string, open: OpenStores): void {
  const taken = async (store: MailboxesForTests, mailboxId: Uint8Array, after = 0, most = all) =>
    (await store.take(mailboxId, 1, after, most))?.envelopes.map(({ position }) => position);
  const kindsOf = async (store: MailboxesForTests, ...puts: PutForTests[]) =>
    (await store.put(puts)).map(({ kind }) => kind);
  /** With the position that its put was answered with, or without. */
  const revoke = (store: MailboxesForTests, put: PutForTests, position?: number) =>
    store.revoke([{ ...put, position }], now, limit);

  test(`${name}: what waits is taken back, with its position or without, and a put of it that comes late is refused`, async () => {
    const { stores, reopen, mailboxId } = await openMailbox(open);
    const puts = Array.from({ length: 5 }, () => aPut(mailboxId));
    const [first, second, third, , fifth] = puts as [PutForTests, ...PutForTests[]];
    await stores.mailbox.put(puts);
    assert.equal(await revoke(stores.mailbox, second as PutForTests, 2), "revoked");
    assert.equal(await revoke(stores.mailbox, fifth as PutForTests), "revoked");
    assert.deepEqual(await kindsOf(stores.mailbox, ...puts), [
      ...["duplicate", "revoked", "duplicate", "duplicate", "revoked"],
    ]);
    const again = await reopen();
    assert.deepEqual(await kindsOf(again.mailbox, second as PutForTests), ["revoked"]);
    assert.deepEqual(await taken(again.mailbox, mailboxId), [1, 3, 4]);
    assert.equal(await again.mailbox.acknowledge(mailboxId, 1, 4), true);
    // No position is given out twice, and what comes behind what was taken back is as any other.
    const [later] = await again.mailbox.put([aPut(mailboxId, { handsOut: true })]);
    assert.deepEqual(later, { kind: "stored", position: 6, handed: true });
    for (const at of [1, 2, 5, 6]) {
      assert.equal(await again.mailbox.isRevoked(mailboxId, at), at === 2 || at === 5);
    }
    // A lost answer is asked for again.
    assert.equal(await revoke(again.mailbox, second as PutForTests, 2), "revoked");
    assert.equal(await revoke(again.mailbox, fifth as PutForTests), "revoked");
    assert.equal(await revoke(again.mailbox, first, 1), "handed");
    assert.equal(await revoke(again.mailbox, third as PutForTests, 3), "handed");
    await again.close();
  });

  test(`${name}: what was handed out by its position is not taken back, nor anything that is asked with it`, async () => {
    const { stores, mailboxId } = await openMailbox(open);
    const other = newAccount();
    await stores.accounts.create(other);
    const here = aPut(mailboxId, { handsOut: true });
    const waits = aPut(other.device.mailboxId);
    assert.deepEqual(await kindsOf(stores.mailbox, here, waits), ["stored", "stored"]);
    const both = [
      { ...here, position: 1 },
      { ...waits, position: 1 },
    ];
    const revokeBoth = () => stores.mailbox.revoke(both, now, limit);
    assert.equal(await revokeBoth(), "handed");
    assert.deepEqual(await kindsOf(stores.mailbox, here, waits), ["duplicate", "duplicate"]);
    await stores.mailbox.acknowledge(mailboxId, 1, 1);
    assert.equal(await revokeBoth(), "handed", "also where nothing of it is left");
    assert.equal(await stores.mailbox.isRevoked(other.device.mailboxId, 1), false);
    assert.deepEqual(await taken(stores.mailbox, other.device.mailboxId), [1]);
    await stores.close();
  });

  test(`${name}: without its position nobody knows what is not waiting, and from then on it is not stored`, async () => {
    const { stores, reopen, mailboxId } = await openMailbox(open);
    const [live, unseen, waits] = [
      aPut(mailboxId, { handsOut: true }),
      aPut(mailboxId),
      aPut(mailboxId),
    ];
    await stores.mailbox.put([live, waits]);
    // As what never came, so that whoever was blocked sees no difference.
    assert.equal(await revoke(stores.mailbox, live), "not-known");
    assert.equal(await stores.mailbox.revoke([unseen, waits], now, limit), "not-known");
    assert.deepEqual(await taken(stores.mailbox, mailboxId, 1), [], "what waited was taken back");
    assert.deepEqual(await kindsOf(stores.mailbox, live), ["revoked"]);
    const again = await reopen();
    await again.mailbox.acknowledge(mailboxId, 1, 1);
    assert.deepEqual(await kindsOf(again.mailbox, live, unseen, waits), [
      ...["revoked", "revoked", "revoked"],
    ]);
    assert.equal(await revoke(again.mailbox, unseen), "not-known");
    assert.equal(await revoke(again.mailbox, waits), "revoked");
    await again.close();
  });

  test(`${name}: a put and its revoke that are asked together`, async () => {
    const { stores, mailboxId } = await openMailbox(open);
    const put = aPut(mailboxId);
    const [outcomes, revoked] = await Promise.all([
      stores.mailbox.put([put]),
      revoke(stores.mailbox, put),
    ]);
    assert.deepEqual([outcomes[0]?.kind, revoked], ["stored", "revoked"]);
    assert.deepEqual(await taken(stores.mailbox, mailboxId), []);
    await stores.close();
  });

  test(`${name}: its room comes back, of a full address at once, of strangers on the full hour`, async () => {
    const { stores, mailboxId } = await openMailbox(open);
    const roomFor = { ...aPut(mailboxId).limit, fullEnvelopes: 1, provisionalEnvelopes: 1 };
    const own = aPut(mailboxId, { limit: roomFor });
    const stranger = aPut(mailboxId, { limit: roomFor, kind: "provisional" });
    const next = (put: PutForTests, at = now) => ({ ...put, envelopeId: randomBytes(32), now: at });
    assert.deepEqual(await kindsOf(stores.mailbox, own, next(own), stranger, next(stranger)), [
      ...["stored", "full", "stored", "full"],
    ]);
    const { serial } = own;
    await stores.mailbox.revoke([own, { ...stranger, kind: "full", serial }], now, limit);
    assert.deepEqual(await kindsOf(stores.mailbox, next(own), next(stranger)), ["stored", "full"]);
    assert.deepEqual(await kindsOf(stores.mailbox, next(stranger, now + hourMs)), ["stored"]);
    await stores.close();
  });

  test(`${name}: what a blocked address dropped is taken back, handed out and acknowledged as any other`, async () => {
    const { stores, mailboxId } = await openMailbox(open);
    const serial = randomBytes(16);
    await stores.mailbox.block(mailboxId, { block: [serial], unblock: [] }, 9);
    const roomFor = { ...aPut(mailboxId).limit, fullEnvelopes: 2 };
    const dropped = () => aPut(mailboxId, { serial, limit: roomFor });
    const [before, between, one, two] = [aPut(mailboxId), aPut(mailboxId), dropped(), dropped()];
    assert.deepEqual(await kindsOf(stores.mailbox, before, between, one, two, dropped()), [
      ...["stored", "stored", "dropped", "dropped", "full"],
    ]);
    assert.equal(await revoke(stores.mailbox, between, 2), "revoked");
    assert.equal(await revoke(stores.mailbox, one, 3), "revoked");
    assert.deepEqual(await kindsOf(stores.mailbox, dropped(), one), ["dropped", "revoked"]);
    assert.deepEqual(await taken(stores.mailbox, mailboxId, 0), [1, 4, 5]);
    assert.equal(await revoke(stores.mailbox, two, 4), "handed");
    assert.deepEqual(await kindsOf(stores.mailbox, dropped()), ["full"]);
    assert.equal(await stores.mailbox.acknowledge(mailboxId, 1, 5), true);
    assert.deepEqual(await kindsOf(stores.mailbox, dropped(), dropped(), dropped()), [
      ...["dropped", "dropped", "full"],
    ]);
    await stores.close();
  });

  test(`${name}: so much of one mailbox, and through one address; what is too much changes nothing, whatever waits`, async () => {
    const { stores, mailboxId } = await openMailbox(open);
    const few = { ofMailbox: 3, ofAddress: 2 };
    const [one, two] = [randomBytes(16), randomBytes(16)];
    const puts = [one, one, one, two, two].map((serial) => aPut(mailboxId, { serial }));
    const live = aPut(mailboxId, { serial: one, handsOut: true });
    await stores.mailbox.put([live, ...puts]);
    const [a, b, c, d, e] = puts as [
      PutForTests,
      PutForTests,
      PutForTests,
      PutForTests,
      PutForTests,
    ];
    const revokeSome = (...some: (PutForTests & { position?: number })[]) =>
      stores.mailbox.revoke(some, now, few);
    assert.equal(await revokeSome(a, b, c), "too-many");
    assert.equal(await revokeSome(a, b), "revoked");
    assert.equal(await revokeSome(a, b), "revoked", "the same again is no more");
    assert.equal(await revokeSome(c), "too-many");
    assert.equal(
      await revokeSome({ ...live, position: 1 }),
      "too-many",
      "nor does it tell what was handed out",
    );
    assert.equal(await revokeSome(d, e), "too-many");
    assert.equal(await revokeSome(d), "revoked");
    assert.equal(await revokeSome(e), "too-many");
    assert.deepEqual(await taken(stores.mailbox, mailboxId), [1, 4, 6]);
    await stores.close();
  });

  test(`${name}: what expired is taken back as never handed out; what was taken back is forgotten with what is as old`, async () => {
    const { stores, reopen, mailboxId } = await openMailbox(open);
    const [old, waits, other] = [0, 20, 20].map((days) =>
      aPut(mailboxId, { now: now + days * dayMs }),
    );
    assert.ok(old && waits && other);
    await stores.mailbox.put([old, waits, other]);
    const sweep = async (store: MailboxesForTests, day: number) => {
      while (await store.expire(now + day * dayMs, now + (day - 31) * dayMs, 0));
    };
    await sweep(stores.mailbox, 32);
    const revokeOn = (store: MailboxesForTests, put: PutForTests, day: number, position?: number) =>
      store.revoke([{ ...put, position }], now + day * dayMs, limit);
    assert.equal(await revokeOn(stores.mailbox, old, 32, 1), "revoked");
    assert.equal(await stores.mailbox.isRevoked(mailboxId, 1), true);
    assert.equal(await revokeOn(stores.mailbox, other, 33, 3), "revoked");
    await sweep(stores.mailbox, 62);
    assert.deepEqual(await kindsOf(stores.mailbox, old, other), ["revoked", "revoked"]);
    await sweep(stores.mailbox, 64);
    assert.deepEqual(await kindsOf(stores.mailbox, old, other), ["stored", "revoked"]);
    await sweep(stores.mailbox, 65);
    const again = await reopen();
    assert.deepEqual(await kindsOf(again.mailbox, other), ["stored"]);
    assert.equal(await again.mailbox.isRevoked(mailboxId, 3), false);
    await again.close();
  });

  test(`${name}: a mailbox that began anew, one that left, and one that is not there`, async () => {
    const { stores, mailboxId, account } = await openMailbox(open);
    const [waits, later] = [aPut(mailboxId), aPut(mailboxId, { generation: 2 })];
    const unknown = aPut(randomBytes(16));
    await stores.mailbox.put([waits]);
    const { deviceId } = account.device;
    const keys = { singleUse: [], lastResort: undefined };
    await stores.accounts.restart({ deviceId, generation: 2, ...keys, now });
    assert.equal(await revoke(stores.mailbox, waits, 1), "not-known");
    assert.deepEqual(await kindsOf(stores.mailbox, waits), ["former"]);
    assert.deepEqual(await kindsOf(stores.mailbox, later), ["stored"]);
    assert.equal(await stores.mailbox.revoke([later, unknown], now, limit), "unknown");
    assert.deepEqual(await kindsOf(stores.mailbox, later), ["duplicate"]);
    const other = newAccount();
    await stores.accounts.create(other);
    const there = aPut(other.device.mailboxId);
    await stores.mailbox.put([there]);
    await stores.accounts.end(account.accountId, now);
    assert.equal(await stores.mailbox.revoke([there, later], now, limit), "gone");
    assert.deepEqual(await kindsOf(stores.mailbox, there), ["duplicate"], "nothing was changed");
    await stores.close();
  });

  test(`${name}: in any order, what is put is handed out or taken back, and never both`, async () => {
    const { stores: first, reopen } = await openMailbox(open);
    let stores = first;
    const which = fc.nat(3);
    const step = fc.oneof(
      { weight: 12, arbitrary: fc.record({ puts: fc.constantFrom(true, false, false) }) },
      { weight: 9, arbitrary: fc.record({ revokes: which, knows: fc.boolean() }) },
      { weight: 3, arbitrary: fc.record({ takes: fc.integer({ min: 1, max: 4 }) }) },
      { weight: 3, arbitrary: fc.record({ putsAgain: which }) },
      { weight: 6, arbitrary: fc.constant("acknowledge" as const) },
      { weight: 1, arbitrary: fc.constant("reopen" as const) },
    );
    const seen = { handed: 0, revoked: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 25, maxLength: 40 }), async (steps) => {
        const puts: { readonly put: PutForTests; readonly position: number }[] = [];
        const handed = new Set<number>();
        const revoked = new Set<number>();
        const notKnown = new Set<number>();
        const account = newAccount();
        const { mailboxId } = account.device;
        await stores.accounts.create(account);
        let upTo = 0;
        let acknowledged = 0;
        const chosen = (index: number) => puts[puts.length - 1 - index];
        const takeSome = async (envelopes: number) => {
          const found = await stores.mailbox.take(mailboxId, 1, upTo, { ...all, envelopes });
          for (const { position } of found?.envelopes ?? []) handed.add(position);
          upTo = found?.handed ?? upTo;
          return found?.more ?? false;
        };
        const acknowledgeAll = async () => {
          assert.equal(await stores.mailbox.acknowledge(mailboxId, 1, upTo), true);
          acknowledged = upTo;
        };
        const putOne = async (handsOut: boolean) => {
          const put = aPut(mailboxId, { handsOut });
          const [outcome] = await stores.mailbox.put([put]);
          assert.ok(outcome?.kind === "stored");
          puts.push({ put, position: outcome.position });
          if (outcome.handed) handed.add(outcome.position);
        };
        for (const one of steps) {
          if (one === "acknowledge") await acknowledgeAll();
          else if (one === "reopen") stores = await reopen();
          else if ("puts" in one) await putOne(one.puts);
          else if ("takes" in one) await takeSome(one.takes);
          else if ("putsAgain" in one) {
            const again = chosen(one.putsAgain);
            // What was acknowledged is forgotten: it would be another under the same id.
            if (!again || (again.position <= acknowledged && !revoked.has(again.position)))
              continue;
            const isRefused = revoked.has(again.position) || notKnown.has(again.position);
            const kind = isRefused ? "revoked" : "duplicate";
            assert.deepEqual(await kindsOf(stores.mailbox, again.put), [kind]);
          } else {
            const asked = chosen(one.revokes);
            if (!asked) continue;
            const { put, position } = asked;
            const wasHanded = handed.has(position);
            const outcome = await revoke(stores.mailbox, put, one.knows ? position : undefined);
            if (outcome === "revoked") revoked.add(position);
            if (outcome === "not-known") notKnown.add(position);
            // What was answered once is answered again, also where more is shown.
            const refusal = one.knows && !notKnown.has(position) ? "handed" : "not-known";
            assert.equal(outcome, wasHanded ? refusal : "revoked");
          }
        }
        while (await takeSome(10));
        await acknowledgeAll();
        assert.ok(handed.isDisjointFrom(revoked));
        assert.equal(handed.size + revoked.size, puts.length, "none was lost");
        seen.handed += handed.size;
        seen.revoked += revoked.size;
      }),
      { numRuns: 10, seed: 7 },
    );
    assert.ok(seen.handed > 10 && seen.revoked > 10, JSON.stringify(seen));
    await stores.close();
  });
}
