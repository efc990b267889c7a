// Requests of a device: what its signature stands for, and what proves that a device was set back.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import fc from "fast-check";
import { hex, lengthPrefixed, uint64, utf8 } from "./bytes.ts";
import { contractVersion } from "./cell.ts";
import { type LastRequest, LastRequestSchema } from "./contract.ts";
import { labelledHash, sha256 } from "./hashing.ts";
import { cellIdOf, deviceIdOf } from "./ids.ts";
import {
  inboxProcedure,
  provesSetBack,
  requestHashOf,
  type SignedRequestFields,
  signInboxChallenge,
  signRequest,
  verifyRequest,
} from "./requests.ts";
import { sign, signingKeyPair, verify } from "./signing.ts";

const device = signingKeyPair(bytes(32, 3));
const foreign = signingKeyPair(bytes(32, 4));
const cellId = cellIdOf(bytes(32, 1));
const caller = { id: deviceIdOf(device.publicKey), privateKey: device.privateKey };
const target = { cellId, procedure: "/assent.v1.DiscoveryService/Evaluate" };
const fields: SignedRequestFields = {
  ...target,
  deviceId: caller.id,
  counter: 7n,
  bodyHash: sha256(utf8("body")),
};
/** Each is another request in one thing. */
const changes: Partial<SignedRequestFields>[] = [
  { cellId: cellIdOf(foreign.publicKey) },
  { procedure: "/assent.v1.AccountService/DeleteAccount" },
  { procedure: inboxProcedure },
  { procedure: "" },
  { deviceId: deviceIdOf(foreign.publicKey) },
  { deviceId: new Uint8Array() },
  { counter: 6n },
  { counter: 8n },
  { counter: 7n + 2n ** 32n },
  { bodyHash: sha256(utf8("bodies")) },
  { bodyHash: utf8("body") },
];

describe("a signed request", () => {
  const request = () => signRequest(caller, target, utf8("body"), 7n);

  test("says who, which, what, and which contract", async () => {
    const { deviceId, counter, body, contract } = await request();
    assert.deepEqual(deviceId, caller.id);
    assert.equal(counter, 7n);
    assert.deepEqual(body, utf8("body"));
    assert.equal(contract, contractVersion);
  });

  test("is over the fields the contract names, each after its length", async () => {
    const joined = lengthPrefixed(
      utf8(target.procedure),
      cellId,
      caller.id,
      uint64(7n),
      sha256(utf8("body")),
    );
    const { signature } = await request();
    assert.ok(await verify(device.publicKey, "request", joined, signature));
    assert.ok(await verifyRequest(device.publicKey, fields, signature));
  });

  test("holds for its device, cell, procedure, counter and body alone", async () => {
    const { signature } = await request();
    for (const change of changes)
      assert.ok(
        !(await verifyRequest(device.publicKey, { ...fields, ...change }, signature)),
        Object.keys(change)[0],
      );
    assert.ok(!(await verifyRequest(foreign.publicKey, fields, signature)));
    assert.ok(!(await verifyRequest(device.publicKey, fields, signature.subarray(1))));
  });

  test("is another for every counter, up to the highest there is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), async (counter) => {
        const { signature } = await signRequest(caller, target, utf8("body"), counter);
        const signed = { ...fields, counter };
        assert.ok(await verifyRequest(device.publicKey, signed, signature));
        assert.equal(await verifyRequest(device.publicKey, fields, signature), counter === 7n);
      }),
      { seed: 7, numRuns: 60 },
    );
  });
});

describe("the hash of a request", () => {
  test("is over what the device signed, and needs no signature", () => {
    const joined = lengthPrefixed(
      utf8(target.procedure),
      cellId,
      caller.id,
      uint64(7n),
      sha256(utf8("body")),
    );
    assert.equal(hex(requestHashOf(fields)), hex(labelledHash("request", joined)));
  });

  test("is another for another request", () => {
    const hashes = [{}, ...changes].map((change) => hex(requestHashOf({ ...fields, ...change })));
    assert.equal(new Set(hashes).size, changes.length + 1);
  });
});

