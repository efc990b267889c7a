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
    const sendKey = randomBytes(32);
    await registration.openSession(session);
    const first = { claim: randomBytes(100), signature: randomBytes(64) };
    const second = { claim: randomBytes(100), signature: randomBytes(64) };
    assert.ok(await registration.countTry(sessionHash, 1, 1));
    assert.equal(await registration.countTry(sessionHash, 1, 1), undefined);
    assert.deepEqual(await registration.keepClaim(sessionHash, first, 900, sendKey), first);
    assert.deepEqual(await registration.keepClaim(sessionHash, second, 999, sendKey), first);
    assert.deepEqual((await registration.countTry(sessionHash, 1, 899))?.claim, first);
    assert.equal(await registration.countTry(sessionHash, 1, 900), undefined);
    assert.equal(await registration.keepClaim(randomBytes(32), first, 900, sendKey), undefined);
    await directory.createAccount(newAccount({ lookupHash }));
    assert.equal(await registration.countTry(sessionHash, 1, 1), undefined);
    await stores.close();
  });

  test(`${name}: codes to one number are paused between, and limited`, async () => {
    const { stores, reopen } = await open();
    const limit = { pausesMs: [0, 60], windowMs: 1_000 };
    const key = randomBytes(32);
    const counted = (pauseMs: number) => ({ kind: "counted", pauseMs });
    const wait = (waitMs: number) => ({ kind: "wait", waitMs });
    const send = (now: number) => stores.registration.countSend(key, limit, now);
    const together = await Promise.all([send(0), send(0), send(0)]);
    assert.deepEqual(together, [counted(0), counted(60), wait(60)]);
    assert.deepEqual(await send(59), wait(1));
    assert.deepEqual(await send(60), counted(940), "none after the last until the window ends");
    assert.deepEqual(await send(200), wait(800));
    const other = await stores.registration.countSend(randomBytes(32), limit, 200);
    assert.deepEqual(other, counted(0));
    const again = await reopen();
    assert.deepEqual(await again.registration.countSend(key, limit, 999), wait(1));
    assert.deepEqual(await again.registration.countSend(key, limit, 1_000), counted(0));
    await again.registration.countSend(key, limit, 1_000);
    await again.registration.forget(0, 1_001);
    assert.deepEqual(await again.registration.countSend(key, limit, 1_001), counted(0));
    await again.close();
  });

  test(`${name}: who proves a number starts anew`, async () => {
    const { stores } = await open();
    const { registration } = stores;
    const limit = { pausesMs: [], windowMs: 1_000 };
    const sendKey = randomBytes(32);
    const session = aSession();
    await registration.openSession(session);
    await registration.countSend(sendKey, limit, 0);
    assert.deepEqual(await registration.countSend(sendKey, limit, 1), {
      kind: "wait",
      waitMs: 999,
    });
    const claim = { claim: randomBytes(100), signature: randomBytes(64) };
    await registration.keepClaim(session.sessionHash, claim, 900, sendKey);
    const outcome = await registration.countSend(sendKey, limit, 1);
    assert.equal(outcome.kind, "counted");
    await stores.close();
  });
}
