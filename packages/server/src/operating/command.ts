// The lines on the operating socket: one JSON object each way. What comes in is trusted to be from the service's own user,
// who alone can open the socket, and not to be well formed.
import { isAbsolute } from "node:path";
import type { CellDescription } from "../cell/live-cell.ts";
import { type RotatedKeys, type Rotation, rotatedKeys } from "../cell/rotation.ts";
import { type RegistrationState, registrationStates } from "../registration/invitations.ts";
import type { CodeToLeave } from "./desk.ts";
import type { BackupDone, ServiceStatus } from "./operating.ts";
import { type InvitationsMade, type Steered, smsRelayStates } from "./steering.ts";
import { type AnnouncedEnd, isEnd } from "./steering-file.ts";

export type Command =
  | { readonly command: "status" }
  | { readonly command: "clock-is-right" }
  /** The path is absolute. */
  | { readonly command: "backup"; readonly file: string }
  | { readonly command: "registration"; readonly is: RegistrationState }
  | { readonly command: "make-invitations"; readonly count: number; readonly days: number }
  | { readonly command: "count-invitations" }
  /** As people wrote them. */
  | { readonly command: "withdraw-invitations"; readonly which: readonly string[] | "all" }
  | { readonly command: "origins"; readonly are: readonly string[] }
  | { readonly command: "sms-relay"; readonly is: (typeof smsRelayStates)[number] }
  | { readonly command: "ends"; readonly end: AnnouncedEnd }
  | { readonly command: "goes-on" }
  | { readonly command: "code-to-leave"; readonly number: string }
  /** The session in hexadecimal. */
  | { readonly command: "leave"; readonly session: string; readonly code: string }
  | { readonly command: "add-never"; readonly number: string }
  | { readonly command: "remove-never"; readonly number: string }
  | { readonly command: "count-never" }
  | { readonly command: "drain" }
  | { readonly command: "undrain" }
  | { readonly command: "rotate"; readonly rotation: Rotation };

/** What each is answered with. */
export interface Answers {
  readonly status: ServiceStatus;
  readonly "clock-is-right": Pick<ServiceStatus, "destruction">;
  readonly backup: BackupDone;
  readonly registration: Pick<Steered, "registration">;
  readonly "make-invitations": InvitationsMade;
  readonly "count-invitations": Pick<Steered, "invitations">;
  readonly "withdraw-invitations": { readonly withdrawn: number };
  readonly origins: Pick<Steered, "origins">;
  readonly "sms-relay": Pick<Steered, "smsRelay">;
  readonly ends: Pick<Steered, "end">;
  readonly "goes-on": Pick<Steered, "end">;
  readonly "code-to-leave": CodeToLeave;
  readonly leave: { readonly ended: boolean };
  readonly "add-never": { readonly added: boolean };
  readonly "remove-never": { readonly removed: boolean };
  readonly "count-never": { readonly numbers: number };
  readonly drain: { readonly drained: boolean };
  readonly undrain: { readonly drained: boolean };
  readonly rotate: CellDescription;
}

/** Characters of one line. */
export const longestLine = 65_536;

export function writeCommand(command: Command): string {
  if (command.command !== "rotate") return JSON.stringify(command);
  const { what, rootKeyFile } = command.rotation;
  return JSON.stringify({ command: "rotate", what, rootKey: rootKeyFile });
}

type Fields = Readonly<Record<string, unknown>>;

const readers: {
  readonly [C in Command["command"]]: (
    fields: Fields,
  ) => Extract<Command, { readonly command: C }> | undefined;
} = {
  status: () => ({ command: "status" }),
  "clock-is-right": () => ({ command: "clock-is-right" }),
  backup: ({ file }) =>
    typeof file === "string" && isAbsolute(file) ? { command: "backup", file } : undefined,
  registration({ is }) {
    const wanted = registrationStates.find((state) => state === is);
    return wanted && { command: "registration", is: wanted };
  },
  "make-invitations": ({ count, days }) =>
    isWhole(count, mostInvitations) && isWhole(days, mostDays)
      ? { command: "make-invitations", count, days }
      : undefined,
  "count-invitations": () => ({ command: "count-invitations" }),
  "withdraw-invitations": ({ which }) =>
    which === "all" || areTexts(which) ? { command: "withdraw-invitations", which } : undefined,
  origins: ({ are }) => (areTexts(are) ? { command: "origins", are } : undefined),
  "sms-relay"({ is }) {
    const wanted = smsRelayStates.find((state) => state === is);
    return wanted && { command: "sms-relay", is: wanted };
  },
  ends: ({ end }) => (isEnd(end) ? { command: "ends", end } : undefined),
  "goes-on": () => ({ command: "goes-on" }),
  "code-to-leave": ({ number }) =>
    isText(number) ? { command: "code-to-leave", number } : undefined,
  leave: ({ session, code }) =>
    isText(session) && /^[0-9a-f]{64}$/.test(session) && isText(code)
      ? { command: "leave", session, code }
      : undefined,
  "add-never": ({ number }) => (isText(number) ? { command: "add-never", number } : undefined),
  "remove-never": ({ number }) =>
    isText(number) ? { command: "remove-never", number } : undefined,
  "count-never": () => ({ command: "count-never" }),
  drain: () => ({ command: "drain" }),
  undrain: () => ({ command: "undrain" }),
  rotate({ what, rootKey }) {
    const isPath = rootKey === undefined || (typeof rootKey === "string" && isAbsolute(rootKey));
    if (!isRotatedKeys(what) || !isPath) return undefined;
    return { command: "rotate", rotation: { what, rootKeyFile: rootKey } };
  },
};

const mostInvitations = 1_000;
const mostDays = 400;

/** Undefined where it is none. */
export function readCommand(line: string): Command | undefined {
  const { command, ...fields } = fieldsOf(line);
  if (typeof command !== "string" || !Object.hasOwn(readers, command)) return undefined;
  return readers[command as Command["command"]](fields);
}

/** The object of a line; an empty one where it is none. */
export function fieldsOf(line: string): Fields {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function isRotatedKeys(what: unknown): what is RotatedKeys[] {
  const known: readonly unknown[] = rotatedKeys;
  return Array.isArray(what) && what.length > 0 && what.every((one) => known.includes(one));
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isWhole(value: unknown, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most;
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}
