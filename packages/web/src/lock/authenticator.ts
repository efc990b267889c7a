// The platform's own way to know its owner, a finger, a face or a PIN, by WebAuthn. Everything is asked and answered on this
// device: no server has a part in it, and no attestation is wanted. Trusts the browser to say who it was.

/** Whether this device has one that a page of this address may ask. */
export async function hasAuthenticator(): Promise<boolean> {
  // WebAuthn knows pages by name: one that is opened by an address of numbers has none. A frame would have to be allowed.
  const isNamed = !/^[\d.]+$|:/.test(location.hostname);
  if (!isNamed || window.top !== window || !("PublicKeyCredential" in window)) return false;
  return PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable();
}

/** Makes a credential, once the owner was recognized. Resolves with its name. @throws where that came to nothing. */
export async function makeCredential(): Promise<string> {
  const made = await navigator.credentials.create({
    publicKey: {
      rp: { id: location.hostname, name: "Assent" },
      // Whoever lists what the device keeps sees these; nothing of the owner's.
      user: { id: randomBytes(16), name: "Assent", displayName: "Assent" },
      challenge: randomBytes(32),
      // Ed25519, ES256, RS256: what platforms have. None of its signatures is ever needed.
      pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: {
        authenticatorAttachment: "platform",
        residentKey: "discouraged",
        userVerification: "required",
      },
      attestation: "none",
    },
  });
  if (!(made instanceof PublicKeyCredential)) throw new TypeError("no credential was made");
  return made.id;
}

/** Whether the owner was recognized. @param credential as it was made here. */
export async function isOwner(credential: string): Promise<boolean> {
  try {
    const shown = await navigator.credentials.get({
      publicKey: {
        rpId: location.hostname,
        challenge: randomBytes(32),
        allowCredentials: [
          { type: "public-key", id: bytesOf(credential), transports: ["internal"] },
        ],
        userVerification: "required",
      },
    });
    return shown instanceof PublicKeyCredential && shown.id === credential && wasVerified(shown);
  } catch {
    // Refused, cancelled or unknown: browsers do not say which.
    return false;
  }
}

// https://www.w3.org/TR/webauthn-3/#authdata-flags: behind the hash of the name, a byte of flags; bit 2 says that the user
// was verified, and was not only there.
const flagsAt = 32;
const userVerified = 0b100;

function wasVerified({ response }: PublicKeyCredential): boolean {
  if (!(response instanceof AuthenticatorAssertionResponse)) return false;
  const flags = new Uint8Array(response.authenticatorData)[flagsAt] ?? 0;
  return (flags & userVerified) !== 0;
}

function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
