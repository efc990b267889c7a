// What the browser's database holds of a row. Values are sealed by AES-256-GCM, names are blinded by HMAC-SHA-256,
// both under keys that the browser keeps and does not give out. The database itself is not trusted: where a row
// stands is sealed with it, so a value that was put elsewhere does not open. Who reads the database learns how many
// rows each table has, how long they are, which share a name, and their sequences.
import { AssentError, concat, hex, randomBytes, textFromUtf8, utf8 } from "@assent/protocol";
import type { TableName } from "./store.ts";

const nonceLength = 12;
const triesToOpen = 3;
const blindedLength = 16;
// Names of one screen's work; what is forgotten is only computed again.
const blindedNamesKept = 4096;
const sequence = /^\d{12}$/;

/** By its value, so that browsers' types and Node's agree on it. */
export type Subtle = typeof crypto.subtle;
type Key = Parameters<Subtle["sign"]>[1];

/** Neither can be exported, by this code or by any other of the same origin. */
export interface RowKeys {
  readonly sealing: Key;
  readonly blinding: Key;
}

export async function newRowKeys(): Promise<RowKeys> {
  const [sealing, blinding] = await Promise.all([
    crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]),
    crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]),
  ]);
  return { sealing, blinding };
}

export class SealedRows {
  readonly #keys: RowKeys;
  readonly #subtle: Subtle;
  readonly #blinded = new Map<string, string>();

  constructor(keys: RowKeys, subtle: Subtle = crypto.subtle) {
    this.#keys = keys;
    this.#subtle = subtle;
  }

  /**
   * Where a row of this table and key stands, or how all of them begin for a prefix: table, "/", and the key with
   * each name in it blinded. Sequences stay as they are, so that they keep their order.
   */
  async place(table: TableName, keyOrPrefix: string): Promise<string> {
    const parts = keyOrPrefix
      .split("/")
      .map((part) => (part === "" || sequence.test(part) ? part : this.#blind(`${table}/${part}`)));
    return [table, ...(await Promise.all(parts))].join("/");
  }

  /** Nonces are drawn at random: one key is good for 2^32 values (NIST SP 800-38D, 8.3). */
  async seal(place: string, key: string, value: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    const clearKey = utf8(key);
    const plaintext = new Uint8Array(2 + clearKey.length + value.length);
    new DataView(plaintext.buffer).setUint16(0, clearKey.length);
    plaintext.set(clearKey, 2);
    plaintext.set(value, 2 + clearKey.length);
    const nonce = randomBytes(nonceLength);
    const algorithm = { name: "AES-GCM", iv: nonce, additionalData: utf8(place) };
    const ciphertext = await this.#subtle.encrypt(algorithm, this.#keys.sealing, plaintext);
    return concat(nonce, new Uint8Array(ciphertext));
  }

  /**
   * @throws AssentError profile_unreadable where it was not sealed under this key and for this place; storage_failed
   *   where the browser opens nothing at the moment
   */
  async open(
    place: string,
    sealed: Uint8Array<ArrayBuffer>,
  ): Promise<{ readonly key: string; readonly value: Uint8Array<ArrayBuffer> }> {
    const plaintext = await this.#decrypt(place, sealed);
    const keyEnd = 2 + new DataView(plaintext).getUint16(0);
    return {
      key: textFromUtf8(new Uint8Array(plaintext, 2, keyEnd - 2)),
      value: new Uint8Array(plaintext, keyEnd),
    };
  }

  /**
   * Browsers fail at this for a moment now and then, with whatever they are given. Only what does not open while a row
   * made just now does is damaged: its owner is offered to delete it.
   */
  async #decrypt(place: string, sealed: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
    let failure: unknown;
    for (let attempt = 0; attempt < triesToOpen; attempt++) {
      try {
        const iv = sealed.subarray(0, nonceLength);
        const algorithm = { name: "AES-GCM", iv, additionalData: utf8(place) };
        const ciphertext = sealed.subarray(nonceLength);
        return await this.#subtle.decrypt(algorithm, this.#keys.sealing, ciphertext);
      } catch (cause) {
        failure = cause;
      }
    }
    const isSound = await this.#opensWhatItSeals();
    throw new AssentError(isSound ? "profile_unreadable" : "storage_failed", { cause: failure });
  }

  async #opensWhatItSeals(): Promise<boolean> {
    try {
      const algorithm = { name: "AES-GCM", iv: randomBytes(nonceLength) };
      const plaintext = randomBytes(nonceLength);
      const ciphertext = await this.#subtle.encrypt(algorithm, this.#keys.sealing, plaintext);
      await this.#subtle.decrypt(algorithm, this.#keys.sealing, ciphertext);
      return true;
    } catch {
      return false;
    }
  }

  // With the table's name, so that one person's rows in different tables cannot be told to be the same person's.
  async #blind(name: string): Promise<string> {
    const known = this.#blinded.get(name);
    if (known !== undefined) return known;
    const mac = await this.#subtle.sign("HMAC", this.#keys.blinding, utf8(name));
    const blinded = hex(new Uint8Array(mac, 0, blindedLength));
    const [oldest] = this.#blinded.keys();
    if (this.#blinded.size >= blindedNamesKept && oldest !== undefined) {
      this.#blinded.delete(oldest);
    }
    this.#blinded.set(name, blinded);
    return blinded;
  }
}
