// What the cell publishes of itself: its keys by epoch, what it accepts, what it holds its clients to, where it is reached.
import {
  AcceptedPolicySchema,
  LimitsSchema,
  limits,
  lowestContract,
  type Parameters,
  ParametersSchema,
  policy,
  policyHash,
  SealingKeySchema,
  sha256,
  VoprfKeySchema,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import type { KeyFolder } from "./key-folder.ts";

/** What is this service's own to say. */
export interface CellOffers {
  readonly evaluationsAtFirst: number;
  readonly evaluationsPerDay: number;
  /** Such as "https://assent.example". */
  readonly origins: readonly string[];
}

/** The parameters as they are now, but for their sequence. */
export function parametersOf(
  { cellId, certificate, keys }: KeyFolder,
  { origins, evaluationsAtFirst, evaluationsPerDay }: CellOffers,
): Parameters {
  return create(ParametersSchema, {
    cellId,
    certificateNumber: certificate.number,
    sealingKeys: keys.sealing.map(({ epoch, key }) =>
      create(SealingKeySchema, { epoch, publicKey: key.publicKey }),
    ),
    voprfKeys: keys.voprf.map(({ epoch, key }) =>
      create(VoprfKeySchema, { epoch, publicKey: key.publicKey }),
    ),
    policies: [create(AcceptedPolicySchema, { version: policy.version, hash: policyHash(policy) })],
    limits: create(LimitsSchema, {
      envelopeDays: limits.envelopeDays,
      envelopeBytes: limits.envelopeBytes,
      provisionalEnvelopeBytes: limits.provisionalEnvelopeBytes,
      provisionalEnvelopes: limits.provisionalEnvelopes,
      fullEnvelopes: limits.fullEnvelopes,
      evaluationsAtFirst,
      evaluationsPerDay,
    }),
    features: [],
    origins: [...origins],
    lowestContract,
  });
}

/** Tells parameters that say the same from others. */
export function hashOfParameters(parameters: Parameters): Uint8Array {
  return sha256(toBinary(ParametersSchema, parameters));
}

const minute = 60_000;

/**
 * The sequence of parameters that are others than the last. The minute is what a clock says even where it is forgotten
 * what the last one was.
 */
export function nextSequence(last: number, now: number): number {
  return Math.max(last + 1, Math.floor(now / minute));
}
