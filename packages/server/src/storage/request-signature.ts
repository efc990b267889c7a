// Whether a key signed something, answered at once: storage asks where it has the key, between reading and writing, on whatever
// thread that is. Accepts what `verify` of the protocol accepts, which a test holds.
import { verify } from "node:crypto";
// Not the whole protocol: the storage thread would load all of it.
import { mayVerify } from "@assent/protocol/signing-points";

// A key as PEM (RFC 8410): what stands before its 32 bytes is a multiple of 3 long, so that base64 of both is that of each. Of
// all forms Node takes it is read quickest: of objects it finds out by exceptions what they are not.
const beforePoint = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA";
const behindPoint = "\n-----END PUBLIC KEY-----";

export function isSignedBy(
  publicKey: Uint8Array,
  signedBytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (!mayVerify(publicKey, signature)) return false;
  const { buffer, byteOffset, length } = publicKey;
  const point = Buffer.from(buffer, byteOffset, length).toString("base64");
  try {
    return verify(null, signedBytes, `${beforePoint}${point}${behindPoint}`, signature);
  } catch {
    return false;
  }
}
