// What is declared leaves room for the most that may be in each message: one that is longer is never sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  AddKeyPackagesRequestSchema,
  AuthenticatedRequestSchema,
  BlockAddressesSchema,
  ClaimSchema,
  ConsentStatementSchema,
  CreateAccountRequestSchema,
  EvaluateCallSchema,
  EvaluateRequestSchema,
  GetSmsStatesRequestSchema,
  Intent,
  OutboxRequestSchema,
  RestartDeviceRequestSchema,
  SendSmsRequestSchema,
  StartRegistrationRequestSchema,
  UpdateAccountRequestSchema,
} from "./contract.ts";
import { declarations } from "./declarations.ts";
import { limits } from "./limits.ts";
import { purposes } from "./policy.ts";
import { sealOverhead } from "./sealing-format.ts";
import { sealedSmsPlaintextLength, smsNameLength } from "./sms-relay.ts";

const of = (length: number) => new Uint8Array(length).fill(255);
const many = (count: number, length: number) => Array.from({ length: count }, () => of(length));
const signed = (length: number) => ({ encoded: of(length), signature: of(64) });
const number = 0xffffffff;
const counter = 2n ** 64n - 1n;
const called = (body: Uint8Array) => ({
  deviceId: of(32),
  counter,
  body,
  signature: of(64),
  contract: number,
});
// A claim has a lookup hash for each VOPRF epoch that a cell still has: eight years of them.
const claim = signed(
  toBinary(
    ClaimSchema,
    create(ClaimSchema, {
      cellId: of(32),
      intent: Intent.RENEW,
      lookupHash: of(32),
      bucketBits: number,
      tag: number,
      rootKey: of(32),
      voprfEpoch: number,
      serial: of(16),
      expiresAtMs: counter,
      policyVersion: number,
      formerLookupHashes: many(8, 32),
    }),
  ).length,
);
const consent = signed(
  toBinary(
    ConsentStatementSchema,
    create(ConsentStatementSchema, {
      rootKey: of(32),
      cellId: of(32),
      policyVersion: number,
      policyHash: of(32),
      purposes: [...purposes],
      givenAtMs: counter,
      nonce: of(16),
    }),
  ).length,
);
const keyPackages = many(limits.keyPackagesPerRequest, limits.keyPackageBytes);
const lastResort = of(limits.keyPackageBytes);
const account = {
  claim,
  sealedRecord: of(limits.sealedRecordBytes),
  manifest: signed(limits.manifestBytes),
  signature: of(64),
};
/** What an inner message adds to the one around it: number of the field and length, twice at most. */
const inside = (bytes: Uint8Array) => bytes.length + 12;
const call = (body: Uint8Array) =>
  inside(toBinary(AuthenticatedRequestSchema, create(AuthenticatedRequestSchema, called(body))));

const most: Partial<Record<keyof typeof declarations, number>> = {
  "start-registration": toBinary(
    StartRegistrationRequestSchema,
    create(StartRegistrationRequestSchema, {
      contract: number,
      intent: Intent.RENEW,
      sealingEpoch: number,
      sealedNumber: of(32 + sealOverhead),
      consent,
    }),
  ).length,
  "create-account": toBinary(
    CreateAccountRequestSchema,
    create(CreateAccountRequestSchema, account),
  ).length,
  "update-account": toBinary(
    UpdateAccountRequestSchema,
    create(UpdateAccountRequestSchema, { ...account, accountId: of(32), sequence: counter }),
  ).length,
  "restart-device": call(
    toBinary(
      RestartDeviceRequestSchema,
      create(RestartDeviceRequestSchema, { generation: number, keyPackages, lastResort }),
    ),
  ),
  "add-key-packages": call(
    toBinary(
      AddKeyPackagesRequestSchema,
      create(AddKeyPackagesRequestSchema, { keyPackages, lastResort, replacesAll: true }),
    ),
  ),
  "renew-claim": call(of(6 + 4 + 32 + sealOverhead)),
  evaluate: toBinary(
    EvaluateCallSchema,
    create(EvaluateCallSchema, {
      request: called(
        toBinary(
          EvaluateRequestSchema,
          create(EvaluateRequestSchema, {
            voprfEpoch: number,
            blindedElements: many(limits.blindedElementsPerRequest, 32),
          }),
        ),
      ),
    }),
  ).length,
  "name-sms": call(of(0)),
  "send-sms": call(
    toBinary(
      SendSmsRequestSchema,
      create(SendSmsRequestSchema, {
        name: of(smsNameLength),
        sealingEpoch: number,
        sealedSms: of(sealedSmsPlaintextLength + sealOverhead),
      }),
    ),
  ),
  "get-sms-states": call(
    toBinary(
      GetSmsStatesRequestSchema,
      create(GetSmsStatesRequestSchema, { names: many(limits.smsStates, smsNameLength) }),
    ),
  ),
  "delete-by-claim": inside(claim.encoded) + 64 + 4,
  put: limits.frameBytes,
  "ask-status": toBinary(
    OutboxRequestSchema,
    create(OutboxRequestSchema, {
      statusQueries: Array.from({ length: limits.itemsPerFrame }, () => ({
        request: number,
        capability: of(limits.capabilityBytes),
        ticket: of(16),
        cellId: of(32),
      })),
    }),
  ).length,
  revoke: toBinary(
    OutboxRequestSchema,
    create(OutboxRequestSchema, {
      revokes: [
        {
          request: number,
          targets: Array.from({ length: limits.revokeTargets }, () => ({
            capability: of(limits.capabilityBytes),
            secret: of(32),
            ticket: of(16),
            cellId: of(32),
          })),
        },
      ],
    }),
  ).length,
  "block-addresses": inside(
    toBinary(
      BlockAddressesSchema,
      create(BlockAddressesSchema, {
        block: many(limits.addressesPerBlock, 16),
        unblock: many(limits.addressesPerBlock, 16),
      }),
    ),
  ),
  authenticate: call(of(32)),
  "set-push": inside(of(limits.pushEndpointBytes)) + inside(of(65)) + inside(of(16)) + 24,
};

const neverEncoded = [
  ...["get-buckets", "open-inbox", "open-outbox"],
  ...["subscribe-to-pushes", "unsubscribe-from-pushes"],
];

for (const [id, { bytesAtMost }] of Object.entries(declarations)) {
  // What is not listed has a key, an id, a number or a code in it, and no list.
  const bytes = most[id as keyof typeof declarations] ?? 300;
  test(`${id}, ${bytesAtMost} bytes`, () => {
    if (neverEncoded.includes(id)) assert.equal(bytesAtMost, 0);
    else assert.ok(bytesAtMost >= bytes, `${bytes} bytes may be in it`);
  });
}

test("and no more than a service takes", () => {
  for (const [id, { bytesAtMost }] of Object.entries(declarations))
    assert.ok(bytesAtMost <= Math.min(limits.requestBytes, limits.frameBytes), id);
});
