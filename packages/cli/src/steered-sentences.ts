// What the operator said of a service, in sentences.
import type { Answers, ServiceStatus } from "./serve.ts";

type Steered = Pick<ServiceStatus, "registration" | "invitations" | "origins" | "smsRelay" | "end">;

export function describeSteered(status: Steered): string[] {
  const { invitations } = status;
  return [
    describeRegistration(status),
    ...(invitations.length > 0 ? [describeInvitations(status)] : []),
    describeOrigins(status),
    describeSmsRelay(status),
    ...(status.end ? [describeEnd(status)] : []),
  ];
}

export function describeRegistration({ registration }: Pick<Steered, "registration">): string {
  return `registration is ${registration}`;
}

export function describeInvitations({ invitations }: Pick<Steered, "invitations">): string {
  if (invitations.length === 0) return "no invitation can be used";
  const rows = invitations.map(({ count, expiresAt }) => `${count} until ${expiresAt}`);
  return `invitations that can be used: ${rows.join(", ")}`;
}

/** A line each, with where it is used if that is known. */
export function describeMade({ invitations, origin }: Answers["make-invitations"]): string {
  const at = (written: string) => (origin ? `  ${origin}/#/turn-on/${written}` : "");
  return invitations.map((written) => written + at(written)).join("\n");
}

export function describeWithdrawn({ withdrawn }: Answers["withdraw-invitations"]): string {
  return withdrawn === 1 ? "1 invitation was withdrawn" : `${withdrawn} invitations were withdrawn`;
}

export function describeOrigins({ origins }: Pick<Steered, "origins">): string {
  return origins.length > 0
    ? `it says that it is reached at ${origins.join(", ")}`
    : "it does not say where it is reached";
}

const smsRelays: Readonly<Record<Steered["smsRelay"], string>> = {
  off: "no SMS go out for phones without a SIM",
  on: "SMS go out for phones without a SIM",
  stopped: "SMS for phones without a SIM are stopped: assent admin sms-relay on",
};

export function describeSmsRelay({ smsRelay }: Pick<Steered, "smsRelay">): string {
  return smsRelays[smsRelay];
}

export function describeEnd({ end }: Pick<Steered, "end">): string {
  if (!end) return "the service goes on";
  return `the service ends on ${end.on}${end.message === "" ? "" : `: ${end.message}`}`;
}
