// What a person is told when the policy they said yes to is another one now.
import assert from "node:assert/strict";
import { test } from "node:test";
import { policy } from "@assent/protocol";
import { en } from "../language/en.ts";
import { policyChangesSince } from "./policy-changes.ts";

test("the last change of the policy is told in its own words, which stand in the policy", () => {
  const changes = policyChangesSince(policy.version - 1, en);
  assert.equal(changes.length, 1);
  const [change = ""] = changes;
  assert.notEqual(change, en.policyChangeOther);
  assert.ok(policy.text.replace(/\s+/g, " ").includes(change), change);
});

test("older ones are told once, however many there were, before the last", () => {
  const [last] = policyChangesSince(policy.version - 1, en);
  assert.deepEqual(policyChangesSince(1, en), [en.policyChangeOther, last]);
});

test("other words of the same version are told as that", () => {
  assert.deepEqual(policyChangesSince(policy.version, en), [en.policyChangeOther]);
});
