// Whether a key signed something, answered at once: storage asks where it has the key, between reading and writing, on whatever
// thread that is. Accepts what `verify` of the protocol accepts, which a test holds.
import { verify } from "node:crypto";
// Not the whole protocol: the storage thread would load all of it.
import { mayVerify } from "@assent/protocol/signing-points";

export function isSignedBy(
  publicKey: Uint8Array,
  signedBytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (!mayVerify(publicKey, signature)) return false;
  const { buffer, byteOffset, length } = publicKey;
  const x = Buffer.from(buffer, byteOffset, length).toString("base64url");
  // Of all forms of a key the one that is quickest to read.
  const key = { kty: "OKP", crv: "Ed25519", x };
  try {
    return verify(null, signedBytes, { key, format: "jwk" }, signature);
  } catch {
    return false;
  }
}
