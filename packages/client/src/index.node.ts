// The SDK's door in Node: a profile in a folder, and the parts it is made of for whoever wires their own.
import { openNodeNetwork } from "./egress/network.node.ts";
import type { Encryption } from "./encryption/encryption.ts";
import { loadMls as loadMlsOver } from "./encryption/mls.ts";
import { nodePrimitives } from "./encryption/primitives.node.ts";
import { openProfile, type Profile } from "./profile.ts";
import { type NodeStoreOptions, openNodeStore } from "./store/store.node.ts";

export * from "./index.ts";
export { type NodeStoreOptions, openNodeNetwork, openNodeStore };

/** The encryption by MLS, over what Node computes by a call. */
export function loadMls(): Promise<Encryption> {
  return loadMlsOver(nodePrimitives());
}

export interface NodeProfileOptions extends NodeStoreOptions {
  /** Milliseconds since 1970; the system's clock if left out. */
  readonly now?: () => number;
}

/**
 * Opens or makes the profile in a folder. Nothing leaves by opening it.
 * @throws AssentError profile_in_use, profile_unreadable, folder_unusable, storage_failed
 */
export async function openNodeProfile(
  directory: string,
  { now = Date.now, ...options }: NodeProfileOptions = {},
): Promise<Profile> {
  // Before the folder is locked: what fails to load leaves nothing behind.
  const encryption = await loadMls();
  const store = await openNodeStore(directory, options);
  return openProfile({ store, network: openNodeNetwork(), encryption, now });
}
