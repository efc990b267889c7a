// Everything that is signed: opens as it was signed, and in no other way.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, type DescMessage, equals, type MessageShape } from "@bufbuild/protobuf";
import { concat, lengthPrefixed, uint64, utf8 } from "./bytes.ts";
import {
  ClaimSchema,
  ConsentStatementSchema,
  DeletionReceiptSchema,
  ManifestSchema,
  ParametersSchema,
  SignedManifestSchema,
} from "./contract.ts";
import type { Label } from "./hashing.ts";
import { cellIdOf, deviceIdOf } from "./ids.ts";
import { limits } from "./limits.ts";
import { sign, signingKeyPair, verify } from "./signing.ts";
import {
  cellIdOfParameters,
  openClaim,
  openConsent,
  openDeletionReceipt,
  openManifest,
  openParameters,
  type Signed,
  signAccount,
  signClaim,
  signConsent,
  signDeletionReceipt,
  signInboxChallenge,
  signManifest,
  signParameters,
  signRequest,
  verifyAccount,
  verifyInboxChallenge,
  verifyRequest,
} from "./statements.ts";

const identity = signingKeyPair(bytes(32, 1));
const root = signingKeyPair(bytes(32, 2));
const device = signingKeyPair(bytes(32, 3));
const foreign = signingKeyPair(bytes(32, 4));
const cellId = cellIdOf(identity.publicKey);

const parameters = create(ParametersSchema, {
  identityKey: identity.publicKey,
  registrationKey: { epoch: 1, publicKey: bytes(1216, 5) },
  voprfKey: { epoch: 2, publicKey: bytes(32, 6) },
  policyVersion: 1,
});
const consent = create(ConsentStatementSchema, {
  rootKey: root.publicKey,
  cellId,
  policyVersion: 1,
  policyHash: bytes(32, 7),
  purposes: ["service"],
  givenAtMs: 1_794_000_000_000n,
  nonce: bytes(16, 8),
});
const claim = create(ClaimSchema, {
  lookupHash: bytes(32, 9),
  bucketBits: 0xffffffff,
  tag: 7,
  rootKey: root.publicKey,
  voprfEpoch: 2,
  serial: bytes(16, 10),
  expiresAtMs: 1_794_000_600_000n,
  policyVersion: 1,
});
const receipt = create(DeletionReceiptSchema, {
  cellId,
  deletedAtMs: 1_794_000_000_000n,
  records: 1,
  tags: 1,
  devices: 1,
  keyPackages: 100,
  envelopes: 2,
  requestNonce: bytes(16, 11),
});
const manifest = create(ManifestSchema, {
  rootKey: root.publicKey,
  version: 1,
  devices: [{ signatureKey: device.publicKey, sealingKey: bytes(1216, 12), name: "amber-otter" }],
});

interface Statement<Schema extends DescMessage = DescMessage> {
  readonly name: string;
  readonly label: Label;
  readonly schema: Schema;
  readonly message: MessageShape<Schema>;
  readonly signedBy: "the cell" | "the root key";
  readonly sign: () => Promise<Signed>;
  readonly open: (signed: Signed) => Promise<MessageShape<Schema> | undefined>;
}

function statement<Schema extends DescMessage>(of: Statement<Schema>): Statement {
  return of as unknown as Statement;
}

const statements: Statement[] = [
  statement({
    name: "the parameters",
    label: "parameters",
    schema: ParametersSchema,
    message: parameters,
    signedBy: "the cell",
    sign: () => signParameters(identity, parameters),
    open: (signed) => openParameters(signed),
  }),
  statement({
    name: "the consent",
    label: "consent",
    schema: ConsentStatementSchema,
    message: consent,
    signedBy: "the root key",
    sign: () => signConsent(root.privateKey, consent),
    open: (signed) => openConsent(signed),
  }),
  statement({
    name: "the claim",
    label: "claim",
    schema: ClaimSchema,
    message: claim,
    signedBy: "the cell",
    sign: () => signClaim(identity, claim),
    open: (signed) => openClaim(identity.publicKey, signed),
  }),
  statement({
    name: "the deletion receipt",
    label: "deletion",
    schema: DeletionReceiptSchema,
    message: receipt,
    signedBy: "the cell",
    sign: () => signDeletionReceipt(identity, receipt),
    open: (signed) => openDeletionReceipt(identity.publicKey, signed),
  }),
  statement({
    name: "the manifest",
    label: "manifest",
    schema: ManifestSchema,
    message: manifest,
    signedBy: "the root key",
    sign: async () => {
      const signed = await signManifest(root.privateKey, manifest);
      return { bytes: own(signed.manifest), signature: own(signed.signature) };
    },
    open: ({ bytes: encoded, signature }) =>
      openManifest(create(SignedManifestSchema, { manifest: encoded, signature })),
  }),
];

