// Whether this service wakes browsers, and by which push services. Trusts neither option nor environment.
import { ConfigError } from "../config-error.ts";
import { isPushService } from "./endpoints.ts";
import type { PushConfig } from "./push.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Off unless it is said: it takes outgoing connections to others. @throws ConfigError */
export function readPushConfig(
  option: string | undefined,
  environment: Environment,
): PushConfig | undefined {
  if (option !== undefined && option !== "on" && option !== "off") {
    throw new ConfigError("--push is on or off.");
  }
  const text = environment["ASSENT_PUSH_SERVICES"] || "";
  const services = text.split(",").map((part) => part.trim());
  if (text !== "" && !services.every(isPushService)) {
    throw new ConfigError(
      "ASSENT_PUSH_SERVICES is a list of names with commas between them, such as push.example.org, or .push.example.org for all below it.",
    );
  }
  return option === "on" ? { services: text === "" ? [] : services } : undefined;
}
