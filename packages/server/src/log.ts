// The log: what happened, never to whom. No numbers, codes, keys, addresses, content or request URLs go in:
// callers pass fixed words and counts, errors lose their messages here, and known names are redacted besides.
import { type DestinationStream, pino } from "pino";

export const logLevels = ["silent", "fatal", "error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface Log {
  debug(event: string, facts?: Facts): void;
  info(event: string, facts?: Facts): void;
  warn(event: string, facts?: Facts): void;
  error(event: string, error: unknown): void;
  fatal(event: string, error: unknown): void;
}

/** Counts and fixed words only. */
export type Facts = Readonly<Record<string, number | boolean | string | Counts>>;

/** By what they are of, in fixed words. */
export type Counts = Readonly<Record<string, number>>;

/** Takes whole lines. */
export type LogDestination = DestinationStream;

const secretNames = [
  "number",
  "code",
  "key",
  "address",
  "capability",
  "session",
  "claim",
  "body",
  "url",
  "to",
  "text",
  "secret",
];

/** JSON lines to the destination; to standard error where none is given. */
export function createLog(level: LogLevel, destination?: LogDestination): Log {
  const logger = pino(
    { level, base: null, redact: { paths: secretNames, remove: true } },
    destination ?? pino.destination({ dest: 2, sync: true }),
  );
  return {
    debug: (event, facts = {}) => logger.debug(facts, event),
    info: (event, facts = {}) => logger.info(facts, event),
    warn: (event, facts = {}) => logger.warn(facts, event),
    error: (event, error) => logger.error({ error: describeError(error) }, event),
    fatal: (event, error) => logger.fatal({ error: describeError(error) }, event),
  };
}

// An error's message may quote what it choked on. Its name and where it arose say enough to find it.
function describeError(error: unknown): { name: string; code?: string; at?: string[] } {
  if (!(error instanceof Error)) return { name: typeof error };
  const frames = (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  return { name: error.name, ...code, at: frames.slice(0, 8).map((frame) => frame.trim()) };
}