for (const { name, label, schema, message, signedBy, sign: signIt, open } of statements) {
  describe(name, () => {
    const signer = signedBy === "the cell" ? identity : root;

    test(`opens as it was signed, by ${signedBy}`, async () => {
      const signed = await signIt();
      const opened = await open(signed);
      assert.ok(opened && equals(schema, opened, message));
      assert.ok(await verify(signer.publicKey, label, signed.bytes, signed.signature));
    });

    test("does not open with a foreign signature", async () => {
      const { bytes: encoded } = await signIt();
      const signature = await sign(foreign.privateKey, label, encoded);
      assert.equal(await open({ bytes: encoded, signature }), undefined);
    });

    test("does not open with the right key's signature under another label", async () => {
      const { bytes: encoded } = await signIt();
      for (const other of [
        ...statements.map((each) => each.label),
        "account",
        "request",
        "inbox",
      ] as const) {
        const signature = await sign(signer.privateKey, other, encoded);
        const opened = await open({ bytes: encoded, signature });
        assert.equal(opened !== undefined, other === label, other);
      }
    });

    test("does not open as anything else", async () => {
      const signed = await signIt();
      for (const other of statements) {
        if (other.name !== name) assert.equal(await other.open(signed), undefined, other.name);
      }
    });

    test("cut off at any byte, signature or bytes, does not open and does not throw", async () => {
      const signed = await signIt();
      for (let length = 0; length < signed.bytes.length; length += 1) {
        const cut = { ...signed, bytes: signed.bytes.slice(0, length) };
        assert.equal(await open(cut), undefined, `${length} bytes`);
      }
      for (let length = 0; length < signed.signature.length; length += 1) {
        const cut = { ...signed, signature: signed.signature.slice(0, length) };
        assert.equal(await open(cut), undefined, `${length} bytes of signature`);
      }
    });

    test("with any byte turned, or one more, does not open", async () => {
      const signed = await signIt();
      for (const index of signed.bytes.keys()) {
        const turned = signed.bytes.slice();
        turned[index] = (turned[index] as number) ^ 1;
        assert.equal(await open({ ...signed, bytes: turned }), undefined, `byte ${index}`);
      }
      for (const index of signed.signature.keys()) {
        const turned = signed.signature.slice();
        turned[index] = (turned[index] as number) ^ 1;
        assert.equal(
          await open({ ...signed, signature: turned }),
          undefined,
          `signature byte ${index}`,
        );
      }
      const longer = concat(signed.bytes, Uint8Array.of(0));
      assert.equal(await open({ ...signed, bytes: longer }), undefined);
    });
  });
}

test("where an identity key is pinned, parameters open under that key alone", async () => {
  const signed = await signParameters(identity, parameters);
  assert.ok(await openParameters(signed, identity.publicKey));
  assert.equal(await openParameters(signed, foreign.publicKey), undefined);
  const changed = create(ParametersSchema, { ...parameters, identityKey: foreign.publicKey });
  const other = await signParameters(foreign, changed);
  assert.ok(await openParameters(other), "another cell's own parameters are well signed");
  assert.equal(await openParameters(other, identity.publicKey), undefined);
});

test("the cell id of parameters is that of their identity key", () => {
  assert.deepEqual(cellIdOfParameters(parameters), cellId);
});

describe("a manifest signed by its root key, but badly formed, does not open:", () => {
  const [goodDevice] = manifest.devices;
  assert.ok(goodDevice);
  const malformed: [string, Partial<typeof manifest>][] = [
    ["no device", { devices: [] }],
    ["version 0", { version: 0 }],
    ["a signature key of 31 bytes", { devices: [{ ...goodDevice, signatureKey: bytes(31, 1) }] }],
    ["a sealing key of 1215 bytes", { devices: [{ ...goodDevice, sealingKey: bytes(1215, 1) }] }],
    [
      "one bad device of two",
      { devices: [goodDevice, { ...goodDevice, sealingKey: bytes(0, 1) }] },
    ],
    ["a name too long", { devices: [{ ...goodDevice, name: "x".repeat(65) }] }],
    ["too many devices", { devices: Array.from({ length: 13 }, () => goodDevice) }],
  ];
  for (const [what, change] of malformed) {
    test(what, async () => {
      const signed = await signManifest(root.privateKey, { ...manifest, ...change });
      const label = await verify(root.publicKey, "manifest", signed.manifest, signed.signature);
      assert.ok(label, "the signature itself is right");
      assert.equal(await openManifest(signed), undefined);
    });
  }

  test("the controls open: the longest name, and as many devices as fit", async () => {
    const longestName = { ...goodDevice, name: "x".repeat(limits.deviceNameCharacters) };
    for (const devices of [[longestName], Array.from({ length: 12 }, () => goodDevice)]) {
      assert.ok(await openManifest(await signManifest(root.privateKey, { ...manifest, devices })));
    }
  });
});

