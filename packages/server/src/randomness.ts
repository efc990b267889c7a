// Randomness as an argument, so that a test can say what is drawn.
import { randomBytes, randomFillSync, randomInt } from "node:crypto";

export interface Randomness {
  bytes(length: number): Uint8Array;
  /** Uniform, from 0 up to but not including the bound. */
  below(bound: number): number;
}

// Drawn many at once: each call costs as much as the rest of a challenge. What was drawn is zeroed here.
const drawn = new Uint8Array(4_096);
const mostDrawn = 64;
let used = drawn.length;

function draw(length: number): Uint8Array {
  const isPooled = Number.isInteger(length) && length >= 0 && length <= mostDrawn;
  if (!isPooled) return new Uint8Array(randomBytes(length));
  if (used + length > drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  const bytes = drawn.slice(used, used + length);
  drawn.fill(0, used, used + length);
  used += length;
  return bytes;
}

export const systemRandomness: Randomness = {
  bytes: draw,
  below: (bound) => randomInt(bound),
};
