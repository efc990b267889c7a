// What the rooms of conversations know of records of earlier formats, for the store that makes them into those of now: to it
// manifests and groups are opaque.
import { AssentError, bytesFromHex } from "@assent/protocol";
import { idsOf } from "./conversations/people/groups.ts";
import { namedPeers } from "./conversations/people/peer-devices.ts";
import { manifestOf } from "./conversations/people/person.ts";
import type { Encryption } from "./encryption/encryption.ts";
import type { ReadingFormer } from "./store/former-formats.ts";

export function readingOf(encryption: Encryption): ReadingFormer {
  return {
    split: (whole) => ifReadable(() => encryption.splitState(whole)),
    membersOf: (key, parts) =>
      ifReadable(() => idsOf(encryption.membersOf({ groupId: bytesFromHex(key), ...parts }))),
    devicesOf: (person) => namedPeers(manifestOf(person), person.devices),
  };
}

function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof AssentError) return undefined;
    throw error;
  }
}