describe("the answer to the inbox's challenge", () => {
  const nonce = bytes(32, 13);
  const answered = { ...fields, procedure: inboxProcedure, bodyHash: sha256(nonce) };
  const answer = () => signInboxChallenge(caller, cellId, nonce, 7n);

  test("is signed as a request of its own procedure, with the challenge as body", async () => {
    assert.ok(await verifyRequest(device.publicKey, answered, await answer()));
    const request = await signRequest(caller, { cellId, procedure: "/inbox" }, nonce, 7n);
    assert.equal(hex(await answer()), hex(request.signature));
  });

  test("holds for its device, cell, counter and challenge alone", async () => {
    for (const change of [...changes, { bodyHash: sha256(bytes(32, 14)) }]) {
      const holds = await verifyRequest(
        device.publicKey,
        { ...answered, ...change },
        await answer(),
      );
      assert.equal(holds, "procedure" in change && change.procedure === inboxProcedure);
    }
    assert.ok(!(await verifyRequest(foreign.publicKey, answered, await answer())));
  });
});

describe("that a device was set back", () => {
  const remembers = (counter: bigint) => ({
    cellId,
    deviceId: caller.id,
    signatureKey: device.publicKey,
    counter,
  });

  test("is proved by its own signature over a higher counter, of a request or of a challenge", async () => {
    for (const procedure of [target.procedure, inboxProcedure]) {
      const shown = await lastRequest({ ...fields, procedure });
      assert.equal(await provesSetBack(remembers(6n), shown), true);
      assert.equal(await provesSetBack(remembers(0n), shown), true);
    }
  });

  test("is not proved by a counter that it remembers, or one below", async () => {
    const shown = await lastRequest(fields);
    for (const counter of [7n, 8n, 2n ** 64n - 1n])
      assert.equal(await provesSetBack(remembers(counter), shown), false, `${counter}`);
  });

  test("is not proved by the service's word: another signature, or none", async () => {
    const shown = await lastRequest(fields);
    for (const signature of [new Uint8Array(), bytes(64, 0), await otherSignature()])
      assert.equal(await provesSetBack(remembers(6n), { ...shown, signature }), false);
    assert.equal(await provesSetBack(remembers(6n), undefined), false);
    assert.equal(await provesSetBack(remembers(6n), create(LastRequestSchema)), false);
  });

  test("is not proved by a signature of an earlier counter under a higher number", async () => {
    const shown = await lastRequest({ ...fields, counter: 5n });
    assert.equal(await provesSetBack(remembers(6n), { ...shown, counter: 9n }), false);
    assert.equal(await provesSetBack(remembers(6n), shown), false);
    assert.equal(await provesSetBack(remembers(4n), shown), true, "the control");
  });

  test("is not proved by what the device signed for another cell, or another device signed", async () => {
    const elsewhere = await lastRequest({ ...fields, cellId: cellIdOf(bytes(32, 2)) });
    assert.equal(await provesSetBack(remembers(6n), elsewhere), false);
    const shown = await lastRequest(fields);
    const another = { ...remembers(6n), signatureKey: foreign.publicKey };
    assert.equal(await provesSetBack(another, shown), false);
    const otherId = { ...remembers(6n), deviceId: deviceIdOf(foreign.publicKey) };
    assert.equal(await provesSetBack(otherId, shown), false);
  });

  test("is not proved by a changed procedure or body", async () => {
    const shown = await lastRequest(fields);
    for (const change of [{ procedure: inboxProcedure }, { bodyHash: sha256(utf8("other")) }])
      assert.equal(await provesSetBack(remembers(6n), { ...shown, ...change }), false);
  });
});

/** What the service shows of a request that the device signed. */
async function lastRequest(signed: SignedRequestFields): Promise<LastRequest> {
  const { procedure, counter, bodyHash } = signed;
  const signature = await sign(device.privateKey, "request", joinedOf(signed));
  return create(LastRequestSchema, { procedure, counter, bodyHash, signature });
}

function otherSignature() {
  return sign(foreign.privateKey, "request", joinedOf(fields));
}

function joinedOf({ procedure, cellId, deviceId, counter, bodyHash }: SignedRequestFields) {
  return lengthPrefixed(utf8(procedure), cellId, deviceId, uint64(counter), bodyHash);
}

function bytes(length: number, value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).fill(value);
}
