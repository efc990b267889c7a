// What whoever runs the service says of it, from the environment and a file that it names. Trusts neither: what no client
// would take is refused before anything starts.
import { readFileSync } from "node:fs";
import { isFitForOperator, limits, type OperatorTexts } from "@assent/protocol";
import { ConfigError } from "./config-error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const noMarks = "control characters or marks that turn text round";

/** @throws ConfigError */
export function readOperatorTexts(environment: Environment): OperatorTexts {
  const name = (environment["ASSENT_NAME"] ?? "").trim();
  const imprint = (environment["ASSENT_IMPRINT"] ?? "").trim();
  const policySupplement = readSupplement(environment["ASSENT_POLICY_SUPPLEMENT"]);
  if (!isFitForOperator("name", name)) {
    throw new ConfigError(
      `ASSENT_NAME is one line of at most ${limits.operatorNameCharacters} characters, without ${noMarks}.`,
    );
  }
  if (!isFitForOperator("imprint", imprint)) {
    throw new ConfigError(
      `ASSENT_IMPRINT has at most ${limits.operatorImprintCharacters} characters, without ${noMarks}.`,
    );
  }
  if (!isFitForOperator("policySupplement", policySupplement)) {
    throw new ConfigError(
      `The file of ASSENT_POLICY_SUPPLEMENT has at most ${limits.policySupplementBytes} bytes, without ${noMarks}; its lines end in a line feed alone.`,
    );
  }
  return { name, imprint, policySupplement };
}

function readSupplement(file: string | undefined): string {
  if (!file) return "";
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file)).trim();
  } catch {
    throw new ConfigError(
      "The file of ASSENT_POLICY_SUPPLEMENT cannot be read as text: it is not there, not this user's to read, or not UTF-8.",
    );
  }
}
