// Capabilities: they open to what was minted, and with any bit changed they do not open.
import assert from "node:assert/strict";
import { test } from "node:test";
import { limits, randomBytes } from "@assent/protocol";
import { systemRandomness } from "../randomness.ts";
import { createAddresses, type OpenedCapability } from "./addresses.ts";

const addresses = createAddresses({ epoch: 1, key: randomBytes(32) }, systemRandomness);
const minted: OpenedCapability = {
  mailboxId: randomBytes(16),
  serial: randomBytes(16),
  kind: "full",
  expiresAt: 1_795_000_000_123,
};

test("a capability opens to what it was minted for", () => {
  for (const kind of ["full", "provisional"] as const) {
    const capability = addresses.mint({ ...minted, kind });
    assert.ok(capability.length <= limits.capabilityBytes);
    assert.deepEqual(addresses.open(capability), { ...minted, kind });
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
    assert.throws(() => addresses.open(changed), refused, `bit ${bit}`);
  }
  for (let length = 0; length < capability.length; length += 1) {
    assert.throws(() => addresses.open(capability.subarray(0, length)), refused);
  }
  assert.throws(() => addresses.open(new Uint8Array([...capability, 0])), refused);
});

test("another cell's capability does not open", () => {
  const others = createAddresses({ epoch: 1, key: randomBytes(32) }, systemRandomness);
  assert.throws(() => addresses.open(others.mint(minted)), { code: "request_invalid" });
});
