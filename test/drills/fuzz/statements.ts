// What somebody signed or sealed as it must be, and is not what it should be: consents, numbers, claims, accounts, and
// elements of the curve.
import assert from "node:assert/strict";
import {
  type Phone,
  paddedNumber,
  sealedNumberOf,
  startRequest,
  updateRequest,
} from "@assent/bare-phone";
import {
  AccountService,
  blindInput,
  CreateAccountRequestSchema,
  currentKey,
  DiscoveryService,
  EvaluateRequestSchema,
  equalBytes,
  Intent,
  RegistrationService,
  StartRegistrationRequestSchema,
  sha256,
  sign,
  signAccount,
  signAccountUpdate,
  UpdateAccountRequestSchema,
  utf8,
} from "@assent/protocol";
import type { MessageInitShape } from "@bufbuild/protobuf";
import fc from "fast-check";
import { signedRequest } from "./bodies.ts";
import { call } from "./calls.ts";
import type { Cases } from "./cases.ts";
import { encoded, renewed } from "./made-anew.ts";
import { type Mutation, mutate, mutation, noMutation } from "./mutation.ts";
import type { FuzzedPhone, FuzzedService } from "./service.ts";

const { startRegistration } = RegistrationService.method;
const { createAccount, updateAccount } = AccountService.method;
const { evaluate } = DiscoveryService.method;

export class StatementTargets {
  readonly #service: FuzzedService;
  readonly #cases: Cases;
  readonly #stranger = renewed(() => this.#service.newStranger(), 20);

  constructor(service: FuzzedService, cases: Cases) {
    this.#service = service;
    this.#cases = cases;
  }

  async run(total: number): Promise<void> {
    const each = total / 7;
    await this.#voprfElements(each);
    await this.#consents(each);
    await this.#sealedNumbers(each);
    await this.#intents(each);
    await this.#claims(each);
    await this.#accounts(each);
    await this.#updates(each);
  }

  async #voprfElements(cases: number): Promise<void> {
    const account = renewed(() => this.#service.newPhone(), 100);
    const valid = blindInput(utf8("+4915112345678")).blindedElement;
    const element = fc.oneof(
      fc.constant(new Uint8Array(32)),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      mutation.map((changes) => mutate(valid, changes)),
      // Not canonical: the field's prime and its neighbours, and negative ones.
      fc.integer({ min: 0, max: 18 }).map(aboveThePrime),
      fc.constant(new Uint8Array(32).fill(0xff)),
      fc.constant(new Uint8Array(valid)),
    );
    const ask = async (blindedElements: Uint8Array[], epochsAhead: number) => {
      const caller = await account();
      const epoch = epochOf(caller) + epochsAhead;
      const body = encoded(EvaluateRequestSchema, { voprfEpoch: epoch, blindedElements });
      return call(this.#service, evaluate, await signedRequest(caller, evaluate, body));
    };
    const target = "VOPRF elements";
    const elements = fc.tuple(fc.array(element, { minLength: 1, maxLength: 4 }), fc.nat(2));
    await this.#cases.property(target, cases, elements, ([blinded, ahead]) =>
      ask(blinded, ahead === 2 ? 1 : 0),
    );
    for (const bad of [new Uint8Array(32), aboveThePrime(0), new Uint8Array(32).fill(0xff)]) {
      await this.#cases.expect(target, "request_invalid", ask([valid, bad], 0));
    }
    await this.#cases.expect(target, "key_outdated", ask([valid], 1));
    await this.#cases.expect(target, "accepted", ask([valid], 0));
  }

