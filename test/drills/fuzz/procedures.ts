// The unary procedures under bad input: bytes of the whole request, and, behind signatures and seals that hold,
// bytes of what is inside.
import assert from "node:assert/strict";
import {
  AddKeyPackagesRequestSchema,
  AuthenticatedRequestSchema,
  blindInput,
  ConsentStatementSchema,
  CreateAccountRequestSchema,
  DirectoryService,
  DiscoveryService,
  EvaluateCallSchema,
  EvaluateRequestSchema,
  equalBytes,
  GetRecordRequestSchema,
  limits,
  policy,
  policyHash,
  RegistrationService,
  randomBytes,
  StartRegistrationRequestSchema,
  seal,
  sign,
  signAccount,
  TakeKeyPackagesRequestSchema,
  utf8,
  VerifyCodeRequestSchema,
} from "@assent/protocol";
import { create, type DescMethodUnary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import {
  type Phone,
  signedCall,
  startRequest,
} from "../../../packages/server/src/phone-for-tests.ts";
import { announce, call, pathOf } from "./calls.ts";
import type { Cases } from "./cases.ts";
import { mutate, mutation } from "./mutation.ts";
import type { FuzzedService } from "./service.ts";

const { getParameters, startRegistration, verifyCode, createAccount, deleteAccount } =
  RegistrationService.method;
const { getRecord, takeKeyPackages, addKeyPackages } = DirectoryService.method;
const { evaluate } = DiscoveryService.method;

type Bytes = Uint8Array<ArrayBuffer>;
type Account = Awaited<ReturnType<FuzzedService["newPhone"]>>;
type Proved = Awaited<ReturnType<FuzzedService["proveNumber"]>> & { readonly phone: Phone };

export class ProcedureTargets {
  readonly #service: FuzzedService;
  readonly #cases: Cases;

  constructor(service: FuzzedService, cases: Cases) {
    this.#service = service;
    this.#cases = cases;
  }

  async run(total: number): Promise<void> {
    const whole = (total * 0.5) / 9;
    await this.#whole(getParameters, whole, async () => new Uint8Array());
    await this.#whole(startRegistration, whole, async () => {
      const request = await startRequest(await this.#service.newStranger());
      return encoded(StartRegistrationRequestSchema, request);
    });
    await this.#whole(verifyCode, whole, async () => {
      const { session, code } = await this.#proved();
      return encoded(VerifyCodeRequestSchema, { session, code });
    });
    await this.#whole(createAccount, whole, async () => {
      const { request } = await this.#proved();
      return encoded(CreateAccountRequestSchema, request);
    });
    await this.#whole(getRecord, whole, async () =>
      encoded(GetRecordRequestSchema, { lookupKey: (await this.#service.newPhone()).lookupKey }),
    );
    await this.#whole(takeKeyPackages, whole, async () => {
      const { accountId } = await this.#service.newPhone();
      return encoded(TakeKeyPackagesRequestSchema, { accountId });
    });
    await this.#whole(evaluate, whole, async () =>
      this.#signed(await this.#service.newPhone(), evaluate, evaluateBody()),
    );
    await this.#whole(addKeyPackages, whole, async () =>
      this.#signed(await this.#service.newPhone(), addKeyPackages, addBody()),
    );
    await this.#whole(deleteAccount, whole, async () =>
      this.#signed(await this.#service.newPhone(), deleteAccount, new Uint8Array()),
    );

    await this.#tooLong();

    const inner = (total * 0.5) / 7;
    await this.#insideSignedCall(evaluate, inner, evaluateBody);
    await this.#insideSignedCall(addKeyPackages, inner, addBody);
    await this.#insideSignedCall(deleteAccount, inner / 2, () => new Uint8Array());
    await this.#voprfElements(inner);
    await this.#consents(inner);
    await this.#sealedNumbers(inner);
    await this.#claims(inner / 2);
    await this.#accounts(inner);
  }

  /** Bytes of the request, changed. What is valid is made anew now and then, for it may get used up. */
  async #whole(method: DescMethodUnary, cases: number, make: () => Promise<Bytes>): Promise<void> {
    await this.#cases.expect(method.name, "accepted", call(this.#service, method, await make()));
    const valid = renewed(make, 200);
    const types = fc.oneof(
      { weight: 9, arbitrary: fc.constant("application/proto") },
      { weight: 1, arbitrary: fc.constant("application/json") },
    );
    const made = fc.tuple(mutation, types);
    await this.#cases.property(method.name, cases, made, async ([changes, type]) =>
      call(this.#service, method, mutate(await valid(), changes), { "content-type": type }),
    );
    await this.#cases.expect(method.name, "accepted", call(this.#service, method, await make()));
  }

  /** Refused by what it says of its length, or when it gets longer than is allowed. */
  async #tooLong(): Promise<void> {
    const target = "request of 1 GB";
    const announced = announce(this.#service, getRecord, 2 ** 30);
    await this.#cases.expect(target, "request_too_large", announced);
    const long = new Uint8Array(limits.requestBytes + 1);
    const sent = call(this.#service, getRecord, long);
    await this.#cases.expect("request over 1 MB", "request_too_large", sent);
    const lookupKey = encoded(GetRecordRequestSchema, { lookupKey: randomBytes(32) });
    const packed = call(this.#service, getRecord, lookupKey, { "content-encoding": "gzip" });
    await this.#cases.expect("compressed request", "request_invalid", packed);
  }

  /** The body of a call whose signature holds, changed. */
  async #insideSignedCall(method: DescMethodUnary, cases: number, body: () => Bytes) {
    const account = renewed(() => this.#service.newPhone(), 100);
    await this.#cases.property(
      `${method.name}, inside the signature`,
      cases,
      mutation,
      async (changes) => {
        const caller = await account();
        const request = await this.#signed(caller, method, mutate(body(), changes));
        const given = await call(this.#service, method, request);
        if (method === deleteAccount && given.answer === "accepted") account.used();
        return given;
      },
    );
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
    const elements = fc.tuple(fc.array(element, { minLength: 1, maxLength: 4 }), fc.nat(2));
    await this.#cases.property("VOPRF elements", cases, elements, async ([blinded, epochs]) => {
      const { epoch = 1 } = (await account()).parameters.voprfKey ?? {};
      const body = encoded(EvaluateRequestSchema, {
        voprfEpoch: epochs === 2 ? epoch + 1 : epoch,
        blindedElements: blinded,
      });
      return call(this.#service, evaluate, await this.#signed(await account(), evaluate, body));
    });
    for (const bad of [new Uint8Array(32), aboveThePrime(0), new Uint8Array(32).fill(0xff)]) {
      const { epoch = 1 } = (await account()).parameters.voprfKey ?? {};
      const body = encoded(EvaluateRequestSchema, {
        voprfEpoch: epoch,
        blindedElements: [valid, bad],
      });
      const request = await this.#signed(await account(), evaluate, body);
      await this.#cases.expect(
        "VOPRF elements",
        "request_invalid",
        call(this.#service, evaluate, request),
      );
    }
  }

  /** Statements that are signed, and are not what they should be. */
  async #consents(cases: number): Promise<void> {
    const stranger = await this.#service.newStranger();
    await this.#cases.property("consent, signed", cases, mutation, async (changes) => {
      const consent = mutate(consentOf(stranger), changes);
      const consentSignature = await sign(stranger.root.privateKey, "consent", consent);
      const request = { ...(await startRequest(stranger)), consent, consentSignature };
      return this.#start(request);
    });
  }

  /** Seals that open, to what is no number; and seals that do not. */
  async #sealedNumbers(cases: number): Promise<void> {
    const made = fc.tuple(mutation, fc.boolean());
    await this.#cases.property("sealed number", cases, made, async ([changes, isInside]) => {
      const stranger = await this.#stranger();
      const request = await startRequest(stranger);
      const key = stranger.parameters.registrationKey?.publicKey ?? new Uint8Array();
      const padded = new Uint8Array(32);
      padded.set(utf8(stranger.number));
      const sealedNumber = isInside
        ? await seal(key, "number", mutate(padded, changes), request.consent)
        : mutate(request.sealedNumber, changes);
      return this.#start({ ...request, sealedNumber });
    });
  }

  async #claims(cases: number): Promise<void> {
    const proved = renewed(() => this.#proved(), 100);
    await this.#cases.property("claim", cases, mutation, async (changes) => {
      const { phone, request } = await proved();
      // The account's signature is right; the cell's, over the claim, is not any more.
      const fields = { ...request, claim: mutate(request.claim, changes) };
      const signature = await signAccount(phone.root.privateKey, fields);
      const given = await this.#create({ ...fields, signature });
      assert.equal(given.answer === "accepted", equalBytes(fields.claim, request.claim));
      return given;
    });
  }

  /** Record and manifest changed before the account's key signed them. */
  async #accounts(cases: number): Promise<void> {
    const proved = renewed(() => this.#proved(), 40);
    await this.#cases.property("account, signed", cases, mutation, async (changes) => {
      const { phone, request } = await proved();
      const manifest = mutate(request.manifest.manifest, changes);
      const fields = {
        ...request,
        sealedRecord: mutate(request.sealedRecord, changes),
        manifest: {
          ...request.manifest,
          manifest,
          signature: await sign(phone.root.privateKey, "manifest", manifest),
        },
      };
      const signature = await signAccount(phone.root.privateKey, fields);
      const given = await this.#create({ ...fields, signature });
      if (given.answer === "accepted") proved.used();
      return given;
    });
  }

  #start(request: Parameters<typeof create<typeof StartRegistrationRequestSchema>>[1]) {
    return call(this.#service, startRegistration, encoded(StartRegistrationRequestSchema, request));
  }

  #create(request: Parameters<typeof create<typeof CreateAccountRequestSchema>>[1]) {
    return call(this.#service, createAccount, encoded(CreateAccountRequestSchema, request));
  }

  readonly #stranger = renewed(() => this.#service.newStranger(), 20);

  async #proved(): Promise<Proved> {
    const phone = await this.#service.newStranger();
    return { ...(await this.#service.proveNumber(phone)), phone };
  }

  /** A whole call as bytes: all three that are signed have the one field. */
  async #signed(account: Account, method: DescMethodUnary, body: Bytes): Promise<Bytes> {
    const procedure = pathOf(method).replace("/assent.v1.", "");
    const request = create(AuthenticatedRequestSchema, await signedCall(account, procedure, body));
    return encoded(EvaluateCallSchema, { request });
  }
}

