// Where devices are woken: checked, sealed and kept, and which mailboxes have one at all. What is sealed opens under the push
// key it was made for, and for its own mailbox alone: who has the database without the keys learns how many there are.
import { createCipheriv, createDecipheriv, createHash, hkdfSync } from "node:crypto";
import { AssentError, limits } from "@assent/protocol";
import type { PushEpochKey, PushRole } from "../cell/roles.ts";
import type { Counters, Quota } from "../limits/counters.ts";
import { rateLimited } from "../limits/peer-brake.ts";
import type { Randomness } from "../randomness.ts";
import type { Endpoints } from "./endpoints.ts";
import { type BrowserKeys, isPointOfCurve } from "./message-encryption.ts";
import type { PushStore } from "./store.ts";

/** As a device says it. */
export interface AskedSubscription extends BrowserKeys {
  readonly endpoint: string;
  /** Of the push key that the browser subscribed with. */
  readonly epoch: number;
}

export interface Subscription extends BrowserKeys {
  readonly endpoint: URL;
  readonly key: PushEpochKey;
  /** As it is kept: the same bytes, the same subscription. */
  readonly sealed: Uint8Array;
}

export interface SubscriptionsParts {
  readonly store: PushStore;
  readonly keys: PushRole;
  /** Undefined where this service sends no pushes. */
  readonly endpoints: Endpoints | undefined;
  readonly randomness: Randomness;
  readonly counters: Counters;
  /** How often one device says where. */
  readonly sets: Quota;
  readonly now: () => number;
}

const publicKeyLength = 65;
const secretLength = 16;
const nonceLength = 12;
const tagLength = 16;
const pageLength = 1_000;

export class Subscriptions {
  readonly #parts: SubscriptionsParts;
  /** The mailboxes that have one, by name. Whoever is not here costs a put nothing but this look. */
  readonly #names = new Set<string>();

  private constructor(parts: SubscriptionsParts) {
    this.#parts = parts;
  }

  static async open(parts: SubscriptionsParts): Promise<Subscriptions> {
    const subscriptions = new Subscriptions(parts);
    let last = 0;
    for (;;) {
      const page = await parts.store.mailboxes(last, pageLength);
      if (page.mailboxIds.length === 0) return subscriptions;
      for (const id of page.mailboxIds) subscriptions.#names.add(nameOf(id));
      last = page.last;
    }
  }

  /** @param name the mailbox's id, a character a byte. */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** @throws AssentError not_offered, key_outdated, request_invalid, rate_limited */
  async set(mailboxId: Uint8Array, asked: AskedSubscription): Promise<void> {
    const { store, keys, endpoints, counters, sets, now } = this.#parts;
    if (!endpoints?.(asked.endpoint)) throw new AssentError("not_offered");
    const key = keys.ofEpoch(asked.epoch);
    if (!key) throw new AssentError("key_outdated");
    if (Buffer.byteLength(asked.endpoint) > limits.pushEndpointBytes || !areKeys(asked)) {
      throw new AssentError("request_invalid");
    }
    const name = nameOf(mailboxId);
    const counted = await counters.count("push-sets", name, sets, 1, now());
    if (counted.kind === "over") throw rateLimited(counted.retryAfterMs);
    await store.set(mailboxId, { epoch: key.epoch, sealed: this.#seal(key, mailboxId, asked) });
    this.#names.add(name);
  }

  /**
   * Never refused; where there is none, nothing is asked of the store.
   * @param sealed leaves another one be; whichever it is if left out.
   */
  async end(mailboxId: Uint8Array, sealed?: Uint8Array): Promise<void> {
    const { store } = this.#parts;
    if (!this.has(nameOf(mailboxId))) return;
    await store.end(mailboxId, sealed);
    if (!(await store.subscription(mailboxId))) this.#names.delete(nameOf(mailboxId));
  }

  /** They are gone from the store already. */
  mailboxesEnded(mailboxIds: readonly Uint8Array[]): void {
    for (const id of mailboxIds) this.#names.delete(nameOf(id));
  }

  /** Undefined where nobody is to be woken. */
  async find(mailboxId: Uint8Array): Promise<Subscription | undefined> {
    const opened = await this.#open(mailboxId);
    const endpoint = opened && this.#parts.endpoints?.(opened.endpoint);
    return opened && endpoint && { ...opened, endpoint };
  }

  /** By which a device knows what is kept here: SHA-256 of the endpoint; empty where there is none. */
  async hashOf(mailboxId: Uint8Array): Promise<Uint8Array> {
    const opened = await this.#open(mailboxId);
    return opened ? createHash("sha256").update(opened.endpoint).digest() : new Uint8Array();
  }

  /** What cannot be opened any more, as its key is over, is forgotten. */
  async #open(mailboxId: Uint8Array) {
    if (!this.has(nameOf(mailboxId))) return undefined;
    const { store, keys } = this.#parts;
    const kept = await store.subscription(mailboxId);
    const key = kept && keys.ofEpoch(kept.epoch);
    const opened = key && unseal(key, mailboxId, kept.sealed);
    if (opened) return { ...opened, key, sealed: kept.sealed };
    await this.end(mailboxId, kept?.sealed);
    return undefined;
  }

  #seal(key: PushEpochKey, mailboxId: Uint8Array, asked: AskedSubscription): Buffer {
    const nonce = this.#parts.randomness.bytes(nonceLength);
    const cipher = createCipheriv("aes-256-gcm", sealingKeyOf(key), nonce).setAAD(mailboxId);
    const parts = [asked.publicKey, asked.secret, Buffer.from(asked.endpoint)];
    const sealed = Buffer.concat(parts.map((part) => cipher.update(part)));
    return Buffer.concat([nonce, sealed, cipher.final(), cipher.getAuthTag()]);
  }
}

/** As the mailboxes name themselves: a character a byte. */
export function nameOf(mailboxId: Uint8Array): string {
  return Buffer.from(mailboxId).toString("latin1");
}

function areKeys({ publicKey, secret }: BrowserKeys): boolean {
  const areLong = publicKey.length === publicKeyLength && secret.length === secretLength;
  return areLong && isPointOfCurve(publicKey);
}

function unseal(
  key: PushEpochKey,
  mailboxId: Uint8Array,
  sealed: Uint8Array,
): (BrowserKeys & { readonly endpoint: string }) | undefined {
  const [nonce, tag] = [sealed.subarray(0, nonceLength), sealed.subarray(-tagLength)];
  const cipher = createDecipheriv("aes-256-gcm", sealingKeyOf(key), nonce, {
    authTagLength: tagLength,
  })
    .setAAD(mailboxId)
    .setAuthTag(tag);
  try {
    const opened = Buffer.concat([
      cipher.update(sealed.subarray(nonceLength, -tagLength)),
      cipher.final(),
    ]);
    return {
      publicKey: opened.subarray(0, publicKeyLength),
      secret: opened.subarray(publicKeyLength, publicKeyLength + secretLength),
      endpoint: opened.subarray(publicKeyLength + secretLength).toString(),
    };
  } catch {
    return undefined;
  }
}

function sealingKeyOf({ pair }: PushEpochKey): Buffer {
  return Buffer.from(hkdfSync("sha256", pair.privateKey, "", "assent/v1 push at rest", 32));
}
