// From yes to on: the service's keys, the code by SMS, the claim, the account. Each step is stored before the
// next, so that a phone that stops anywhere goes on there.
import {
  AssentError,
  type CreateAccountRequest,
  CreateAccountRequestSchema,
  contractVersion,
  EvaluationSchema,
  generateSealingKeyPair,
  hex,
  Intent,
  type Invitation,
  limits,
  type Manifest,
  ManifestSchema,
  type PhoneNumber,
  type Purpose,
  type RequiredWork,
  randomBytes,
  SignedSchema,
  sealNumber,
  sealRecord,
  sha256,
  signAccount,
  signedRecord,
  signManifest,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import type { Timers } from "../clock/timers.ts";
import { giveConsent, isPaused, signedConsent } from "../consent/consent.ts";
import {
  CellSchema,
  decodeStored,
  type Identity,
  IdentitySchema,
  Phase,
  type ProfileState,
  type Verification,
  VerificationSchema,
} from "../store/records.ts";
import { askWithWork, doWork, type Working } from "./asked-work.ts";
import type { Cell, Cells } from "./cells.ts";
import type { GivingUp } from "./giving-up.ts";
import { addKeyPackages, type KeyPackageMaking } from "./key-packages.ts";
import { openOwnClaim } from "./own-claim.ts";
import type { ProfileStateKeeper } from "./profile-state.ts";
import { replaceDevice } from "./replacing-device.ts";
import { ownDeviceOf, rootKeysOf } from "./self.ts";

export interface TurningOn extends KeyPackageMaking {
  readonly state: ProfileStateKeeper;
  readonly givingUp: GivingUp;
  readonly cells: Cells;
  readonly timers: Timers;
}

const firstRecordSequence = 1n;

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
 * @throws AssentError already_on, invitation_needed, invitation_invalid, number_refused, rate_limited, sms_failed,
 *   policy_changed, unreachable …
 */
export async function askForCode(
  on: TurningOn,
  number: PhoneNumber,
  url: string,
  purposes: readonly Purpose[],
  { invitation, ...working }: Working & { readonly invitation?: Invitation | undefined } = {},
): Promise<TurnedOn> {
  const before = on.state.current;
  const known = isSameTry(before, number, url) ? before.invitation : new Uint8Array();
  if (before.phase === Phase.ON) return renewConsent(on, number, url, purposes);
  if (isSignedOutOf(before, number, url)) {
    await replaceDevice(on, before.identity, { phase: Phase.VERIFYING });
  } else if (!isSameTry(before, number, url)) {
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
      ending: undefined,
    });
  }
  await on.state.change({
    phase: Phase.VERIFYING,
    consent: giveConsent(purposes, on.now()),
    firstConsentAtMs: before.firstConsentAtMs || BigInt(on.now()),
    verification: undefined,
    invitation: invitation ?? known,
  });
  await on.cells.refresh();
  return startRegistration(on, working);
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
  return state.phase === Phase.VERIFYING && state.accountMayExist && !isOfSame(state, number, url);
}

