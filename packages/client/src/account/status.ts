// Where a profile stands between off and on, in the words of its owner.
import { limits, type PhoneNumber } from "@assent/protocol";
import { isPaused } from "../consent/consent.ts";
import { Phase, type ProfileState, type Verification } from "../store/records.ts";
import type { Cell } from "./cells.ts";
import { type AccountEnded, endingOf } from "./ending.ts";
import type { OperatorWords } from "./operator-words.ts";
import { waitsForOwner } from "./restart-due.ts";
import { type ServiceEnds, serviceEndsOf } from "./service-ends.ts";

export type ProfilePhase = "off" | "verifying" | "on" | "leaving" | "ended";

export interface ProfileStatus {
  readonly phase: ProfilePhase;
  readonly number?: PhoneNumber;
  readonly server?: string;
  /** What whoever runs that service says of it: known once the owner said yes there. */
  readonly operator?: OperatorWords;
  /** *This service ends*, as it says itself. */
  readonly serviceEnds?: ServiceEnds;
  /** The service wakes browsers while the app is closed. */
  readonly wakesBrowsers?: true;
  /** The service sends SMS for devices that have no SIM, where their owner says yes to `sms-relay`. */
  readonly relaysSms?: true;
  readonly purposes: readonly string[];
  /** When the owner said yes, and to which policy. */
  readonly consent?: { readonly policyVersion: number; readonly givenAt: Date };
  /** No yes to the policy as it is now: nothing leaves until the owner answers again. */
  readonly policyChanged: boolean;
  /** Until when the code that was sent can be typed, and from when on another can be asked for. */
  readonly code?: { readonly expiresAt: Date; readonly resendAt: Date };
  /** Whether the owner ever said yes: before that, nothing can have left. */
  readonly everOn: boolean;
  /** How the account ended, where the service signed this device out and said so. */
  readonly ending?: AccountEnded;
  /** This profile was set back to an earlier state, as by a backup that was put back. */
  readonly setBack?: {
    readonly at: Date;
    /** It happened before in the last month: the owner has to say that this device goes on (`account.beginAnew`). */
    readonly waitsForOwner: boolean;
  };
  readonly queued: number;
}

const phaseWords: Readonly<Record<Phase, ProfilePhase>> = {
  [Phase.OFF]: "off",
  [Phase.VERIFYING]: "verifying",
  [Phase.ON]: "on",
  [Phase.LEAVING]: "leaving",
  [Phase.ENDED]: "ended",
};

/**
 * @param known of the service, as its parameters say.
 * @param queued texts that wait for a connection.
 */
export function statusOf(
  state: ProfileState,
  known: Pick<Cell, "operator" | "end" | "pushKey" | "relaysSms"> | undefined,
  queued: number,
  nowMs: number,
): ProfileStatus {
  const { setBackAtMs, phase, identity, cell, consent, verification, ending } = state;
  const consented = consent && {
    policyVersion: consent.policyVersion,
    givenAt: new Date(Number(consent.givenAtMs)),
  };
  const code = verification?.session.length
    ? {
        expiresAt: new Date(Number(verification.codeExpiresAtMs)),
        resendAt: resendAtOf(verification, nowMs),
      }
    : undefined;
  return {
    phase: phaseWords[phase],
    ...(identity ? { number: identity.number as PhoneNumber } : {}),
    ...(cell ? { server: cell.url } : {}),
    ...(known?.operator ? { operator: known.operator } : {}),
    ...(known?.end ? { serviceEnds: serviceEndsOf(known.end) } : {}),
    ...(known?.pushKey ? { wakesBrowsers: true } : {}),
    ...(known?.relaysSms ? { relaysSms: true } : {}),
    purposes: consent?.purposes ?? [],
    ...(consented ? { consent: consented } : {}),
    policyChanged: isPaused(state),
    ...(code ? { code } : {}),
    ...(ending ? { ending: endingOf(ending) } : {}),
    ...(setBackAtMs > 0n
      ? {
          setBack: {
            at: new Date(Number(setBackAtMs)),
            waitsForOwner: waitsForOwner(state, nowMs),
          },
        }
      : {}),
    everOn: state.firstConsentAtMs > 0n,
    queued,
  };
}

/** What is further ahead than any code was noted by a clock that was wrong: nobody waits for that. */
function resendAtOf({ resendAtMs }: Verification, nowMs: number): Date {
  const atMs = Number(resendAtMs);
  return new Date(atMs - nowMs > limits.nextCodeSeconds * 1000 ? nowMs : atMs);
}
