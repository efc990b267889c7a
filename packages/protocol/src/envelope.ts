// The seal around everything that passes the service. A body is one byte that says which seal, the sealed
// bytes, and has one of the padded lengths; group ids and epochs never show.
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { aeadNonceLength, aeadTagLength } from "./aead.ts";
import { concat, randomBytes } from "./bytes.ts";
import { type EnvelopeContent, EnvelopeContentSchema } from "./contract.ts";
import { deriveKey } from "./hashing.ts";
import { isPaddedLength, pad, unpad } from "./padding.ts";
import { type Primitives, portablePrimitives } from "./primitives.ts";
import { openSeal, seal } from "./sealing.ts";
import { sealOverhead } from "./sealing-format.ts";

/** How a body is sealed: to a device's sealing key, or under an address's envelope key. */
export type EnvelopeSeal =
  | { readonly kind: "device"; readonly sealingKey: Uint8Array }
  | { readonly kind: "address"; readonly envelopeKey: Uint8Array };

export const envelopeKeyLength = 32;
const deviceSealByte = 1;
const addressSealByte = 2;
const saltLength = 32;

/** Seals and pads; the result is one `Put.body`. */
export async function sealEnvelope(
  how: EnvelopeSeal,
  content: EnvelopeContent,
  primitives: Primitives = portablePrimitives,
): Promise<Uint8Array<ArrayBuffer>> {
  const encoded = toBinary(EnvelopeContentSchema, content);
  if (how.kind === "device") {
    const padded = pad(encoded, 1 + sealOverhead);
    return concat(
      Uint8Array.of(deviceSealByte),
      await seal(how.sealingKey, "first contact", padded),
    );
  }
  const salt = randomBytes(saltLength);
  const padded = pad(encoded, 1 + saltLength + aeadTagLength);
  const { key, nonce } = addressKeys(primitives, how.envelopeKey, salt);
  return concat(Uint8Array.of(addressSealByte), salt, await primitives.encrypt(key, nonce, padded));
}

/** Which key a body asks for; undefined where it is none of ours. */
export function sealOf(body: Uint8Array): EnvelopeSeal["kind"] | undefined {
  if (body[0] === deviceSealByte) return "device";
  return body[0] === addressSealByte ? "address" : undefined;
}

/**
 * Opens a body with the private sealing key or the envelope key that `sealOf` asks for.
 * Undefined where it does not open or does not hold what an envelope holds.
 */
export async function openEnvelope(
  key: Uint8Array,
  body: Uint8Array,
  primitives: Primitives = portablePrimitives,
): Promise<EnvelopeContent | undefined> {
  if (!isPaddedLength(body.length)) return undefined;
  const padded =
    sealOf(body) === "device"
      ? await openSeal(key, "first contact", body.subarray(1))
      : await openAddressSeal(primitives, key, body);
  if (!padded) return undefined;
  try {
    return fromBinary(EnvelopeContentSchema, unpad(padded));
  } catch {
    return undefined;
  }
}

async function openAddressSeal(
  primitives: Primitives,
  envelopeKey: Uint8Array,
  body: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (sealOf(body) !== "address" || body.length < 1 + saltLength + aeadTagLength) return undefined;
  const { key, nonce } = addressKeys(primitives, envelopeKey, body.subarray(1, 1 + saltLength));
  return primitives.decrypt(key, nonce, body.subarray(1 + saltLength));
}

// A fresh key for each envelope: the envelope key is used for months, by a sender whose store may be rolled
// back, and a nonce under it must not come twice.
function addressKeys(primitives: Primitives, envelopeKey: Uint8Array, salt: Uint8Array) {
  const length = 32 + aeadNonceLength;
  const derived = deriveKey(envelopeKey, "envelope key", length, salt, primitives);
  return { key: derived.subarray(0, 32), nonce: derived.subarray(32) };
}
