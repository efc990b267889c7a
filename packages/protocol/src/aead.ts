// AES-256-GCM by WebCrypto. Every key here is used once, or with nonces drawn at random.

export const aeadTagLength = 16;
export const aeadNonceLength = 12;

/** The ciphertext, and the tag behind it. */
export async function encrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  associatedData?: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await importKey(key, "encrypt");
  const algorithm = algorithmWith(nonce, associatedData);
  const sealed = await crypto.subtle.encrypt(algorithm, imported, new Uint8Array(plaintext));
  return new Uint8Array(sealed);
}

/** Undefined where it does not open. */
export async function decrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
  associatedData?: Uint8Array,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const imported = await importKey(key, "decrypt");
    const algorithm = algorithmWith(nonce, associatedData);
    const opened = await crypto.subtle.decrypt(algorithm, imported, new Uint8Array(ciphertext));
    return new Uint8Array(opened);
  } catch {
    return undefined;
  }
}

// The key itself, where all else is copied, since WebCrypto takes no views of shared memory: whoever zeroes a key that was
// used has no copy of it left.
function importKey(key: Uint8Array, use: "encrypt" | "decrypt") {
  return crypto.subtle.importKey("raw", key as Uint8Array<ArrayBuffer>, "AES-GCM", false, [use]);
}

function algorithmWith(nonce: Uint8Array, associatedData: Uint8Array = new Uint8Array()) {
  const additionalData = new Uint8Array(associatedData);
  return { name: "AES-GCM", iv: new Uint8Array(nonce), additionalData };
}
