// For tests alone: Ed25519 keys and signatures that nobody makes who means well. Their points are of small or mixed
// order, or not in their one encoding; the arithmetic is noble's, and everything follows from names.
import { ED25519_TORSION_SUBGROUP, ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { bytesFromHex, concat, hex, utf8 } from "./bytes.ts";
import { type Label, labelBytes } from "./hashing.ts";

const { Point } = ed25519;
type Point = InstanceType<typeof Point>;

/** Key, message and signature in hex. */
export interface PointVector {
  readonly group: string;
  readonly name: string;
  readonly publicKey: string;
  /** What follows the label. */
  readonly message: string;
  readonly signature: string;
  /** Whether it must hold: both points sound, S below the order, and S·B = R + k·A without the cofactor (RFC 8032, 5.1.7). */
  readonly holds: boolean;
  /** Whether it holds for whoever multiplies by the cofactor and takes every encoding of every point (ZIP 215). */
  readonly holdsLoosely: boolean;
}

export const hostileLabel: Label = "request";

const order = Point.Fn.ORDER;
const prime = Point.Fp.ORDER;
const torsion = ED25519_TORSION_SUBGROUP.map((encoded) => Point.fromHex(encoded));

interface Encoding {
  readonly name: string;
  readonly point: Point;
  readonly bytes: Uint8Array;
}

/** Every way to write every point whose order divides 8: 14 of them, 8 as they should be. */
export function smallOrderEncodings(): Encoding[] {
  return torsion.flatMap((point) => encodingsOf(`order ${orderOf(point)}`, point));
}

function encodingsOf(name: string, point: Point): Encoding[] {
  const { x, y } = point.toAffine();
  const ys = [y, y + prime].filter((value) => value < 2n ** 255n);
  // Zero has no sign; whoever writes one writes another encoding of the same point.
  const signs = x === 0n ? [0n, 1n] : [x & 1n];
  return ys.flatMap((value) =>
    signs.map((sign) => {
      const bytes = littleEndian(value | (sign << 255n));
      const form = hex(bytes) === point.toHex() ? "canonical" : "not canonical";
      return { name: `${name}, ${form}, ${hex(bytes)}`, point, bytes };
    }),
  );
}

/** In a fixed order, and always the same. */
export function hostileVectors(): PointVector[] {
  return [
    ...soundKeys(),
    ...smallOrderKeys(),
    ...smallOrderRs(),
    ...smallOrderBoth(),
    ...mixedOrderKeys(),
    ...mixedOrderRs(),
    ...nonCanonicalPoints(),
    ...largeScalars(),
    ...noPoints(),
  ];
}

function soundKeys(): PointVector[] {
  const group = "sound";
  return [1, 2, 3].flatMap((index) => {
    const name = `${group} ${index}`;
    const a = scalarOf(`key of ${name}`);
    const key = Point.BASE.multiply(a);
    const right = signed({ group, name, key: key.toBytes(), a, r: scalarOf(`nonce of ${name}`) });
    const wrong = { ...right, name: `${name}, another message`, message: hex(utf8("another")) };
    return [right, judged(wrong)];
  });
}

/** The key stands for nothing: with k a multiple of 8, any R and its S hold. */
function smallOrderKeys(): PointVector[] {
  const group = "key of small order";
  return smallOrderEncodings().map(({ name, bytes }) =>
    signed({
      group,
      name,
      key: bytes,
      a: 0n,
      r: scalarOf(`nonce of ${name}`),
      wanted: isMultipleOf8,
    }),
  );
}

/** R of small order under a key of mixed order, whose small part gives what R lacks; the first also under a sound key. */
function smallOrderRs(): PointVector[] {
  const group = "R of small order";
  const generator = torsion.find((point) => orderOf(point) === 8) as Point;
  const a = scalarOf(`key of ${group}`);
  const mixed = Point.BASE.multiply(a).add(generator);
  const sound = Point.BASE.multiply(a);
  return smallOrderEncodings().flatMap(({ name, point, bytes }) => {
    const small = { group, a, r: 0n, R: bytes };
    const wanted = (k: bigint) =>
      generator
        .multiplyUnsafe(k % 8n)
        .negate()
        .equals(point);
    const underMixed = {
      ...small,
      name: `${name}, key of mixed order`,
      key: mixed.toBytes(),
      wanted,
    };
    const underSound = { ...small, name: `${name}, sound key`, key: sound.toBytes() };
    return [signed(underMixed), ...(point.is0() ? [signed(underSound)] : [])];
  });
}

/** Where both are, S is zero: whoever knows no secret at all has made it. */
function smallOrderBoth(): PointVector[] {
  const group = "key and R of small order";
  return smallOrderEncodings().flatMap((key) =>
    torsion.flatMap((R) => {
      const wanted = (k: bigint) =>
        key.point
          .multiplyUnsafe(k % 8n)
          .negate()
          .equals(R);
      if (!Array.from({ length: 8 }, (_, k) => BigInt(k)).some(wanted)) return [];
      const name = `${key.name}, R ${R.toHex()}`;
      return [signed({ group, name, key: key.bytes, a: 0n, r: 0n, R: R.toBytes(), wanted })];
    }),
  );
}

/** They are no key of anyone who means well, but cannot be told from one without work. Only the exact equation counts. */
function mixedOrderKeys(): PointVector[] {
  const group = "key of mixed order";
  return torsion
    .filter((point) => !point.is0())
    .flatMap((small) => {
      const of = nameOf(small);
      const a = scalarOf(`key of ${group} ${of}`);
      const r = scalarOf(`nonce of ${group} ${of}`);
      const key = Point.BASE.multiply(a).add(small).toBytes();
      const leaves = (k: bigint) => !small.multiplyUnsafe(k % 8n).is0();
      const minusSmall = Point.BASE.multiply(r).add(small.negate()).toBytes();
      const isOne = (k: bigint) => k % 8n === 1n;
      return [
        signed({ group, name: `${of}, exact`, key, a, r, wanted: isMultipleOf8 }),
        signed({
          group,
          name: `${of}, exact, R mixed too`,
          key,
          a,
          r,
          R: minusSmall,
          wanted: isOne,
        }),
        signed({ group, name: `${of}, only by the cofactor`, key, a, r, wanted: leaves }),
      ];
    });
}

function mixedOrderRs(): PointVector[] {
  const group = "R of mixed order";
  const a = scalarOf(`key of ${group}`);
  return torsion
    .filter((point) => !point.is0())
    .map((small) => {
      const name = `${nameOf(small)}, only by the cofactor`;
      const r = scalarOf(`nonce of ${group} ${name}`);
      const R = Point.BASE.multiply(r).add(small).toBytes();
      return signed({ group, name, key: Point.BASE.multiply(a).toBytes(), a, r, R });
    });
}

/** Points of large order that have a second encoding, y + p. Nobody knows their logarithm, so nothing of them can hold. */
function nonCanonicalPoints(): PointVector[] {
  const group = "not canonical";
  const a = scalarOf(`key of ${group}`);
  const r = scalarOf(`nonce of ${group}`);
  const key = Point.BASE.multiply(a).toBytes();
  const ys = Array.from({ length: 19 }, (_, index) => BigInt(index)).filter(isOfLargeOrder);
  return ys.flatMap((y) =>
    [0n, 1n].flatMap((sign) => {
      const bytes = littleEndian((y + prime) | (sign << 255n));
      const name = `y = p + ${y}, sign ${sign}`;
      return [
        signed({ group, name: `${name}, key`, key: bytes, a, r }),
        signed({ group, name: `${name}, R`, key, a, r, R: bytes }),
      ];
    }),
  );
}

/** A signature that holds, and the same with multiples of the order added to S. */
function largeScalars(): PointVector[] {
  const group = "S not below the order";
  const a = scalarOf(`key of ${group}`);
  const r = scalarOf(`nonce of ${group}`);
  const plain = signed({ group, name: "S", key: Point.BASE.multiply(a).toBytes(), a, r });
  const S = fromLittleEndian(bytesFromHex(plain.signature).subarray(32));
  return Array.from({ length: 15 }, (_, times) => BigInt(times)).map((times) => {
    const signature = plain.signature.slice(0, 64) + hex(littleEndian(S + times * order));
    return judged({
      ...plain,
      name: times === 0n ? "S" : `S + ${times} times the order`,
      signature,
    });
  });
}

function noPoints(): PointVector[] {
  const group = "no point";
  const a = scalarOf(`key of ${group}`);
  const r = scalarOf(`nonce of ${group}`);
  const key = Point.BASE.multiply(a).toBytes();
  const ys = Array.from({ length: 20 }, (_, index) => BigInt(index)).filter(
    (y) => !anyPoint(littleEndian(y)),
  );
  return ys
    .slice(0, 4)
    .flatMap((y) => [
      signed({ group, name: `y = ${y}, key`, key: littleEndian(y), a, r }),
      signed({ group, name: `y = ${y}, R`, key, a, r, R: littleEndian(y) }),
    ]);
}

interface Signing {
  readonly group: string;
  readonly name: string;
  readonly key: Uint8Array;
  /** What the signer knows of the key. */
  readonly a: bigint;
  readonly r: bigint;
  /** Where it is not r·B. */
  readonly R?: Uint8Array;
  /** Messages are tried until k is so. */
  readonly wanted?: (k: bigint) => boolean;
}

/** S = r + k·a, for the first message whose k is wanted. */
function signed({ group, name, key, a, r, R, wanted = () => true }: Signing): PointVector {
  const first = R ?? Point.BASE.multiply(r).toBytes();
  for (let count = 0; ; count += 1) {
    const message = utf8(`${group}, ${name}, ${count}`);
    const k = challengeOf(first, key, message);
    if (!wanted(k)) continue;
    const signature = concat(first, littleEndian((r + k * a) % order));
    return judged({
      group,
      name,
      publicKey: hex(key),
      message: hex(message),
      signature: hex(signature),
    });
  }
}

function judged(vector: Omit<PointVector, "holds" | "holdsLoosely">): PointVector {
  const { group, name, publicKey, message, signature } = vector;
  const key = bytesFromHex(publicKey);
  const encodedR = bytesFromHex(signature).subarray(0, 32);
  const S = fromLittleEndian(bytesFromHex(signature).subarray(32));
  const k = challengeOf(encodedR, key, bytesFromHex(message));
  /** S·B − k·A − R, where both are points and S is below the order. */
  const rest = (A: Point | undefined, R: Point | undefined) =>
    A && R && S < order
      ? Point.BASE.multiplyUnsafe(S).subtract(A.multiplyUnsafe(k)).subtract(R)
      : undefined;
  const strictly = rest(soundPoint(key), soundPoint(encodedR))?.is0() ?? false;
  const loosely = rest(anyPoint(key), anyPoint(encodedR))?.clearCofactor().is0() ?? false;
  return { group, name, publicKey, message, signature, holds: strictly, holdsLoosely: loosely };
}

/** Undefined where noble, strictly, reads no point from it, or one of small order. */
function soundPoint(encoded: Uint8Array): Point | undefined {
  try {
    const point = Point.fromBytes(encoded);
    return point.isSmallOrder() ? undefined : point;
  } catch {
    return undefined;
  }
}

/** The point of any encoding. */
function anyPoint(encoded: Uint8Array): Point | undefined {
  try {
    return Point.fromBytes(encoded, true);
  } catch {
    return undefined;
  }
}

function isOfLargeOrder(y: bigint): boolean {
  return anyPoint(littleEndian(y))?.isSmallOrder() === false;
}

function orderOf(point: Point): number {
  return [1, 2, 4, 8].find((times) => point.multiplyUnsafe(BigInt(times)).is0()) as number;
}

/** Of a point of small order. */
function nameOf(small: Point): string {
  return `plus order ${orderOf(small)}, ${small.toHex()}`;
}

function challengeOf(R: Uint8Array, key: Uint8Array, message: Uint8Array): bigint {
  return fromLittleEndian(sha512(concat(R, key, labelled(message)))) % order;
}

function labelled(message: Uint8Array): Uint8Array {
  return concat(labelBytes(hostileLabel), new Uint8Array(1), message);
}

function scalarOf(name: string): bigint {
  return fromLittleEndian(sha512(utf8(`assent hostile points: ${name}`))) % order;
}

function isMultipleOf8(k: bigint): boolean {
  return k % 8n === 0n;
}

/** 32 bytes. */
function littleEndian(value: bigint): Uint8Array<ArrayBuffer> {
  return bytesFromHex(value.toString(16).padStart(64, "0")).reverse();
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${hex(bytes.slice().reverse())}`);
}
