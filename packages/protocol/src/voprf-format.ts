// What goes in and comes out of the VOPRF, and what is wrong with it. Holds no arithmetic: whoever only carries these need
// not load any.

/** 32 bytes each. */
export interface VoprfKeyPair {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** One input made unreadable: keep the input and the blind, send the element. 32 bytes each. */
export interface BlindedInput {
  readonly input: Uint8Array;
  readonly blind: Uint8Array;
  readonly blindedElement: Uint8Array;
}

export interface BatchEvaluation {
  /** 32 bytes each, in the order of the blinded elements. */
  readonly evaluatedElements: Uint8Array[];
  /** 64 bytes, for the whole batch. */
  readonly proof: Uint8Array;
}

/** What came back does not fit the pinned key, or is no element of the group. */
export class VoprfError extends Error {
  override readonly name = "VoprfError";
}

export const elementLength = 32;
export const proofLength = 64;
