// The cell that this profile is at: its signed parameters, fetched at the first yes and again when they changed. Trusts
// nothing that the root key pinned then does not vouch for, and nothing older than it has seen.
import {
  AssentError,
  CertificateSchema,
  cellIdOf,
  contractVersion,
  currentKey,
  elementLength,
  equalBytes,
  isFitOperator,
  type KnownCell,
  keyOfEpoch,
  type Limits,
  openCell,
  type Parameters,
  ParametersSchema,
  policy,
  policyHash,
  type PushKey,
  type SealingKey,
  SignedSchema,
  sealingPublicKeyLength,
  type VoprfKey,
} from "@assent/protocol";
import { create, type DescMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { isOver } from "../clock/elapsed.ts";
import type { AnonymousService } from "../egress/service.ts";
import { CellSchema, decodeStored, type Cell as StoredCell } from "../store/records.ts";
import { type OperatorWords, operatorWordsOf } from "./operator-words.ts";
import type { ProfileStateKeeper } from "./profile-state.ts";

/** A cell as its newest parameters say it is. With its id and number, whatever a certificate vouches for is checked. */
export interface Cell extends KnownCell {
  readonly url: string;
  /** The one to seal numbers to. */
  readonly sealingKey: SealingKey;
  /** The one that numbers are evaluated under. */
  readonly voprfKey: VoprfKey;
  /** The one that proves evaluations of an epoch; undefined where that is over, or not begun as far as is known. */
  voprfKeyOf(epoch: number): VoprfKey | undefined;
  readonly limits: Limits | undefined;
  readonly operator: OperatorWords | undefined;
  /** The one to subscribe with; undefined where this cell wakes nobody. */
  readonly pushKey: PushKey | undefined;
}

const momentMs = 600_000;
// P-256, uncompressed.
const pushKeyLength = 65;

export class Cells {
  readonly #state: ProfileStateKeeper;
  readonly #service: (url: string) => AnonymousService;
  readonly #now: () => number;
  // When the service last said which its parameters are, to this process.
  #confirmedAtMs = Number.NEGATIVE_INFINITY;
  #known: { readonly stored: StoredCell; readonly cell: Cell } | undefined;

  constructor(
    state: ProfileStateKeeper,
    service: (url: string) => AnonymousService,
    now: () => number,
  ) {
    this.#state = state;
    this.#service = service;
    this.#now = now;
  }

  /** Undefined before its parameters came. */
  get pinned(): Cell | undefined {
    const stored = this.#state.current.cell;
    if (!stored || stored.parametersEncoded.length === 0) return undefined;
    if (this.#known?.stored !== stored) this.#known = { stored, cell: cellOf(stored) };
    return this.#known.cell;
  }

  /** @throws AssentError consent_required before its parameters came. */
  get current(): Cell {
    if (!this.pinned) throw new AssentError("consent_required");
    return this.pinned;
  }

  /**
   * Fetches the parameters, for the first time or again.
   * @throws AssentError service_untrusted, update_required, policy_changed, unreachable
   */
  async refresh(): Promise<Cell> {
    const url = this.#state.current.cell?.url;
    if (!url) throw new AssentError("consent_required");
    const { cell } = this.#service(url);
    const { parameters, certificate } = await cell.getParameters({ contract: contractVersion });
    const opened =
      parameters && certificate && (await openCell({ parameters, certificate }, this.pinned));
    if (!opened || !isSound(opened.parameters)) throw new AssentError("service_untrusted");
    checkAccepts(opened.parameters);
    this.#confirmedAtMs = this.#now();
    if (isSame(opened.parameters, this.pinned)) return this.current;
    await this.#state.change({
      cell: create(CellSchema, {
        url,
        parametersEncoded: toBinary(SignedSchema, parameters),
        certificateEncoded: toBinary(SignedSchema, certificate),
      }),
    });
    return this.current;
  }

  /** Fetches the parameters where the service names later ones than are known. @throws as `refresh`. */
  async catchUp(certificateNumber: number, sequence: bigint): Promise<void> {
    const known = this.current;
    const areLater =
      certificateNumber > known.certificateNumber ||
      (certificateNumber === known.certificateNumber && sequence > known.sequence);
    if (areLater) await this.refresh();
    this.#confirmedAtMs = this.#now();
  }

  /** Fetches the parameters unless the service said a moment ago which they are. @throws as `refresh`. */
  async confirm(): Promise<void> {
    if (isOver(this.#confirmedAtMs, momentMs, this.#now())) await this.refresh();
  }

  /** Does what needs the cell's keys; where the service says that they are outdated, once more with those there are. */
  async withKeys<T>(attempt: (cell: Cell) => Promise<T>): Promise<T> {
    try {
      return await attempt(this.current);
    } catch (error) {
      if (!(error instanceof AssentError) || error.code !== "key_outdated") throw error;
      return attempt(await this.refresh());
    }
  }

  /** The key of a VOPRF epoch. One that begins after all that are known is asked for, once. @throws as `refresh`. */
  async voprfKeyOf(epoch: number): Promise<VoprfKey | undefined> {
    if (epoch > this.current.voprfKey.epoch) await this.refresh();
    return this.current.voprfKeyOf(epoch);
  }
}

function isSame({ certificateNumber, sequence }: Parameters, known: Cell | undefined): boolean {
  return known?.certificateNumber === certificateNumber && known.sequence === sequence;
}

/** What was checked before it was stored. */
function cellOf(stored: StoredCell): Cell {
  const parameters = openStored(ParametersSchema, stored.parametersEncoded);
  const certificate = openStored(CertificateSchema, stored.certificateEncoded);
  const { sealingKeys, voprfKeys, sequence, limits, operator } = parameters;
  const { pushKeys } = parameters;
  const [sealingKey, voprfKey] = [currentKey(sealingKeys), currentKey(voprfKeys)];
  if (!sealingKey || !voprfKey) throw new AssentError("profile_unreadable");
  return {
    url: stored.url,
    id: cellIdOf(certificate.rootKey),
    certificateNumber: certificate.number,
    sequence,
    sealingKey,
    voprfKey,
    voprfKeyOf: (epoch) => keyOfEpoch(voprfKeys, epoch),
    limits,
    operator: operatorWordsOf(operator),
    pushKey: currentKey(pushKeys),
  };
}

function openStored<T extends DescMessage>(schema: T, signed: Uint8Array): MessageShape<T> {
  return decodeStored(schema, decodeStored(SignedSchema, signed).encoded);
}

function isSound({ sealingKeys, voprfKeys, pushKeys, operator }: Parameters): boolean {
  return (
    sealingKeys.length > 0 &&
    sealingKeys.every(({ publicKey }) => publicKey.length === sealingPublicKeyLength) &&
    voprfKeys.length > 0 &&
    voprfKeys.every(({ publicKey }) => publicKey.length === elementLength) &&
    pushKeys.every(({ publicKey }) => publicKey.length === pushKeyLength) &&
    (!operator || isFitOperator(operator))
  );
}

/** Whether the cell takes this client, and the policy that its owner says yes to. */
function checkAccepts({ lowestContract, policies }: Parameters): void {
  if (lowestContract > contractVersion) throw new AssentError("update_required");
  const hash = policyHash(policy);
  const isAccepted = policies.some(
    (accepted) => accepted.version === policy.version && equalBytes(accepted.hash, hash),
  );
  if (!isAccepted) throw new AssentError("policy_changed");
}
