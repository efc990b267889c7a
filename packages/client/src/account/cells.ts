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
  inviteOnly,
  isFitOperator,
  isFitServiceEnd,
  isServiceOrigin,
  type KnownCell,
  keyOfEpoch,
  type Limits,
  limits,
  openCell,
  type Parameters,
  ParametersSchema,
  type PushKey,
  policy,
  policyHash,
  type SealingKey,
  type ServiceEnd,
  type Signed,
  SignedSchema,
  sealingPublicKeyLength,
  smsRelay,
  type VoprfKey,
} from "@assent/protocol";
import { create, type DescMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { isOver } from "../clock/elapsed.ts";
import type { AnonymousService } from "../egress/service.ts";
import { CellSchema, decodeStored, Phase, type Cell as StoredCell } from "../store/records.ts";
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
  /** It sends SMS for devices that have no SIM. */
  readonly relaysSms: boolean;
  /** Nobody registers there without an invitation. */
  readonly isInviteOnly: boolean;
  readonly end: ServiceEnd | undefined;
  /** Where it says that it is reached; such as this client can ask. */
  readonly origins: readonly string[];
}

const momentMs = 600_000;
// P-256, uncompressed.
const pushKeyLength = 65;

export class Cells {
  readonly #state: ProfileStateKeeper;
  readonly #service: (url: string) => AnonymousService;
  readonly #now: () => number;
  readonly #isOfOnePage: boolean;
  // When the service last said which its parameters are, to this process.
  #confirmedAtMs = Number.NEGATIVE_INFINITY;
  #known: { readonly stored: StoredCell; readonly cell: Cell } | undefined;

  /** @param isOfOnePage where no other origin can be asked than the one it has. */
  constructor(
    state: ProfileStateKeeper,
    service: (url: string) => AnonymousService,
    now: () => number,
    isOfOnePage = false,
  ) {
    this.#state = state;
    this.#service = service;
    this.#now = now;
    this.#isOfOnePage = isOfOnePage;
  }

  /** Undefined before its parameters came. */
  get pinned(): Cell | undefined {
    const stored = this.#state.current.cell;
    if (!stored || stored.parametersEncoded.length === 0) return undefined;
    if (this.#known?.stored !== stored) this.#known = { stored, cell: cellOf(stored) };
    return this.#known.cell;
  }

  /** *This service ends*, and that day has come. */
  get hasEnded(): boolean {
    const end = this.pinned?.end;
    return end !== undefined && this.#now() >= Number(end.atMs);
  }

  /** @throws AssentError consent_required before its parameters came. */
  get current(): Cell {
    if (!this.pinned) throw new AssentError("consent_required");
    return this.pinned;
  }

  /**
   * Fetches the parameters, for the first time or again. Where they say that the cell is reached elsewhere by now, and it
   * is, it is asked there from then on.
   * @throws AssentError service_untrusted, update_required, policy_changed, unreachable
   */
  async refresh(): Promise<Cell> {
    const url = this.#state.current.cell?.url;
    if (!url) throw new AssentError("consent_required");
    await this.#refreshAt(url);
    const { origins } = this.current;
    if (origins.length > 0 && !origins.includes(url)) await this.lookElsewhere();
    return this.current;
  }

  /**
   * Asks for the cell at the other origins that it signed, in their order: for where it is not reached any more. From where
   * its root key vouches for what is answered, it is asked from then on.
   * @returns whether it is reached elsewhere now.
   */
  async lookElsewhere(): Promise<boolean> {
    const known = this.pinned;
    if (!known || this.#isOfOnePage) return false;
    for (const origin of known.origins) {
      if (origin === known.url) continue;
      try {
        await this.#refreshAt(origin);
        return true;
      } catch (error) {
        // Nobody there, or somebody else.
        if (!(error instanceof AssentError)) throw error;
      }
    }
    return false;
  }

  /**
   * Where the cell is asked that was named by one of its origins, as it may have been before it moved. It says itself which they
   * are: whoever names one may mean somebody else.
   */
  nowAt(origin: string): string {
    const { url, origins = [] } = this.pinned ?? {};
    return url !== undefined && origins.includes(origin) ? url : origin;
  }

  async #refreshAt(url: string): Promise<void> {
    const { cell } = this.#service(url);
    const { parameters, certificate } = await cell.getParameters({ contract: contractVersion });
    const opened =
      parameters && certificate && (await openCell({ parameters, certificate }, this.pinned));
    if (!opened || !isSound(opened.parameters) || changesKeys(opened.parameters, this.pinned)) {
      throw new AssentError("service_untrusted");
    }
    // Whoever leaves says yes to nothing any more.
    if (this.#state.current.phase !== Phase.LEAVING) checkAccepts(opened.parameters);
    this.#confirmedAtMs = this.#now();
    if (url === this.pinned?.url && isSame(opened.parameters, this.pinned)) return;
    await this.#keep(url, parameters, certificate);
  }

  async #keep(url: string, parameters: Signed, certificate: Signed): Promise<void> {
    await this.#state.change({
      cell: create(CellSchema, {
        url,
        parametersEncoded: toBinary(SignedSchema, parameters),
        certificateEncoded: toBinary(SignedSchema, certificate),
      }),
    });
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

  /** Does what the cell is asked for; where it is not reached, once more where it says that it is. */
  async whereItIs<T>(attempt: (cell: Cell) => Promise<T>): Promise<T> {
    try {
      return await attempt(this.current);
    } catch (error) {
      const isAway = error instanceof AssentError && error.code === "unreachable";
      if (!isAway || !(await this.lookElsewhere())) throw error;
      return attempt(this.current);
    }
  }

  /** The same, of what needs its keys: where the service says that they are outdated, once more with those there are. */
  async withKeys<T>(attempt: (cell: Cell) => Promise<T>): Promise<T> {
    try {
      return await this.whereItIs(attempt);
    } catch (error) {
      if (!(error instanceof AssentError) || error.code !== "key_outdated") throw error;
      return attempt(await this.refresh());
    }
  }

  /** The key of a VOPRF epoch. One that begins after all that are known is asked for. @throws as `refresh`. */
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
  const { sealingKeys, voprfKeys, sequence, limits, operator, features, end } = parameters;
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
    relaysSms: features.includes(smsRelay),
    isInviteOnly: features.includes(inviteOnly),
    end,
    origins: parameters.origins.filter(isServiceOrigin),
  };
}

function openStored<T extends DescMessage>(schema: T, signed: Uint8Array): MessageShape<T> {
  return decodeStored(schema, decodeStored(SignedSchema, signed).encoded);
}

function isSound({
  sealingKeys,
  voprfKeys,
  pushKeys,
  operator,
  end,
  origins,
}: Parameters): boolean {
  return (
    sealingKeys.length > 0 &&
    sealingKeys.every(({ publicKey }) => publicKey.length === sealingPublicKeyLength) &&
    voprfKeys.length > 0 &&
    voprfKeys.every(({ publicKey }) => publicKey.length === elementLength) &&
    pushKeys.every(({ publicKey }) => publicKey.length === pushKeyLength) &&
    (!operator || isFitOperator(operator)) &&
    (!end || isFitServiceEnd(end)) &&
    origins.length <= limits.origins
  );
}

/** Whether an epoch has another VOPRF key than was seen: numbers are evaluated under one, the same for all who use it. */
function changesKeys({ voprfKeys }: Parameters, known: Cell | undefined): boolean {
  return voprfKeys.some(({ epoch, publicKey }) => {
    const before = known?.voprfKeyOf(epoch);
    return before !== undefined && !equalBytes(before.publicKey, publicKey);
  });
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
