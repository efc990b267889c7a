// Every statement that somebody signs: opens as it was signed, and in no other way.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  clearField,
  clone,
  create,
  type DescMessage,
  equals,
  fromBinary,
  isFieldSet,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import {
  openAccountEnding,
  openDeletionReceipt,
  openManifest,
  signAccountEnding,
  signDeletionReceipt,
  signManifest,
} from "./accounts.ts";
import { concat, hex } from "./bytes.ts";
import { openCell, openCertificate, signCertificate, signParameters } from "./cell.ts";
import { openCertifiedClaim, openClaim, openConsent, signClaim, signConsent } from "./claims.ts";
import {
  AccountEndingSchema,
  CertificateSchema,
  ClaimSchema,
  ConsentStatementSchema,
  DeletionReceiptSchema,
  EndingReason,
  Intent,
  ManifestSchema,
  ParametersSchema,
  type Signed,
} from "./contract.ts";
import type { Label } from "./hashing.ts";
import { accountIdOf, cellIdOf } from "./ids.ts";
import { openStatement, signStatement } from "./signed.ts";
import { sign, signingKeyPair, verify } from "./signing.ts";

const [cellRoot, parametersKey, claimsKey, receiptsKey, root, device, foreign] = Array.from(
  { length: 7 },
  (_, index) => signingKeyPair(bytes(32, index + 1)),
) as [Pair, Pair, Pair, Pair, Pair, Pair, Pair];
type Pair = ReturnType<typeof signingKeyPair>;

const cellId = cellIdOf(cellRoot.publicKey);
const certificate = create(CertificateSchema, {
  rootKey: cellRoot.publicKey,
  number: 2,
  parametersKey: parametersKey.publicKey,
  claimsKey: claimsKey.publicKey,
  receiptsKey: receiptsKey.publicKey,
});
const signedCertificate = await signCertificate(cellRoot, certificate);

const parameters = create(ParametersSchema, {
  cellId,
  certificateNumber: 2,
  sequence: 30_000_000n,
  sealingKeys: [{ epoch: 1, publicKey: bytes(1216, 5) }],
  voprfKeys: [{ epoch: 2, publicKey: bytes(32, 6) }],
  policies: [{ version: 3, hash: bytes(32, 7) }],
  limits: { envelopeDays: 30, envelopeBytes: 262_144 },
  features: ["bucket-by-hash"],
  origins: ["https://assent.example"],
  lowestContract: 1,
  operator: { name: "A village" },
  end: { atMs: 1_800_000_000_000n, message: "Thank you." },
  pushKeys: [{ epoch: 1, publicKey: bytes(65, 4) }],
});
const consent = create(ConsentStatementSchema, {
  rootKey: root.publicKey,
  cellId,
  policyVersion: 3,
  policyHash: bytes(32, 7),
  purposes: ["service"],
  givenAtMs: 1_794_000_000_000n,
  nonce: bytes(16, 8),
});
const claim = create(ClaimSchema, {
  cellId,
  intent: Intent.REGISTER,
  lookupHash: bytes(32, 9),
  bucketBits: 0xffffffff,
  tag: 7,
  rootKey: root.publicKey,
  voprfEpoch: 2,
  serial: bytes(16, 10),
  expiresAtMs: 1_794_000_600_000n,
  policyVersion: 3,
  formerLookupHashes: [bytes(32, 14)],
  invitation: bytes(32, 15),
});
const manifest = create(ManifestSchema, {
  rootKey: root.publicKey,
  version: 2,
  previousHash: bytes(32, 11),
  devices: [
    {
      signatureKey: device.publicKey,
      sealingKey: bytes(1216, 12),
      name: "amber-otter",
      features: ["one"],
    },
  ],
  features: ["one", "two"],
});
const receipt = create(DeletionReceiptSchema, {
  cellId,
  deletedAtMs: 1_794_000_000_000n,
  records: 1,
  tags: 1,
  devices: 1,
  keyPackages: 100,
  envelopes: 2,
  requestHash: bytes(32, 13),
  accountId: accountIdOf(root.publicKey),
});
const ending = create(AccountEndingSchema, {
  cellId,
  accountId: accountIdOf(root.publicKey),
  endedAtMs: 1_794_000_000_000n,
  reason: EndingReason.TAKEN_OVER,
});

