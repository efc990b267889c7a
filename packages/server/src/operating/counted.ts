// What is counted at a room's door, so that the rooms need not know of it.
import type { Registration } from "../registration/registration.ts";
import type { SmsOutcome, SmsTransport } from "../sms/transport.ts";

export function countingOutcomes(
  sms: SmsTransport,
  ended: (outcome: SmsOutcome["kind"]) => void,
): SmsTransport {
  return {
    name: sms.name,
    async send(one) {
      const outcome = await sms.send(one);
      ended(outcome.kind);
      return outcome;
    },
    close: () => sms.close(),
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
