// What a cell says of itself: only what its root vouches for opens, and nothing older than what is known.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import fc from "fast-check";
import {
  contractVersion,
  currentKey,
  type KnownCell,
  keyOfEpoch,
  lowestContract,
  openCell,
  openCertificate,
  signCertificate,
  signParameters,
} from "./cell.ts";
import {
  CertificateSchema,
  ParametersSchema,
  SealingKeySchema,
  type Signed,
  VoprfKeySchema,
} from "./contract.ts";
import { cellIdOf } from "./ids.ts";
import { sign, signingKeyPair } from "./signing.ts";

const [root, parametersKey, claimsKey, receiptsKey, otherRoot] = [1, 2, 3, 4, 5].map((seed) =>
  signingKeyPair(bytes(32, seed)),
) as [Pair, Pair, Pair, Pair, Pair];
type Pair = ReturnType<typeof signingKeyPair>;
const id = cellIdOf(root.publicKey);
const otherId = cellIdOf(otherRoot.publicKey);

function certificateOf(change: MessageInitShape<typeof CertificateSchema> = {}) {
  return create(CertificateSchema, {
    rootKey: root.publicKey,
    number: 3,
    parametersKey: parametersKey.publicKey,
    claimsKey: claimsKey.publicKey,
    receiptsKey: receiptsKey.publicKey,
    ...change,
  });
}

function parametersOf(change: MessageInitShape<typeof ParametersSchema> = {}) {
  return create(ParametersSchema, { cellId: id, certificateNumber: 3, sequence: 50n, ...change });
}

const certificate = await signCertificate(root, certificateOf());
const parameters = await signParameters(parametersKey.privateKey, parametersOf());

describe("a certificate", () => {
  test("opens on first sight, and under the pinned cell id alone", async () => {
    assert.ok(await openCertificate(certificate));
    assert.ok(await openCertificate(certificate, id));
    assert.equal(await openCertificate(certificate, otherId), undefined);
    const others = await signCertificate(
      otherRoot,
      certificateOf({ rootKey: otherRoot.publicKey }),
    );
    assert.ok(await openCertificate(others), "another cell's own is well signed");
    assert.equal(await openCertificate(others, id), undefined);
  });

  test("does not open where another key than the root in it signed it", async () => {
    for (const signer of [otherRoot, parametersKey, claimsKey, receiptsKey])
      assert.equal(
        await openCertificate(await signCertificate(signer, certificateOf())),
        undefined,
      );
  });

  test("does not open badly formed: number 0, or a key of another length", async () => {
    for (const change of [
      { number: 0 },
      { parametersKey: bytes(31, 1) },
      { claimsKey: bytes(33, 1) },
      { receiptsKey: new Uint8Array() },
    ]) {
      const signed = await signCertificate(root, certificateOf(change));
      assert.equal(await openCertificate(signed), undefined, Object.keys(change)[0]);
    }
    const first = await signCertificate(root, certificateOf({ number: 1 }));
    assert.ok(await openCertificate(first), "the first number is 1");
  });
});

