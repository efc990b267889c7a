// Several transports, chosen by the calling code of whom an SMS goes to: the first that is well takes it, and the next where
// it did not. One that may be on its way is nobody else's any more.
import type { After } from "../after.ts";
import { callingCodeOf } from "../limits/calling-code.ts";
import { sendingOnce } from "./once-for-each-key.ts";
import type { SmsRoute } from "./read-routes.ts";
import type { OutgoingSms, SmsOutcome, SmsTransport } from "./transport.ts";
import type { TransportHealth } from "./transport-health.ts";

export interface RoutedTransport {
  readonly sms: SmsTransport;
  readonly health: TransportHealth;
}

export function createRoutedSms(parts: {
  readonly routes: readonly SmsRoute[];
  /** By name: all that a route names are there. */
  readonly transports: ReadonlyMap<string, RoutedTransport>;
  readonly after: After;
}): SmsTransport {
  const { routes, transports, after } = parts;

  /** Those that rest last, else in the order of the route. */
  function transportsFor({ to }: OutgoingSms): RoutedTransport[] {
    const route = routeFor(routes, callingCodeOf(to));
    const all = route?.by.map((name) => transports.get(name)).filter((one) => one !== undefined);
    const rests = ({ health }: RoutedTransport) => Number(health.isResting());
    return (all ?? []).toSorted((a, b) => rests(a) - rests(b));
  }

  async function sendByFirst(sms: OutgoingSms): Promise<SmsOutcome> {
    let last: SmsOutcome = { kind: "refused" };
    for (const { sms: transport, health } of transportsFor(sms)) {
      const outcome = await transport.send(sms);
      health.ended(outcome.kind);
      if (outcome.kind === "accepted" || outcome.kind === "unknown") return outcome;
      // Somebody who takes nothing now may take it later: that is not the same as nobody wanting it.
      if (last.kind === "refused") last = outcome;
    }
    return last;
  }

  const sending = sendingOnce(sendByFirst, after);
  return {
    name: "routes",
    send: sending.send,
    async close() {
      const closed = [...transports.values()].map(({ sms }) => sms.close());
      await Promise.all([sending.close(), ...closed]);
    },
  };
}

/** The first that names the calling code, or that is for all. */
export function routeFor(routes: readonly SmsRoute[], callingCode: string): SmsRoute | undefined {
  return routes.find(({ callingCodes }) => callingCodes?.includes(callingCode) ?? true);
}
