// The ledger: each item durable and in order whatever else happens, long bodies by what they can be held against, totals
// that are kept and not counted, and nothing taken out but by its owner.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sha256 } from "@assent/protocol";
import { Records } from "../store/records.ts";
import { createMemoryStore } from "../store/store-for-tests.ts";
import type { LedgerItem } from "./egress.ts";
import { Ledger } from "./ledger.ts";

interface ClockAndConsent {
  nowMs: number;
  /** 0: none yet. */
  consentedMs?: number;
}

function ledgerAt(clock: ClockAndConsent, store = createMemoryStore()) {
  const ledger = new Ledger({
    records: new Records(store),
    now: () => clock.nowMs,
    firstConsentAtMs: () => clock.consentedMs ?? 1,
  });
  return { store, ledger };
}

function item(body: Uint8Array): LedgerItem {
  return {
    declaration: "put",
    purpose: "service",
    method: "FRAME",
    destination: "ws://cell.example/outbox",
    body,
  };
}

const sizes = (lines: readonly { readonly size: number }[]) => lines.map(({ size }) => size);

test("what leaves is noted at once and in order, also in the middle of a step that is not stored", async () => {
  const { store, ledger } = ledgerAt({ nowMs: 1 });
  const stopped = new Records(store).step(async (step) => {
    await Promise.all([1, 2, 3].map((size) => ledger.note(item(new Uint8Array(size)))));
    assert.equal((await step.list("ledger")).length, 3);
    throw new Error("stopped");
  });
  await assert.rejects(stopped, /stopped/);
  assert.deepEqual(sizes(await ledger.lines()), [1, 2, 3]);
});

test("a body of 16 KB is kept byte for byte, and of a longer one its length and SHA-256", async () => {
  const { ledger } = ledgerAt({ nowMs: 1 });
  const whole = new Uint8Array(16_384).fill(7);
  const long = new Uint8Array(16_385).fill(7);
  await ledger.note(item(whole));
  await ledger.note(item(long));
  const [first, second] = await ledger.lines();
  assert.deepEqual([first?.size, first?.body], [16_384, { kind: "whole", bytes: whole }]);
  assert.deepEqual(
    [second?.size, second?.body],
    [16_385, { kind: "digest", sha256: sha256(long) }],
  );
});

describe("totals", () => {
  test("count items, bytes of long bodies too, and what was noted before the first yes", async () => {
    const clock = { nowMs: 5, consentedMs: 0 };
    const { ledger } = ledgerAt(clock);
    assert.deepEqual(await ledger.totals(), { items: 0, bytes: 0, beforeConsent: 0 });
    await ledger.note(item(new Uint8Array(3)));
    [clock.nowMs, clock.consentedMs] = [10, 10];
    await ledger.note(item(new Uint8Array(20_000)));
    const expected = { items: 2, bytes: 20_003, beforeConsent: 1, since: new Date(5) };
    assert.deepEqual(await ledger.totals(), expected);
  });

  test("say of nothing that it left before a yes that was given while the clock was ahead", async () => {
    const clock = { nowMs: 900, consentedMs: 0 };
    const { ledger } = ledgerAt(clock);
    await ledger.note(item(new Uint8Array(1)));
    clock.consentedMs = 900;
    clock.nowMs = 100;
    await ledger.note(item(new Uint8Array(2)));
    assert.equal((await ledger.totals()).beforeConsent, 1);
    // The clock is no measure for what is forgotten either.
    assert.equal(await ledger.clear({ before: new Date(500) }), 1);
    assert.deepEqual(
      [sizes(await ledger.lines()), (await ledger.totals()).beforeConsent],
      [[1], 1],
    );
    await ledger.clear();
    assert.equal((await ledger.totals()).beforeConsent, 0);
  });

  test("are read without reading the ledger, and are the same after the profile was closed", async () => {
    const { store, ledger } = ledgerAt({ nowMs: 5 });
    for (let count = 0; count < 3; count += 1) await ledger.note(item(new Uint8Array(10)));
    const listed: (number | undefined)[] = [];
    const watched = {
      ...store,
      list: (...args: Parameters<typeof store.list>) => {
        listed.push(args[1]?.limit);
        return store.list(...args);
      },
    };
    const { ledger: opened } = ledgerAt({ nowMs: 6 }, watched);
    const { items, bytes } = await opened.totals();
    assert.deepEqual([items, bytes, listed], [3, 30, [1]]);
  });
});

describe("clearing", () => {
  test("forgets what left before a moment, exactly, and the totals with it", async () => {
    const clock = { nowMs: 5, consentedMs: 0 };
    const { ledger } = ledgerAt(clock);
    for (const [nowMs, size] of [
      [5, 1],
      [9, 2],
      [10, 4],
    ] as const) {
      clock.nowMs = nowMs;
      await ledger.note(item(new Uint8Array(size)));
      clock.consentedMs = 7;
    }
    assert.equal(await ledger.clear({ before: new Date(10) }), 2);
    assert.deepEqual(sizes(await ledger.lines()), [4]);
    const left = { items: 1, bytes: 4, beforeConsent: 0, since: new Date(10) };
    assert.deepEqual(await ledger.totals(), left);
    assert.equal(await ledger.clear(), 1);
    assert.deepEqual(await ledger.lines(), []);
    assert.deepEqual(await ledger.totals(), { items: 0, bytes: 0, beforeConsent: 0 });
  });

  test("forgets with an item that it left before a yes, where there never was one too", async () => {
    const { ledger } = ledgerAt({ nowMs: 5, consentedMs: 0 });
    await ledger.note(item(new Uint8Array(1)));
    assert.equal((await ledger.totals()).beforeConsent, 1);
    await ledger.clear();
    assert.equal((await ledger.totals()).beforeConsent, 0);
  });

  test("of more than fit into one commit loses none that is noted meanwhile", async () => {
    const { ledger } = ledgerAt({ nowMs: 5 });
    for (let count = 0; count < 1_100; count += 1) await ledger.note(item(new Uint8Array(1)));
    const clearing = ledger.clear();
    await ledger.note(item(new Uint8Array(8)));
    await clearing;
    assert.deepEqual(sizes(await ledger.lines()), [8]);
    assert.equal((await ledger.totals()).items, 1);
  });
});
