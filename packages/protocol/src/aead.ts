// AES-256-GCM by WebCrypto. Every key here is used once, or with nonces drawn at random.
// WebCrypto takes no views of shared memory: what is long says so in its type, keys are copied.

export const aeadTagLength = 16;
export const aeadNonceLength = 12;

export async function encrypt(
  key: Uint8Array,
  nonce: Uint8Array<ArrayBuffer>,
  plaintext: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey("raw", key.slice(), "AES-GCM", false, ["encrypt"]);
  const algorithm = { name: "AES-GCM", iv: nonce };
  return new Uint8Array(await crypto.subtle.encrypt(algorithm, imported, plaintext));
}

/** Undefined where it does not open. */
export async function decrypt(
  key: Uint8Array,
  nonce: Uint8Array<ArrayBuffer>,
  ciphertext: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const imported = await crypto.subtle.importKey("raw", key.slice(), "AES-GCM", false, [
      "decrypt",
    ]);
    const algorithm = { name: "AES-GCM", iv: nonce };
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, imported, ciphertext));
  } catch {
    return undefined;
  }
}