interface Statement<Schema extends DescMessage = DescMessage> {
  readonly name: string;
  readonly label: Label;
  readonly schema: Schema;
  readonly message: MessageShape<Schema>;
  readonly signer: Pair;
  readonly sign: () => Promise<Signed>;
  readonly open: (signed: Signed) => Promise<MessageShape<Schema> | undefined>;
}

function statement<Schema extends DescMessage>(of: Statement<Schema>): Statement {
  return of as unknown as Statement;
}

const statements: Statement[] = [
  statement({
    name: "the certificate",
    label: "certificate",
    schema: CertificateSchema,
    message: certificate,
    signer: cellRoot,
    sign: () => signCertificate(cellRoot, certificate),
    open: (signed) => openCertificate(signed, cellId),
  }),
  statement({
    name: "the parameters",
    label: "parameters",
    schema: ParametersSchema,
    message: parameters,
    signer: parametersKey,
    sign: () => signParameters(parametersKey.privateKey, parameters),
    open: async (signed) =>
      (await openCell({ parameters: signed, certificate: signedCertificate }))?.parameters,
  }),
  statement({
    name: "the consent",
    label: "consent",
    schema: ConsentStatementSchema,
    message: consent,
    signer: root,
    sign: () => signConsent(root.privateKey, consent),
    open: openConsent,
  }),
  statement({
    name: "the claim, to its cell",
    label: "claim",
    schema: ClaimSchema,
    message: claim,
    signer: claimsKey,
    sign: () => signClaim(claimsKey.privateKey, claim),
    open: (signed) => openClaim(claimsKey.publicKey, cellId, signed),
  }),
  statement({
    name: "the claim, to who knows the cell",
    label: "claim",
    schema: ClaimSchema,
    message: claim,
    signer: claimsKey,
    sign: () => signClaim(claimsKey.privateKey, claim),
    open: (signed) =>
      openCertifiedClaim(
        { id: cellId, certificateNumber: 2 },
        { claim: signed, certificate: signedCertificate },
      ),
  }),
  statement({
    name: "the manifest",
    label: "manifest",
    schema: ManifestSchema,
    message: manifest,
    signer: root,
    sign: () => signManifest(root.privateKey, manifest),
    open: openManifest,
  }),
  statement({
    name: "the deletion receipt",
    label: "deletion",
    schema: DeletionReceiptSchema,
    message: receipt,
    signer: receiptsKey,
    sign: () => signDeletionReceipt(receiptsKey.privateKey, receipt),
    open: (signed) =>
      openDeletionReceipt(cellId, { receipt: signed, certificate: signedCertificate }),
  }),
  statement({
    name: "the ending",
    label: "ending",
    schema: AccountEndingSchema,
    message: ending,
    signer: receiptsKey,
    sign: () => signAccountEnding(receiptsKey.privateKey, ending),
    open: (signed) => openAccountEnding(cellId, { ending: signed, certificate: signedCertificate }),
  }),
];

