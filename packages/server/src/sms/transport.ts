// What sends SMS, and hears what became of them and what people answer. A transport is told a number and a text once; it
// keeps neither after the SMS was accepted.
import type { PhoneNumber } from "@assent/protocol";

export interface OutgoingSms {
  /** Names this SMS here and at the provider: asked for twice under one key, it goes out once. */
  readonly key: string;
  readonly to: PhoneNumber;
  readonly text: string;
  /** The provider drops it when it could not be delivered for so long. */
  readonly validForSeconds: number;
}

export type SmsOutcome =
  /** The provider took it. `id` is its own name for it; empty where it gives none. */
  | { readonly kind: "accepted"; readonly id: string }
  /** It may be on its way, nobody can say; sent again, it could come twice. */
  | { readonly kind: "unknown" }
  /** The provider does not want this one, now or later; none of it went out. */
  | { readonly kind: "refused" }
  /** None of it went out, and the provider takes nothing at the moment. */
  | { readonly kind: "unavailable" };

/** What a provider says of it later. Some never say anything. */
export type SmsReport = "delivered" | "failed";

/** What somebody wrote to the service's own number. The sender is as the provider names it: trusted by nobody. */
export interface IncomingSms {
  readonly from: string;
  readonly text: string;
}

export interface SmsTransport {
  readonly name: string;
  /** Does not reject: what went wrong is an outcome. Asked again under a key, it answers with the first outcome. */
  send(sms: OutgoingSms): Promise<SmsOutcome>;
  /** Takes no more, and gives up what is under way, which ends with what is known of it then. */
  close(): Promise<void>;
}

/** Why a provider takes nothing: it was lost; nobody answers, or not as it should; or it does not know this account, or wants money first. */
export type SmsTrouble = "lost" | "unreachable" | "not-let-in";

/** Whether a provider would take an SMS now, as far as is known without asking it for one. */
export type SmsState =
  | "ready"
  /** It was not asked for anything yet. */
  | "not-known"
  /** It gave no fit answer when it was asked last, which is a while ago, but did lately before: it may be back. */
  | "not-answered"
  /** It wants fewer at a time, and said so within a minute. */
  | "throttled"
  /** Asked after the others for a while: what it took lately did not arrive, or it took nothing. */
  | "resting"
  | SmsTrouble;

const mayTakeSome: readonly SmsState[] = ["ready", "not-known", "not-answered", "throttled"];

/** Whether none would go out by it now. */
export function takesNone(state: SmsState): boolean {
  return !mayTakeSome.includes(state);
}

/** A transport to one provider. */
export interface SmsProvider extends SmsTransport {
  /** Resolves at once: nobody outside of this machine is asked. */
  state(): Promise<SmsState>;
}

/** So long a provider is said to want fewer at a time, and one that is asked by itself each time, not to have answered. */
export const passingToldMs = 60_000;

/** Who hears of what comes from a provider. */
export interface SmsHearing {
  /** Called at most once for an SMS, and only for one that was accepted or may be on its way. */
  readonly reported: (key: string, report: SmsReport) => void;
  /** The provider is told that it was taken once this resolves, and to try again where it rejects. */
  readonly received: (sms: IncomingSms) => Promise<void>;
}
