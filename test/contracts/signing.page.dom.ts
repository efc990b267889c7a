// What signing.dom.test.ts runs in a browser: what this client makes of each signature, and what the browser alone does.
import { bytesFromHex, concat, labelBytes, verify } from "@assent/protocol";

interface Signature {
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
}

function judge(signatures: readonly Signature[]) {
  return Promise.all(
    signatures.map(async (each) => {
      const key = bytesFromHex(each.publicKey);
      const [message, signature] = [bytesFromHex(each.message), bytesFromHex(each.signature)];
      const byUs = await verify(key, "request", message, signature);
      return { byUs, byBrowser: await verifyAlone(key, message, signature) };
    }),
  );
}

async function verifyAlone(
  key: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const { subtle } = crypto;
  const labelled = concat(labelBytes("request"), new Uint8Array(1), message);
  try {
    const imported = await subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await subtle.verify("Ed25519", imported, signature, labelled);
  } catch {
    return false;
  }
}

Object.assign(globalThis, { judge });
