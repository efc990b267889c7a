// Consent, sealed number and claim: to whom each opens, and what a sealed number is bound to.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { concat, lengthPrefixed, uint32, utf8 } from "./bytes.ts";
import { signCertificate } from "./cell.ts";
import {
  numberSealData,
  openCertifiedClaim,
  openClaim,
  openConsent,
  paddedNumberLength,
  sealedNumberPlaintextLength,
  sealNumber,
  signClaim,
  signConsent,
} from "./claims.ts";
import {
  CertificateSchema,
  ClaimSchema,
  ConsentStatementSchema,
  Intent,
  type Signed,
} from "./contract.ts";
import { cellIdOf } from "./ids.ts";
import { readInvitation } from "./invitation.ts";
import { parseNumber } from "./number.ts";
import { generateSealingKeyPair, openSeal } from "./sealing.ts";
import { sealOverhead } from "./sealing-format.ts";
import { signingKeyPair } from "./signing.ts";

const [root, claimsKey, receiptsKey, otherRoot] = [1, 2, 3, 4].map((seed) =>
  signingKeyPair(bytes(32, seed)),
) as [Pair, Pair, Pair, Pair];
type Pair = ReturnType<typeof signingKeyPair>;
const cellId = cellIdOf(root.publicKey);
const otherId = cellIdOf(otherRoot.publicKey);

function certified(
  number: number,
  change: MessageInitShape<typeof CertificateSchema> = {},
): Promise<Signed> {
  const certificate = create(CertificateSchema, {
    rootKey: root.publicKey,
    number,
    parametersKey: receiptsKey.publicKey,
    claimsKey: claimsKey.publicKey,
    receiptsKey: receiptsKey.publicKey,
    ...change,
  });
  return signCertificate(root, certificate);
}

const claimOf = (cell: Uint8Array) => create(ClaimSchema, { cellId: cell, intent: Intent.LEAVE });
const claim = await signClaim(claimsKey.privateKey, claimOf(cellId));

test("a consent opens for whoever has it, and names who gave it", async () => {
  const statement = create(ConsentStatementSchema, { rootKey: otherRoot.publicKey, cellId });
  const opened = await openConsent(await signConsent(otherRoot.privateKey, statement));
  assert.deepEqual(opened?.rootKey, otherRoot.publicKey);
  assert.equal(await openConsent(await signConsent(root.privateKey, statement)), undefined);
});

describe("a claim", () => {
  test("opens to its cell under the key for claims, and says what the number was proved for", async () => {
    const opened = await openClaim(claimsKey.publicKey, cellId, claim);
    assert.equal(opened?.intent, Intent.LEAVE);
  });

  test("does not open where it names another cell, or none", async () => {
    assert.equal(await openClaim(claimsKey.publicKey, otherId, claim), undefined);
    for (const cell of [otherId, new Uint8Array()]) {
      const foreign = await signClaim(claimsKey.privateKey, claimOf(cell));
      assert.equal(await openClaim(claimsKey.publicKey, cellId, foreign), undefined);
    }
  });

  test("does not open under another of the cell's keys", async () => {
    for (const key of [root, receiptsKey])
      assert.equal(await openClaim(key.publicKey, cellId, claim), undefined);
  });
});

describe("a claim with its certificate", () => {
  const known = { id: cellId, certificateNumber: 2 };

  test("opens under a certificate as new as is known, or newer", async () => {
    for (const number of [2, 3])
      assert.ok(await openCertifiedClaim(known, { claim, certificate: await certified(number) }));
  });

  test("does not open under an older certificate", async () => {
    const certificate = await certified(1);
    assert.equal(await openCertifiedClaim(known, { claim, certificate }), undefined);
    assert.ok(await openCertifiedClaim({ ...known, certificateNumber: 1 }, { claim, certificate }));
  });

  test("does not open under another cell's certificate, or one for another claims key", async () => {
    const certificate = await certified(2);
    assert.equal(
      await openCertifiedClaim({ ...known, id: otherId }, { claim, certificate }),
      undefined,
    );
    const rotated = await certified(3, { claimsKey: receiptsKey.publicKey });
    assert.equal(await openCertifiedClaim(known, { claim, certificate: rotated }), undefined);
    const forged = await signCertificate(
      otherRoot,
      create(CertificateSchema, {
        rootKey: root.publicKey,
        number: 2,
        parametersKey: bytes(32, 1),
        claimsKey: claimsKey.publicKey,
        receiptsKey: bytes(32, 1),
      }),
    );
    assert.equal(await openCertifiedClaim(known, { claim, certificate: forged }), undefined);
  });

  test("does not open where either is missing", async () => {
    const certificate = await certified(2);
    assert.equal(await openCertifiedClaim(known, { claim }), undefined);
    assert.equal(await openCertifiedClaim(known, { certificate }), undefined);
    assert.equal(await openCertifiedClaim(known, {}), undefined);
  });
});

describe("a sealed number", () => {
  const number = parseNumber("+4915123456789");
  const bound = { cellId, intent: Intent.REGISTER, consent: utf8("the encoded consent") };

  test("is bound to cell, intent and consent, each after its length", () => {
    assert.deepEqual(
      numberSealData(bound),
      lengthPrefixed(cellId, uint32(1), utf8("the encoded consent")),
    );
  });

  test("opens as the number and zeros, and the invitation or zeros, always of one length", async () => {
    const keys = await generateSealingKeyPair();
    const invitation = readInvitation("7K3M-Q2XD-9FVT-H4RW");
    for (const [one, given] of [
      [number, invitation],
      [parseNumber("+2904000"), undefined],
    ] as const) {
      const sealed = await sealNumber(keys.publicKey, one, bound, given);
      assert.equal(sealed.length, sealedNumberPlaintextLength + sealOverhead);
      const opened = await openSeal(keys.privateKey, "number", sealed, numberSealData(bound));
      const padded = concat(
        utf8(one.padEnd(paddedNumberLength, "\0")),
        given ?? new Uint8Array(10),
      );
      assert.deepEqual(opened, padded);
    }
  });

  test("does not open for another cell, intent or consent, nor with bytes moved between them", async () => {
    const keys = await generateSealingKeyPair();
    const sealed = await sealNumber(keys.publicKey, number, bound);
    const open = (associatedData: Uint8Array) =>
      openSeal(keys.privateKey, "number", sealed, associatedData);
    assert.ok(await open(numberSealData(bound)));
    for (const change of [
      { cellId: otherId },
      { intent: Intent.LEAVE },
      { intent: Intent.NEVER },
      { intent: Intent.RENEW },
      { consent: new Uint8Array() },
      { consent: utf8("the encoded consen") },
    ])
      assert.equal(await open(numberSealData({ ...bound, ...change })), undefined);
    assert.equal(
      await open(lengthPrefixed(cellId, uint32(1), utf8("the encoded "), utf8("consent"))),
      undefined,
    );
  });
});

function bytes(length: number, value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).fill(value);
}