/** Made anew after so many uses, or when it was used up. */
function renewed<T>(make: () => Promise<T>, uses: number): (() => Promise<T>) & { used(): void } {
  let current: Promise<T> | undefined;
  let left = 0;
  const take = () => {
    if (!current || left === 0) {
      current = make();
      left = uses;
    }
    left -= 1;
    return current;
  };
  return Object.assign(take, {
    used() {
      left = 0;
    },
  });
}

function encoded<T extends Parameters<typeof create>[0]>(
  schema: T,
  fields: Parameters<typeof create<T>>[1],
): Bytes {
  return toBinary(schema, create(schema, fields));
}

function evaluateBody(): Bytes {
  const blindedElements = [1, 2, 3].map(
    (n) => blindInput(utf8(`+491511234567${n}`)).blindedElement,
  );
  return encoded(EvaluateRequestSchema, { voprfEpoch: 1, blindedElements });
}

function addBody(): Bytes {
  const keyPackages = [randomBytes(40), randomBytes(40)];
  return encoded(AddKeyPackagesRequestSchema, { keyPackages, lastResort: randomBytes(40) });
}

function consentOf(phone: Phone): Bytes {
  return encoded(ConsentStatementSchema, {
    rootKey: phone.root.publicKey,
    cellId: phone.cellId,
    policyVersion: policy.version,
    policyHash: policyHash(policy),
    purposes: ["service"],
    givenAtMs: BigInt(Date.now()),
    nonce: randomBytes(16),
  });
}

/** 2^255 - 19 + offset, little endian: zero and its successors, spelled a second way. */
function aboveThePrime(offset: number): Uint8Array {
  const bytes = new Uint8Array(32).fill(0xff);
  bytes[0] = 0xed + offset;
  bytes[31] = 0x7f;
  return bytes;
}
