// The cell's own keys: made at the first start, never changed here, never logged. Whoever reads them can
// enumerate the number space, open sealed numbers and sign claims.
import { randomBytes } from "node:crypto";
import {
  deriveVoprfKeyPair,
  generateSealingKeyPair,
  type SealingKeyPair,
  type SigningKeyPair,
  signingKeyPair,
  utf8,
  type VoprfKeyPair,
} from "@assent/protocol";

export interface CellKeys {
  /** Signs parameters, claims and deletion receipts. */
  readonly identity: SigningKeyPair;
  /** Opens sealed numbers. */
  readonly registration: { readonly epoch: number; readonly pair: SealingKeyPair };
  /** Evaluates numbers. */
  readonly voprf: { readonly epoch: number; readonly pair: VoprfKeyPair };
  /** Mints and opens capabilities; 32 bytes. */
  readonly capability: { readonly epoch: number; readonly key: Uint8Array };
  /** Turns codes, and the numbers whose SMS are counted, into what the disk may hold; 32 bytes. */
  readonly registrationCode: Uint8Array;
}

/** Needs `loadVoprf` first. */
export async function makeKeys(): Promise<CellKeys> {
  return {
    identity: signingKeyPair(randomBytes(32)),
    registration: { epoch: 1, pair: await generateSealingKeyPair() },
    voprf: { epoch: 1, pair: deriveVoprfKeyPair(randomBytes(32), utf8("assent/v1 voprf")) },
    capability: { epoch: 1, key: randomBytes(32) },
    registrationCode: randomBytes(32),
  };
}
