// Being on at a service, as the owner meets it: the yes, the code, further purposes, beginning anew, leaving. One thing at a
// time; what it changes is durable when a call resolves.
import {
  AssentError,
  equalBytes,
  type Invitation,
  type PhoneNumber,
  type Purpose,
  readInvitation,
} from "@assent/protocol";
import { type Waiting, waitingFor } from "../clock/waiting.ts";
import { giveConsent, isCurrent } from "../consent/consent.ts";
import { SignedOut } from "../egress/inbox-answers.ts";
import { Phase, type ProfileState } from "../store/records.ts";
import { checkedEnding } from "./ending.ts";
import { ownDeviceOf, type Self } from "./self.ts";
import { serverOriginOf } from "./server-origin.ts";
import type { SignedRequests } from "./signed-requests.ts";
import { type ProfileStatus, statusOf } from "./status.ts";
import {
  finishLeaving,
  forgetAccount,
  keptReceipt,
  type Left,
  type OwnerReceipt,
  startLeaving,
  type TurningOff,
} from "./turn-off.ts";
import type { TurnedOn, TurningOn } from "./turn-on.ts";

/** Turning on, and a code: once in a phone's life. */
function loadTurningOn() {
  return import("./turn-on.ts");
}

/** What the line does where the account comes and goes. */
export interface AccountLine {
  /** Once, when an account is new: what the first text needs. */
  prepare(self: Self): Promise<void>;
  /** Takes what waits before leaving; never longer than the owner can be kept from it. */
  drain(self: Self): Promise<void>;
  beginAnew(self: Self): Promise<void>;
  close(): void;
}

export interface AccountParts extends TurningOn, TurningOff {
  readonly signedRequests: SignedRequests;
  readonly self: () => Self;
  readonly line: AccountLine;
  /** Texts that wait for a connection. */
  readonly queued: () => Promise<number>;
  /** Runs a step when no other of these does. The service may be waited for in it. */
  readonly oneByOne: <T>(step: () => Promise<T>) => Promise<T>;
}

export interface TurnOnOptions extends Waiting {
  /** As whoever runs the service gave it to the owner; kept until the account is made. */
  readonly invitation?: string | undefined;
  /**
   * Hears how much is done of the work that the service asks for before it sends a code, from 0 to 1; nothing where it asks
   * for none. Whoever stops waiting, or leaves, ends that work.
   */
  readonly working?: (done: number) => void;
}

export class Account {
  readonly #parts: AccountParts;
  #work = new AbortController();

  /** @internal */
  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** Whether private messages are on, at which service, and how many texts wait. Asks nobody. */
  async status(): Promise<ProfileStatus> {
    const { state, cells, queued, now } = this.#parts;
    const waiting = await queued();
    // Whoever was told of a commit a moment ago must not read what was before it.
    return statusOf(state.current, cells.pinned, waiting, now());
  }

  /**
   * The owner's yes. Records it, then has a code sent to the number; the same again sends another code. On a
   * profile that is on and paused by a changed policy, it is the yes to that.
   * @param server of the cell, such as https://assent.example.
   * @throws AssentError server_invalid, already_on, registration_closed, invitation_needed, invitation_invalid,
   *   number_refused, rate_limited, sms_failed, policy_changed, update_required, service_untrusted, busy, unreachable;
   *   consent_required where it was ended while it did the work
   */
  turnOn(
    number: PhoneNumber,
    server: string,
    purposes: readonly Purpose[],
    options: TurnOnOptions = {},
  ): Promise<TurnedOn> {
    return this.#alone(options, async () => {
      const { askForCode, isSignedOutOf, leavesAccountBehind } = await loadTurningOn();
      const { state, cells, now } = this.#parts;
      const named = serverOriginOf(server);
      // While it is on, this asks nobody. Who goes to a service goes where they said: a service may name others' places as its own.
      const origin = this.isOn ? cells.nowAt(named) : named;
      const invitation = readInvitationOf(options);
      // An account that may be at a service is deleted there before its keys are given up here.
      if (leavesAccountBehind(state.current, number, origin)) {
        const left = await this.#leave();
        if (left.kind === "waiting") throw new AssentError("unreachable");
      }
      if (isSignedOutOf(state.current, number, origin)) {
        const consent = giveConsent(purposes, now());
        if (await this.#isKnownAgain({ consent })) return { kind: "consent-renewed" };
      } else if (state.current.phase === Phase.ENDED) {
        await this.#leaveForAnother();
      }
      const work = new AbortController();
      this.#work = work;
      const { signal, working } = options;
      const end = () => work.abort();
      if (signal?.aborted) end();
      signal?.addEventListener("abort", end);
      try {
        const doing = { signal: work.signal, working, invitation };
        return await askForCode(this.#parts, number, origin, purposes, doing);
      } finally {
        signal?.removeEventListener("abort", end);
      }
    });
  }

