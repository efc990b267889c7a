// For tests only: a cell whose private keys the test has, and a phone that is on at it.
import {
  EvaluationSchema,
  generateSealingKeyPair,
  hex,
  ManifestSchema,
  type PhoneNumber,
  policy,
  policyHash,
  randomBytes,
  SignedSchema,
  signManifest,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import type { Service } from "../egress/service.ts";
import type { Encryption } from "../encryption/encryption.ts";
import { CellSchema, ConsentSchema, IdentitySchema, Phase, Records } from "../store/records.ts";
import { createMemoryStore, type StoreForTests } from "../store/store-for-tests.ts";
import type { PretendedCell } from "../testing/pretended-cell.ts";
import type { GivingUp } from "./giving-up.ts";
import { ProfileStateKeeper } from "./profile-state.ts";
import { ownDeviceOf, rootKeysOf } from "./self.ts";

export const cellUrl = "https://cell.example";
export const ownNumber = "+447400123456" as PhoneNumber;

/** The pretended cell that the test kit has for everybody, under the name of tests. */
export { PretendedCell as CellForTests } from "../testing/pretended-cell.ts";

export interface PhoneForTests {
  readonly store: StoreForTests;
  readonly records: Records;
  readonly state: ProfileStateKeeper;
}

/** A profile that nothing was done with. */
export async function newPhone(): Promise<PhoneForTests> {
  const store = createMemoryStore();
  const records = new Records(store);
  return { store, records, state: await ProfileStateKeeper.load(records) };
}

/** A profile that is on at a cell, with a number of its own. */
export async function phoneOn(
  cell: PretendedCell,
  number: PhoneNumber = ownNumber,
): Promise<PhoneForTests> {
  const phone = await newPhone();
  const { parameters, certificate } = await cell.parameters();
  const sealing = await generateSealingKeyPair();
  const identity = create(IdentitySchema, {
    number,
    rootPrivateKey: randomBytes(32),
    devicePrivateKey: randomBytes(32),
    sealingPrivateKey: sealing.privateKey,
    evaluationEncoded: toBinary(EvaluationSchema, cell.evaluationOf(number)),
    recordSequence: 1n,
  });
  const root = rootKeysOf(identity);
  const { signatureKey } = ownDeviceOf(identity);
  const devices = [{ signatureKey: new Uint8Array(signatureKey), sealingKey: sealing.publicKey }];
  const manifest = create(ManifestSchema, { rootKey: root.publicKey, version: 1, devices });
  identity.manifestEncoded = toBinary(SignedSchema, await signManifest(root.privateKey, manifest));
  await phone.state.change({
    phase: Phase.ON,
    consent: create(ConsentSchema, {
      policyVersion: policy.version,
      policyHash: policyHash(policy),
      purposes: ["service"],
    }),
    identity,
    cell: create(CellSchema, {
      url: cellUrl,
      parametersEncoded: toBinary(SignedSchema, parameters),
      certificateEncoded: toBinary(SignedSchema, certificate),
    }),
  });
  return phone;
}

/** Makes KeyPackages that nobody can use. */
export const keyPackagesOnly = {
  generateKeyPackage: async () => ({
    ref: hex(randomBytes(16)),
    publicPart: randomBytes(100),
    privatePart: randomBytes(64),
    liveUntilMs: Number.MAX_SAFE_INTEGER,
  }),
} as unknown as Encryption;

/** Procedures that a test answers for, by their names in `Service`; any other fails. */
export interface ProceduresForTests {
  readonly [service: string]: { readonly [procedure: string]: (request: never) => unknown };
}

export function serviceOf(procedures: ProceduresForTests): (url: string) => Service {
  return () => procedures as unknown as Service;
}

/** Of a phone without conversations. */
export const nothingGivenUp: GivingUp = {
  setBack: async () => [],
  beginningAnew: async () => [],
  anotherDevice: async () => [],
  readReceipts: async () => [],
  smsRelay: async () => [],
  account: async () => [],
};
