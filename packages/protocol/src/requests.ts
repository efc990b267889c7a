// Requests that a device signs, each under a counter that only rises: unary calls, and the answer to the inbox's
// challenge, which is signed like a call of the procedure "/inbox" whose body is the challenge; and what a device that was let in
// by such an answer may give in place of another one.
import { create } from "@bufbuild/protobuf";
import { concat, lengthPrefixed, uint64, utf8 } from "./bytes.ts";
import { contractVersion } from "./cell.ts";
import {
  type AuthenticatedRequest,
  AuthenticatedRequestSchema,
  type LastRequest,
} from "./contract.ts";
import { labelBytes, labelledHash, sha256 } from "./hashing.ts";
import type { CellId, DeviceId } from "./ids.ts";
import { type Primitives, portablePrimitives } from "./primitives.ts";
import { sign, signedBytes, verify } from "./signing.ts";

/** What a device's signature over a request stands for. */
export interface SignedRequestFields {
  readonly cellId: CellId;
  /** "/assent.v1.DiscoveryService/Evaluate", or `inboxProcedure`. */
  readonly procedure: string;
  readonly deviceId: Uint8Array;
  readonly counter: bigint;
  /** SHA-256 of the body. */
  readonly bodyHash: Uint8Array;
}

export const inboxProcedure = "/inbox";

function requestBytes(fields: SignedRequestFields): Uint8Array<ArrayBuffer> {
  const { procedure, cellId, deviceId, counter, bodyHash } = fields;
  return lengthPrefixed(utf8(procedure), cellId, deviceId, uint64(counter), bodyHash);
}

/** Signs a unary request as a device. @param counter higher than every one the device used before. */
export async function signRequest(
  device: { readonly id: DeviceId; readonly privateKey: Uint8Array },
  target: { readonly cellId: CellId; readonly procedure: string },
  body: Uint8Array,
  counter: bigint,
): Promise<AuthenticatedRequest> {
  const fields = { ...target, deviceId: device.id, counter, bodyHash: sha256(body) };
  return create(AuthenticatedRequestSchema, {
    deviceId: device.id,
    counter,
    body,
    signature: await sign(device.privateKey, "request", requestBytes(fields)),
    contract: contractVersion,
  });
}

/** Answers the inbox's challenge. @param counter as in `signRequest`. */
export function signInboxChallenge(
  device: { readonly id: DeviceId; readonly privateKey: Uint8Array },
  cellId: CellId,
  nonce: Uint8Array,
  counter: bigint,
): Promise<Uint8Array<ArrayBuffer>> {
  const fields = {
    cellId,
    procedure: inboxProcedure,
    deviceId: device.id,
    counter,
    bodyHash: sha256(nonce),
  };
  return sign(device.privateKey, "request", requestBytes(fields));
}

export const returnKeyLength = 32;
export const returnProofLength = 64;

/** Shows a challenge's nonce that the return key is here: HMAC-SHA-512 (RFC 2104), 64 bytes. */
export function returnProof(
  returnKey: Uint8Array,
  nonce: Uint8Array,
  { hmac }: Pick<Primitives, "hmac"> = portablePrimitives,
): Uint8Array<ArrayBuffer> {
  return hmac(returnKey, concat(labelBytes("return"), new Uint8Array(1), nonce));
}

/** What the signature is made over, for whoever has another verifier than `verifyRequest`. */
export function signedRequestBytes(fields: SignedRequestFields): Uint8Array<ArrayBuffer> {
  return signedBytes("request", requestBytes(fields));
}

/** Whether the device's key signed this. Whether its counter is new is the caller's. */
export function verifyRequest(
  signatureKey: Uint8Array,
  fields: SignedRequestFields,
  signature: Uint8Array,
): Promise<boolean> {
  return verify(signatureKey, "request", requestBytes(fields), signature);
}

/** Names a request for good: what a receipt answers. */
export function requestHashOf(fields: SignedRequestFields): Uint8Array<ArrayBuffer> {
  return labelledHash("request", requestBytes(fields));
}

/**
 * Whether a device was set back: the service shows its own signature over a higher counter than it remembers. Nothing
 * else proves that, least of all the service's word.
 * @param counter the highest that the device remembers to have used.
 */
export async function provesSetBack(
  device: {
    readonly cellId: CellId;
    readonly deviceId: DeviceId;
    readonly signatureKey: Uint8Array;
    readonly counter: bigint;
  },
  shown: LastRequest | undefined,
): Promise<boolean> {
  if (!shown || shown.counter <= device.counter) return false;
  const { cellId, deviceId, signatureKey } = device;
  const { procedure, counter, bodyHash, signature } = shown;
  return verifyRequest(signatureKey, { cellId, procedure, deviceId, counter, bodyHash }, signature);
}
