// Requests in this device's name: one at a time, each under a counter that is stored before it is sent. That the
// profile was set back to an earlier state is believed to nothing but this device's own signature. An inbox that was
// opened by one is opened again without, for as long as the service remembers.
import {
  AssentError,
  type AuthenticatedRequest,
  type Challenge,
  contractVersion,
  equalBytes,
  inboxProcedure,
  type LastRequest,
  provesSetBack,
  type Ready,
  requestHashOf,
  sha256,
  signInboxChallenge,
  signRequest,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Egress } from "../egress/egress.ts";
import { type DeviceAtDoor, type Inbox, openInbox } from "../egress/inbox.ts";
import type { OwnDevice } from "../encryption/encryption.ts";
import { type ProfileState, type Restart, RestartSchema, type Step } from "../store/records.ts";
import type { Change } from "../store/store.ts";
import type { Cell } from "./cells.ts";
import type { ProfileStateKeeper } from "./profile-state.ts";
import { ReturnKey } from "./return-key.ts";

// More than a mailbox begins anew in years. Who named one further on made it up: no address is of it, and a service that is raised
// to the last number there is could be raised no more.
const mostBehind = 1_000;

/** Who asks, and whom. */
export interface Requester {
  readonly device: OwnDevice;
  readonly cell: Pick<Cell, "id" | "url">;
}

export interface Answered<T> {
  readonly answer: T;
  /** Of the request that was answered: what receipts name. */
  readonly requestHash: Uint8Array;
}

interface Opened {
  readonly inbox: Inbox;
  /** Shown by this opening. */
  readonly wasSetBack: boolean;
}

export class SignedRequests {
  readonly #state: ProfileStateKeeper;
  readonly #egress: Egress;
  readonly #now: () => number;
  readonly #givenUp: (step: Step) => Promise<Change[]>;
  #last: Promise<unknown> = Promise.resolve();
  readonly #returnKey = new ReturnKey();

  /** @param givenUp what is to be stored at once where the profile was set back. */
  constructor(
    state: ProfileStateKeeper,
    egress: Egress,
    now: () => number,
    givenUp: (step: Step) => Promise<Change[]>,
  ) {
    this.#state = state;
    this.#egress = egress;
    this.#now = now;
    this.#givenUp = givenUp;
  }

  /**
   * A unary request. Asked again, whatever became of it, it has another counter.
   * @throws AssentError service_untrusted where the service says that this device signed later ones, and shows none.
   */
  async call<T>(
    requester: Requester,
    procedure: string,
    body: Uint8Array,
    send: (request: AuthenticatedRequest) => Promise<T>,
  ): Promise<Answered<T>> {
    const attempt = () => this.#alone(() => this.#send(requester, procedure, body, send));
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof AssentError) || error.code !== "counter_behind") throw error;
      const { inbox, wasSetBack } = await this.#open(requester);
      inbox.close();
      if (!wasSetBack) throw new AssentError("service_untrusted", { cause: error });
      return attempt();
    }
  }

  /**
   * Opens the inbox, proves the device, and keeps what the service says of its store and mailbox.
   * @param until gives up waiting for the service when this is aborted.
   * @throws AssentError unreachable; SignedOut where the service no longer knows the device.
   */
  async openInbox(requester: Requester, until?: AbortSignal): Promise<Inbox> {
    return (await this.#open(requester, until)).inbox;
  }

  async #send<T>(
    { device, cell }: Requester,
    procedure: string,
    body: Uint8Array,
    send: (request: AuthenticatedRequest) => Promise<T>,
  ): Promise<Answered<T>> {
    const counter = await this.#raise();
    const signer = { id: device.deviceId, privateKey: device.signaturePrivateKey };
    const target = { cellId: cell.id, procedure };
    const answer = await send(await signRequest(signer, target, body, counter));
    const fields = { ...target, deviceId: device.deviceId, counter, bodyHash: sha256(body) };
    return { answer, requestHash: requestHashOf(fields) };
  }

  #open(requester: Requester, until?: AbortSignal): Promise<Opened> {
    return this.#alone(async () => {
      const { cell } = requester;
      const remembered = this.#state.current.requestCounter;
      let signed: Challenge | undefined;
      const door: DeviceAtDoor = {
        comeBack: (challenge) => this.#returnKey.answer(requester, challenge),
        sign: (challenge) => {
          signed = challenge;
          return this.#sign(requester, challenge);
        },
      };
      const inbox = await openInbox(this.#egress, cell.url, door, until);
      try {
        const { lastRequest, returnKey } = inbox.ready;
        if (signed) this.#returnKey.keep(requester, signed, returnKey);
        else this.#returnKey.worked();
        const shown = signed && isOfChallenge(lastRequest, signed) ? undefined : lastRequest;
        return { inbox, wasSetBack: await this.#keep(requester, remembered, inbox.ready, shown) };
      } catch (error) {
        inbox.close();
        throw error;
      }
    });
  }

  async #sign({ device, cell }: Requester, { nonce }: Challenge) {
    const counter = await this.#raise();
    const signer = { id: device.deviceId, privateKey: device.signaturePrivateKey };
    const signature = await signInboxChallenge(signer, cell.id, nonce, counter);
    const { deviceId, accountId } = device;
    return { deviceId, counter, signature, contract: contractVersion, accountId };
  }

  /** Whether the service showed, by the device's own signature, that the profile was set back. */
  async #keep(
    { device, cell }: Requester,
    remembered: bigint,
    { lineage, generation }: Ready,
    shown: LastRequest | undefined,
  ): Promise<boolean> {
    const { current } = this.#state;
    const wasSetBack = await provesSetBack(
      { ...device, cellId: cell.id, counter: remembered },
      shown,
    );
    const fields: Partial<ProfileState> = { lineage };
    const behind = current.generation - generation;
    if (behind > 0 && behind <= mostBehind)
      fields.restart = raisedTo(current.generation, current.restart);
    else fields.generation = generation;
    if (shown && wasSetBack) {
      const { counter } = shown;
      fields.requestCounter = counter > current.requestCounter ? counter : current.requestCounter;
      fields.setBackAtMs = BigInt(this.#now());
      fields.restart = create(RestartSchema, { setBack: true });
    }
    const isNew = lineage !== current.lineage || generation !== current.generation;
    if (isNew || wasSetBack) await this.#state.change(fields, wasSetBack ? this.#givenUp : []);
    return wasSetBack;
  }

  /** The next counter, durable before anything is sent under it. */
  async #raise(): Promise<bigint> {
    this.#returnKey.forget();
    const requestCounter = this.#state.current.requestCounter + 1n;
    await this.#state.change({ requestCounter });
    return requestCounter;
  }

  #alone<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#last.then(step, step);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** The service was set back to where the mailbox was of an earlier generation: addresses are of this one. */
function raisedTo(generation: number, known: Restart | undefined): Restart {
  if (known && known.generation >= generation) return known;
  const { setBack = false, confirmed = false } = known ?? {};
  return create(RestartSchema, { generation, setBack, confirmed });
}

/** This Authenticate itself, shown as if it were one before it. */
function isOfChallenge(shown: LastRequest | undefined, { nonce }: Challenge): boolean {
  return (
    shown !== undefined &&
    shown.procedure === inboxProcedure &&
    equalBytes(shown.bodyHash, sha256(nonce))
  );
}
