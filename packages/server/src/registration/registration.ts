// Proves numbers by SMS. Opens the sealed number, checks the consent it came with, and keeps what follows from
// the number but never the number: that lives in one function's variables until the SMS was taken.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import {
  AssentError,
  type CellId,
  ClaimSchema,
  concat,
  DeletionReceiptSchema,
  evaluateBatch,
  finalizeBatch,
  type HandleKeys,
  handleKeys,
  lookupHashOf,
  type NumberEvaluation,
  openSeal,
  ParametersSchema,
  type PhoneNumber,
  policy,
  type Signed,
  signClaim,
  signDeletionReceipt,
  signParameters,
  unblindedInput,
  utf8,
  voprfInput,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { CellKeys } from "../keys/keys.ts";
import type { RegistrationQuotas } from "../limits/quotas.ts";
import type { Randomness } from "../randomness.ts";
import { checkConsent } from "./consent.ts";
import { numberOfPadded } from "./sealed-number.ts";
import type { RegistrationStore, StoredClaim, StoredSession } from "./store.ts";

export interface StartedRegistration {
  /** 32 bytes; whoever has it may try codes. */
  readonly session: Uint8Array;
  readonly codeExpiresInSeconds: number;
  readonly resendAfterSeconds: number;
}

export interface ProvedNumber {
  readonly claim: StoredClaim;
  readonly evaluation: NumberEvaluation & { readonly voprfEpoch: number };
}

/** What is counted in a deletion receipt. */
export interface DeletedCounts {
  readonly records: number;
  readonly tags: number;
  readonly devices: number;
  readonly keyPackages: number;
  readonly envelopes: number;
}

export interface Registration {
  parameters(): Promise<Signed>;

  /**
   * Sends a code. The answer does not depend on whether the number is known.
   * @throws AssentError consent_invalid, policy_changed, number_invalid, number_refused, rate_limited,
   *   sms_failed, request_invalid
   */
  start(request: {
    readonly registrationKeyEpoch: number;
    readonly sealedNumber: Uint8Array;
    readonly consent: Uint8Array;
    readonly consentSignature: Uint8Array;
  }): Promise<StartedRegistration>;

  /** @throws AssentError code_wrong, code_expired */
  verify(session: Uint8Array, code: string): Promise<ProvedNumber>;

  /** Deletes the account and signs what was deleted. @throws AssentError signed_out */
  leave(accountId: Uint8Array, requestNonce: Uint8Array): Promise<Signed>;

  /** Forgets what expired. */
  sweep(): Promise<void>;
}

export interface RegistrationParts {
  readonly store: RegistrationStore;
  readonly keys: CellKeys;
  readonly cellId: CellId;
  readonly sendSms: (number: PhoneNumber, text: string) => Promise<void>;
  readonly deleteAccount: (accountId: Uint8Array) => Promise<DeletedCounts | undefined>;
  readonly publicHost: string;
  readonly quotas: RegistrationQuotas;
  readonly now: () => number;
  readonly randomness: Randomness;
}

