// The policy: its words are pinned to its version.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "./bytes.ts";
import { isPurpose, policy, policyFingerprint, policyHash, purposes } from "./policy.ts";

// What each version says, for good: people signed these words. Other words are another version.
const fingerprints: Record<number, string> = {
  1: "579ffde029b3dce4",
  2: "090d08c6294e2c11",
};

test("the words of a version stay as they were signed", () => {
  assert.equal(policyFingerprint(policy), fingerprints[policy.version]);
});

test("the hash covers every word", () => {
  assert.equal(policyHash(policy).length, 32);
  assert.ok(hex(policyHash(policy)).startsWith(policyFingerprint(policy)));
  const changed = { ...policy, text: policy.text.replace("never", "ever") };
  assert.notEqual(policyFingerprint(changed), policyFingerprint(policy));
});

test("a purpose is one of the list, and nothing an object happens to have", () => {
  for (const purpose of purposes) assert.ok(isPurpose(purpose));
  for (const text of ["", "Service", "toString", "__proto__", "length", "0"]) {
    assert.ok(!isPurpose(text), text);
  }
});
