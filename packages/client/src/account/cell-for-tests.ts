// For tests only: a cell whose private keys the test has, and a phone that is on at it.
import {
  type CellId,
  CertificateSchema,
  ClaimSchema,
  cellIdOf,
  deriveVoprfKeyPair,
  type Evaluation,
  EvaluationSchema,
  evaluateBatch,
  generateSealingKeyPair,
  hex,
  type Intent,
  keysOfEvaluatedNumber,
  lookupHashOf,
  ManifestSchema,
  ParametersSchema,
  type PhoneNumber,
  policy,
  policyHash,
  randomBytes,
  type SealingKeyPair,
  SignedSchema,
  signCertificate,
  signClaim,
  signingKeyPair,
  signManifest,
  signParameters,
  unblindedInput,
  type VoprfKeyPair,
  voprfInput,
} from "@assent/protocol";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Service } from "../egress/service.ts";
import type { Encryption } from "../encryption/encryption.ts";
import { CellSchema, ConsentSchema, IdentitySchema, Phase, Records } from "../store/records.ts";
import { createMemoryStore, type StoreForTests } from "../store/store-for-tests.ts";
import type { GivingUp } from "./giving-up.ts";
import { ProfileStateKeeper } from "./profile-state.ts";
import { ownDeviceOf, rootKeysOf } from "./self.ts";

export const cellUrl = "https://cell.example";
export const ownNumber = "+447400123456" as PhoneNumber;

interface Epoch<Pair> {
  readonly epoch: number;
  readonly pair: Pair;
}

export class CellForTests {
  readonly root = signingKeyPair(randomBytes(32));
  readonly #parametersKey = signingKeyPair(randomBytes(32));
  readonly #claimsKey = signingKeyPair(randomBytes(32));
  readonly receiptsKey = signingKeyPair(randomBytes(32));
  readonly sealing: Epoch<SealingKeyPair>[] = [];
  readonly voprf: Epoch<VoprfKeyPair>[] = [];
  certificateNumber = 1;
  sequence = 1n;
  /** What the parameters say otherwise than they would. */
  changes: MessageInitShape<typeof ParametersSchema> = {};

  static async make(): Promise<CellForTests> {
    const cell = new CellForTests();
    await cell.rotate();
    return cell;
  }

  get id(): CellId {
    return cellIdOf(this.root.publicKey);
  }

  /** A new epoch of both keys; a later sequence says so. */
  async rotate(): Promise<void> {
    const epoch = this.voprf.length + 1;
    this.sealing.push({ epoch, pair: await generateSealingKeyPair() });
    this.voprf.push({ epoch, pair: deriveVoprfKeyPair(randomBytes(32), new Uint8Array()) });
    this.sequence += 1n;
  }

  async certificate() {
    const certificate = create(CertificateSchema, {
      rootKey: this.root.publicKey,
      number: this.certificateNumber,
      parametersKey: this.#parametersKey.publicKey,
      claimsKey: this.#claimsKey.publicKey,
      receiptsKey: this.receiptsKey.publicKey,
    });
    return signCertificate(this.root, certificate);
  }

