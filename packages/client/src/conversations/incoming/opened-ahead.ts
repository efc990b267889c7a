// The envelopes of a delivery, opened beside each other before they are looked at one by one: a platform opens several at
// once, and what is looked at first need not be waited for alone. With who checks their signatures beside that.
import {
  type DeliveredEnvelope,
  type EnvelopeContent,
  equalBytes,
  hex,
  openEnvelope,
  type Primitives,
  sealOf,
} from "@assent/protocol";
import type { SignatureChecks } from "../../encryption/signature-checks.ts";
import type { Step } from "../../store/records.ts";
import { isDropped } from "../people/addresses.ts";

interface Opening {
  readonly key: Uint8Array;
  readonly content: Promise<EnvelopeContent | undefined>;
}

export class OpenedAhead {
  readonly #opening = new Map<DeliveredEnvelope, Opening>();
  readonly #primitives: Primitives;
  /** Undefined where each signature is checked before the next is looked at. */
  readonly checks: SignatureChecks | undefined;

  private constructor(primitives: Primitives, checks: SignatureChecks | undefined) {
    this.#primitives = primitives;
    this.checks = checks;
  }

  /** Begins to open what came through addresses that are known. */
  static async of(
    step: Step,
    envelopes: readonly DeliveredEnvelope[],
    primitives: Primitives,
    checks?: SignatureChecks,
  ): Promise<OpenedAhead> {
    const ahead = new OpenedAhead(primitives, checks);
    for (const envelope of envelopes) {
      const given = await step.get("given", hex(envelope.addressSerial));
      if (!given || isDropped(given) || sealOf(envelope.body) !== "address") continue;
      const content = openEnvelope(given.envelopeKey, envelope.body, primitives);
      ahead.#opening.set(envelope, { key: given.envelopeKey, content });
    }
    return ahead;
  }

  /** @param key of its address now: one before it may have brought another. */
  open(envelope: DeliveredEnvelope, key: Uint8Array): Promise<EnvelopeContent | undefined> {
    const known = this.#opening.get(envelope);
    return known && equalBytes(known.key, key)
      ? known.content
      : openEnvelope(key, envelope.body, this.#primitives);
  }
}
