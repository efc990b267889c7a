// A signed call from the wire: its lengths, its device, and its body as the message it should be.
import { AssentError, type AuthenticatedRequest, limits, signatureLength } from "@assent/protocol";
import type { Message } from "@bufbuild/protobuf";
import { fromBinary } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import { requireLength, requirePart } from "../request-fields.ts";
import type { Authentication, KnownDevice } from "./authentication.ts";

export interface SignedCall<Body> {
  readonly device: KnownDevice;
  readonly body: Body;
  /** 16 bytes, of this call alone. */
  readonly nonce: Uint8Array;
}

/** @param procedure "/assent.v1.DiscoveryService/Evaluate". @throws AssentError */
export async function openCall<Body extends Message>(
  authentication: Authentication,
  procedure: string,
  given: AuthenticatedRequest | undefined,
  schema: GenMessage<Body>,
): Promise<SignedCall<Body>> {
  const request = requirePart(given);
  requireLength(request.deviceId, 32);
  requireLength(request.nonce, 16);
  requireLength(request.signature, signatureLength);
  if (request.body.length > limits.requestBytes) throw new AssentError("request_too_large");
  const device = await authentication.deviceOfRequest(procedure, request);
  return { device, body: decode(schema, request.body), nonce: request.nonce };
}

function decode<Body extends Message>(schema: GenMessage<Body>, bytes: Uint8Array): Body {
  try {
    return fromBinary(schema, bytes);
  } catch (cause) {
    throw new AssentError("request_invalid", { cause });
  }
}
