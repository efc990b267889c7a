// What is counted at a room's door, so that the rooms need not know of it.
import type { Registration } from "../registration/registration.ts";
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

export function countingProved(
  { start, verify }: Pick<Registration, "start" | "verify">,
  proved: () => void,
): Pick<Registration, "start" | "verify"> {
  return {
    start,
    async verify(session, code, network) {
      const verified = await verify(session, code, network);
      proved();
      return verified;
    },
  };
}
