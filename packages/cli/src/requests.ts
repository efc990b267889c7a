// What the messenger can be asked to do with a profile, as a value: it is done by this program, or handed as a line of
// JSON to another that has the profile. A line that is none of these is refused.
import type { RouteWish } from "@assent/client";
import { AssentError } from "@assent/protocol";

export type Request =
  | {
      readonly command: "turn-on";
      readonly number: string;
      readonly server: string;
      readonly invitation?: string;
    }
  | { readonly command: "verify"; readonly code: string }
  | { readonly command: "status" }
  | { readonly command: "begin-anew" }
  | {
      readonly command: "sms-relay";
      /** The owner's yes or no; left out, nothing is changed. */
      readonly granted?: boolean;
    }
  | { readonly command: "ledger" }
  | {
      readonly command: "clear-ledger";
      /** ISO 8601, in UTC. */
      readonly before: string;
    }
  | { readonly command: "turn-off" }
  | { readonly command: "contacts" }
  | { readonly command: "country"; readonly country?: string }
  | {
      readonly command: "import-contacts";
      /** Absolute. */
      readonly file: string;
      readonly country?: string;
      readonly preview?: boolean;
    }
  | { readonly command: "name-contact"; readonly who: string; readonly name: string }
  | { readonly command: "remove-contact"; readonly who: string }
  | { readonly command: "check"; readonly who: string }
  | {
      readonly command: "send";
      readonly who: string;
      readonly text: string;
      readonly route: RouteWish;
      readonly acceptNewKey?: boolean;
    }
  | { readonly command: "send-as-sms"; readonly id: string }
  | { readonly command: "history"; readonly who: string }
  | { readonly command: "block"; readonly who: string; readonly blocked: boolean };

/** Whoever asks, and how they are answered. */
export interface Asking {
  readonly request: Request;
  readonly asJson: boolean;
  /** In whose time people read when something was. */
  readonly timeZone: string;
}

type Kind = "string" | "boolean" | "string?" | "boolean?";

const fieldsOf: { readonly [C in Request["command"]]: Readonly<Record<string, Kind>> } = {
  "turn-on": { number: "string", server: "string", invitation: "string?" },
  verify: { code: "string" },
  status: {},
  "begin-anew": {},
  "sms-relay": { granted: "boolean?" },
  ledger: {},
  "clear-ledger": { before: "string" },
  "turn-off": {},
  contacts: {},
  country: { country: "string?" },
  "import-contacts": { file: "string", country: "string?", preview: "boolean?" },
  "name-contact": { who: "string", name: "string" },
  "remove-contact": { who: "string" },
  check: { who: "string" },
  send: { who: "string", text: "string", route: "string", acceptNewKey: "boolean?" },
  "send-as-sms": { id: "string" },
  history: { who: "string" },
  block: { who: "string", blocked: "boolean" },
};

export function writeAsking(asking: Asking): string {
  return JSON.stringify(asking);
}

/** @throws AssentError request_invalid */
export function readAsking(line: string): Asking {
  const invalid = (cause?: unknown) => new AssentError("request_invalid", { cause });
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch (cause) {
    throw invalid(cause);
  }
  const { request, asJson, timeZone } = objectOf(read);
  const { command, ...given } = objectOf(request);
  if (typeof asJson !== "boolean" || typeof timeZone !== "string") throw invalid();
  if (typeof command !== "string" || !Object.hasOwn(fieldsOf, command)) throw invalid();
  const fields = fieldsOf[command as Request["command"]];
  const isWhole = Object.entries(fields).every(([name, kind]) =>
    given[name] === undefined ? kind.endsWith("?") : typeof given[name] === kind.replace("?", ""),
  );
  if (!isWhole || Object.keys(given).some((name) => !Object.hasOwn(fields, name))) throw invalid();
  if (command === "send" && !["auto", "private", "sms"].includes(String(given["route"]))) {
    throw invalid();
  }
  if (command === "clear-ledger" && Number.isNaN(Date.parse(String(given["before"])))) {
    throw invalid();
  }
  return { request: { command, ...given } as unknown as Request, asJson, timeZone };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
