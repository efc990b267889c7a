// What the VOPRF computes with: ristretto255 (RFC 9496), its scalars, and SHA-512. Elements and scalars are 32 bytes, as
// they are written; whether bytes from outside are one is asked first, by `isElement`.
import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { randomBytes } from "./bytes.ts";

export interface GroupArithmetic {
  /** Whether these are the canonical bytes of an element; of the identity too. */
  isElement(bytes: Uint8Array): boolean;
  /** Scalar times element; undefined where that is the identity, or one of the two is nothing of the kind. */
  multiply(scalar: Uint8Array, element: Uint8Array): Uint8Array | undefined;
  /** Scalar times the generator; undefined where that is the identity. */
  multiplyBase(scalar: Uint8Array): Uint8Array | undefined;
  add(a: Uint8Array, b: Uint8Array): Uint8Array;
  /** RFC 9496, 4.3.4, of 64 bytes. */
  elementFromHash(hash: Uint8Array): Uint8Array;
  randomScalar(): Uint8Array;
  /** Of 64 bytes, little endian. */
  reduceScalar(bytes: Uint8Array): Uint8Array;
  subtractScalars(a: Uint8Array, b: Uint8Array): Uint8Array;
  multiplyScalars(a: Uint8Array, b: Uint8Array): Uint8Array;
  invertScalar(scalar: Uint8Array): Uint8Array;
  sha512(bytes: Uint8Array): Uint8Array;
}

const { Point } = ristretto255;
const { Fn } = Point;

/** About a millisecond for each product of a scalar and an element. */
export const nobleArithmetic: GroupArithmetic = {
  isElement: (bytes) => pointOf(bytes) !== undefined,
  multiply: (scalar, element) => product(scalar, pointOf(element)),
  multiplyBase: (scalar) => product(scalar, Point.BASE),
  add: (a, b) => Point.fromBytes(a).add(Point.fromBytes(b)).toBytes(),
  elementFromHash,
  randomScalar: () => reduced(randomBytes(64)),
  reduceScalar: reduced,
  subtractScalars: (a, b) => Fn.toBytes(Fn.sub(Fn.fromBytes(a), Fn.fromBytes(b))),
  multiplyScalars: (a, b) => Fn.toBytes(Fn.mul(Fn.fromBytes(a), Fn.fromBytes(b))),
  invertScalar: (scalar) => Fn.toBytes(Fn.inv(Fn.fromBytes(scalar))),
  sha512,
};

type Point = InstanceType<typeof Point>;

function pointOf(bytes: Uint8Array): Point | undefined {
  try {
    return Point.fromBytes(bytes);
  } catch {
    return undefined;
  }
}

/** Constant in time, as far as JavaScript is: a blind and a key must not show in it. */
function product(scalar: Uint8Array, point: Point | undefined): Uint8Array | undefined {
  if (!point || point.is0()) return undefined;
  const number = Fn.fromBytes(scalar);
  return Fn.is0(number) ? undefined : point.multiply(number).toBytes();
}

function reduced(bytes: Uint8Array): Uint8Array {
  let value = 0n;
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
  return Fn.toBytes(Fn.create(value));
}

function elementFromHash(hash: Uint8Array): Uint8Array {
  // Optional in the library's types, as not every group has it; this one does.
  const point = ristretto255_hasher.deriveToCurve?.(hash);
  if (!point) throw new TypeError("ristretto255 derives elements from hashes");
  return point.toBytes();
}
