// A signed call from the wire: the device that made it, and its body as the message it should be.
import { AssentError, type AuthenticatedRequest } from "@assent/protocol";
import type { DescMethod, Message } from "@bufbuild/protobuf";
import { fromBinary } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import { requirePart } from "../request-fields.ts";
import type { Devices, KnownDevice } from "./devices.ts";

export interface SignedCall<Body> {
  readonly device: KnownDevice;
  readonly body: Body;
}

/** @throws AssentError as `Devices.deviceOfRequest` does */
export async function openCall<Body extends Message>(
  devices: Pick<Devices, "deviceOfRequest">,
  method: DescMethod,
  given: AuthenticatedRequest | undefined,
  schema: GenMessage<Body>,
): Promise<SignedCall<Body>> {
  const request = requirePart(given);
  const device = await devices.deviceOfRequest(procedureOf(method), request);
  return { device, body: decode(schema, request.body) };
}

/** As it is signed: "/assent.v1.DiscoveryService/Evaluate". */
export function procedureOf({ parent, name }: DescMethod): string {
  return `/${parent.typeName}/${name}`;
}

function decode<Body extends Message>(schema: GenMessage<Body>, bytes: Uint8Array): Body {
  try {
    return fromBinary(schema, bytes, { readUnknownFields: false });
  } catch (cause) {
    throw new AssentError("request_invalid", { cause });
  }
}
