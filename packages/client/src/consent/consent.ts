// The owner's yes. Decides what may leave; asks nothing by itself and sends nothing.
import {
  AssentError,
  type CellId,
  ConsentStatementSchema,
  type DeclarationId,
  equalBytes,
  type Policy,
  type Purpose,
  policy,
  policyHash,
  randomBytes,
  type Signed,
  signConsent,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { type Consent, ConsentSchema, Phase, type ProfileState } from "../store/records.ts";

/** The yes to the policy this client ships, for some purposes. */
export function giveConsent(
  purposes: readonly Purpose[],
  nowMs: number,
  shown: Policy = policy,
): Consent {
  return create(ConsentSchema, {
    policyVersion: shown.version,
    policyHash: policyHash(shown),
    purposes: [...purposes],
    givenAtMs: BigInt(nowMs),
  });
}

/** The yes as the service wants to see it: signed, and given to this cell alone. */
export function signedConsent(
  consent: Consent,
  root: { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array },
  cellId: CellId,
): Promise<Signed> {
  const statement = create(ConsentStatementSchema, {
    rootKey: root.publicKey,
    cellId,
    policyVersion: consent.policyVersion,
    policyHash: consent.policyHash,
    purposes: consent.purposes,
    givenAtMs: consent.givenAtMs,
    nonce: randomBytes(16),
  });
  return signConsent(root.privateKey, statement);
}

// Leaving needs no further yes: the owner asked for it, and only that goes out. The inbox, because it alone says which
// requests this device signed before, where a profile was set back; and the parameters, because nobody leaves a service that
// moved but where its root key vouches that it is. Not by the key to come back by: the first request that leaves ends it.
const leaving: ReadonlySet<DeclarationId> = new Set([
  "get-parameters",
  "delete-account",
  "open-inbox",
  "authenticate",
]);

// What the browser itself tells its push service to be woken no more: it takes a yes back, also one that is over.
const takingBack: DeclarationId = "unsubscribe-from-pushes";

/**
 * Whether something declared for a purpose may leave now.
 * @throws AssentError consent_required, policy_changed
 */
export function checkConsent(
  state: ProfileState | undefined,
  declaration: DeclarationId,
  purpose: Purpose,
): void {
  if (state?.phase === Phase.LEAVING && leaving.has(declaration)) return;
  if (declaration === takingBack && state && state.firstConsentAtMs > 0n) return;
  const live = state?.phase === Phase.VERIFYING || state?.phase === Phase.ON;
  if (!live) throw new AssentError("consent_required");
  if (isPaused(state)) throw new AssentError("policy_changed");
  if (!state.consent?.purposes.includes(purpose)) throw new AssentError("consent_required");
}

/** What the owner says to a purpose: `unasked` where the policy is another than they answered. */
export type ConsentAnswer = "yes" | "no" | "unasked";

export function answerTo({ consent }: ProfileState, purpose: Purpose): ConsentAnswer {
  if (!consent || !isCurrent(consent)) return "unasked";
  return consent.purposes.includes(purpose) ? "yes" : "no";
}

/** On, and without a yes to the policy as it is now: nothing leaves until the owner answers again. */
export function isPaused({ phase, consent }: ProfileState): boolean {
  const live = phase === Phase.VERIFYING || phase === Phase.ON;
  return live && (consent === undefined || !isCurrent(consent));
}

// Asked of each item that leaves.
const hashOfPolicy = policyHash(policy);

/** Whether the yes was given to the policy as it is now, word for word. */
export function isCurrent(consent: Consent): boolean {
  return consent.policyVersion === policy.version && equalBytes(consent.policyHash, hashOfPolicy);
}
