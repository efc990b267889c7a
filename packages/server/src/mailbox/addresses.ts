// Capabilities: the right to put into one mailbox, minted and opened here alone, and stored nowhere. Whoever
// holds one can put; what is in it only this cell's key reads, and a changed bit does not open.
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { AssentError, concat, uint32, uint64 } from "@assent/protocol";
import type { Randomness } from "../randomness.ts";

/** provisional: given to strangers with KeyPackages. full: given by the mailbox's owner. */
export type AddressKind = "provisional" | "full";

export interface OpenedCapability {
  /** 16 bytes. */
  readonly mailboxId: Uint8Array;
  /** 16 bytes: names the address to its owner, who can block it. */
  readonly serial: Uint8Array;
  readonly kind: AddressKind;
  readonly expiresAt: number;
}

/** As the mailbox's owner is told of it. */
export interface MintedCapability {
  readonly serial: Uint8Array;
  readonly capability: Uint8Array;
  readonly expiresAt: number;
}

export interface Addresses {
  mint(capability: OpenedCapability): Uint8Array;
  /** Opens an expired one too. @throws AssentError request_invalid where it is none of ours, unchanged. */
  open(capability: Uint8Array): OpenedCapability;
}

// version (1 byte), key epoch (4), nonce (12), AES-256-GCM of: mailbox id (16), serial (16), kind (1), expiry
// in milliseconds (8), with the tag (16). The first two are authenticated with it.
const version = 1;
const idLength = 16;
const headerLength = 1 + 4;
const nonceLength = 12;
const tagLength = 16;
const plaintextLength = idLength + idLength + 1 + 8;
const capabilityLength = headerLength + nonceLength + plaintextLength + tagLength;

// Those that were opened last stay open: a conversation puts through one address again and again, and to open it
// is the dearest that the main thread does for a put. They fill 10 MB.
const rememberedAddresses = 20_000;

export function createAddresses(
  key: { readonly epoch: number; readonly key: Uint8Array },
  randomness: Randomness,
): Addresses {
  const header = concat(Uint8Array.of(version), uint32(key.epoch));
  // Not its bytes: Node looks those up anew at every use, at four times the price of the rest.
  const secretKey = createSecretKey(key.key);
  const lastOpened = new Map<string, OpenedCapability>();

  return {
    mint({ mailboxId, serial, kind, expiresAt }) {
      const nonce = randomness.bytes(nonceLength);
      const cipher = createCipheriv("aes-256-gcm", secretKey, nonce);
      cipher.setAAD(header);
      const kindByte = Uint8Array.of(kind === "full" ? 1 : 0);
      const plaintext = concat(mailboxId, serial, kindByte, uint64(BigInt(expiresAt)));
      const sealed = cipher.update(plaintext);
      cipher.final();
      return concat(header, nonce, sealed, cipher.getAuthTag());
    },

    open(capability) {
      const { buffer, byteOffset, length } = capability;
      const name = Buffer.from(buffer, byteOffset, length).toString("latin1");
      const remembered = lastOpened.get(name);
      if (remembered) return remembered;
      const plaintext = decrypt(secretKey, header, capability);
      if (!plaintext) throw new AssentError("request_invalid");
      const opened = {
        mailboxId: plaintext.slice(0, idLength),
        serial: plaintext.slice(idLength, 2 * idLength),
        kind: plaintext[2 * idLength] === 1 ? "full" : "provisional",
        expiresAt: Number(new DataView(plaintext.buffer).getBigUint64(2 * idLength + 1)),
      } as const;
      const [oldest] = lastOpened.size < rememberedAddresses ? [] : lastOpened.keys();
      if (oldest !== undefined) lastOpened.delete(oldest);
      lastOpened.set(name, opened);
      return opened;
    },
  };
}

function decrypt(
  key: KeyObject,
  header: Uint8Array,
  capability: Uint8Array,
): Uint8Array<ArrayBuffer> | undefined {
  const isOurs =
    capability.length === capabilityLength &&
    Buffer.compare(capability.subarray(0, headerLength), header) === 0;
  if (!isOurs) return undefined;
  const sealedFrom = headerLength + nonceLength;
  const decipher = createDecipheriv(
    "aes-256-gcm",
    key,
    capability.subarray(headerLength, sealedFrom),
    { authTagLength: tagLength },
  );
  decipher.setAAD(header);
  decipher.setAuthTag(capability.subarray(-tagLength));
  try {
    const opened = decipher.update(capability.subarray(sealedFrom, -tagLength));
    decipher.final();
    return new Uint8Array(opened);
  } catch {
    return undefined;
  }
}