  /** Statements that are signed, and are not what they should be. */
  async #consents(cases: number): Promise<void> {
    const stranger = await this.#service.newStranger();
    const right = (await startRequest(stranger)).consent;
    assert.ok(right);
    await this.#cases.property("consent, signed", cases, mutation, async (changes) => {
      const changed = mutate(right.encoded, changes);
      const signature = await sign(stranger.root.privateKey, "consent", changed);
      const consent = { encoded: changed, signature };
      return this.#start({ ...(await startRequest(stranger)), consent });
    });
  }

  /** Seals that open, to what is no number; and seals that do not. */
  async #sealedNumbers(cases: number): Promise<void> {
    const made = fc.tuple(mutation, fc.boolean());
    await this.#cases.property("sealed number", cases, made, async ([changes, isInside]) => {
      const stranger = await this.#stranger();
      if (isInside) {
        const plaintext = mutate(paddedNumber(stranger.number), changes);
        return this.#start(await startRequest(stranger, { plaintext }));
      }
      const request = await startRequest(stranger);
      return this.#start({ ...request, sealedNumber: mutate(request.sealedNumber, changes) });
    });
  }

  /** Any intent, with a consent or without, under a seal of its own or of another. */
  async #intents(cases: number): Promise<void> {
    const intent = fc.oneof(
      fc.nat(5),
      fc.integer({ min: 0, max: 0x7fff_ffff }),
    ) as fc.Arbitrary<Intent>;
    const made = fc.tuple(intent, intent, fc.boolean());
    await this.#cases.property("intent", cases, made, async ([said, sealed, consents]) => {
      const stranger = await this.#stranger();
      const { consent, ...request } = await startRequest(stranger);
      const bound = await sealedNumberOf(stranger, sealed, consents ? consent : undefined);
      const asked = { ...request, ...bound, intent: said };
      const given = await this.#start(consents && consent ? { ...asked, consent } : asked);
      const isRight = said === sealed && consents === (said === Intent.REGISTER);
      if (given.answer === "accepted") assert.ok(isRight && said <= Intent.NEVER, `${said}`);
      return given;
    });
  }

  async #claims(cases: number): Promise<void> {
    const proved = renewed(() => this.#service.newProof(), 100);
    await this.#cases.property("claim", cases, mutation, async (changes) => {
      const { phone, request } = await proved();
      // The account's signature is right; the cell's, over the claim, is not any more.
      const changed = mutate(request.claim.encoded, changes);
      const fields = { ...request, claim: { ...request.claim, encoded: changed } };
      const signature = await signAccount(phone.root.privateKey, fields);
      const given = await this.#create({ ...fields, signature });
      assert.equal(given.answer === "accepted", equalBytes(changed, request.claim.encoded));
      return given;
    });
  }

  /** Record and manifest changed before the account's key signed them. */
  async #accounts(cases: number): Promise<void> {
    const proved = renewed(() => this.#service.newProof(), 40);
    await this.#cases.property("account, signed", cases, changesOfAccount, async (changes) => {
      const { phone, request } = await proved();
      const fields = { ...request, ...(await changedAccount(phone, request, changes)) };
      const signature = await signAccount(phone.root.privateKey, fields);
      const given = await this.#create({ ...fields, signature });
      if (given.answer === "accepted") proved.used();
      return given;
    });
  }

  async #updates(cases: number): Promise<void> {
    const account = renewed(() => this.#service.newPhone(), 100);
    const anySequence = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
    const sequences = fc.oneof(fc.constant(2n), fc.constant(2n), anySequence);
    const made = fc.tuple(changesOfAccount, sequences);
    const target = "update, signed";
    await this.#cases.property(target, cases, made, async ([changes, sequence]) => {
      const phone = await account();
      const first = await updateRequest(phone, phone.keys, 2n);
      const next = {
        version: 2,
        previousHash: sha256(first.manifest.encoded),
        features: ["later"],
      };
      const right = await updateRequest(phone, phone.keys, sequence, undefined, next);
      const fields = { ...right, ...(await changedAccount(phone, right, changes)) };
      const signature = await signAccountUpdate(phone.root.privateKey, phone.cellId, fields);
      const given = await call(
        this.#service,
        updateAccount,
        encoded(UpdateAccountRequestSchema, { ...fields, signature }),
      );
      if (given.answer === "accepted") account.used();
      return given;
    });
  }

  #start(request: MessageInitShape<typeof StartRegistrationRequestSchema>) {
    return call(this.#service, startRegistration, encoded(StartRegistrationRequestSchema, request));
  }

  #create(request: MessageInitShape<typeof CreateAccountRequestSchema>) {
    return call(this.#service, createAccount, encoded(CreateAccountRequestSchema, request));
  }
}

interface AccountParts {
  readonly sealedRecord: Uint8Array;
  readonly manifest: { readonly encoded: Uint8Array };
}

/** One of both, or both. */
const changesOfAccount = fc.oneof(
  fc.record({ record: mutation, manifest: fc.constant(noMutation) }),
  fc.record({ record: fc.constant(noMutation), manifest: mutation }),
  fc.record({ record: mutation, manifest: mutation }),
);

/** The manifest is signed as it is now. */
async function changedAccount(
  { root }: Phone,
  right: AccountParts,
  changes: { readonly record: Mutation; readonly manifest: Mutation },
) {
  const encodedManifest = mutate(right.manifest.encoded, changes.manifest);
  const signature = await sign(root.privateKey, "manifest", encodedManifest);
  return {
    sealedRecord: mutate(right.sealedRecord, changes.record),
    manifest: { encoded: encodedManifest, signature },
  };
}

function epochOf({ parameters }: FuzzedPhone): number {
  return currentKey(parameters.voprfKeys)?.epoch ?? 0;
}

/** 2^255 - 19 + offset, little endian: zero and its successors, spelled a second way. */
function aboveThePrime(offset: number): Uint8Array {
  const bytes = new Uint8Array(32).fill(0xff);
  bytes[0] = 0xed + offset;
  bytes[31] = 0x7f;
  return bytes;
}
