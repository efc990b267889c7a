// Says to a push service who sends (RFC 8292): a token for its origin, signed by the key that the browser subscribed with.
import { sign } from "node:crypto";
import type { PushKeyPair } from "../cell/roles.ts";

const header = base64url(JSON.stringify({ typ: "JWT", alg: "ES256" }));

// A push service refuses tokens that are good for more than a day; clocks differ.
const lifetimeSeconds = 12 * 60 * 60;

/**
 * The Authorization header.
 * @param audience origin of the push service.
 * @param contact who answers for what is sent, as an https or mailto address.
 */
export function vapidAuthorization(
  { publicKey, privateKey }: PushKeyPair,
  claims: {
    readonly audience: string;
    readonly contact: string | undefined;
    readonly nowMs: number;
  },
): string {
  const { audience, contact, nowMs } = claims;
  const exp = Math.floor(nowMs / 1_000) + lifetimeSeconds;
  const said = { aud: audience, exp, ...(contact ? { sub: contact } : {}) };
  const signed = `${header}.${base64url(JSON.stringify(said))}`;
  const [x, y] = [publicKey.subarray(1, 33), publicKey.subarray(33)];
  const jwk = {
    kty: "EC",
    crv: "P-256",
    d: base64url(privateKey),
    x: base64url(x),
    y: base64url(y),
  };
  const signature = sign("sha256", Buffer.from(signed), {
    key: jwk,
    format: "jwk",
    dsaEncoding: "ieee-p1363",
  });
  return `vapid t=${signed}.${signature.toString("base64url")}, k=${base64url(publicKey)}`;
}

function base64url(part: string | Uint8Array): string {
  return Buffer.from(part).toString("base64url");
}
