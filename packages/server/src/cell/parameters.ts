// What the cell publishes of itself: its keys by epoch, what it accepts, what it holds its clients to, where it is reached.
// Signed once for each change, and each change has a higher sequence than all before.
import {
  AcceptedPolicySchema,
  equalBytes,
  inviteOnly,
  LimitsSchema,
  limits,
  lowestContract,
  OperatorSchema,
  type OperatorTexts,
  type Parameters,
  ParametersSchema,
  PushKeySchema,
  policy,
  policyHash,
  SealingKeySchema,
  ServiceEndSchema,
  SignedSchema,
  sha256,
  signParameters,
  smsRelay,
  VoprfKeySchema,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import type { KeyFolder } from "./key-folder.ts";
import { currentOf } from "./keys.ts";
import type { PublishedCell } from "./roles.ts";
import type { CellStore } from "./store.ts";

/** What is this service's own to say. */
export interface CellOffers {
  readonly evaluationsAtFirst: number;
  readonly evaluationsPerDay: number;
  /** Such as "https://assent.example". */
  readonly origins: readonly string[];
  /** Nobody registers here without an invitation. */
  readonly isInviteOnly: boolean;
  /** *This service ends*, if it does. */
  readonly end: { readonly atMs: number; readonly message: string } | undefined;
  readonly operator: OperatorTexts;
  /** Browsers are woken by their push services. */
  readonly sendsPushes: boolean;
  /** SMS are sent for devices without a SIM. */
  readonly relaysSms: boolean;
}

/**
 * The public side of these keys. Where it differs from what was published last, its sequence is durable when this resolves:
 * nobody is shown what could be forgotten.
 */
export async function publish(
  folder: KeyFolder,
  parts: {
    readonly store: CellStore;
    readonly offers: CellOffers;
    readonly now: () => number;
  },
): Promise<PublishedCell> {
  const { store, offers, now } = parts;
  const { cellId, certificate, keys } = folder;
  const parameters = parametersOf(folder, offers);
  const hash = sha256(toBinary(ParametersSchema, parameters));
  const last = await store.cell();
  const isSame = last !== undefined && equalBytes(last.parametersHash, hash);
  const sequence = isSame
    ? last.parametersSequence
    : nextSequence(last?.parametersSequence ?? 0, now());
  if (!isSame) await store.keep({ cellId, parametersSequence: sequence, parametersHash: hash });
  parameters.sequence = BigInt(sequence);
  return {
    parameters: await signParameters(currentOf(keys.parameters).pair.privateKey, parameters),
    certificate: create(SignedSchema, keys.certificate),
    certificateNumber: certificate.number,
    sequence: parameters.sequence,
  };
}

/** As they are now, but for their sequence. */
function parametersOf({ cellId, certificate, keys }: KeyFolder, offers: CellOffers): Parameters {
  const { origins, isInviteOnly, end, operator, evaluationsAtFirst, evaluationsPerDay } = offers;
  const saysAnything = Object.values(operator).some((text) => text !== "");
  return create(ParametersSchema, {
    cellId,
    certificateNumber: certificate.number,
    sealingKeys: keys.sealing.map(({ epoch, key }) =>
      create(SealingKeySchema, { epoch, publicKey: key.publicKey }),
    ),
    voprfKeys: keys.voprf.map(({ epoch, key }) =>
      create(VoprfKeySchema, { epoch, publicKey: key.publicKey }),
    ),
    pushKeys: offers.sendsPushes
      ? keys.push.map(({ epoch, key }) =>
          create(PushKeySchema, { epoch, publicKey: key.publicKey }),
        )
      : [],
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
    features: [...(isInviteOnly ? [inviteOnly] : []), ...(offers.relaysSms ? [smsRelay] : [])],
    origins: [...origins],
    lowestContract,
    ...(saysAnything ? { operator: create(OperatorSchema, operator) } : {}),
    ...(end
      ? { end: create(ServiceEndSchema, { atMs: BigInt(end.atMs), message: end.message }) }
      : {}),
  });
}

const minute = 60_000;

// The minute, because a store that was restored has forgotten some of its sequences.
function nextSequence(last: number, now: number): number {
  return Math.max(last + 1, Math.floor(now / minute));
}