/** Whether the service signed this number's device out: its account is made again. Not where the owner left. */
export function isSignedOutOf(
  state: ProfileState,
  number: PhoneNumber,
  url: string,
): state is ProfileState & { readonly identity: Identity } {
  return state.phase === Phase.ENDED && isOfSame(state, number, url);
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

async function startRegistration(on: TurningOn, working: Working): Promise<TurnedOn> {
  const { consent, identity, invitation } = on.state.current;
  if (!consent || !identity) throw new AssentError("consent_required");
  const invited = invitation.length > 0 ? (invitation as Invitation) : undefined;
  const ask = async (cell: Cell, asked: RequiredWork | undefined) => {
    // The number stays here where it would be refused.
    if (cell.isInviteOnly && !invited) throw new AssentError("invitation_needed");
    const { id, url, sealingKey } = cell;
    const signed = await signedConsent(consent, rootKeysOf(identity), id);
    const intent = Intent.REGISTER;
    const bound = { cellId: id, intent, consent: signed.encoded };
    const number = identity.number as PhoneNumber;
    const sealedNumber = await sealNumber(sealingKey.publicKey, number, bound, invited);
    return on.service(url).registration.startRegistration({
      contract: contractVersion,
      intent,
      sealingEpoch: sealingKey.epoch,
      sealedNumber,
      consent: signed,
      ...(asked && { work: await doWork(asked, sealedNumber, { ...working, timers: on.timers }) }),
    });
  };
  const answer = await askWithWork((asked) => on.cells.withKeys((cell) => ask(cell, asked)));
  // Whatever the service says: nobody is kept from another code for longer than the contract has it.
  const codeExpiresInSeconds = Math.min(answer.codeExpiresInSeconds, limits.codeSeconds);
  const resendAfterSeconds = Math.min(answer.resendAfterSeconds, limits.nextCodeSeconds);
  await on.state.change({
    verification: create(VerificationSchema, {
      session: answer.session,
      resendAtMs: BigInt(on.now() + resendAfterSeconds * 1000),
      codeExpiresAtMs: BigInt(on.now() + codeExpiresInSeconds * 1000),
    }),
  });
  return { kind: "code-sent", codeExpiresInSeconds, resendAfterSeconds };
}

/**
 * Exchanges the code for the account. Called again after a stop, goes on where it was.
 * @throws AssentError not_verifying, code_wrong, code_expired, service_untrusted, unreachable …
 */
export async function verifyCode(on: TurningOn, code: string): Promise<void> {
  const { verification, phase, identity } = on.state.current;
  if (phase !== Phase.VERIFYING || !verification || !identity || !on.cells.pinned) {
    throw new AssentError("not_verifying");
  }
  const request =
    verification.createAccountEncoded.length > 0
      ? decodeStored(CreateAccountRequestSchema, verification.createAccountEncoded)
      : await claimNumber(on, identity, verification, code);
  const cell = on.cells.current;
  await on.service(cell.url).account.createAccount(request);
  const requester = { device: ownDeviceOf(identity), cell };
  await addKeyPackages(on, requester, { withLastResort: true, replacesAll: true, lineage: 0 });
  await on.state.change({
    phase: Phase.ON,
    verification: undefined,
    invitation: new Uint8Array(),
  });
}

/** Makes it the next after the one that was sent. */
function follow(manifest: Manifest, formerEncoded: Uint8Array): void {
  const { encoded } = decodeStored(SignedSchema, formerEncoded);
  manifest.version = decodeStored(ManifestSchema, encoded).version + 1;
  manifest.previousHash = sha256(encoded);
}

async function claimNumber(
  on: TurningOn,
  identity: Identity,
  verification: Verification,
  code: string,
): Promise<CreateAccountRequest> {
  const { id: cellId, url } = on.cells.current;
  const answer = await on.service(url).registration.verifyCode({
    session: verification.session,
    code,
  });
  const { claim, evaluation, keys } = await openOwnClaim(
    on.cells,
    identity,
    Intent.REGISTER,
    answer,
  );
  const root = rootKeysOf(identity);
  const manifest = decodeStored(ManifestSchema, identity.unsignedManifestEncoded);
  // The service may have the one before, and then takes none but what follows it.
  if (on.state.current.accountMayExist) follow(manifest, identity.manifestEncoded);
  manifest.rootKey = root.publicKey;
  for (const device of manifest.devices) device.signatureKey = ownDeviceOf(identity).signatureKey;
  const signedManifest = await signManifest(root.privateKey, manifest);
  const record = await signedRecord(root, {
    lowestManifestVersion: manifest.version,
    cellId,
    sequence: firstRecordSequence,
  });
  const sealedRecord = await sealRecord(keys.recordKey, record);
  const fields = { claim, sealedRecord, manifest: signedManifest };
  const request = create(CreateAccountRequestSchema, {
    ...fields,
    signature: await signAccount(root.privateKey, fields),
  });
  await on.state.change({
    accountMayExist: true,
    identity: {
      ...identity,
      manifestEncoded: toBinary(SignedSchema, signedManifest),
      evaluationEncoded: toBinary(EvaluationSchema, evaluation),
      recordSequence: firstRecordSequence,
    },
    verification: {
      ...verification,
      createAccountEncoded: toBinary(CreateAccountRequestSchema, request),
    },
  });
  return request;
}