  /** @throws AssentError not_verifying, code_wrong, code_expired, service_untrusted, unreachable */
  verify(code: string, waiting?: Waiting): Promise<void> {
    return this.#alone(waiting, async () => {
      const { verifyCode } = await loadTurningOn();
      await verifyCode(this.#parts, code);
      await this.#parts.line.prepare(this.#parts.self());
    });
  }

  /**
   * The owner's yes or no to one further purpose. Both take effect at once.
   * @throws AssentError consent_required where private messages are off, policy_changed
   */
  setPurpose(purpose: Exclude<Purpose, "service">, granted: boolean): Promise<void> {
    return this.#alone(undefined, async () => {
      const { state, givingUp, now } = this.#parts;
      const { consent } = state.current;
      if (!this.isOn || !consent) throw new AssentError("consent_required");
      if (!isCurrent(consent)) throw new AssentError("policy_changed");
      const others = consent.purposes.filter((known) => known !== purpose) as Purpose[];
      const purposes = granted ? [...others, purpose] : others;
      const withheld = { receipts: givingUp.readReceipts, "sms-relay": givingUp.smsRelay };
      const giveUp = granted ? undefined : new Map(Object.entries(withheld)).get(purpose);
      await state.change({ consent: giveConsent(purposes, now()) }, giveUp);
    });
  }

  /**
   * The owner's word that this device goes on, where it was set back and `status` says that it waits: conversations begin
   * anew, now or with the next connection.
   * @returns false where it does not have to; then nothing was done.
   */
  beginAnew(waiting?: Waiting): Promise<boolean> {
    return this.#alone(waiting, async () => {
      const { state, line, self } = this.#parts;
      const { restart } = state.current;
      if (!restart) return false;
      await state.change({ restart: { ...restart, confirmed: true } });
      await line.beginAnew(self());
      return true;
    });
  }

  /** Leaves: takes what still waits, then deletes at the service. What it stored here stays here. */
  turnOff(waiting?: Waiting): Promise<Left> {
    this.#work.abort();
    return this.#alone(waiting, () => this.#leave());
  }

  /** What the service stated when it deleted the last account. */
  receipt(): Promise<OwnerReceipt | undefined> {
    return keptReceipt(this.#parts.state);
  }

  get isOn(): boolean {
    return this.#parts.state.current.phase === Phase.ON;
  }

  /** @internal Before anything is taken: whether a device that was signed out, and never heard why, is known again. */
  async openAgain(): Promise<void> {
    if (this.#mayBeKnownAgain()) await this.#alone(undefined, () => this.#isKnownAgain({}));
  }

  /**
   * @internal The service signed a device out: the account is over here, if it is still the one of that device.
   * @param self as it was when the service was asked.
   */
  signedOut(self: Self, error: AssentError): Promise<void> {
    return this.#alone(undefined, async () => {
      const { state } = this.#parts;
      const { identity } = state.current;
      if (!this.isOn || !identity || !isDeviceOf(self, identity)) return;
      const statement = error instanceof SignedOut ? error.statement : undefined;
      const ending = statement && (await checkedEnding(self, statement));
      await state.change({ phase: Phase.ENDED, ending });
    });
  }

  #mayBeKnownAgain(): boolean {
    const { phase, ending } = this.#parts.state.current;
    return phase === Phase.ENDED && !ending;
  }

  /**
   * Whether the service knows a device again that it had signed out without saying how the account ended: it may have
   * run without its data then. A device that is known goes on as it was.
   */
  async #isKnownAgain(fields: Partial<ProfileState>): Promise<boolean> {
    if (!this.#mayBeKnownAgain()) return false;
    const { state, signedRequests, self } = this.#parts;
    const before = state.current;
    await state.change({ ...fields, phase: Phase.ON });
    try {
      (await signedRequests.openInbox(self())).close();
      return true;
    } catch (error) {
      await state.change({ phase: Phase.ENDED, consent: before.consent });
      if (error instanceof AssentError) return false;
      throw error;
    }
  }

  /** Deletes what a service may have, where it can be reached: one that said that it knows nothing keeps nobody from another. */
  async #leaveForAnother(): Promise<void> {
    try {
      await this.#leave();
    } catch (error) {
      if (!(error instanceof AssentError)) throw error;
    }
    await forgetAccount(this.#parts);
  }

  async #leave(): Promise<Left> {
    const { line, self } = this.#parts;
    if (this.isOn) await line.drain(self());
    await startLeaving(this.#parts);
    line.close();
    return finishLeaving(this.#parts);
  }

  #alone<T>(waiting: Waiting | undefined, step: () => Promise<T>): Promise<T> {
    return waitingFor(this.#parts.oneByOne(step), waiting);
  }
}

/** @throws AssentError invitation_invalid */
function readInvitationOf({ invitation }: TurnOnOptions): Invitation | undefined {
  const read = invitation === undefined ? undefined : readInvitation(invitation);
  if (invitation !== undefined && !read) throw new AssentError("invitation_invalid");
  return read;
}

function isDeviceOf({ device }: Self, identity: NonNullable<ProfileState["identity"]>): boolean {
  const { deviceId } = ownDeviceOf(identity);
  return equalBytes(device.deviceId, deviceId);
}
