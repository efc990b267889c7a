// What may leave, and when: nothing before a yes, and on the way out only what leaving needs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AssentError, type DeclarationId, declarations, policy } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { Phase, ProfileStateSchema } from "../store/records.ts";
import { checkConsent, giveConsent } from "./consent.ts";

const all = Object.keys(declarations) as DeclarationId[];

function allowedIn(phase: Phase, consent = giveConsent(["service"], 1)): DeclarationId[] {
  const state = create(ProfileStateSchema, { phase, consent });
  return all.filter((declaration) => {
    try {
      checkConsent(state, declaration, declarations[declaration].purpose);
      return true;
    } catch (error) {
      assert.ok(error instanceof AssentError);
      return false;
    }
  });
}

test("all that is declared may leave while it is on, and nothing while it is off or over", () => {
  assert.deepEqual(allowedIn(Phase.ON), all);
  assert.deepEqual(allowedIn(Phase.VERIFYING), all);
  for (const phase of [Phase.OFF, Phase.ENDED]) assert.deepEqual(allowedIn(phase), []);
});

test("leaving sends the deletion, and opens the inbox where the service says that requests are behind", () => {
  const needed: DeclarationId[] = ["delete-account", "open-inbox", "authenticate"];
  assert.deepEqual(allowedIn(Phase.LEAVING).sort(), needed.sort());
});

test("a yes to another policy, or for another purpose, lets nothing leave", () => {
  const older = giveConsent(["service"], 1, { version: policy.version - 1, text: policy.text });
  assert.deepEqual(allowedIn(Phase.ON, older), []);
  assert.deepEqual(allowedIn(Phase.ON, giveConsent(["discovery"], 1)), []);
});
