// What is counted at a room's door, so that the rooms need not know of it.
import type { SmsTransport } from "../sms/transport.ts";
import type { ServiceCounts, SmsPurpose } from "./service-counts.ts";

export function countingOutcomes(
  sms: Pick<SmsTransport, "send">,
  purpose: SmsPurpose,
  ended: ServiceCounts["smsEnded"],
): SmsTransport["send"] {
  return async (one) => {
    const outcome = await sms.send(one);
    ended(purpose, outcome.kind);
    return outcome;
  };
}
