// Proves numbers by SMS, and nothing else. Opens the sealed number, checks the consent it came with, and keeps what follows
// from the number sealed under the session's secret, which it does not keep. The number itself lives in one function's
// variables until the SMS was taken.
import { createHmac, timingSafeEqual } from "node:crypto";
import {
  AssentError,
  type CellId,
  type Claim,
  equalBytes,
  Intent,
  type PhoneNumber,
  type SignedBytes,
} from "@assent/protocol";
import type { ClaimsRole, SealingRole, VoprfRole } from "../cell/roles.ts";
import type { Evaluator } from "../computing/computing.ts";
import type { Admission } from "../limits/admission.ts";
import { type CallingCode, callingCodeOf } from "../limits/calling-code.ts";
import type { RegistrationQuotas } from "../limits/quotas.ts";
import type { Randomness } from "../randomness.ts";
import type { SmsTransport } from "../sms/transport.ts";
import type { AskedWork, BroughtWork } from "./asked-work.ts";
import type { CodeAllowance } from "./code-allowance.ts";
import { type CodeIntent, codeSms } from "./code-sms.ts";
import { checkConsent } from "./consent.ts";
import { evaluateNumber } from "./evaluated-number.ts";
import type { Invitations, RegistrationState } from "./invitations.ts";
import type { NeverList } from "./never-list.ts";
import { openNumber, requireSmsAtThePriceOfOne, type SealedNumber } from "./sealed-number.ts";
import { createSeenHashes } from "./seen-hashes.ts";
import {
  openContent,
  openProved,
  type SessionContent,
  sealContent,
  sealNonceLength,
  sealProved,
  sessionHashOf,
  sessionSecretLength,
} from "./session.ts";
import { draftClaim, type ProvedNumber, signDraft } from "./signed-claim.ts";
import type { RegistrationStore } from "./store.ts";
import { prefixesOf, type UnprovedCodes } from "./unproved-codes.ts";

export interface StartRequest extends SealedNumber {
  readonly intent: CodeIntent;
  /** To register, and for nothing else. */
  readonly consent: SignedBytes | undefined;
  /** Done because it was asked for. */
  readonly work: BroughtWork | undefined;
  /** Where it comes from. */
  readonly network: string;
}

export interface StartedRegistration {
  /** 32 bytes; whoever has it may try codes. */
  readonly session: Uint8Array;
  readonly codeExpiresInSeconds: number;
  readonly resendAfterSeconds: number;
}

export type VerifiedCode =
  | ({ readonly kind: "proved" } & ProvedNumber)
  /** The number gets no codes from now on. */
  | { readonly kind: "never" };

/** The right one, of its session. */
interface ShownCode {
  readonly session: Uint8Array;
  readonly content: SessionContent;
  /** Where it was typed. */
  readonly network: string;
}

export interface Registration {
  /**
   * Sends a code. The answer does not depend on whether the number is known.
   * @throws AssentError registration_closed, busy (to register, where no account could be made now), invitation_needed, invitation_invalid, consent_invalid, policy_changed, key_outdated, request_invalid, number_invalid, number_refused,
   *   rate_limited, work_required, sms_failed
   */
  start(request: StartRequest): Promise<StartedRegistration>;

  /**
   * Sends a code to leave, for somebody who is at the operator's desk.
   * @throws AssentError number_refused, rate_limited, sms_failed
   */
  startLeaving(number: PhoneNumber, network: string): Promise<StartedRegistration>;

  /** @param network where it comes from. @throws AssentError code_wrong, code_expired (also where the VOPRF key is another now), number_refused */
  verify(session: Uint8Array, code: string, network: string): Promise<VerifiedCode>;

  /** Forgets sessions that are over. */
  sweep(): Promise<void>;
}

export interface RegistrationParts {
  readonly cellId: CellId;
  readonly store: RegistrationStore;
  readonly sealing: SealingRole;
  readonly voprf: Pick<VoprfRole, "current" | "former">;
  readonly claims: ClaimsRole;
  /** As the operator last said. */
  readonly registrationState: () => RegistrationState;
  /** No account is made for want of room. */
  readonly isShort: () => boolean;
  readonly invitations: Pick<Invitations, "require">;
  readonly neverList: Pick<NeverList, "macOf" | "has" | "hasMac" | "addMac">;
  /** Of this room alone: MACs codes. */
  readonly secret: Uint8Array;
  readonly allowance: CodeAllowance;
  readonly askedWork: AskedWork;
  readonly unproved: Omit<UnprovedCodes, "reported">;
  readonly evaluator: Pick<Evaluator, "evaluateInput">;
  /** To what is dear. */
  readonly admission: Admission;
  readonly sendSms: SmsTransport["send"];
  /** Hears of each SMS, and nothing more of where it went. */
  readonly smsSent: (callingCode: CallingCode) => void;
  /** Hears of each code that was proved, once. */
  readonly codeProved: () => void;
  readonly publicHost: string;
  readonly quotas: RegistrationQuotas;
  readonly now: () => number;
  readonly randomness: Randomness;
}