describe("a cell", () => {
  const known: KnownCell = { id, certificateNumber: 3, sequence: 50n };

  test("opens whole, on first sight and as it is known", async () => {
    for (const pinned of [undefined, known]) {
      const opened = await openCell({ parameters, certificate }, pinned);
      assert.deepEqual(opened?.id, id);
      assert.equal(opened?.certificate.number, 3);
      assert.equal(opened?.parameters.sequence, 50n);
    }
  });

  test("does not open where another cell is pinned", async () => {
    assert.equal(await openCell({ parameters, certificate }, { ...known, id: otherId }), undefined);
  });

  test("opens later: a higher sequence, or a higher certificate with any sequence", async () => {
    assert.ok(await openCell(await shown(3, 51n), known));
    assert.ok(await openCell(await shown(4, 50n), known));
    assert.ok(await openCell(await shown(4, 1n), known));
  });

  test("does not open earlier: a lower sequence, or a lower certificate with any sequence", async () => {
    for (const [number, sequence] of [
      [3, 49n],
      [2, 50n],
      [2, 2n ** 64n - 1n],
    ] as const) {
      assert.equal(await openCell(await shown(number, sequence), known), undefined);
      assert.ok(await openCell(await shown(number, sequence)), "the control: on first sight");
    }
  });

  test("is known by pairs in order, whatever they are", async () => {
    const number = fc.integer({ min: 1, max: 4 });
    const sequence = fc.bigInt({ min: 0n, max: 4n });
    await fc.assert(
      fc.asyncProperty(number, sequence, number, sequence, async (c1, s1, c2, s2) => {
        const pinned = { id, certificateNumber: c1, sequence: s1 };
        const opened = await openCell(await shown(c2, s2), pinned);
        assert.equal(opened !== undefined, c2 > c1 || (c2 === c1 && s2 >= s1));
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  test("does not open where parameters name another certificate or another cell", async () => {
    for (const change of [
      { certificateNumber: 2 },
      { certificateNumber: 4 },
      { certificateNumber: 0 },
      { cellId: otherId },
      { cellId: new Uint8Array() },
    ]) {
      const signed = await signParameters(parametersKey.privateKey, parametersOf(change));
      assert.equal(await openCell({ parameters: signed, certificate }), undefined);
    }
  });

  test("does not open where parameters are signed by anything but the certificate's key for them", async () => {
    for (const signer of [root, claimsKey, receiptsKey, otherRoot]) {
      const signed = await signParameters(signer.privateKey, parametersOf());
      assert.equal(await openCell({ parameters: signed, certificate }), undefined);
    }
    const later = await signCertificate(
      root,
      certificateOf({ parametersKey: claimsKey.publicKey }),
    );
    assert.equal(await openCell({ parameters, certificate: later }), undefined);
  });

  test("does not open where its certificate is not its root's", async () => {
    const signature = await sign(otherRoot.privateKey, "certificate", certificate.encoded);
    const forged = { encoded: certificate.encoded, signature };
    assert.equal(await openCell({ parameters, certificate: forged }), undefined);
  });

  test("does not open with the one in place of the other", async () => {
    assert.equal(await openCell({ parameters: certificate, certificate: parameters }), undefined);
  });
});

describe("of several keys", () => {
  const keys = [4, 9, 1].map((epoch) =>
    create(SealingKeySchema, { epoch, publicKey: bytes(2, epoch) }),
  );

  test("the one of the highest epoch is current, wherever it stands", () => {
    assert.equal(currentKey(keys)?.epoch, 9);
    assert.equal(currentKey(keys.toReversed())?.epoch, 9);
    assert.equal(currentKey([keys[2] as (typeof keys)[0]])?.epoch, 1);
    assert.equal(currentKey([]), undefined);
  });

  test("one is found by its epoch, and none by another", () => {
    for (const { epoch } of keys)
      assert.deepEqual(keyOfEpoch(keys, epoch)?.publicKey, bytes(2, epoch));
    for (const epoch of [0, 2, 10]) assert.equal(keyOfEpoch(keys, epoch), undefined);
  });

  test("it is the same for those that evaluate", () => {
    const evaluating = [create(VoprfKeySchema, { epoch: 2 }), create(VoprfKeySchema, { epoch: 3 })];
    assert.equal(currentKey(evaluating)?.epoch, 3);
    assert.equal(keyOfEpoch(evaluating, 2)?.epoch, 2);
  });
});

test("the contract that is spoken is one that is understood", () => {
  assert.ok(lowestContract >= 1 && contractVersion >= lowestContract);
});

/** What the cell answers under this certificate number and sequence. */
async function shown(
  number: number,
  sequence: bigint,
): Promise<{ parameters: Signed; certificate: Signed }> {
  const parameters = parametersOf({ certificateNumber: number, sequence });
  return {
    parameters: await signParameters(parametersKey.privateKey, parameters),
    certificate: await signCertificate(root, certificateOf({ number })),
  };
}

function bytes(length: number, value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).fill(value);
}
