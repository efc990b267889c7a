// For tests only: a push service's side of RFC 8292.
import { verify } from "node:crypto";

/** What the header says, where its own key signed it; that this is the right key is to be looked at. */
export function openVapid(header: string) {
  const [, header64, claims64, signature, key] =
    /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(header) ?? [];
  if (!header64 || !claims64 || !signature || !key) return undefined;
  const publicKey = Buffer.from(key, "base64url");
  const [x, y] = [publicKey.subarray(1, 33), publicKey.subarray(33)].map((part) =>
    part.toString("base64url"),
  );
  const { alg } = JSON.parse(Buffer.from(header64, "base64url").toString());
  const isSigned = verify(
    "sha256",
    Buffer.from(`${header64}.${claims64}`),
    {
      key: { kty: "EC", crv: "P-256", x: x ?? "", y: y ?? "" },
      format: "jwk",
      dsaEncoding: "ieee-p1363",
    },
    Buffer.from(signature, "base64url"),
  );
  if (alg !== "ES256" || !isSigned) return undefined;
  const claims: unknown = JSON.parse(Buffer.from(claims64, "base64url").toString());
  return { publicKey, claims };
}