export function createRegistration(parts: RegistrationParts): Registration {
  const { cellId, store, allowance, askedWork, unproved, quotas, now, randomness } = parts;
  const seenSeals = createSeenHashes(quotas.sealsRemembered);

  // Codes have 20 bits: only a key that is not in the store keeps their MACs from giving them away.
  function codeMac(session: Uint8Array, code: string): Uint8Array {
    const mac = createHmac("sha256", parts.secret);
    return new Uint8Array(mac.update("code").update(session).update(code).digest());
  }

  async function readConsent({ intent, consent }: StartRequest) {
    if ((intent === Intent.REGISTER) !== (consent !== undefined)) {
      throw new AssentError("request_invalid");
    }
    const expected = { cellId, nowMs: now(), withinMs: quotas.consentAgeMs };
    return consent && checkConsent(consent, expected);
  }

  /** What is kept of a number until its code comes. */
  async function contentOf(
    number: PhoneNumber,
    intent: CodeIntent,
    given: Pick<Claim, "rootKey" | "policyVersion" | "invitation">,
  ): Promise<SessionContent> {
    const keys = [parts.voprf.current(), ...parts.voprf.former()];
    const [evaluated, ...former] = await evaluateNumber(parts.evaluator, number, keys);
    if (!evaluated) throw new TypeError("a number evaluates under each key");
    const draft = draftClaim({
      cellId,
      intent,
      number: evaluated,
      formerLookupHashes: former.map(({ lookupHash }) => lookupHash),
      rootKey: given.rootKey,
      policyVersion: given.policyVersion,
      invitation: given.invitation,
    });
    return {
      draft,
      evaluation: evaluated.evaluation,
      numberMac: parts.neverList.macOf(number),
      prefixes: prefixesOf(number),
    };
  }

  /** Signs the session's claim, or finds that another call did. @throws AssentError code_expired */
  async function claimOf(asked: ShownCode): Promise<ProvedNumber> {
    const expiresAt = now() + quotas.claimLifetimeMs;
    const proved = await signDraft(parts.claims, asked.content, randomness.bytes(16), expiresAt);
    return openProved(asked.session, await keepAnswer(asked, proved, expiresAt));
  }

  /**
   * What the session answers from now on. A code proves something once, by the first of those that come together.
   * @param proved nothing where it is to get no more codes
   * @throws AssentError code_expired
   */
  async function keepAnswer(
    { session, content, network }: ShownCode,
    proved: ProvedNumber | undefined,
    expiresAt: number,
  ): Promise<Uint8Array> {
    const sealed = sealProved(session, randomness.bytes(sealNonceLength), proved);
    const kept = await store.keepClaim(sessionHashOf(session), sealed, expiresAt);
    if (!kept) throw new AssentError("code_expired");
    if (equalBytes(kept, sealed)) {
      unproved.proved(content.prefixes);
      parts.codeProved();
      await allowance.endPauses({ lookupHashes: lookupHashesOf(content), network });
    }
    return kept;
  }

  /**
   * Reads a sealed number that is not being opened and was not: every try seals anew, so that one which comes again was
   * recorded by somebody. One that failed to open is forgotten, but where work was done for it: that counts once.
   */
  async function readOnce(request: StartRequest, bitsDone: number) {
    const forget = seenSeals.see(request.sealedNumber);
    if (!forget) throw new AssentError("request_invalid");
    let isOpened = false;
    try {
      const opened = () => {
        isOpened = true;
      };
      return await parts.admission.admit(request.network, () => read(request, bitsDone, opened));
    } finally {
      if (!isOpened && bitsDone === 0) forget();
    }
  }

  /** Opens the number, and evaluates it. */
  async function read(request: StartRequest, bitsDone: number, opened: () => void) {
    const { intent, network } = request;
    const statement = await readConsent(request);
    const consent = request.consent?.encoded ?? new Uint8Array();
    const bound = { cellId, intent, consent };
    const { number, invitation } = await openNumber(parts.sealing, request, bound, opened);
    // Before anything that is said of the number: whoever was not invited learns nothing of it.
    const isInviteOnly = intent === Intent.REGISTER && parts.registrationState() === "invite-only";
    const invited = isInviteOnly ? await parts.invitations.require(invitation) : new Uint8Array();
    const prefixes = prefixesOf(number);
    unproved.require(prefixes);
    askedWork.require(bitsDone, unproved.share(prefixes), network);
    // Behind the work, or whoever does none could ask for free who wants no codes. They may still want to leave.
    if (intent !== Intent.LEAVE && (await parts.neverList.has(number))) {
      throw new AssentError("number_refused");
    }
    const { rootKey, policyVersion } = statement ?? { rootKey: new Uint8Array(), policyVersion: 0 };
    const given = { rootKey, policyVersion, invitation: invited };
    return { number, content: await contentOf(number, intent, given) };
  }

  /** Counts an SMS, and sends it: from here on the code that it has can be tried. */
  async function sendCode(asked: {
    readonly intent: CodeIntent;
    readonly number: PhoneNumber;
    readonly content: SessionContent;
    readonly network: string;
  }): Promise<StartedRegistration> {
    const { intent, number, content, network } = asked;
    const counted = await allowance.count({
      number,
      lookupHashes: lookupHashesOf(content),
      network,
    });
    const session = randomness.bytes(sessionSecretLength);
    const code = String(randomness.below(1_000_000)).padStart(6, "0");
    await store.openSession({
      sessionHash: sessionHashOf(session),
      sealed: sealContent(session, randomness.bytes(sealNonceLength), content),
      codeMac: codeMac(session, code),
      expiresAt: now() + quotas.codeLifetimeMs,
      sealedClaim: undefined,
    });
    const key = Buffer.from(randomness.bytes(16)).toString("hex");
    unproved.sending(key, content.prefixes);
    const outcome = await parts.sendSms({
      key,
      to: number,
      text: codeSms(intent, code, parts.publicHost),
      validForSeconds: quotas.codeLifetimeMs / 1_000,
    });
    // One that may be on its way is waited for like any other: its code is good.
    if (outcome.kind === "refused" || outcome.kind === "unavailable") {
      unproved.notSent(key);
      if (outcome.kind === "unavailable") await allowance.giveBack(counted);
      throw new AssentError("sms_failed");
    }
    parts.smsSent(callingCodeOf(number));
    return {
      session,
      codeExpiresInSeconds: quotas.codeLifetimeMs / 1_000,
      resendAfterSeconds: counted.resendAfterSeconds,
    };
  }

  return {
    async start(request) {
      const { intent, network } = request;
      if (intent === Intent.REGISTER && parts.registrationState() === "closed") {
        throw new AssentError("registration_closed");
      }
      // A code would cost its SMS, and bring nobody in.
      if (intent === Intent.REGISTER && parts.isShort()) throw new AssentError("busy");
      // Each check is dearer than those before it; what costs milliseconds is on threads, and who may wait for them bounded.
      allowance.requireAny();
      // Whoever leaves has an SMS sent like anybody else.
      const bitsDone = askedWork.bitsDone(request.sealedNumber, request.work, network);
      askedWork.require(bitsDone, await allowance.usedShare(network), network);
      const { number, content } = await readOnce(request, bitsDone);
      return sendCode({ intent, number, content, network });
    },

    async startLeaving(number, network) {
      allowance.requireAny();
      requireSmsAtThePriceOfOne(number);
      const given = { rootKey: new Uint8Array(), policyVersion: 0, invitation: new Uint8Array() };
      const content = await parts.admission.admit(network, () =>
        contentOf(number, Intent.LEAVE, given),
      );
      unproved.require(content.prefixes);
      return sendCode({ intent: Intent.LEAVE, number, content, network });
    },

    async verify(session, code, network) {
      const stored = await store.countTry(sessionHashOf(session), quotas.triesPerSession, now());
      if (!stored) throw new AssentError("code_expired");
      if (!timingSafeEqual(stored.codeMac, codeMac(session, code)))
        throw new AssentError("code_wrong");
      const content = openContent(session, stored.sealed);
      const shown = { session, content, network };
      const { sealedClaim } = stored;
      if (content.draft.intent === Intent.NEVER) {
        await parts.neverList.addMac(content.numberMac);
        if (!sealedClaim) await keepAnswer(shown, undefined, now() + quotas.codeLifetimeMs);
        return { kind: "never" };
      }
      if (content.draft.intent === Intent.REGISTER) {
        // It may have been put there since its code went out.
        if (await parts.neverList.hasMac(content.numberMac))
          throw new AssentError("number_refused");
        // No account is made by such a claim. Who leaves may stand where it looks still.
        const isOutdated = content.draft.voprfEpoch !== parts.voprf.current().epoch;
        if (isOutdated && !sealedClaim) throw new AssentError("code_expired");
      }
      const proved = sealedClaim ? openProved(session, sealedClaim) : await claimOf(shown);
      return { kind: "proved", ...proved };
    },

    async sweep() {
      const { codeLifetimeMs, claimLifetimeMs } = quotas;
      await store.forget(now(), now() + Math.max(codeLifetimeMs, claimLifetimeMs));
    },
  };
}

/** Of the current key first, of the oldest that is still good last. */
function lookupHashesOf({ draft }: SessionContent): readonly Uint8Array[] {
  return [draft.lookupHash, ...draft.formerLookupHashes];
}
