// Whether a number is the one that an account is under: the cell evaluates it itself, and compares. Trusts what the account was
// registered under, and nothing that a device says.
import { AssentError, equalBytes, type PhoneNumber } from "@assent/protocol";
import type { HeldNumber } from "../accounts/accounts.ts";
import type { VoprfRole } from "../cell/roles.ts";
import type { Evaluator } from "../computing/computing.ts";
import { type EvaluatedNumber, evaluateNumber } from "./evaluated-number.ts";

/** The number under the current key. @throws AssentError key_outdated where the account's own is too old, request_invalid */
export async function requireHeld(
  parts: {
    readonly voprf: Pick<VoprfRole, "current" | "ofEpoch">;
    readonly evaluator: Pick<Evaluator, "evaluateInput">;
  },
  number: PhoneNumber,
  held: Pick<HeldNumber, "lookupHash" | "voprfEpoch">,
): Promise<EvaluatedNumber> {
  const current = parts.voprf.current();
  const key = held.voprfEpoch === current.epoch ? current : parts.voprf.ofEpoch(held.voprfEpoch);
  if (!key) throw new AssentError("key_outdated");
  const keys = key === current ? [current] : [current, key];
  const [now, then = now] = await evaluateNumber(parts.evaluator, number, keys);
  if (!now || !then || !equalBytes(then.lookupHash, held.lookupHash)) {
    throw new AssentError("request_invalid");
  }
  return now;
}
