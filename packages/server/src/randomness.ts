// Randomness as an argument, so that a test can say what is drawn.
import { randomBytes, randomInt } from "node:crypto";

export interface Randomness {
  bytes(length: number): Uint8Array;
  /** Uniform, from 0 up to but not including the bound. */
  below(bound: number): number;
}

export const systemRandomness: Randomness = {
  bytes: (length) => new Uint8Array(randomBytes(length)),
  below: (bound) => randomInt(bound),
};
