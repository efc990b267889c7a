// The file of `--sms routes:FILE`: several transports by name, who takes the SMS to which calling codes, what one costs, and
// how much may be spent. It holds no secrets: they are in the environment, with the transport's name behind the variable's.
import { readFileSync } from "node:fs";
import { ConfigError } from "../config-error.ts";
import type { VariableOf } from "./http/read-http-config.ts";

export interface SmsRoute {
  /** Undefined where it is for all. */
  readonly callingCodes: readonly string[] | undefined;
  /** Names of transports, the first to be asked first. */
  readonly by: readonly string[];
  /** In ten-thousandths of whatever money the operator counts in. */
  readonly price: number;
}

export interface RoutesFile<Transport> {
  readonly transports: ReadonlyMap<string, Transport>;
  readonly routes: readonly SmsRoute[];
  /** Of the same money. */
  readonly budgetPerDay: number | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * @param readOne what a transport is named as, as `--sms` has it.
 * @throws ConfigError
 */
export function readRoutes<Transport>(
  path: string,
  variable: VariableOf,
  readOne: (text: string, variable: VariableOf) => Transport,
): RoutesFile<Transport> {
  const file = objectOf("it", read(path));
  const transports = new Map<string, Transport>();
  for (const [name, text] of Object.entries(objectOf("transports", file["transports"]))) {
    if (!/^[a-z][a-z\d-]{0,15}$/.test(name) || typeof text !== "string") wrong("transports");
    const suffix = `_${name.toUpperCase().replaceAll("-", "_")}`;
    transports.set(
      name,
      readOne(text, (one) => variable(one + suffix)),
    );
  }
  const budget = objectOf("budget", file["budget"] ?? {})["perDay"];
  const routes = listOf("routes", file["routes"]).map((route) => readRoute(route, transports));
  if (routes.length === 0) wrong("routes");
  return {
    transports,
    routes,
    budgetPerDay: budget === undefined ? undefined : moneyOf("budget", budget),
  };
}

function readRoute(value: unknown, transports: ReadonlyMap<string, unknown>): SmsRoute {
  const route = objectOf("routes", value);
  const by = listOf("routes, by", route["by"]);
  const isKnown = (name: unknown): name is string =>
    typeof name === "string" && transports.has(name);
  if (by.length === 0 || !by.every(isKnown)) return wrong("routes, by");
  const codes = route["to"] === undefined ? undefined : listOf("routes, to", route["to"]);
  const isCode = (code: unknown): code is string =>
    typeof code === "string" && /^[1-9]\d{0,2}$/.test(code);
  if (codes && !codes.every(isCode)) return wrong("routes, to");
  return {
    callingCodes: codes as string[] | undefined,
    by,
    price: moneyOf("routes, price", route["price"] ?? 0),
  };
}

function read(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new ConfigError(
      `The routes of SMS cannot be read from ${path}: it is no file, or no JSON.`,
    );
  }
}

function moneyOf(what: string, value: unknown): number {
  const isMoney = typeof value === "number" && value >= 0 && value < 1_000_000;
  return isMoney ? Math.round(value * 10_000) : wrong(what);
}

function objectOf(what: string, value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong(what);
  return value as Fields;
}

function listOf(what: string, value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : wrong(what);
}

function wrong(what: string): never {
  throw new ConfigError(`The file of SMS routes: ${what} is not as docs/sms.md says.`);
}
