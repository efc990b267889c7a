// For tests only: what a service does with SMS by docs/protocol.md, and a relay over whatever answers for one.
import { hex, type PhoneNumber, randomBytes, smsNameLength } from "@assent/protocol";
import { TimersForTests } from "../clock/timers-for-tests.ts";
import type { Records } from "../store/records.ts";
import type { RelayedState, RelayService } from "./relay-service.ts";
import { SmsRelay, type SmsRelayParts } from "./sms-relay.ts";

const dayMs = 86_400_000;

/** SMS of one device. A name is good for a day; what became of one is kept for three. */
export class RelayModel {
  readonly #named = new Map<string, number>();
  readonly #states = new Map<string, RelayedState>();
  /** SMS that went out. */
  sent = 0;

  name(nowMs: number): Uint8Array {
    const name = randomBytes(smsNameLength);
    this.#named.set(hex(name), nowMs);
    return name;
  }

  send(name: Uint8Array, nowMs: number): RelayedState {
    const id = hex(name);
    const known = this.#states.get(id);
    if (known) return known;
    const namedAtMs = this.#named.get(id);
    if (namedAtMs === undefined || nowMs - namedAtMs > dayMs) return "none";
    this.sent += 1;
    this.#states.set(id, "handed");
    return "handed";
  }

  stateOf(name: Uint8Array): RelayedState {
    return this.#states.get(hex(name)) ?? "none";
  }

  /** A backup is put back: names of before are over. */
  restore(): void {
    this.#named.clear();
    this.#states.clear();
  }
}

export const relayNumber = "+447400123456" as PhoneNumber;

/** A relay that its owner said yes to, where it is offered. */
export function relayOver(
  records: Records,
  now: () => number,
  service: RelayService,
  parts: Partial<SmsRelayParts> = {},
): SmsRelay {
  return new SmsRelay({
    records,
    now,
    service,
    timers: new TimersForTests(),
    number: () => relayNumber,
    isOffered: () => true,
    consent: () => "yes",
    ...parts,
  });
}
