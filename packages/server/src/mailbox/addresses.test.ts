// Capabilities: they open to what was minted, under every epoch that is kept; with any bit changed they do not open; and
// their bytes are frozen, so that what people hold stays good.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bytesFromHex, hex, limits, randomBytes } from "@assent/protocol";
import type { CapabilityRole, SecretOfEpoch } from "../cell/roles.ts";
import { systemRandomness } from "../randomness.ts";
import { type CapabilityFields, createAddresses } from "./addresses.ts";
import type { AddressKind } from "./store.ts";

/** Keys of some epochs; the last one is current. */
function keysOf(...kept: SecretOfEpoch[]): CapabilityRole {
  return {
    current: () => kept.at(-1) as SecretOfEpoch,
    ofEpoch: (epoch) => kept.find((key) => key.epoch === epoch),
  };
}

const first = { epoch: 1, key: randomBytes(32) };
const second = { epoch: 2, key: randomBytes(32) };
const addresses = createAddresses(keysOf(first), systemRandomness);
const minted: CapabilityFields = {
  mailboxId: randomBytes(16),
  serial: randomBytes(16),
  kind: "full",
  expiresAt: 1_795_000_000_123,
  lineage: 29_876_543,
  generation: 3,
};

test("a capability opens to what it was minted for", () => {
  for (const kind of ["full", "provisional", "group"] as const) {
    const capability = addresses.mint({ ...minted, kind });
    assert.ok(capability.length <= limits.capabilityBytes);
    assert.deepEqual(addresses.open(capability), { ...minted, kind, keyEpoch: 1 });
  }
});

test("no two of one address look alike", () => {
  assert.notDeepEqual(addresses.mint(minted), addresses.mint(minted));
});

test("a capability with any bit changed, cut off or made longer does not open", () => {
  const capability = addresses.mint(minted);
  // Nor does it where the right one was opened just now.
  assert.ok(addresses.open(capability));
  const refused = { code: "request_invalid" };
  for (let bit = 0; bit < capability.length * 8; bit += 1) {
    const changed = capability.slice();
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    // The last bit of the epoch makes it 0: of a key that was there before the one there is.
    const code = bit === 4 * 8 ? "address_expired" : "request_invalid";
    assert.throws(() => addresses.open(changed), { code }, `bit ${bit}`);
  }
  for (let length = 0; length < capability.length; length += 1) {
    assert.throws(() => addresses.open(capability.subarray(0, length)), refused);
  }
  assert.throws(() => addresses.open(new Uint8Array([...capability, 0])), refused);
});

test("another cell's capability does not open", () => {
  const others = createAddresses(keysOf({ ...first, key: randomBytes(32) }), systemRandomness);
  assert.throws(() => addresses.open(others.mint(minted)), { code: "request_invalid" });
});

test("what was minted before a rotation opens until its key is given up", () => {
  const kept = [first];
  const live = createAddresses(
    {
      current: () => kept.at(-1) as SecretOfEpoch,
      ofEpoch: (epoch) => kept.find((key) => key.epoch === epoch),
    },
    systemRandomness,
  );
  const before = live.mint(minted);
  kept.push(second);
  const after = live.mint(minted);
  assert.deepEqual(live.open(before), { ...minted, keyEpoch: 1 });
  const opened = live.open(after);
  assert.deepEqual(opened, { ...minted, keyEpoch: 2 });
  const former = live.open(before);
  assert.ok(live.stillOpens(former));
  assert.throws(() => addresses.open(after), { code: "request_invalid" });
  kept.shift();
  assert.throws(() => live.open(before), { code: "address_expired" });
  assert.ok(!live.stillOpens(former), "who remembers it asks first");
  assert.ok(live.stillOpens(opened));
});

interface FrozenCapability extends Record<"key" | "nonce" | "mailboxId" | "serial", string> {
  readonly epoch: number;
  readonly kind: AddressKind;
  readonly expiresAt: number;
  readonly lineage: number;
  readonly generation: number;
  readonly capability: string;
}

test("the bytes of a capability are frozen", () => {
  const { cases } = JSON.parse(
    readFileSync(
      new URL("../../../../test/vectors/mailbox-v1/capabilities.json", import.meta.url),
      "utf8",
    ),
  ) as { readonly cases: readonly FrozenCapability[] };
  assert.equal(cases.length, 3);
  for (const { epoch, key, nonce, capability, mailboxId, serial, ...rest } of cases) {
    const fields = { ...rest, mailboxId: bytesFromHex(mailboxId), serial: bytesFromHex(serial) };
    const frozen = createAddresses(keysOf({ epoch, key: bytesFromHex(key) }), {
      ...systemRandomness,
      bytes: () => bytesFromHex(nonce),
    });
    assert.equal(hex(frozen.mint(fields)), capability);
    assert.deepEqual(frozen.open(bytesFromHex(capability)), { ...fields, keyEpoch: epoch });
  }
});
