// What every adapter of the service's registration store must do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import type { StoredSession } from "../../packages/server/src/registration/store.ts";
import type { OpenStores } from "./server-stores.ts";

export function registrationStoreContract(name: string, open: OpenStores): void {
  function aSession(): StoredSession {
    return {
      sessionHash: randomBytes(32),
      sealed: randomBytes(1_024),
      codeMac: randomBytes(32),
      expiresAt: 600,
      sealedClaim: undefined,
    };
  }

  test(`${name}: tries that come together are counted one by one`, async () => {
    const { stores, reopen } = await open();
    const session = aSession();
    await stores.registration.openSession(session);
    const tries = await Promise.all(
      Array.from({ length: 100 }, () => stores.registration.countTry(session.sessionHash, 5, 1)),
    );
    assert.deepEqual(
      tries.filter((found) => found !== undefined),
      Array(5).fill(session),
    );
    const again = await reopen();
    assert.equal(await again.registration.countTry(session.sessionHash, 5, 1), undefined);
    await again.close();
  });

  test(`${name}: a session ends in time, and no other with it`, async () => {
    const { stores } = await open();
    const { registration } = stores;
    const [session, later] = [aSession(), { ...aSession(), expiresAt: 601 }];
    await registration.openSession(session);
    await registration.openSession(later);
    assert.equal(await registration.countTry(session.sessionHash, 5, 600), undefined);
    assert.ok(await registration.countTry(session.sessionHash, 5, 599));
    await registration.forget(600, 1e15);
    assert.equal(await registration.countTry(session.sessionHash, 5, 599), undefined);
    assert.ok(await registration.countTry(later.sessionHash, 5, 599));
    await stores.close();
  });

  test(`${name}: a session that was opened by a clock that was ahead goes at once`, async () => {
    const { stores } = await open();
    const { registration } = stores;
    const [session, ahead] = [aSession(), { ...aSession(), expiresAt: 1e12 }];
    await registration.openSession(session);
    await registration.openSession(ahead);
    await registration.forget(0, session.expiresAt);
    assert.equal(await registration.countTry(ahead.sessionHash, 5, 1), undefined);
    assert.ok(await registration.countTry(session.sessionHash, 5, 1));
    await stores.close();
  });

  test(`${name}: the first claim stays, past the tries, until it ends`, async () => {
    const { stores } = await open();
    const { registration } = stores;
    const { sessionHash, ...session } = aSession();
    await registration.openSession({ sessionHash, ...session });
    const [first, second] = [randomBytes(512), randomBytes(512)];
    assert.ok(await registration.countTry(sessionHash, 1, 1));
    assert.equal(await registration.countTry(sessionHash, 1, 1), undefined);
    assert.deepEqual(await registration.keepClaim(sessionHash, first, 900), first);
    assert.deepEqual(await registration.keepClaim(sessionHash, second, 999), first);
    assert.deepEqual((await registration.countTry(sessionHash, 1, 899))?.sealedClaim, first);
    assert.equal(await registration.countTry(sessionHash, 1, 900), undefined);
    assert.equal(await registration.keepClaim(randomBytes(32), first, 900), undefined);
    await stores.close();
  });

  test(`${name}: who wants no codes is on the list for good, and nobody else`, async () => {
    const { stores, reopen } = await open();
    const [mac, other] = [randomBytes(32), randomBytes(32)];
    assert.equal(await stores.registration.isNever(mac), false);
    const { addNever } = stores.registration;
    assert.deepEqual(await Promise.all([addNever(mac), addNever(mac)]), [true, false]);
    await stores.registration.forget(1e15, 1e15);
    const again = await reopen();
    assert.equal(await again.registration.isNever(mac), true);
    assert.equal(await again.registration.isNever(other), false);
    assert.equal(await again.registration.countNever(), 1);
    assert.deepEqual(
      [await again.registration.removeNever(other), await again.registration.removeNever(mac)],
      [false, true],
    );
    assert.equal(await again.registration.isNever(mac), false);
    assert.equal(await again.registration.countNever(), 0);
    await again.close();
  });

  test(`${name}: invitations are good until they expire, and are counted and withdrawn until then`, async () => {
    const { stores, reopen } = await open();
    const [early, late, other] = [randomBytes(32), randomBytes(32), randomBytes(32)];
    await stores.registration.addInvitations([late], 200);
    await stores.registration.addInvitations([early, other], 100);
    await stores.close();
    const again = await reopen();
    const { registration } = again;
    assert.deepEqual(
      [await registration.isInvited(early, 99), await registration.isInvited(early, 100)],
      [true, false],
    );
    assert.equal(await registration.isInvited(randomBytes(32), 0), false);
    assert.deepEqual(await registration.invitationCounts(99), [
      { expiresAt: 100, count: 2 },
      { expiresAt: 200, count: 1 },
    ]);
    assert.deepEqual(await registration.invitationCounts(100), [{ expiresAt: 200, count: 1 }]);
    assert.equal(await registration.withdrawInvitations([other, randomBytes(32)], 99), 1);
    assert.equal(await registration.isInvited(other, 99), false);
    assert.equal(await registration.withdrawInvitations([early], 100), 0, "it had expired");
    await registration.forgetInvitations(100);
    assert.equal(await registration.isInvited(early, 99), false);
    assert.equal(await registration.withdrawAllInvitations(100), 1);
    assert.deepEqual(await registration.invitationCounts(0), []);
    await again.close();
  });
}
