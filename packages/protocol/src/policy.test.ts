// The policy: its words are pinned to its version, and agree with what is declared.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "./bytes.ts";
import { declarations } from "./declarations.ts";
import { isPurpose, policy, policyFingerprint, policyHash, purposes } from "./policy.ts";

// What the version says, for good: people sign these words. Other words are another version.
const fingerprints: Record<number, string> = { 4: "a2b37ece2e327fd0" };

test("the words of a version stay as they were signed", () => {
  assert.equal(policy.version, 4);
  assert.equal(policyFingerprint(policy), fingerprints[policy.version]);
});

test("it fits a page of text: plain words, no tabs, no line beyond 120 characters", () => {
  assert.match(policy.text, /^[\x20-\x7e\n]+\n$/);
  for (const line of policy.text.split("\n")) assert.ok(line.length <= 120, line);
});

test("it says how long things are kept as the declarations do", () => {
  const words = policy.text.replaceAll(/\s+/g, " ");
  for (const [id, kept] of [
    ["put", "31 days at most"],
    ["evaluate", "20 days at most"],
    ["delete-account", "400 days"],
    ["delete-by-claim", "400 days"],
    ["start-registration", "until the SMS"],
    ["start-registration", "for 10 minutes"],
    ["acknowledge", "until you turn off"],
    ["authenticate", "last signature"],
  ] as const) {
    assert.ok(declarations[id].kept.includes(kept), `${id}: ${kept}`);
    assert.ok(words.includes(kept), kept);
  }
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
