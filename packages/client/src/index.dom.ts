// The SDK's door in browsers, for a dedicated worker: a profile in IndexedDB, and the parts it is made of for whoever
// wires their own.
import { openDomNetwork } from "./egress/network.dom.ts";
import type { Encryption } from "./encryption/encryption.ts";
import { openProfile, type Profile } from "./profile.ts";
import type { SmsTransport } from "./routes/routes.ts";
import { type DomStoreOptions, deleteDomStore, openDomStore } from "./store/store.dom.ts";

export * from "./index.ts";
export { loadAhead } from "./load-ahead.ts";
export { askToPersist } from "./store/persistence.dom.ts";
export { type DomStoreOptions, deleteDomStore, openDomNetwork, openDomStore };

export interface DomProfileOptions extends DomStoreOptions {
  /** Handed in, so that the app decides when its code is loaded. */
  readonly encryption: Encryption;
  /** What sends SMS; the device's own app if left out. */
  readonly sms?: SmsTransport;
  /** Milliseconds since 1970; the system's clock if left out. */
  readonly now?: () => number;
}

/**
 * Opens or makes the profile of this name. Nothing leaves by opening it.
 * @throws AssentError profile_in_use, profile_unreadable, storage_failed
 */
export async function openDomProfile(
  name: string,
  { encryption, sms, now = Date.now, ...options }: DomProfileOptions,
): Promise<Profile> {
  return openProfile({
    store: await openDomStore(name, options),
    network: openDomNetwork(),
    encryption,
    now,
    ...(sms ? { sms } : {}),
  });
}