describe("an account's creation", () => {
  const fields = {
    claim: utf8("claim"),
    sealedRecord: utf8("record"),
    manifest: create(SignedManifestSchema, { manifest: utf8("manifest"), signature: bytes(64, 1) }),
  };

  test("holds as the root key signed it", async () => {
    const signature = await signAccount(root.privateKey, fields);
    assert.ok(await verifyAccount(root.publicKey, fields, signature));
    const joined = lengthPrefixed(utf8("claim"), utf8("record"), utf8("manifest"));
    assert.ok(await verify(root.publicKey, "account", joined, signature));
  });

  test("does not hold with another key, any other field, or bytes moved between fields", async () => {
    const signature = await signAccount(root.privateKey, fields);
    assert.ok(!(await verifyAccount(foreign.publicKey, fields, signature)));
    for (const changed of [
      { ...fields, claim: utf8("claims") },
      { ...fields, sealedRecord: utf8("recor") },
      { ...fields, manifest: undefined },
      { ...fields, manifest: create(SignedManifestSchema, { manifest: utf8("another") }) },
      { ...fields, claim: utf8("clai"), sealedRecord: utf8("mrecord") },
    ]) {
      assert.ok(!(await verifyAccount(root.publicKey, changed, signature)));
    }
  });
});

describe("a signed request", () => {
  const target = { cellId, procedure: "/assent.v1.DiscoveryService/Evaluate" };
  const caller = { id: deviceIdOf(device.publicKey), privateKey: device.privateKey };
  const now = 1_794_000_000_000;
  const signRequestNow = () => signRequest(caller, target, utf8("body"), now);

  test("holds for its device, cell and procedure, and says who, when and what", async () => {
    const request = await signRequestNow();
    assert.deepEqual(request.deviceId, caller.id);
    assert.equal(request.timeMs, BigInt(now));
    assert.equal(request.nonce.length, 16);
    assert.deepEqual(request.body, utf8("body"));
    assert.ok(await verifyRequest(device.publicKey, target, request));
  });

  test("is over the fields the contract names", async () => {
    const request = await signRequestNow();
    const joined = lengthPrefixed(
      utf8(target.procedure),
      cellId,
      caller.id,
      uint64(BigInt(now)),
      request.nonce,
      utf8("body"),
    );
    assert.ok(await verify(device.publicKey, "request", joined, request.signature));
  });

  test("has a nonce of its own each time", async () => {
    assert.notDeepEqual((await signRequestNow()).nonce, (await signRequestNow()).nonce);
  });

  test("does not hold for another device, cell, procedure or field", async () => {
    const request = await signRequestNow();
    assert.ok(!(await verifyRequest(foreign.publicKey, target, request)));
    const elsewhere = { ...target, cellId: cellIdOf(foreign.publicKey) };
    assert.ok(!(await verifyRequest(device.publicKey, elsewhere, request)));
    const procedure = "/assent.v1.RegistrationService/DeleteAccount";
    assert.ok(!(await verifyRequest(device.publicKey, { ...target, procedure }, request)));
    for (const change of [
      { deviceId: deviceIdOf(foreign.publicKey) },
      { timeMs: BigInt(now + 1) },
      { nonce: bytes(16, 1) },
      { nonce: new Uint8Array() },
      { body: utf8("bodies") },
      { signature: bytes(64, 1) },
      { signature: new Uint8Array() },
    ]) {
      assert.ok(!(await verifyRequest(device.publicKey, target, { ...request, ...change })));
    }
  });
});

describe("the answer to the inbox's challenge", () => {
  const nonce = bytes(32, 13);

  test("holds for its device, cell and nonce alone", async () => {
    const signature = await signInboxChallenge(device.privateKey, cellId, nonce);
    assert.ok(await verifyInboxChallenge(device.publicKey, cellId, nonce, signature));
    assert.ok(!(await verifyInboxChallenge(foreign.publicKey, cellId, nonce, signature)));
    const elsewhere = cellIdOf(foreign.publicKey);
    assert.ok(!(await verifyInboxChallenge(device.publicKey, elsewhere, nonce, signature)));
    assert.ok(!(await verifyInboxChallenge(device.publicKey, cellId, bytes(32, 1), signature)));
    for (let length = 0; length < 64; length += 1) {
      const cut = signature.subarray(0, length);
      assert.ok(!(await verifyInboxChallenge(device.publicKey, cellId, nonce, cut)));
    }
  });

  test("is no request, and no request is one", async () => {
    const signature = await signInboxChallenge(device.privateKey, cellId, nonce);
    assert.ok(!(await verify(device.publicKey, "request", concat(cellId, nonce), signature)));
    const request = await sign(device.privateKey, "request", concat(cellId, nonce));
    assert.ok(!(await verifyInboxChallenge(device.publicKey, cellId, nonce, request)));
  });
});

function bytes(length: number, value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).fill(value);
}

function own(view: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(view);
}
