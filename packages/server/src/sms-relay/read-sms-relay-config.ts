// Whether this service sends SMS for devices without a SIM, and how many. Trusts neither option nor environment.
import { ConfigError } from "../config-error.ts";

/** What the operator chose. */
export interface SmsRelayConfig {
  readonly isOn: boolean;
  /** SMS that go out at most, for all accounts together, in any 24 hours; a long text takes several. */
  readonly perDay: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Off unless it is said: it costs the operator money for every text. @throws ConfigError */
export function readSmsRelayConfig(
  option: string | undefined,
  environment: Environment,
): SmsRelayConfig {
  if (option !== undefined && option !== "on" && option !== "off") {
    throw new ConfigError("--sms-relay is on or off.");
  }
  const perDay = environment["ASSENT_RELAYED_SMS_PER_DAY"] || "100";
  if (!/^[1-9]\d{0,8}$/.test(perDay)) {
    throw new ConfigError(
      "ASSENT_RELAYED_SMS_PER_DAY is a whole number from 1 to 999999999; --sms-relay off sends none.",
    );
  }
  return { isOn: option === "on", perDay: Number(perDay) };
}