for (const { name, label, schema, message, signer, sign: signIt, open } of statements) {
  describe(name, () => {
    test("opens as it was signed, by its signer", async () => {
      const signed = await signIt();
      const opened = await open(signed);
      assert.ok(opened && equals(schema, opened, message));
      assert.ok(await verify(signer.publicKey, label, signed.encoded, signed.signature));
    });

    test("is written here with every field, so that each is in what follows", () => {
      const written = fromBinary(schema, toBinary(schema, message));
      for (const field of schema.fields) assert.ok(isFieldSet(written, field), field.name);
    });

    test("does not open with a foreign signature", async () => {
      const signed = await signIt();
      for (const pair of [cellRoot, parametersKey, claimsKey, receiptsKey, root, device, foreign]) {
        const signature = await sign(pair.privateKey, label, signed.encoded);
        assert.equal((await open({ ...signed, signature })) !== undefined, pair === signer);
      }
    });

    test("does not open with the right key's signature under another label", async () => {
      const signed = await signIt();
      for (const other of [
        ...statements.map((each) => each.label),
        "account",
        "account update",
        "request",
      ] as const) {
        const signature = await sign(signer.privateKey, other, signed.encoded);
        const opened = await open({ ...signed, signature });
        assert.equal(opened !== undefined, other === label, other);
      }
    });

    test("does not open as anything else", async () => {
      const signed = await signIt();
      for (const other of statements) {
        const opened = await other.open(signed);
        assert.equal(opened !== undefined, other.label === label, other.name);
      }
    });

    test("cut off at any byte, signature or bytes, does not open and does not throw", async () => {
      const signed = await signIt();
      for (const part of ["encoded", "signature"] as const) {
        for (const length of signed[part].keys()) {
          const cut = { ...signed, [part]: signed[part].slice(0, length) };
          assert.equal(await open(cut), undefined, `${length} bytes of ${part}`);
        }
      }
    });

    test("with any byte turned, or one more, does not open", async () => {
      const signed = await signIt();
      for (const part of ["encoded", "signature"] as const) {
        for (const index of signed[part].keys()) {
          const turned = signed[part].slice();
          turned[index] = (turned[index] as number) ^ 1;
          assert.equal(
            await open({ ...signed, [part]: turned }),
            undefined,
            `byte ${index} of ${part}`,
          );
        }
        const longer = concat(signed[part], Uint8Array.of(0));
        assert.equal(await open({ ...signed, [part]: longer }), undefined, part);
      }
    });

    test("with any field left out, does not open under the signature over all", async () => {
      const signed = await signIt();
      for (const field of schema.fields) {
        const rest = clone(schema, message);
        clearField(rest, field);
        const encoded = toBinary(schema, rest);
        assert.notEqual(hex(encoded), hex(signed.encoded), field.name);
        assert.equal(await open({ ...signed, encoded }), undefined, field.name);
      }
    });

    test("opens with a field more that this side does not know, where that is signed too", async () => {
      const signed = await signIt();
      // Field 1000, one byte of value 1.
      const encoded = concat(signed.encoded, Uint8Array.of(0xc0, 0x3e, 1));
      assert.equal(await open({ ...signed, encoded }), undefined);
      const signature = await sign(signer.privateKey, label, encoded);
      assert.ok(await open({ ...signed, encoded, signature }));
    });
  });
}

describe("any statement", () => {
  const keyOf = () => device.publicKey;

  test("that cannot be read does not open, though its signature is right", async () => {
    for (const encoded of [Uint8Array.of(10, 200, 1), Uint8Array.of(7), bytes(3, 255)]) {
      const signature = await sign(device.privateKey, "ending", encoded);
      const signed = { encoded, signature };
      assert.equal(
        await openStatement("ending", AccountEndingSchema, signed, keyOf),
        undefined,
        hex(encoded),
      );
    }
  });

  test("may be empty, and opens so", async () => {
    const signed = await signStatement(
      device.privateKey,
      "ending",
      AccountEndingSchema,
      create(AccountEndingSchema),
    );
    assert.equal(signed.encoded.length, 0);
    assert.ok(await openStatement("ending", AccountEndingSchema, signed, keyOf));
  });

  test("is checked under the key that it names, and what is no key opens nothing", async () => {
    const signed = await signStatement(
      device.privateKey,
      "ending",
      AccountEndingSchema,
      create(AccountEndingSchema, { accountId: device.publicKey }),
    );
    const open = (keyIn: (of: { accountId: Uint8Array }) => Uint8Array) =>
      openStatement("ending", AccountEndingSchema, signed, keyIn);
    assert.ok(await open(({ accountId }) => accountId));
    assert.equal(await open(({ accountId }) => accountId.subarray(1)), undefined);
    assert.equal(await open(() => foreign.publicKey), undefined);
  });
});

function bytes(length: number, value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).fill(value);
}
