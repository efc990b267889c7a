// Whom a manifest makes known: devices whose keys every verifier of ours would accept, and no others.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accountIdOf,
  bytesFromHex,
  deviceIdOf,
  ManifestSchema,
  randomBytes,
  signingKeyPair,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { devicesOf, namedDevicesOf } from "./named-devices.ts";

test("a device whose key is of small order, or not in its one encoding, is not trusted", () => {
  const root = signingKeyPair(randomBytes(32));
  const sound = signingKeyPair(randomBytes(32)).publicKey;
  const unsound = [
    // The identity, a point of order 4, one of order 8, and the identity once more, written as y + p.
    `01${"00".repeat(31)}`,
    "00".repeat(32),
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    `ee${"ff".repeat(30)}7f`,
  ].map(bytesFromHex);
  const manifest = create(ManifestSchema, {
    rootKey: root.publicKey,
    version: 1,
    devices: [...unsound, sound].map((signatureKey, index) => ({
      signatureKey,
      sealingKey: new Uint8Array(1_216).fill(index),
    })),
  });
  const accountId = accountIdOf(root.publicKey);
  const trusted = { accountId, deviceId: deviceIdOf(sound), signatureKey: sound };
  assert.deepEqual(devicesOf(manifest), [trusted]);
  const [named] = namedDevicesOf(manifest);
  assert.deepEqual([named?.device, named?.named.sealingKey[0]], [trusted, unsound.length]);
});
