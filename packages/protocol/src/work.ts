// A little work that a cell may ask for before it sends an SMS: numbers found by trying, for one sealed number alone. In
// parts, so that luck matters little and what is done can be shown. Checking costs one hash for each part.
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, lengthPrefixed } from "./bytes.ts";
import { labelledHash } from "./hashing.ts";
import { limits } from "./limits.ts";

export interface RequiredWork {
  /** Opaque to whoever does it. */
  readonly challenge: Uint8Array;
  /** Of each part, how many bits of its hash are zero. */
  readonly bits: number;
}

/** How many numbers are found; each stands in 4 bytes. */
export const workParts = 16;
const bytesOfNumber = 4;
// What makes a phone tell of its progress and look whether it still should: some milliseconds, on a slow one.
const triesAtOnce = 256;

/** Whether a phone does so much: a cell that asks for more is not to be trusted. */
export function isFitWork({ challenge, bits }: RequiredWork): boolean {
  return challenge.length <= limits.challengeBytes && bits >= 1 && bits <= limits.workBits;
}

/** What the work is bound to. */
export function workSubject(challenge: Uint8Array, sealedNumber: Uint8Array): Uint8Array {
  return labelledHash("work", lengthPrefixed(challenge, sealedNumber));
}

/**
 * Does the work a little at a time: yields how many parts are done after some milliseconds each, and returns their numbers.
 * On average it takes 16 × 2^bits hashes.
 */
export function* work(
  subject: Uint8Array,
  bits: number,
): Generator<number, Uint8Array<ArrayBuffer>> {
  const numbers = new Uint8Array(workParts * bytesOfNumber);
  const tried = triedOf(subject);
  for (let part = 0; part < workParts; part += 1) {
    let number = 0;
    while (!tried.isFound(part, number, bits)) {
      number += 1;
      if (number % triesAtOnce === 0) yield part;
    }
    new DataView(numbers.buffer).setUint32(part * bytesOfNumber, number);
  }
  return numbers;
}

/** All of it in one go: for whoever has nothing else to do meanwhile. */
export function workAtOnce(subject: Uint8Array, bits: number): Uint8Array<ArrayBuffer> {
  const doing = work(subject, bits);
  let step = doing.next();
  while (!step.done) step = doing.next();
  return step.value;
}

export function isWorkDone(subject: Uint8Array, bits: number, numbers: Uint8Array): boolean {
  if (numbers.length !== workParts * bytesOfNumber) return false;
  const view = new DataView(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const tried = triedOf(subject);
  for (let part = 0; part < workParts; part += 1) {
    if (!tried.isFound(part, view.getUint32(part * bytesOfNumber), bits)) return false;
  }
  return true;
}

/** One block of SHA-256, whose last eight bytes are tried. */
function triedOf(subject: Uint8Array) {
  const block = concat(subject, new Uint8Array(4 + bytesOfNumber));
  const view = new DataView(block.buffer);
  return {
    isFound(part: number, number: number, bits: number): boolean {
      view.setUint32(subject.length, part);
      view.setUint32(subject.length + 4, number);
      const hashed = sha256(block);
      const first = new DataView(hashed.buffer, hashed.byteOffset).getUint32(0);
      return Math.clz32(first) >= bits;
    },
  };
}
