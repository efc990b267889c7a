// What may leave, and when: nothing before a yes, and on the way out only what leaving needs.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AssentError,
  type DeclarationId,
  declarations,
  type Purpose,
  policy,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { Phase, ProfileStateSchema } from "../store/records.ts";
import { checkConsent, giveConsent } from "./consent.ts";

const all = Object.keys(declarations) as DeclarationId[];

function allowedIn(
  phase: Phase,
  consent = giveConsent(["service", "push", "sms-relay"], 1),
  firstConsentAtMs = 0n,
): DeclarationId[] {
  const state = create(ProfileStateSchema, { phase, consent, firstConsentAtMs });
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

test("being woken by a push service, and SMS by the service, need a yes of their own each", () => {
  const forPush: readonly DeclarationId[] = ["set-push", "subscribe-to-pushes"];
  const forSms: readonly DeclarationId[] = ["name-sms", "send-sms", "get-sms-states"];
  const without = (other: readonly DeclarationId[]) => all.filter((each) => !other.includes(each));
  const yesTo = (...purposes: Purpose[]) => allowedIn(Phase.ON, giveConsent(purposes, 1));
  assert.deepEqual(yesTo("service"), without([...forPush, ...forSms]));
  assert.deepEqual(yesTo("service", "push"), without(forSms));
  assert.deepEqual(yesTo("service", "sms-relay"), without(forPush));
});

test("not to be woken any more needs none, once anything was said yes to", () => {
  for (const phase of [Phase.OFF, Phase.ENDED]) {
    assert.deepEqual(allowedIn(phase, undefined, 1n), ["unsubscribe-from-pushes"]);
  }
});

test("leaving sends the deletion, asks where the service is, and opens the inbox where it says that requests are behind", () => {
  const needed: DeclarationId[] = [
    "delete-account",
    "get-parameters",
    "open-inbox",
    "authenticate",
  ];
  assert.deepEqual(allowedIn(Phase.LEAVING).sort(), needed.sort());
});

test("a yes to another policy, or for another purpose, lets nothing leave", () => {
  const older = giveConsent(["service"], 1, { version: policy.version - 1, text: policy.text });
  assert.deepEqual(allowedIn(Phase.ON, older), []);
  assert.deepEqual(allowedIn(Phase.ON, giveConsent(["discovery"], 1)), []);
});