export function createRegistration(parts: RegistrationParts): Registration {
  const { store, keys, cellId, quotas, now, randomness } = parts;

  function evaluateNumber(number: PhoneNumber): {
    handle: HandleKeys;
    evaluation: NumberEvaluation;
  } {
    const input = unblindedInput(voprfInput(number));
    const evaluated = evaluateBatch(keys.voprf.pair, [input.blindedElement]);
    const [handle] = finalizeBatch(keys.voprf.pair.publicKey, [input], evaluated);
    const [evaluatedElement] = evaluated.evaluatedElements;
    if (!handle || !evaluatedElement) throw new TypeError("a batch of one evaluates to one");
    return { handle: handleKeys(handle), evaluation: { evaluatedElement, proof: evaluated.proof } };
  }

  // Codes have 20 bits: only keys that are not on the same disk keep their MACs from giving them away.
  function codeMac(session: Uint8Array, code: string): Uint8Array {
    const mac = createHmac("sha256", keys.registrationCode);
    return new Uint8Array(mac.update("code").update(session).update(code).digest());
  }

  // Outlives the account for an hour, so that leaving does not reset the limit. Under a key, so that no lookup
  // hash can be found by it.
  function sendKey(lookupHash: Uint8Array): Uint8Array {
    const mac = createHmac("sha256", keys.registrationCode);
    return new Uint8Array(mac.update("send").update(lookupHash).digest());
  }

  async function signClaimOf(session: StoredSession): Promise<StoredClaim> {
    const expiresAt = now() + quotas.claimLifetimeMs;
    const claim = create(ClaimSchema, {
      lookupHash: session.lookupHash,
      bucketBits: session.bucketBits,
      tag: session.tag,
      rootKey: session.rootKey,
      voprfEpoch: session.voprfEpoch,
      serial: randomness.bytes(16),
      expiresAtMs: BigInt(expiresAt),
      policyVersion: session.policyVersion,
    });
    const { bytes, signature } = await signClaim(keys.identity, claim);
    const kept = await store.keepClaim(
      session.sessionHash,
      { claim: bytes, signature },
      expiresAt,
      sendKey(session.lookupHash),
    );
    if (!kept) throw new AssentError("code_expired");
    return kept;
  }

  return {
    parameters() {
      const parameters = create(ParametersSchema, {
        identityKey: keys.identity.publicKey,
        registrationKey: {
          epoch: keys.registration.epoch,
          publicKey: keys.registration.pair.publicKey,
        },
        voprfKey: { epoch: keys.voprf.epoch, publicKey: keys.voprf.pair.publicKey },
        policyVersion: policy.version,
      });
      return signParameters(keys.identity, parameters);
    },

    async start({ registrationKeyEpoch, sealedNumber, consent, consentSignature }) {
      const statement = await checkConsent(
        { bytes: consent, signature: consentSignature },
        { cellId, nowMs: now(), withinMs: quotas.consentAgeMs },
      );
      if (registrationKeyEpoch !== keys.registration.epoch)
        throw new AssentError("request_invalid");
      const padded = await openSeal(
        keys.registration.pair.privateKey,
        "number",
        sealedNumber,
        consent,
      );
      if (!padded) throw new AssentError("request_invalid");
      const number = numberOfPadded(padded);
      const { handle, evaluation } = evaluateNumber(number);
      const lookupHash = lookupHashOf(handle.lookupKey);

      const limit = { pausesMs: quotas.codePausesMs, windowMs: quotas.codeWindowMs };
      const send = await store.countSend(sendKey(lookupHash), limit, now());
      if (send.kind === "wait") {
        const retryAfterSeconds = Math.ceil(send.waitMs / 1_000);
        throw new AssentError("rate_limited", { retryAfterSeconds });
      }

      const session = randomness.bytes(32);
      const code = String(randomness.below(1_000_000)).padStart(6, "0");
      await store.openSession({
        sessionHash: hashOf(session),
        lookupHash,
        bucketBits: handle.bucketBits,
        tag: handle.tag,
        voprfEpoch: keys.voprf.epoch,
        evaluatedElement: evaluation.evaluatedElement,
        proof: evaluation.proof,
        rootKey: statement.rootKey,
        policyVersion: statement.policyVersion,
        codeMac: codeMac(session, code),
        expiresAt: now() + quotas.codeLifetimeMs,
        claim: undefined,
      });
      try {
        await parts.sendSms(number, smsText(code, parts.publicHost));
      } catch (cause) {
        throw new AssentError("sms_failed", { cause });
      }
      return {
        session,
        codeExpiresInSeconds: quotas.codeLifetimeMs / 1_000,
        resendAfterSeconds: Math.ceil(send.pauseMs / 1_000),
      };
    },

    async verify(session, code) {
      const stored = await store.countTry(hashOf(session), quotas.triesPerSession, now());
      if (!stored) throw new AssentError("code_expired");
      if (!timingSafeEqual(stored.codeMac, codeMac(session, code)))
        throw new AssentError("code_wrong");
      const { voprfEpoch, evaluatedElement, proof } = stored;
      return {
        claim: stored.claim ?? (await signClaimOf(stored)),
        evaluation: { voprfEpoch, evaluatedElement, proof },
      };
    },

    async leave(accountId, requestNonce) {
      const deleted = await parts.deleteAccount(accountId);
      if (!deleted) throw new AssentError("signed_out");
      const { records, tags, devices, keyPackages, envelopes } = deleted;
      const receipt = create(DeletionReceiptSchema, {
        cellId,
        deletedAtMs: BigInt(now()),
        records,
        tags,
        devices,
        keyPackages,
        envelopes,
        requestNonce,
      });
      return signDeletionReceipt(keys.identity, receipt);
    },

    sweep: () => store.forget(now(), now() - quotas.codeWindowMs),
  };
}

/** One GSM-7 segment. The last line lets a browser offer the code to this service's page alone (WebOTP). */
function smsText(code: string, publicHost: string): string {
  return `Assent code: ${code}\n\n@${publicHost} #${code}`;
}

function hashOf(session: Uint8Array): Uint8Array {
  return new Uint8Array(
    createHash("sha256")
      .update(concat(utf8("session"), session))
      .digest(),
  );
}
