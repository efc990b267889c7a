// From yes to on: the service's keys, the code by SMS, the claim, the account. Each step is stored before the
// next, so that a phone that stops anywhere goes on there.
import {
  AssentError,
  type CreateAccountRequest,
  CreateAccountRequestSchema,
  EvaluationSchema,
  equalBytes,
  generateSealingKeyPair,
  hex,
  keysOfEvaluatedNumber,
  loadVoprf,
  lookupHashOf,
  ManifestSchema,
  openClaim,
  openParameters,
  type PhoneNumber,
  type Purpose,
  policy,
  randomBytes,
  SignedManifestSchema,
  seal,
  sealRecord,
  signAccount,
  signManifest,
  utf8,
  type VerifyCodeResponse,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import { giveConsent, isPaused, signedConsent } from "../consent/consent.ts";
import type { Service } from "../egress/service.ts";
import type { Encryption } from "../encryption/encryption.ts";
import {
  CellSchema,
  decodeStored,
  type Identity,
  IdentitySchema,
  Phase,
  type ProfileState,
  type Records,
  type Verification,
  VerificationSchema,
} from "../store/records.ts";
import { addKeyPackages } from "./key-packages.ts";
import type { ProfileStateKeeper } from "./profile-state.ts";
import { type Cell, cellOf, ownDeviceOf, rootKeysOf } from "./self.ts";

export interface TurningOn {
  readonly state: ProfileStateKeeper;
  readonly records: Records;
  readonly encryption: Encryption;
  readonly service: (url: string) => Service;
  readonly now: () => number;
}

/** What a yes led to. */
export type TurnedOn =
  | {
      readonly kind: "code-sent";
      readonly codeExpiresInSeconds: number;
      readonly resendAfterSeconds: number;
    }
  /** The account was there; the yes to the changed policy was all that it waited for. */
  | { readonly kind: "consent-renewed" };

/**
 * Records the owner's yes, then asks for a code. Called again for the same number, asks for the code again.
 * @throws AssentError already_on, number_refused, rate_limited, sms_failed, policy_changed, unreachable …
 */
export async function askForCode(
  on: TurningOn,
  number: PhoneNumber,
  url: string,
  purposes: readonly Purpose[],
): Promise<TurnedOn> {
  const before = on.state.current;
  if (before.phase === Phase.ON) return renewConsent(on, number, url, purposes);
  if (!isSameTry(before, number, url)) {
    const sealing = await generateSealingKeyPair();
    await on.state.change({
      phase: Phase.VERIFYING,
      cell: create(CellSchema, { url }),
      identity: create(IdentitySchema, {
        number,
        rootPrivateKey: randomBytes(32),
        devicePrivateKey: randomBytes(32),
        sealingPrivateKey: sealing.privateKey,
        unsignedManifestEncoded: newManifest(sealing.publicKey),
      }),
      verification: undefined,
    });
  }
  await on.state.change({
    phase: Phase.VERIFYING,
    consent: giveConsent(purposes, on.now()),
    firstConsentAtMs: before.firstConsentAtMs || BigInt(on.now()),
    verification: undefined,
  });
  return startRegistration(on, await pinCell(on));
}

/** The yes to a policy that changed since; nothing else may be asked of an account that is on. */
async function renewConsent(
  on: TurningOn,
  number: PhoneNumber,
  url: string,
  purposes: readonly Purpose[],
): Promise<TurnedOn> {
  if (!isPaused(on.state.current) || !isOfSame(on.state.current, number, url))
    throw new AssentError("already_on");
  await on.state.change({ consent: giveConsent(purposes, on.now()) });
  return { kind: "consent-renewed" };
}

/** Whether to turn on with this number here would give up keys of an account that a service may have. */
export function leavesAccountBehind(
  state: ProfileState,
  number: PhoneNumber,
  url: string,
): boolean {
  if (state.phase === Phase.LEAVING) return true;
  const mayHaveAccount = (state.verification?.createAccountEncoded.length ?? 0) > 0;
  return state.phase === Phase.VERIFYING && mayHaveAccount && !isOfSame(state, number, url);
}

function isSameTry(state: ProfileState, number: PhoneNumber, url: string): boolean {
  return state.phase === Phase.VERIFYING && isOfSame(state, number, url);
}

function isOfSame({ identity, cell }: ProfileState, number: PhoneNumber, url: string): boolean {
  return identity?.number === number && cell?.url === url;
}

/** The first manifest's only device, unsigned as yet: its key is in the identity. */
function newManifest(sealingPublicKey: Uint8Array): Uint8Array<ArrayBuffer> {
  const unsigned = create(ManifestSchema, {
    version: 1,
    devices: [{ sealingKey: sealingPublicKey, name: `phone-${hex(randomBytes(3))}` }],
  });
  return toBinary(ManifestSchema, unsigned);
}

/** The cell's keys: asked for once, the same ever after. */
async function pinCell(on: TurningOn): Promise<Cell> {
  const pinned = cellOf(on.state.current);
  const url = on.state.current.cell?.url as string;
  const answer = await on.service(url).registration.getParameters({});
  const parameters = await openParameters(
    { bytes: answer.parameters, signature: answer.signature },
    pinned?.identityKey,
  );
  if (!parameters?.registrationKey || !parameters.voprfKey)
    throw new AssentError("service_untrusted");
  if (parameters.policyVersion !== policy.version) throw new AssentError("policy_changed");
  await on.state.change({
    cell: create(CellSchema, {
      url,
      parametersEncoded: answer.parameters,
      parametersSignature: answer.signature,
    }),
  });
  return cellOf(on.state.current) as Cell;
}

async function startRegistration(on: TurningOn, cell: Cell): Promise<TurnedOn> {
  const { consent, identity } = on.state.current;
  if (!consent || !identity) throw new AssentError("consent_required");
  const signed = await signedConsent(consent, rootKeysOf(identity), cell.id);
  const padded = new Uint8Array(32);
  padded.set(utf8(identity.number));
  const answer = await on.service(cell.url).registration.startRegistration({
    registrationKeyEpoch: cell.registrationKey.epoch,
    sealedNumber: await seal(cell.registrationKey.publicKey, "number", padded, signed.bytes),
    consent: signed.bytes,
    consentSignature: signed.signature,
  });
  await on.state.change({
    verification: create(VerificationSchema, {
      session: answer.session,
      resendAtMs: BigInt(on.now() + answer.resendAfterSeconds * 1000),
      codeExpiresAtMs: BigInt(on.now() + answer.codeExpiresInSeconds * 1000),
    }),
  });
  const { codeExpiresInSeconds, resendAfterSeconds } = answer;
  return { kind: "code-sent", codeExpiresInSeconds, resendAfterSeconds };
}

/**
 * Exchanges the code for the account. Called again after a stop, goes on where it was.
 * @throws AssentError not_verifying, code_wrong, code_expired, service_untrusted, unreachable …
 */
export async function verifyCode(on: TurningOn, code: string): Promise<void> {
  const { verification, phase, identity } = on.state.current;
  const cell = cellOf(on.state.current);
  if (phase !== Phase.VERIFYING || !verification || !identity || !cell) {
    throw new AssentError("not_verifying");
  }
  const request =
    verification.createAccountEncoded.length > 0
      ? decodeStored(CreateAccountRequestSchema, verification.createAccountEncoded)
      : await claimNumber(on, cell, identity, verification, code);
  await on.service(cell.url).registration.createAccount(request);
  await addKeyPackages(on, ownDeviceOf(identity), cell, { withLastResort: true });
  await on.state.change({ phase: Phase.ON, verification: undefined });
}

async function claimNumber(
  on: TurningOn,
  cell: Cell,
  identity: Identity,
  verification: Verification,
  code: string,
): Promise<CreateAccountRequest> {
  const answer = await on.service(cell.url).registration.verifyCode({
    session: verification.session,
    code,
  });
  const recordKey = await checkClaim(cell, identity, answer);
  const root = rootKeysOf(identity);
  const manifest = decodeStored(ManifestSchema, identity.unsignedManifestEncoded);
  manifest.rootKey = root.publicKey;
  for (const device of manifest.devices) device.signatureKey = ownDeviceOf(identity).signatureKey;
  const fields = {
    claim: answer.claim,
    sealedRecord: await sealRecord(recordKey, {
      rootKey: root.publicKey,
      lowestManifestVersion: manifest.version,
    }),
    manifest: await signManifest(root.privateKey, manifest),
  };
  const request = create(CreateAccountRequestSchema, {
    ...fields,
    claimSignature: answer.claimSignature,
    signature: await signAccount(root.privateKey, fields),
  });
  await on.state.change({
    identity: {
      ...identity,
      manifestEncoded: toBinary(SignedManifestSchema, fields.manifest),
      evaluationEncoded: answer.evaluation
        ? toBinary(EvaluationSchema, answer.evaluation)
        : new Uint8Array(),
    },
    verification: {
      ...verification,
      createAccountEncoded: toBinary(CreateAccountRequestSchema, request),
    },
  });
  return request;
}

/** The service signed a claim for this very number and key, under the keys it pinned. */
async function checkClaim(
  cell: Cell,
  identity: Identity,
  { claim: bytes, claimSignature: signature, evaluation }: VerifyCodeResponse,
): Promise<Uint8Array> {
  const claim = await openClaim(cell.identityKey, { bytes, signature });
  if (!claim || !evaluation || claim.voprfEpoch !== cell.voprfKey.epoch) {
    throw new AssentError("service_untrusted");
  }
  await loadVoprf();
  try {
    const number = identity.number as PhoneNumber;
    const keys = keysOfEvaluatedNumber(cell.voprfKey.publicKey, number, evaluation);
    const fits =
      equalBytes(claim.rootKey, rootKeysOf(identity).publicKey) &&
      equalBytes(claim.lookupHash, lookupHashOf(keys.lookupKey)) &&
      claim.bucketBits === keys.bucketBits &&
      claim.tag === keys.tag;
    if (fits) return keys.recordKey;
  } catch (cause) {
    throw new AssentError("service_untrusted", { cause });
  }
  throw new AssentError("service_untrusted");
}
