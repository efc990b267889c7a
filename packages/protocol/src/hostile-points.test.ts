// Keys and signatures that platforms judge differently: `verify` judges them alike everywhere, by itself. How a browser
// alone judges them is in test/contracts/signing.dom.test.ts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesFromHex, concat, hex } from "./bytes.ts";
import { labelBytes } from "./hashing.ts";
import {
  hostileLabel,
  hostileVectors,
  type PointVector,
  smallOrderEncodings,
} from "./hostile-points.ts";
import { sign, signingKeyPair, verify } from "./signing.ts";
import { isSigningKey } from "./signing-points.ts";

const folder = new URL("../../../test/vectors/ed25519-points/", import.meta.url);
const vectors: PointVector[] = JSON.parse(readFileSync(new URL("vectors.json", folder), "utf8"));

test("the committed vectors are those that are made", () => {
  assert.deepEqual(vectors, hostileVectors());
  assert.equal(new Set(vectors.map(({ group, name }) => `${group}: ${name}`)).size, vectors.length);
});

test("all 8 points of small order are there, in all 14 encodings", () => {
  const encodings = smallOrderEncodings();
  const points = new Set(encodings.map(({ point }) => point.toHex()));
  assert.equal(points.size, 8);
  for (const { point } of encodings) assert.ok(point.isSmallOrder());
  // Every encoding there can be: both signs of every y that is that of a point of small order, below 2^255.
  const written = new Set(encodings.map(({ bytes }) => hex(bytes)));
  const ys = new Set(encodings.map(({ bytes }) => hex(withSign(bytes, 0))));
  assert.equal(written.size, 14);
  assert.deepEqual(
    [...written].sort(),
    [...ys].flatMap((y) => [y, hex(withSign(bytesFromHex(y), 1))]).sort(),
  );
  assert.equal(encodings.filter(({ point, bytes }) => hex(bytes) === point.toHex()).length, 8);
});

describe("a signature is judged by its points", () => {
  const groups = new Map<string, PointVector[]>();
  for (const vector of vectors)
    groups.set(vector.group, [...(groups.get(vector.group) ?? []), vector]);

  for (const [group, of] of groups) {
    test(`${group}: ${of.filter(({ holds }) => holds).length} of ${of.length} hold`, async () => {
      for (const vector of of) assert.equal(await byUs(vector), vector.holds, vector.name);
    });
  }

  test("what is of small order, or not in its one encoding, never holds", () => {
    for (const group of [
      "key of small order",
      "R of small order",
      "key and R of small order",
      "not canonical",
    ])
      assert.ok(
        groups.get(group)?.every(({ holds }) => !holds),
        group,
      );
    // Elsewhere most of them do hold: whoever multiplies by the cofactor takes them.
    assert.equal(vectors.filter(({ holds, holdsLoosely }) => !holds && holdsLoosely).length, 102);
    assert.ok(vectors.every(({ holds, holdsLoosely }) => !holds || holdsLoosely));
  });

  test("a key of mixed order is taken where the equation holds exactly, and only there", () => {
    const mixed = groups.get("key of mixed order") ?? [];
    assert.equal(mixed.length, 3 * 7);
    for (const { name, holds, holdsLoosely } of mixed) {
      assert.equal(holds, name.includes("exact"), name);
      assert.ok(holdsLoosely, name);
    }
  });
});

test("noble, asked to take everything, takes signatures under keys of small order", () => {
  const small = vectors.filter(({ group }) => group === "key of small order");
  const taken = small.filter(({ publicKey, message, signature }) =>
    ed25519.verify(bytesFromHex(signature), labelled(message), bytesFromHex(publicKey), {
      zip215: true,
    }),
  );
  assert.ok(taken.length >= 8, `${taken.length} of ${small.length}`);
});

test("on a platform that takes every signature, points alone are refused that are not sound", async (t) => {
  t.mock.method(crypto.subtle, "importKey", async () => ({ type: "public" }));
  t.mock.method(crypto.subtle, "verify", async () => true);
  for (const vector of vectors) {
    const { group, name } = vector;
    const unsound = group.includes("small order") || group === "not canonical";
    assert.equal(await byUs(vector), !unsound, `${group}: ${name}`);
  }
});

test("a key is none that `verify` would ever accept, where it is of small order or not canonical", () => {
  for (const { publicKey, group, name } of vectors) {
    const isSound =
      group !== "key of small order" &&
      group !== "key and R of small order" &&
      !(group === "not canonical" && name.endsWith(", key"));
    assert.equal(isSigningKey(bytesFromHex(publicKey)), isSound, `${group}: ${name}`);
  }
  const { publicKey } = signingKeyPair(new Uint8Array(32));
  assert.ok(isSigningKey(publicKey));
  for (const key of [publicKey.subarray(1), concat(publicKey, Uint8Array.of(0)), new Uint8Array()])
    assert.ok(!isSigningKey(key));
});

test("no key that is made as it should be is refused, nor what it signs", async () => {
  for (let seed = 0; seed < 100; seed += 1) {
    const pair = signingKeyPair(new Uint8Array(32).fill(seed));
    const signature = await sign(pair.privateKey, hostileLabel, Uint8Array.of(seed));
    assert.ok(await verify(pair.publicKey, hostileLabel, Uint8Array.of(seed), signature));
  }
});

function byUs({ publicKey, message, signature }: PointVector): Promise<boolean> {
  return verify(
    bytesFromHex(publicKey),
    hostileLabel,
    bytesFromHex(message),
    bytesFromHex(signature),
  );
}

function labelled(message: string): Uint8Array {
  return concat(labelBytes(hostileLabel), new Uint8Array(1), bytesFromHex(message));
}

function withSign(bytes: Uint8Array, sign: 0 | 1): Uint8Array {
  const changed = bytes.slice();
  changed[31] = ((changed[31] as number) & 0x7f) | (sign << 7);
  return changed;
}
