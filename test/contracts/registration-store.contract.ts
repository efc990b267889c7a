// What every adapter of the service's registration store must do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import type { StoredSession } from "../../packages/server/src/registration/store.ts";
import { newAccount, type OpenStores } from "./server-stores.ts";

export function registrationStoreContract(name: string, open: OpenStores): void {
  function aSession(changes: Partial<StoredSession> = {}): StoredSession {
    return {
      sessionHash: randomBytes(32),
      lookupHash: randomBytes(32),
      bucketBits: 0xffff_ffff,
      tag: 1,
      voprfEpoch: 1,
      evaluatedElement: randomBytes(32),
      proof: randomBytes(64),
      rootKey: randomBytes(32),
      policyVersion: 1,
      codeMac: randomBytes(32),
      expiresAt: 600,
      claim: undefined,
      ...changes,
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

  test(`${name}: a session ends in time, and with a newer one of the same number and key`, async () => {
    const { stores } = await open();
    const session = aSession();
    const { lookupHash, rootKey } = session;
    const elsewhere = aSession({ lookupHash });
    await stores.registration.openSession(session);
    await stores.registration.openSession(elsewhere);
    assert.equal(await stores.registration.countTry(session.sessionHash, 5, 600), undefined);
    assert.ok(await stores.registration.countTry(session.sessionHash, 5, 599));
    const newer = aSession({ lookupHash, rootKey });
    await stores.registration.openSession(newer);
    assert.equal(await stores.registration.countTry(session.sessionHash, 5, 1), undefined);
    assert.ok(await stores.registration.countTry(newer.sessionHash, 5, 1));
    assert.ok(await stores.registration.countTry(elsewhere.sessionHash, 5, 1));
    await stores.registration.forget(600, 0);
    assert.equal(await stores.registration.countTry(newer.sessionHash, 5, 1), undefined);
    await stores.close();
  });

  test(`${name}: the first claim stays, past the tries, until the account is made`, async () => {
    const { stores } = await open();
    const { registration, directory } = stores;
    const session = aSession();
    const { sessionHash, lookupHash } = session;
    await registration.openSession(session);
    const first = { claim: randomBytes(100), signature: randomBytes(64) };
    const second = { claim: randomBytes(100), signature: randomBytes(64) };
    assert.ok(await registration.countTry(sessionHash, 1, 1));
    assert.equal(await registration.countTry(sessionHash, 1, 1), undefined);
    assert.deepEqual(await registration.keepClaim(sessionHash, first, 900), first);
    assert.deepEqual(await registration.keepClaim(sessionHash, second, 999), first);
    assert.deepEqual((await registration.countTry(sessionHash, 1, 899))?.claim, first);
    assert.equal(await registration.countTry(sessionHash, 1, 900), undefined);
    assert.equal(await registration.keepClaim(randomBytes(32), first, 900), undefined);
    await directory.createAccount(newAccount({ lookupHash }));
    assert.equal(await registration.countTry(sessionHash, 1, 1), undefined);
    await stores.close();
  });

  test(`${name}: codes to one number are paused between, and limited`, async () => {
    const { stores, reopen } = await open();
    const limit = { resendAfterMs: 60, perWindow: 3, windowMs: 1_000 };
    const key = randomBytes(32);
    const send = (now: number) => stores.registration.countSend(key, limit, now);
    const together = await Promise.all([send(0), send(0), send(0)]);
    assert.deepEqual(together, [0, 60, 60]);
    assert.equal(await send(59), 1);
    assert.equal(await send(60), 0);
    assert.equal(await send(120), 0);
    assert.equal(await send(200), 800);
    assert.equal(await stores.registration.countSend(randomBytes(32), limit, 200), 0);
    const again = await reopen();
    assert.equal(await again.registration.countSend(key, limit, 999), 1);
    assert.equal(await again.registration.countSend(key, limit, 1_000), 0);
    await again.registration.forget(0, 1_001);
    assert.equal(await again.registration.countSend(key, limit, 1_001), 0);
    await again.close();
  });
}
