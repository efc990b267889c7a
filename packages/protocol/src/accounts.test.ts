// What an account's root key signs, and what a cell states when an account ends.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type AccountFields,
  type AccountUpdateFields,
  openAccountEnding,
  openDeletionReceipt,
  openManifest,
  signAccount,
  signAccountEnding,
  signAccountUpdate,
  signDeletionReceipt,
  signManifest,
  verifyAccount,
  verifyAccountUpdate,
} from "./accounts.ts";
import { lengthPrefixed, uint64, utf8 } from "./bytes.ts";
import { signCertificate } from "./cell.ts";
import {
  AccountEndingSchema,
  CertificateSchema,
  DeletionReceiptSchema,
  ManifestSchema,
} from "./contract.ts";
import { accountIdOf, cellIdOf } from "./ids.ts";
import { limits } from "./limits.ts";
import { signingKeyPair, verify } from "./signing.ts";

const [root, foreign, cellRoot, claimsKey, receiptsKey, otherCellRoot] = [1, 2, 3, 4, 5, 6].map(
  (seed) => signingKeyPair(bytes(32, seed)),
) as [Pair, Pair, Pair, Pair, Pair, Pair];
type Pair = ReturnType<typeof signingKeyPair>;
const cellId = cellIdOf(cellRoot.publicKey);
const otherCellId = cellIdOf(otherCellRoot.publicKey);
const signedAs = (text: string) => ({ encoded: utf8(text), signature: bytes(64, 1) });

describe("a manifest", () => {
  const device = { signatureKey: bytes(32, 7), sealingKey: bytes(1216, 8), name: "amber-otter" };
  const manifest = { rootKey: root.publicKey, version: 1, devices: [device] };
  const signed = (change: MessageInitShape<typeof ManifestSchema>) =>
    signManifest(root.privateKey, create(ManifestSchema, { ...manifest, ...change }));

  const malformed: [string, MessageInitShape<typeof ManifestSchema>][] = [
    ["no device", { devices: [] }],
    ["version 0", { version: 0 }],
    ["a signature key of 31 bytes", { devices: [{ ...device, signatureKey: bytes(31, 1) }] }],
    ["a sealing key of 1215 bytes", { devices: [{ ...device, sealingKey: bytes(1215, 1) }] }],
    ["one bad device of two", { devices: [device, { ...device, sealingKey: bytes(0, 1) }] }],
    ["a name too long", { devices: [{ ...device, name: "x".repeat(65) }] }],
    ["too many devices", { devices: Array.from({ length: 13 }, () => device) }],
    ["too many features", { features: Array.from({ length: 33 }, (_, index) => `f${index}`) }],
    ["a feature without a name", { features: [""] }],
    ["a feature with too long a name", { features: ["x".repeat(33)] }],
    ["a device's feature without a name", { devices: [{ ...device, features: [""] }] }],
    ["a device with too many", { devices: [{ ...device, features: Array(33).fill("x") }] }],
  ];
  for (const [what, change] of malformed) {
    test(`signed by its root key, but with ${what}, does not open`, async () => {
      const bad = await signed(change);
      assert.ok(await verify(root.publicKey, "manifest", bad.encoded, bad.signature));
      assert.equal(await openManifest(bad), undefined);
    });
  }

  test("opens with the most there may be of each", async () => {
    for (const change of [
      { devices: [{ ...device, name: "x".repeat(limits.deviceNameCharacters) }] },
      { devices: Array.from({ length: 12 }, () => device) },
      { features: Array(limits.features).fill("x".repeat(limits.featureCharacters)) },
      { devices: [{ ...device, features: Array(limits.features).fill("x") }] },
    ])
      assert.ok(await openManifest(await signed(change)));
  });
});

describe("an account's creation", () => {
  const fields: AccountFields = {
    claim: signedAs("claim"),
    sealedRecord: utf8("record"),
    manifest: signedAs("manifest"),
  };

  test("holds as the root key signed it: claim, record, manifest, each after its length", async () => {
    const signature = await signAccount(root.privateKey, fields);
    assert.ok(await verifyAccount(root.publicKey, fields, signature));
    const joined = lengthPrefixed(utf8("claim"), utf8("record"), utf8("manifest"));
    assert.ok(await verify(root.publicKey, "account", joined, signature));
  });

  test("does not hold with another key, any other field, or bytes moved between fields", async () => {
    const signature = await signAccount(root.privateKey, fields);
    assert.ok(!(await verifyAccount(foreign.publicKey, fields, signature)));
    for (const changed of [
      { ...fields, claim: signedAs("claims") },
      { ...fields, sealedRecord: utf8("recor") },
      { ...fields, manifest: signedAs("") },
      { ...fields, manifest: signedAs("another") },
      { ...fields, claim: signedAs("clai"), sealedRecord: utf8("mrecord") },
    ])
      assert.ok(!(await verifyAccount(root.publicKey, changed, signature)));
  });
});

