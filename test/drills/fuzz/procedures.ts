// Every unary procedure under bad input: bytes of the whole request, and of the body behind a signature that holds.
import assert from "node:assert/strict";
import {
  AccountService,
  DirectoryService,
  GetRecordRequestSchema,
  limits,
  RegistrationService,
  randomBytes,
} from "@assent/protocol";
import type { DescMethodUnary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { procedures, rightRequest, signedBodies, signedRequest } from "./bodies.ts";
import { announce, call } from "./calls.ts";
import type { Answer, Cases } from "./cases.ts";
import { encoded, renewed } from "./made-anew.ts";
import { mutate, mutation } from "./mutation.ts";
import type { FuzzedService } from "./service.ts";

const { getRecord } = DirectoryService.method;

/** What a right request is answered with where it is not accepted. */
const rightAnswers = new Map<DescMethodUnary, Answer>([
  [AccountService.method.moveNumber, "not_offered"],
]);

/** Those that use up what they are asked with. */
const usesUp: readonly DescMethodUnary[] = [
  AccountService.method.deleteAccount,
  AccountService.method.restartDevice,
];

export class ProcedureTargets {
  readonly #service: FuzzedService;
  readonly #cases: Cases;

  constructor(service: FuzzedService, cases: Cases) {
    this.#service = service;
    this.#cases = cases;
  }

  async run(total: number): Promise<void> {
    assert.ok(procedures.includes(RegistrationService.method.startRegistration));
    for (const method of procedures) await this.#whole(method, (total * 0.6) / procedures.length);
    await this.#tooLong();
    for (const method of signedBodies.keys()) {
      await this.#insideSignedCall(method, (total * 0.4) / signedBodies.size);
    }
  }

  /** Bytes of the request, changed. What is valid is made anew now and then, for it may get used up. */
  async #whole(method: DescMethodUnary, cases: number): Promise<void> {
    const right = () => rightRequest(this.#service, method);
    const rightAnswer = rightAnswers.get(method) ?? "accepted";
    const control = async () => {
      const request = await right();
      await this.#cases.expect(method.name, rightAnswer, call(this.#service, method, request));
    };
    await control();
    const valid = renewed(right, 200);
    const types = fc.oneof(
      { weight: 9, arbitrary: fc.constant("application/proto") },
      { weight: 1, arbitrary: fc.constant("application/json") },
    );
    const made = fc.tuple(mutation, types);
    await this.#cases.property(method.name, cases, made, async ([changes, type]) =>
      call(this.#service, method, mutate(await valid(), changes), { "content-type": type }),
    );
    await control();
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
    await this.#cases.expect("compressed request", "request_compressed", packed);
  }

  /** The body of a call whose signature holds, changed. */
  async #insideSignedCall(method: DescMethodUnary, cases: number): Promise<void> {
    const body = signedBodies.get(method);
    assert.ok(body);
    const account = renewed(() => this.#service.newPhone(), 100);
    const target = `${method.name}, inside the signature`;
    await this.#cases.property(target, cases, mutation, async (changes) => {
      const caller = await account();
      const changed = mutate(await body(caller), changes);
      const given = await call(this.#service, method, await signedRequest(caller, method, changed));
      if (usesUp.includes(method) && given.answer === "accepted") account.used();
      return given;
    });
  }
}
