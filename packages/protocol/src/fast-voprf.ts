// The VOPRF over libsodium's arithmetic, for whoever evaluates or checks many numbers: the service, and a phone that looks
// up a whole address book. 188 KB compressed, so it is a door of its own, and loaded when it is asked for.
import type { GroupArithmetic } from "./group-arithmetic.ts";
import { type Voprf, voprfOver } from "./voprf-steps.ts";

/** Resolves when the arithmetic is loaded; what was loaded before is used again. */
export async function loadFastVoprf(): Promise<Voprf> {
  const { default: sodium } = await import("libsodium-wrappers-sumo");
  await sodium.ready;
  return voprfOver({
    isElement: (bytes) => sodium.crypto_core_ristretto255_is_valid_point(bytes),
    multiply: (scalar, element) =>
      orUndefined(() => sodium.crypto_scalarmult_ristretto255(scalar, element)),
    multiplyBase: (scalar) => orUndefined(() => sodium.crypto_scalarmult_ristretto255_base(scalar)),
    add: (a, b) => sodium.crypto_core_ristretto255_add(a, b),
    elementFromHash: (hash) => sodium.crypto_core_ristretto255_from_hash(hash),
    randomScalar: () => sodium.crypto_core_ristretto255_scalar_random(),
    reduceScalar: (bytes) => sodium.crypto_core_ristretto255_scalar_reduce(bytes),
    subtractScalars: (a, b) => sodium.crypto_core_ristretto255_scalar_sub(a, b),
    multiplyScalars: (a, b) => sodium.crypto_core_ristretto255_scalar_mul(a, b),
    invertScalar: (scalar) => sodium.crypto_core_ristretto255_scalar_invert(scalar),
    sha512: (bytes) => sodium.crypto_hash_sha512(bytes),
  } satisfies GroupArithmetic);
}

/** libsodium throws where the product is the identity, or what it is given is no element. */
function orUndefined(compute: () => Uint8Array): Uint8Array | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}