  /** What GetParameters answers. */
  async parameters() {
    const parameters = create(ParametersSchema, {
      cellId: this.id,
      certificateNumber: this.certificateNumber,
      sequence: this.sequence,
      sealingKeys: this.sealing.map(({ epoch, pair: { publicKey } }) => ({ epoch, publicKey })),
      voprfKeys: this.voprf.map(({ epoch, pair }) => ({
        epoch,
        publicKey: new Uint8Array(pair.publicKey),
      })),
      policies: [{ version: policy.version, hash: policyHash(policy) }],
      lowestContract: 1,
      ...this.changes,
    });
    return {
      parameters: await signParameters(this.#parametersKey.privateKey, parameters),
      certificate: await this.certificate(),
    };
  }

  evaluationOf(number: PhoneNumber, epoch = this.voprf.length): Evaluation {
    const { pair } = this.voprf[epoch - 1] as Epoch<VoprfKeyPair>;
    const { blindedElement } = unblindedInput(voprfInput(number));
    const { evaluatedElements, proof } = evaluateBatch(pair, [blindedElement]);
    return create(EvaluationSchema, {
      voprfEpoch: epoch,
      evaluatedElement: new Uint8Array(evaluatedElements[0] as Uint8Array),
      proof: new Uint8Array(proof),
    });
  }

  keysOf(number: PhoneNumber, epoch = this.voprf.length) {
    const { pair } = this.voprf[epoch - 1] as Epoch<VoprfKeyPair>;
    return keysOfEvaluatedNumber(pair.publicKey, number, this.evaluationOf(number, epoch));
  }

  /** What VerifyCode and RenewClaim answer. */
  async claimOf(number: PhoneNumber, rootKey: Uint8Array, intent: Intent) {
    const { lookupKey, bucketBits, tag } = this.keysOf(number);
    const claim = create(ClaimSchema, {
      cellId: this.id,
      intent,
      lookupHash: lookupHashOf(lookupKey),
      bucketBits,
      tag,
      rootKey: new Uint8Array(rootKey),
      voprfEpoch: this.voprf.length,
      serial: randomBytes(16),
    });
    return {
      claim: await signClaim(this.#claimsKey.privateKey, claim),
      evaluation: this.evaluationOf(number),
      certificate: await this.certificate(),
    };
  }
}

export interface PhoneForTests {
  readonly store: StoreForTests;
  readonly records: Records;
  readonly state: ProfileStateKeeper;
}

/** A profile that nothing was done with. */
export async function newPhone(): Promise<PhoneForTests> {
  const store = createMemoryStore();
  const records = new Records(store);
  return { store, records, state: await ProfileStateKeeper.load(records) };
}

/** A profile that is on at a cell, with a number of its own. */
export async function phoneOn(
  cell: CellForTests,
  number: PhoneNumber = ownNumber,
): Promise<PhoneForTests> {
  const phone = await newPhone();
  const { parameters, certificate } = await cell.parameters();
  const sealing = await generateSealingKeyPair();
  const identity = create(IdentitySchema, {
    number,
    rootPrivateKey: randomBytes(32),
    devicePrivateKey: randomBytes(32),
    sealingPrivateKey: sealing.privateKey,
    evaluationEncoded: toBinary(EvaluationSchema, cell.evaluationOf(number)),
    recordSequence: 1n,
  });
  const root = rootKeysOf(identity);
  const { signatureKey } = ownDeviceOf(identity);
  const devices = [{ signatureKey: new Uint8Array(signatureKey), sealingKey: sealing.publicKey }];
  const manifest = create(ManifestSchema, { rootKey: root.publicKey, version: 1, devices });
  identity.manifestEncoded = toBinary(SignedSchema, await signManifest(root.privateKey, manifest));
  await phone.state.change({
    phase: Phase.ON,
    consent: create(ConsentSchema, {
      policyVersion: policy.version,
      policyHash: policyHash(policy),
      purposes: ["service"],
    }),
    identity,
    cell: create(CellSchema, {
      url: cellUrl,
      parametersEncoded: toBinary(SignedSchema, parameters),
      certificateEncoded: toBinary(SignedSchema, certificate),
    }),
  });
  return phone;
}

/** Makes KeyPackages that nobody can use. */
export const keyPackagesOnly = {
  generateKeyPackage: async () => ({
    ref: hex(randomBytes(16)),
    publicPart: randomBytes(100),
    privatePart: randomBytes(64),
    liveUntilMs: Number.MAX_SAFE_INTEGER,
  }),
} as unknown as Encryption;

/** Procedures that a test answers for, by their names in `Service`; any other fails. */
export interface ProceduresForTests {
  readonly [service: string]: { readonly [procedure: string]: (request: never) => unknown };
}

export function serviceOf(procedures: ProceduresForTests): (url: string) => Service {
  return () => procedures as unknown as Service;
}

/** Of a phone without conversations. */
export const nothingGivenUp: GivingUp = {
  setBack: async () => [],
  beginningAnew: async () => [],
  readReceipts: async () => [],
  account: async () => [],
};
