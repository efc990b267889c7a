// AES-256-GCM by WebCrypto. Every key here is used once, or with nonces drawn at random.

export const aeadTagLength = 16;
export const aeadNonceLength = 12;

export async function encrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const algorithm = { name: "AES-GCM", iv: nonce };
  return new Uint8Array(await crypto.subtle.encrypt(algorithm, imported, plaintext));
}

/** Undefined where it does not open. */
export async function decrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
    const algorithm = { name: "AES-GCM", iv: nonce };
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, imported, ciphertext));
  } catch {
    return undefined;
  }
}
