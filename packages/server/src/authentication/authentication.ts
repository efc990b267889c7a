// Who calls: the one place where a device's signature over a request or an inbox challenge is checked. Trusts
// the directory for the device's key, and nothing of the request before the signature holds.
import {
  AssentError,
  type AuthenticatedRequest,
  type CellId,
  limits,
  verifyInboxChallenge,
  verifyRequest,
} from "@assent/protocol";
import type { NonceMemory } from "./nonce-memory.ts";

/** A device of an account, as far as calls go. */
export interface KnownDevice {
  readonly accountId: Uint8Array;
  readonly deviceId: Uint8Array;
  readonly signatureKey: Uint8Array;
  readonly mailboxId: Uint8Array;
}

export interface Authentication {
  /**
   * The device that signed this request for this procedure, now and for the first time.
   * @throws AssentError signed_out, clock_wrong, unauthenticated
   */
  deviceOfRequest(procedure: string, request: AuthenticatedRequest): Promise<KnownDevice>;

  /**
   * The device that signed this inbox challenge.
   * @throws AssentError signed_out, unauthenticated
   */
  deviceOfInbox(
    challenge: Uint8Array,
    answer: { readonly deviceId: Uint8Array; readonly signature: Uint8Array },
  ): Promise<KnownDevice>;
}

export function createAuthentication(parts: {
  readonly cellId: CellId;
  readonly deviceOf: (deviceId: Uint8Array) => Promise<KnownDevice | undefined>;
  readonly nonces: NonceMemory;
  readonly now: () => number;
}): Authentication {
  const { cellId, deviceOf, nonces, now } = parts;

  async function knownDevice(deviceId: Uint8Array): Promise<KnownDevice> {
    const device = await deviceOf(deviceId);
    if (!device) throw new AssentError("signed_out");
    return device;
  }

  return {
    async deviceOfRequest(procedure, request) {
      const device = await knownDevice(request.deviceId);
      if (!(await verifyRequest(device.signatureKey, { cellId, procedure }, request))) {
        throw new AssentError("unauthenticated");
      }
      const secondsOff = Math.abs(Number(request.timeMs) - now()) / 1_000;
      if (secondsOff > limits.clockSkewSeconds) throw new AssentError("clock_wrong");
      if (!nonces.isNew(device.deviceId, request.nonce)) throw new AssentError("unauthenticated");
      return device;
    },

    async deviceOfInbox(challenge, { deviceId, signature }) {
      const device = await knownDevice(deviceId);
      if (!(await verifyInboxChallenge(device.signatureKey, cellId, challenge, signature))) {
        throw new AssentError("unauthenticated");
      }
      return device;
    },
  };
}