describe("an account's change", () => {
  const fields: AccountUpdateFields = {
    accountId: accountIdOf(root.publicKey),
    sequence: 2n,
    sealedRecord: utf8("record"),
    manifest: signedAs("manifest"),
    claim: signedAs("claim"),
  };

  test("holds as the root key signed it, with a claim and without", async () => {
    for (const claim of [fields.claim, undefined]) {
      const update = { ...fields, claim };
      const signature = await signAccountUpdate(root.privateKey, cellId, update);
      assert.ok(await verifyAccountUpdate(root.publicKey, cellId, update, signature));
      const joined = lengthPrefixed(
        cellId,
        fields.accountId,
        uint64(2n),
        utf8("record"),
        utf8("manifest"),
        utf8(claim ? "claim" : ""),
      );
      assert.ok(await verify(root.publicKey, "account update", joined, signature));
    }
  });

  test("does not hold with another key, at another cell, or with any other field", async () => {
    const signature = await signAccountUpdate(root.privateKey, cellId, fields);
    assert.ok(!(await verifyAccountUpdate(foreign.publicKey, cellId, fields, signature)));
    assert.ok(!(await verifyAccountUpdate(root.publicKey, otherCellId, fields, signature)));
    for (const change of [
      { accountId: accountIdOf(foreign.publicKey) },
      { sequence: 3n },
      { sequence: 2n + 2n ** 32n },
      { sealedRecord: utf8("records") },
      { manifest: signedAs("manifes") },
      { claim: undefined },
      { claim: signedAs("claims") },
      { manifest: signedAs("manifestclaim"), claim: undefined },
    ])
      assert.ok(
        !(await verifyAccountUpdate(root.publicKey, cellId, { ...fields, ...change }, signature)),
        Object.keys(change)[0],
      );
  });

  test("is no creation, and no creation is one", async () => {
    const created = await signAccount(root.privateKey, {
      claim: signedAs("claim"),
      sealedRecord: fields.sealedRecord,
      manifest: fields.manifest,
    });
    assert.ok(!(await verifyAccountUpdate(root.publicKey, cellId, fields, created)));
  });
});

/** Both are statements under the certificate's key for receipts. */
const endings = [
  {
    name: "a deletion receipt",
    sign: (cell: Uint8Array, key: Pair) =>
      signDeletionReceipt(key.privateKey, create(DeletionReceiptSchema, { cellId: cell })),
    open: (signed: Signed | undefined, certificate: Signed | undefined) =>
      openDeletionReceipt(cellId, given({ receipt: signed, certificate })),
  },
  {
    name: "an account's ending",
    sign: (cell: Uint8Array, key: Pair) =>
      signAccountEnding(key.privateKey, create(AccountEndingSchema, { cellId: cell })),
    open: (signed: Signed | undefined, certificate: Signed | undefined) =>
      openAccountEnding(cellId, given({ ending: signed, certificate })),
  },
];
type Signed = Awaited<ReturnType<typeof signManifest>>;

for (const { name, sign, open } of endings) {
  describe(name, () => {
    const certificateOf = (rootPair: Pair, claims: Pair, receipts: Pair) =>
      signCertificate(
        rootPair,
        create(CertificateSchema, {
          rootKey: rootPair.publicKey,
          number: 1,
          parametersKey: bytes(32, 1),
          claimsKey: claims.publicKey,
          receiptsKey: receipts.publicKey,
        }),
      );

    test("opens with its certificate to whoever knows the cell id", async () => {
      const certificate = await certificateOf(cellRoot, claimsKey, receiptsKey);
      assert.ok(await open(await sign(cellId, receiptsKey), certificate));
    });

    test("does not open under another key, another cell's certificate, or of another cell", async () => {
      const certificate = await certificateOf(cellRoot, claimsKey, receiptsKey);
      assert.equal(await open(await sign(cellId, claimsKey), certificate), undefined);
      assert.equal(await open(await sign(otherCellId, receiptsKey), certificate), undefined);
      const others = await certificateOf(otherCellRoot, claimsKey, receiptsKey);
      assert.equal(await open(await sign(cellId, receiptsKey), others), undefined);
      const swapped = await certificateOf(cellRoot, receiptsKey, claimsKey);
      assert.equal(await open(await sign(cellId, receiptsKey), swapped), undefined);
    });

    test("does not open where it or its certificate is missing", async () => {
      const certificate = await certificateOf(cellRoot, claimsKey, receiptsKey);
      assert.equal(await open(undefined, certificate), undefined);
      assert.equal(await open(await sign(cellId, receiptsKey), undefined), undefined);
    });
  });
}

/** Without what is undefined. */
function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}

function bytes(length: number, value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).fill(value);
}
