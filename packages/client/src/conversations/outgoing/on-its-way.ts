// What may be on its way at once, of all that is sealed, and in what order the service is to store it: one person's envelopes
// in a chain, so that many go in one round trip and none overtakes another.
import { AssentError, envelopeIdOf, isPurpose, limits, type Purpose } from "@assent/protocol";
import type { OutgoingPut } from "../../egress/outbox.ts";
import type { OutgoingEnvelope } from "../../store/records.ts";
import { personKey } from "../people/person.ts";

/** Envelopes that are on their way at once. */
export const putsAtOnce = limits.itemsPerFrame;
// And bytes of their bodies.
const bytesAtOnce = limits.frameBytes;

/** An envelope that is sealed and not answered, under its key. */
export interface Waiting {
  readonly key: string;
  readonly record: OutgoingEnvelope;
}

export function purposeOf({ purpose }: OutgoingEnvelope): Purpose {
  if (!isPurpose(purpose)) throw new AssentError("profile_unreadable");
  return purpose;
}

/** Of all that waits, in its order, what may be on its way at once: at least one. */
export function firstOf(waiting: readonly Waiting[]): Waiting[] {
  let bytes = 0;
  const end = waiting.findIndex(({ record }, index) => {
    bytes += record.body.length;
    return index >= putsAtOnce || (index > 0 && bytes > bytesAtOnce);
  });
  return waiting.slice(0, end < 0 ? waiting.length : end);
}

/** Each person's envelopes in a chain: a full mailbox may refuse a long text and have room for a short one behind it. */
export function chained(batch: readonly Waiting[]): OutgoingPut[] {
  const lastOf = new Map<string, number>();
  return batch.map(({ record }, index) => {
    const { capability, secret, body, accountId, text } = record;
    const purpose = purposeOf(record);
    const after = lastOf.get(personKey(accountId));
    lastOf.set(personKey(accountId), index);
    return {
      capability,
      envelopeId: envelopeIdOf(secret),
      body,
      quiet: text === "",
      purpose,
      ...(after === undefined ? {} : { after }),
    };
  });
}
