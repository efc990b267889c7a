// HPKE (RFC 9180, base mode): what only the holder of one key opens. Numbers and SMS are sealed to the registration room, first
// contact to a device. Its code is loaded when something is sealed or opened: texts of people who know each other never are.
import { AssentError } from "./errors.ts";
import type { OpenSeal, SealingKeyPair, SealPurpose } from "./sealing-format.ts";

export async function generateSealingKeyPair(): Promise<SealingKeyPair> {
  const { generateSealingKeyPair } = await loadHpke();
  return generateSealingKeyPair();
}

/** Encapsulated key, then ciphertext. */
export async function seal(
  publicKey: Uint8Array,
  purpose: SealPurpose,
  plaintext: Uint8Array,
  associatedData?: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const { seal } = await loadHpke();
  return seal(publicKey, purpose, plaintext, associatedData);
}

/** Opens what `seal` made. */
export const openSeal: OpenSeal = async (...sealed) => {
  const { openSeal } = await loadHpke();
  return openSeal(...sealed);
};

/** @throws AssentError unreachable where a page cannot fetch it now: what was to be opened must not count as damaged. */
async function loadHpke() {
  try {
    return await import("./hpke.ts");
  } catch (cause) {
    throw new AssentError("unreachable", { cause });
  }
}
