// Capabilities: the right to put into one mailbox, minted and opened here alone, and stored nowhere. Whoever
// holds one can put; what is in it only this cell's keys read, and a changed bit does not open.
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { AssentError, concat, uint32, uint64 } from "@assent/protocol";
import type { CapabilityRole, SecretOfEpoch } from "../cell/roles.ts";
import type { Randomness } from "../randomness.ts";
import type { AddressKind } from "./store.ts";

export interface CapabilityFields {
  /** 16 bytes. */
  readonly mailboxId: Uint8Array;
  /** 16 bytes: names the address to its owner, who can block it. */
  readonly serial: Uint8Array;
  readonly kind: AddressKind;
  readonly expiresAt: number;
  /** Of the store that the mailbox was in. A restored one goes on taking what was minted before. */
  readonly lineage: number;
  /** Of the mailbox. Another than it has now: a former address. */
  readonly generation: number;
}

export interface OpenedCapability extends CapabilityFields {
  /** Of the key that opened it. */
  readonly keyEpoch: number;
}

/** As the mailbox's owner is told of it. */
export interface MintedCapability {
  readonly serial: Uint8Array;
  readonly capability: Uint8Array;
  readonly expiresAt: number;
}

export interface Addresses {
  mint(capability: CapabilityFields): Uint8Array;
  /**
   * Opens an expired one too. @throws AssentError request_invalid where it is none of ours, unchanged; address_expired
   * where it is of an epoch that is not kept any more
   */
  open(capability: Uint8Array): OpenedCapability;
  /** Whether what was opened would be again: its key is still kept. */
  stillOpens(opened: OpenedCapability): boolean;
}

// version (1 byte), key epoch (4), nonce (12), AES-256-GCM of: mailbox id (16), serial (16), kind (1), expiry
// in milliseconds (8), lineage (4), generation (4), with the tag (16). The first two are authenticated with it.
const version = 1;
const idLength = 16;
const headerLength = 1 + 4;
const nonceLength = 12;
const tagLength = 16;
const plaintextLength = idLength + idLength + 1 + 8 + 4 + 4;
const capabilityLength = headerLength + nonceLength + plaintextLength + tagLength;
const kinds: readonly AddressKind[] = ["provisional", "full", "group"];

// Those that were opened last stay open: a conversation puts through one address again and again, and to open it
// is the dearest that the main thread does for a put. They fill 10 MB.
const rememberedAddresses = 20_000;

export function createAddresses(keys: CapabilityRole, randomness: Randomness): Addresses {
  // Not their bytes: Node looks those up anew at every use, at four times the price of the rest.
  const secretKeys = new Map<number, KeyObject>();
  const lastOpened = new Map<string, OpenedCapability>();

  function secretKeyOf({ epoch, key }: SecretOfEpoch): KeyObject {
    const known = secretKeys.get(epoch);
    if (known) return known;
    const made = createSecretKey(key);
    secretKeys.set(epoch, made);
    return made;
  }

  function keyThatOpens(capability: Uint8Array): SecretOfEpoch {
    if (capability.length !== capabilityLength || capability[0] !== version) {
      throw new AssentError("request_invalid");
    }
    const { buffer, byteOffset } = capability;
    const epoch = new DataView(buffer, byteOffset).getUint32(1);
    const key = keys.ofEpoch(epoch);
    if (key) return key;
    throw new AssentError(epoch < keys.current().epoch ? "address_expired" : "request_invalid");
  }

  return {
    mint({ mailboxId, serial, kind, expiresAt, lineage, generation }) {
      const current = keys.current();
      const header = concat(Uint8Array.of(version), uint32(current.epoch));
      const nonce = randomness.bytes(nonceLength);
      const cipher = createCipheriv("aes-256-gcm", secretKeyOf(current), nonce);
      cipher.setAAD(header);
      const plaintext = concat(
        mailboxId,
        serial,
        Uint8Array.of(kinds.indexOf(kind)),
        uint64(BigInt(expiresAt)),
        uint32(lineage),
        uint32(generation),
      );
      const sealed = cipher.update(plaintext);
      cipher.final();
      return concat(header, nonce, sealed, cipher.getAuthTag());
    },

    open(capability) {
      const { buffer, byteOffset, length } = capability;
      const name = Buffer.from(buffer, byteOffset, length).toString("latin1");
      const remembered = lastOpened.get(name);
      if (remembered && keys.ofEpoch(remembered.keyEpoch)) return remembered;
      const key = keyThatOpens(capability);
      const opened = openWith(secretKeyOf(key), key.epoch, capability);
      if (!opened) throw new AssentError("request_invalid");
      const [oldest] = lastOpened.size < rememberedAddresses ? [] : lastOpened.keys();
      if (oldest !== undefined) lastOpened.delete(oldest);
      lastOpened.set(name, opened);
      return opened;
    },

    stillOpens: ({ keyEpoch }) => keys.ofEpoch(keyEpoch) !== undefined,
  };
}

function openWith(
  key: KeyObject,
  keyEpoch: number,
  capability: Uint8Array,
): OpenedCapability | undefined {
  const plaintext = decrypt(key, capability);
  const kind = plaintext && kinds[plaintext[2 * idLength] as number];
  if (!kind) return undefined;
  const fields = new DataView(plaintext.buffer, 2 * idLength + 1);
  return {
    mailboxId: plaintext.slice(0, idLength),
    serial: plaintext.slice(idLength, 2 * idLength),
    kind,
    expiresAt: Number(fields.getBigUint64(0)),
    lineage: fields.getUint32(8),
    generation: fields.getUint32(12),
    keyEpoch,
  };
}

function decrypt(key: KeyObject, capability: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const sealedFrom = headerLength + nonceLength;
  const decipher = createDecipheriv(
    "aes-256-gcm",
    key,
    capability.subarray(headerLength, sealedFrom),
    { authTagLength: tagLength },
  );
  decipher.setAAD(capability.subarray(0, headerLength));
  decipher.setAuthTag(capability.subarray(-tagLength));
  try {
    const opened = decipher.update(capability.subarray(sealedFrom, -tagLength));
    decipher.final();
    return new Uint8Array(opened);
  } catch {
    return undefined;
  }
}
