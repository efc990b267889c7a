// What the operator says of the running service: who can register, who is invited, where it is reached, whether SMS go out for
// devices without a SIM, whether it ends. Each is durable and published when its command is answered.
import {
  areServiceOrigins,
  type Invitation,
  limits,
  readInvitation,
  writeInvitation,
} from "@assent/protocol";
import type { LiveCell } from "../cell/live-cell.ts";
import type { CellOffers } from "../cell/parameters.ts";
import type { Config } from "../config.ts";
import type { Invitations, RegistrationState } from "../registration/invitations.ts";
import { OperatingError } from "./operating-error.ts";
import {
  type AnnouncedEnd,
  isShownEnd,
  type Steering as Said,
  type SteeringFile,
} from "./steering-file.ts";

export interface Steered {
  /** Whether numbers can be registered. */
  readonly registration: RegistrationState;
  /** Those that can be used, by when they expire: ISO 8601. */
  readonly invitations: readonly { readonly expiresAt: string; readonly count: number }[];
  /** Where it says that it is reached. */
  readonly origins: readonly string[];
  readonly smsRelay: SmsRelayState;
  /** Null while it goes on. */
  readonly end: AnnouncedEnd | null;
}

export const smsRelayStates = ["on", "stopped"] as const;

/** Of SMS for devices without a SIM. off: by the settings. stopped: while it runs, over restarts too. */
export type SmsRelayState = "off" | (typeof smsRelayStates)[number];

export interface InvitationsMade {
  /** Nobody can be told them again. */
  readonly invitations: readonly string[];
  /** ISO 8601. */
  readonly expiresAt: string;
  /** Where the app is, if the service says where it is reached. */
  readonly origin: string | null;
}

export interface Steering {
  steered(): Promise<Steered>;
  setRegistration(is: RegistrationState): Promise<Pick<Steered, "registration">>;
  makeInvitations(count: number, days: number): Promise<InvitationsMade>;
  countInvitations(): Promise<Pick<Steered, "invitations">>;
  /** @throws OperatingError refused where one is none */
  withdrawInvitations(which: readonly string[] | "all"): Promise<{ readonly withdrawn: number }>;
  /** In the place of those in the settings. @throws OperatingError refused */
  setOrigins(origins: readonly string[]): Promise<Pick<Steered, "origins">>;
  /** What was begun goes on. @throws OperatingError refused where the settings say that none go out */
  setSmsRelay(is: Exclude<SmsRelayState, "off">): Promise<Pick<Steered, "smsRelay">>;
  /** @throws OperatingError refused where that day is over */
  announceEnd(end: AnnouncedEnd): Promise<Pick<Steered, "end">>;
  withdrawEnd(): Promise<Pick<Steered, "end">>;
}

const dayMs = 86_400_000;

type Configured = Pick<Config, "origins" | "smsRelay">;

/** What is published of it. @param configured what the settings say */
export function offersOf(
  { registration, origins, smsRelay, end }: Said,
  configured: Configured,
): Pick<CellOffers, "isInviteOnly" | "origins" | "relaysSms" | "end"> {
  return {
    isInviteOnly: registration === "invite-only",
    origins: origins ?? configured.origins,
    relaysSms: configured.smsRelay.isOn && smsRelay === undefined,
    end: end && { atMs: startOf(end.on), message: end.message },
  };
}

function startOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

export function createSteering(parts: {
  readonly file: SteeringFile;
  readonly cell: Pick<LiveCell, "offer">;
  readonly invitations: Pick<Invitations, "make" | "counts" | "withdraw">;
  readonly configured: Configured;
  readonly now: () => number;
}): Steering {
  const { file, cell, invitations, configured, now } = parts;

  async function say(change: Partial<Said>): Promise<void> {
    await file.change(change);
    await cell.offer(offersOf(file.current(), configured));
  }

  const { isOn: isRelayOn } = configured.smsRelay;
  const origins = () => file.current().origins ?? configured.origins;
  const smsRelay = () => (isRelayOn ? (file.current().smsRelay ?? "on") : "off");
  const end = () => ({ end: file.current().end ?? null });

  async function countInvitations() {
    const counts = await invitations.counts();
    return {
      invitations: counts.map(({ expiresAt, count }) => ({ expiresAt: iso(expiresAt), count })),
    };
  }

  return {
    async steered() {
      const { registration } = file.current();
      return {
        ...{ registration, origins: origins(), smsRelay: smsRelay() },
        ...end(),
        ...(await countInvitations()),
      };
    },
    async setRegistration(registration) {
      await say({ registration });
      return { registration };
    },
    async makeInvitations(count, days) {
      const expiresAt = now() + days * dayMs;
      const made = await invitations.make(count, expiresAt);
      const [origin = null] = origins();
      return { invitations: made.map(writeInvitation), expiresAt: iso(expiresAt), origin };
    },
    countInvitations,
    async withdrawInvitations(which) {
      const read = which === "all" ? which : which.map(requireInvitation);
      return { withdrawn: await invitations.withdraw(read) };
    },
    async setOrigins(wanted) {
      if (!areServiceOrigins(wanted)) {
        throw new OperatingError(
          "refused",
          "Each is an https origin, such as https://assent.example; http is for loopback alone. At most eight.",
        );
      }
      await say({ origins: wanted });
      return { origins: origins() };
    },
    async setSmsRelay(is) {
      if (!isRelayOn) {
        throw new OperatingError(
          "refused",
          "This service sends no SMS for phones: it was started with --sms-relay off.",
        );
      }
      await say({ smsRelay: is === "stopped" ? is : undefined });
      return { smsRelay: is };
    },
    async announceEnd(announced) {
      if (startOf(announced.on) + dayMs <= now()) {
        throw new OperatingError("refused", "That day is over. Name today, or a day to come.");
      }
      if (!isShownEnd(announced)) {
        throw new OperatingError(
          "refused",
          `The words to people are at most ${limits.operatorImprintCharacters} characters: letters, spaces and line feeds, no tabs or other controls.`,
        );
      }
      await say({ end: announced });
      return end();
    },
    async withdrawEnd() {
      await say({ end: undefined });
      return end();
    },
  };
}

function requireInvitation(written: string, index: number): Invitation {
  const invitation = readInvitation(written);
  if (!invitation) {
    throw new OperatingError(
      "refused",
      `Line ${index + 1} is no invitation, such as 7K3M-Q2XD-9FVT-H4RW. None was withdrawn.`,
    );
  }
  return invitation;
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
