// Who calls: which device signed a request, or an inbox's challenge. Trusts the store to check the signature by the device's
// key, and for its highest counter; and nothing of the request before the signature holds.
import {
  AssentError,
  type Authenticate,
  type AuthenticatedRequest,
  type CellId,
  equalBytes,
  idLength,
  inboxProcedure,
  type LastRequest,
  LastRequestSchema,
  limits,
  requestHashOf,
  type Signed,
  type SignedRequestFields,
  sha256,
  signatureLength,
  signedRequestBytes,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { requireContract, requireLength } from "../request-fields.ts";
import type { AccountStore, RequestOfDevice, StoredDevice, StoredRequest } from "./store.ts";

/** A device of an account, as far as calls go. */
export type KnownDevice = StoredDevice;

export interface DeviceAtInbox {
  readonly device: KnownDevice;
  /** What it signed before this; undefined where this is the first. */
  readonly lastRequest: LastRequest | undefined;
  /** It signed that under a higher counter than this. */
  readonly isBehind: boolean;
}

/** How an account ended, as the cell states it to whoever asks for the account. */
export interface StatedEnding {
  readonly ending: Signed;
  readonly certificate: Signed;
}

/** The service does not know the device. */
export class SignedOut extends AssentError {
  /** Where the journal knows what became of its account. */
  readonly stated: StatedEnding | undefined;

  constructor(stated: StatedEnding | undefined) {
    super("signed_out");
    this.stated = stated;
  }
}

export interface Devices {
  /**
   * The device that signed this request for this procedure, under a counter that is higher than all before.
   * @param procedure "/assent.v1.DiscoveryService/Evaluate"
   * @throws AssentError request_invalid, request_too_large, update_required, signed_out, unauthenticated, counter_behind
   */
  deviceOfRequest(procedure: string, request: AuthenticatedRequest): Promise<KnownDevice>;

  /** What names that request in a receipt. */
  requestHash(procedure: string, request: AuthenticatedRequest): Uint8Array;

  /**
   * The device that signed this challenge, of the account that it says. One whose counter is behind is let in all the same, to be shown why.
   * @throws AssentError request_invalid, update_required, unauthenticated; SignedOut
   */
  deviceOfInbox(
    challenge: Uint8Array,
    answer: Pick<Authenticate, "deviceId" | "counter" | "signature" | "contract" | "accountId">,
  ): Promise<DeviceAtInbox>;

  /** What a device of this account is told from now on. Not thrown here. */
  signedOut(accountId: Uint8Array): Promise<SignedOut>;
}

export function createDevices(parts: {
  readonly cellId: CellId;
  readonly store: Pick<AccountStore, "admit">;
  /** Told of each device that signed a request. */
  readonly signed: (deviceId: Uint8Array) => void;
  readonly statedEnding: (accountId: Uint8Array) => Promise<StatedEnding | undefined>;
}): Devices {
  const { cellId, store, signed, statedEnding } = parts;

  function fieldsOf(procedure: string, request: AuthenticatedRequest): SignedRequestFields {
    const { deviceId, counter, body } = request;
    return { cellId, procedure, deviceId, counter, bodyHash: sha256(body) };
  }

  /** Undefined where the device is not known. @throws AssentError unauthenticated */
  async function admit(
    fields: SignedRequestFields,
    signature: Uint8Array,
  ): Promise<RequestOfDevice | undefined> {
    const { procedure, deviceId, counter, bodyHash } = fields;
    const request = { procedure, counter: Number(counter), bodyHash, signature };
    const signedBytes = signedRequestBytes(fields);
    const outcome = await store.admit({ deviceId, request, signedBytes });
    if (outcome.kind === "not-signed") throw new AssentError("unauthenticated");
    return outcome.kind === "no-device" ? undefined : outcome;
  }

  async function signedOut(accountId: Uint8Array): Promise<SignedOut> {
    return new SignedOut(await statedEnding(accountId));
  }

  return {
    signedOut,

    async deviceOfRequest(procedure, request) {
      requireContract(request.contract);
      requireLength(request.deviceId, idLength);
      requireLength(request.signature, signatureLength);
      requireCounter(request.counter);
      if (request.body.length > limits.requestBytes) throw new AssentError("request_too_large");
      const fields = fieldsOf(procedure, request);
      const outcome = await admit(fields, request.signature);
      if (!outcome) throw new SignedOut(undefined);
      if (outcome.kind === "behind") throw new AssentError("counter_behind");
      signed(request.deviceId);
      return outcome.device;
    },

    requestHash: (procedure, request) => requestHashOf(fieldsOf(procedure, request)),

    async deviceOfInbox(challenge, { deviceId, counter, signature, contract, accountId }) {
      requireContract(contract);
      requireLength(deviceId, idLength);
      requireLength(accountId, idLength);
      requireLength(signature, signatureLength);
      requireCounter(counter);
      const bodyHash = sha256(challenge);
      const fields = { cellId, procedure: inboxProcedure, deviceId, counter, bodyHash };
      const outcome = await admit(fields, signature);
      // Whoever took a number over may name the device that it was on as theirs: that one is told all the same.
      if (!outcome || !equalBytes(outcome.device.accountId, accountId)) {
        throw await signedOut(accountId);
      }
      const isBehind = outcome.kind === "behind";
      const last = isBehind ? outcome.last : outcome.before;
      return { device: outcome.device, lastRequest: last && messageOf(last), isBehind };
    },
  };
}

/** @throws AssentError request_invalid where no device could go on from it. */
function requireCounter(counter: bigint): void {
  if (counter < 1n || counter > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new AssentError("request_invalid");
  }
}

function messageOf({ procedure, counter, bodyHash, signature }: StoredRequest): LastRequest {
  return create(LastRequestSchema, { procedure, counter: BigInt(counter), bodyHash, signature });
}
