// The keys of a cell that is only pretended, all in this process, and the statements it signs with them.
import {
  type CellId,
  CertificateSchema,
  ClaimSchema,
  cellIdOf,
  type DeletionReceipt,
  deriveVoprfKeyPair,
  type Evaluation,
  EvaluationSchema,
  evaluateBatch,
  generateSealingKeyPair,
  type HandleKeys,
  type Intent,
  keysOfEvaluatedNumber,
  lookupHashOf,
  ParametersSchema,
  type PhoneNumber,
  policy,
  policyHash,
  randomBytes,
  type SealingKeyPair,
  type Signed,
  signCertificate,
  signClaim,
  signDeletionReceipt,
  signingKeyPair,
  signParameters,
  unblindedInput,
  type VoprfKeyPair,
  voprfInput,
} from "@assent/protocol";
import { create, type MessageInitShape } from "@bufbuild/protobuf";

interface Epoch<Pair> {
  readonly epoch: number;
  readonly pair: Pair;
}

export class PretendedCell {
  readonly root = signingKeyPair(randomBytes(32));
  readonly #parametersKey = signingKeyPair(randomBytes(32));
  readonly claimsKey = signingKeyPair(randomBytes(32));
  readonly receiptsKey = signingKeyPair(randomBytes(32));
  readonly sealing: Epoch<SealingKeyPair>[] = [];
  readonly voprf: Epoch<VoprfKeyPair>[] = [];
  certificateNumber = 1;
  sequence = 1n;
  /** What the parameters say otherwise than they would. */
  changes: MessageInitShape<typeof ParametersSchema> = {};

  static async make(): Promise<PretendedCell> {
    const cell = new PretendedCell();
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

  async certificate(): Promise<Signed> {
    const certificate = create(CertificateSchema, {
      rootKey: this.root.publicKey,
      number: this.certificateNumber,
      parametersKey: this.#parametersKey.publicKey,
      claimsKey: this.claimsKey.publicKey,
      receiptsKey: this.receiptsKey.publicKey,
    });
    return signCertificate(this.root, certificate);
  }

  /** What GetParameters answers. */
  async parameters(): Promise<{ readonly parameters: Signed; readonly certificate: Signed }> {
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

  /** What Evaluate answers, under an epoch. */
  evaluated(
    blindedElements: readonly Uint8Array[],
    epoch = this.voprf.length,
  ): {
    readonly evaluatedElements: Uint8Array<ArrayBuffer>[];
    readonly proof: Uint8Array<ArrayBuffer>;
  } {
    const { evaluatedElements, proof } = evaluateBatch(this.#voprfOf(epoch), [...blindedElements]);
    return {
      evaluatedElements: evaluatedElements.map((element) => new Uint8Array(element)),
      proof: new Uint8Array(proof),
    };
  }

  evaluationOf(number: PhoneNumber, epoch = this.voprf.length): Evaluation {
    const { blindedElement } = unblindedInput(voprfInput(number));
    const { evaluatedElements, proof } = this.evaluated([blindedElement], epoch);
    const [evaluatedElement] = evaluatedElements as [Uint8Array<ArrayBuffer>];
    return create(EvaluationSchema, { voprfEpoch: epoch, evaluatedElement, proof });
  }

  keysOf(number: PhoneNumber, epoch = this.voprf.length): HandleKeys {
    const { publicKey } = this.#voprfOf(epoch);
    return keysOfEvaluatedNumber(publicKey, number, this.evaluationOf(number, epoch));
  }

  /** What VerifyCode and RenewClaim answer. */
  async claimOf(
    number: PhoneNumber,
    rootKey: Uint8Array,
    intent: Intent,
  ): Promise<{
    readonly claim: Signed;
    readonly evaluation: Evaluation;
    readonly certificate: Signed;
  }> {
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
      claim: await signClaim(this.claimsKey.privateKey, claim),
      evaluation: this.evaluationOf(number),
      certificate: await this.certificate(),
    };
  }

  /** What DeleteAccount answers. */
  async deletionOf(
    receipt: DeletionReceipt,
  ): Promise<{ readonly receipt: Signed; readonly certificate: Signed }> {
    return {
      receipt: await signDeletionReceipt(this.receiptsKey.privateKey, receipt),
      certificate: await this.certificate(),
    };
  }

  #voprfOf(epoch: number): VoprfKeyPair {
    const found = this.voprf.find((voprf) => voprf.epoch === epoch);
    if (!found) throw new TypeError("there is no such epoch");
    return found.pair;
  }
}
