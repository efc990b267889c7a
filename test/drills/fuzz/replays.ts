// The same again, and what others signed: each is answered as before or refused, and nothing is doubled.
import assert from "node:assert/strict";
import {
  AuthenticatedRequestSchema,
  blindInput,
  EvaluateRequestSchema,
  InboxAnswerSchema,
  InboxRequestSchema,
  openConsent,
  openManifest,
  PutOutcome,
  randomBytes,
  signAccount,
  signConsent,
  signInboxChallenge,
  signManifest,
  utf8,
} from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  connect,
  openInbox,
  openOutbox,
  type Phone,
  signedCall,
  startRequest,
} from "../../../packages/server/src/phone-for-tests.ts";
import { answerOf } from "./calls.ts";
import type { Answer, Cases } from "./cases.ts";
import type { FuzzedService } from "./service.ts";

const evaluateProcedure = "DiscoveryService/Evaluate";

export async function replays(service: FuzzedService, cases: Cases): Promise<void> {
  await registeringTwice(service, cases);
  await claimingTwice(service, cases);
  await callingTwice(service, cases);
  await puttingTwice(service, cases);
  await signaturesOfOthers(service, cases);
  await guessing(service, cases);
}

async function messagesTo(service: FuzzedService, number: string): Promise<number> {
  const answer = await fetch(`${service.origin}/sms/messages?to=${encodeURIComponent(number)}`);
  return ((await answer.json()) as unknown[]).length;
}

async function registeringTwice(service: FuzzedService, cases: Cases): Promise<void> {
  const phone = await service.newStranger();
  const request = await startRequest(phone);
  const start = () => answerOf(phone.registration.startRegistration(request));
  await cases.expect("replay of registration", "accepted", start());
  // A code again is asked for by the same call: at once it is accepted, then it has to wait.
  await cases.expect("replay of registration", "accepted", start());
  for (let count = 0; count < 3; count += 1) {
    await cases.expect("replay of registration", "rate_limited", start());
  }
  assert.equal(await messagesTo(service, phone.number), 2);
  // The same consent for another number: its seal is bound to the consent, and this one's is not.
  const other = await service.newStranger();
  const { consent, consentSignature } = request;
  const mixed = { ...(await startRequest(other)), consent, consentSignature };
  await cases.expect(
    "replay of consent",
    "request_invalid",
    answerOf(other.registration.startRegistration(mixed)),
  );
  assert.equal(await messagesTo(service, other.number), 0);
}

async function claimingTwice(service: FuzzedService, cases: Cases): Promise<void> {
  const phone = await service.newStranger();
  const { session, code, verified, request } = await service.proveNumber(phone);
  const again = await phone.registration.verifyCode({ session, code });
  assert.deepEqual(again.claim, verified.claim);
  const made = await Promise.all(
    Array.from({ length: 5 }, () => phone.registration.createAccount(request)),
  );
  for (const { accountId } of made) {
    assert.deepEqual(accountId, made[0]?.accountId);
    cases.note("replay of claim", "accepted");
  }
  const verify = () => answerOf(phone.registration.verifyCode({ session, code }));
  await cases.expect("replay of claim", "code_expired", verify());
  const first = await signedCall(phone, "RegistrationService/DeleteAccount", new Uint8Array());
  const { registration } = phone;
  const leave = () => answerOf(registration.deleteAccount({ request: first }));
  await cases.expect("replay of leaving", "accepted", leave());
  await cases.expect("replay of leaving", "signed_out", leave());
}

async function callingTwice(service: FuzzedService, cases: Cases): Promise<void> {
  const target = "replay of a signed call";
  const phone = await service.newPhone();
  const body = evaluation(phone);
  const request = await signedCall(phone, evaluateProcedure, body);
  const { budgetLeft } = await phone.discovery.evaluate({ request });
  for (let count = 0; count < 5; count += 1) {
    const again = answerOf(phone.discovery.evaluate({ request }));
    await cases.expect(target, "unauthenticated", again);
  }
  // Elsewhere it is somebody else's signature.
  const elsewhere = answerOf(phone.directory.addKeyPackages({ request }));
  await cases.expect(target, "unauthenticated", elsewhere);
  const fresh = await signedCall(phone, evaluateProcedure, body);
  const after = await phone.discovery.evaluate({ request: fresh });
  assert.equal(after.budgetLeft, budgetLeft - 1, "a repetition was counted");
}

async function puttingTwice(service: FuzzedService, cases: Cases): Promise<void> {
  const phone = await service.newPhone();
  const inbox = await openInbox(service, phone);
  const next = async <Case extends string>(wanted: Case) => {
    for (;;) {
      const answer = await inbox.answer();
      assert.notEqual(answer.case, "error");
      if (answer.case === wanted) return answer as Extract<typeof answer, { case: Case }>;
    }
  };
  await next("delivery");
  inbox.ask({ case: "mintCapabilities", value: { count: 1 } });
  const { capabilities } = (await next("mintedCapabilities")).value;
  const capability = capabilities[0]?.capability ?? new Uint8Array();
  const outbox = await openOutbox(service);
  const envelopeId = randomBytes(32);
  const puts = Array.from({ length: 10 }, (_, index) => ({
    request: index + 1,
    capability,
    envelopeId,
    body: randomBytes(512),
  }));
  outbox.ask({ puts });
  for (let answered = 0; answered < puts.length; ) {
    for (const { outcome } of (await outbox.answer()).putResults) {
      assert.equal(outcome, PutOutcome.STORED);
      cases.note("replay of put", "accepted");
      answered += 1;
    }
  }
  const { envelopes } = (await next("delivery")).value;
  assert.deepEqual(
    envelopes.map((envelope) => envelope.body),
    [puts[0]?.body],
  );
  const position = envelopes[0]?.position ?? 0n;
  for (let count = 0; count < 5; count += 1) {
    inbox.ask({ case: "acknowledge", value: { position } });
    assert.equal((await next("acknowledged")).value.position, position);
    cases.note("replay of acknowledge", "accepted");
  }
  inbox.webSocket.close();
  const later = await openInbox(service, phone);
  assert.equal((await later.answer()).case, "ready");
  const waiting = await later.answer();
  assert.ok(waiting.case === "delivery");
  assert.deepEqual(waiting.value.envelopes, []);
  outbox.webSocket.close();
  later.webSocket.close();
}

async function signaturesOfOthers(service: FuzzedService, cases: Cases): Promise<void> {
  const target = "foreign signature";
  const [anna, ben] = [await service.newPhone(), await service.newPhone()];
  const refuse = (asked: Promise<unknown>, code: Parameters<Cases["expect"]>[1]) =>
    cases.expect(target, code, answerOf(asked));

  const asBen = { ...anna, device: { id: ben.device.id, privateKey: anna.device.privateKey } };
  const body = evaluation(anna);
  const request = create(
    AuthenticatedRequestSchema,
    await signedCall(asBen, evaluateProcedure, body),
  );
  await refuse(anna.discovery.evaluate({ request }), "unauthenticated");
  await refuse(anna.directory.addKeyPackages({ request }), "unauthenticated");
  await refuse(anna.registration.deleteAccount({ request }), "unauthenticated");

  await cases.expect(target, "unauthenticated", openInboxAs(service, anna, ben, false));
  await cases.expect(target, "unauthenticated", openInboxAs(service, ben, ben, true));

  const [carol, thief] = [await service.newStranger(), await service.newStranger()];
  const start = await startRequest(carol);
  const statement = await openConsent({ bytes: start.consent, signature: start.consentSignature });
  assert.ok(statement);
  const { signature: consentSignature } = await signConsent(thief.root.privateKey, statement);
  await refuse(
    carol.registration.startRegistration({ ...start, consentSignature }),
    "consent_invalid",
  );
  const { request: account } = await service.proveNumber(carol);
  const signature = await signAccount(thief.root.privateKey, account);
  await refuse(carol.registration.createAccount({ ...account, signature }), "request_invalid");
  const manifest = await openManifest(account.manifest);
  assert.ok(manifest);
  const fields = { ...account, manifest: await signManifest(thief.root.privateKey, manifest) };
  const signed = await signAccount(carol.root.privateKey, fields);
  await refuse(
    carol.registration.createAccount({ ...fields, signature: signed }),
    "request_invalid",
  );
  await refuse(carol.registration.createAccount(account), "accepted");
}

/** Says it is the owner's device, with a signature of another over this challenge or over one of its own. */
async function openInboxAs(
  service: FuzzedService,
  signer: Phone,
  owner: Phone,
  isOtherChallenge: boolean,
): Promise<Answer> {
  const socket = await connect(service, "/inbox");
  const { answer: challenge } = fromBinary(InboxAnswerSchema, await socket.next());
  assert.ok(challenge.case === "challenge");
  const nonce = isOtherChallenge ? randomBytes(32) : challenge.value.nonce;
  const signature = await signInboxChallenge(signer.device.privateKey, signer.cellId, nonce);
  const value = { deviceId: owner.device.id, signature };
  const frame = create(InboxRequestSchema, { request: { case: "authenticate", value } });
  socket.webSocket.send(toBinary(InboxRequestSchema, frame));
  const { answer } = fromBinary(InboxAnswerSchema, await socket.next());
  assert.ok(answer.case === "error");
  return answer.value.code as Answer;
}

async function guessing(service: FuzzedService, cases: Cases): Promise<void> {
  const phone = await service.newStranger();
  const { session } = await phone.registration.startRegistration(await startRequest(phone));
  const right = await service.codeFor(phone.number);
  const guesses = Array.from({ length: 100 }, (_, guess) =>
    String((Number(right) + 1 + guess) % 1_000_000).padStart(6, "0"),
  );
  const answers = await Promise.all(
    guesses.map((code) => answerOf(phone.registration.verifyCode({ session, code }))),
  );
  for (const answer of answers) cases.note("100 codes at once", answer);
  assert.equal(answers.filter((answer) => answer === "code_wrong").length, 5);
  assert.equal(answers.filter((answer) => answer === "code_expired").length, 95);
  const late = answerOf(phone.registration.verifyCode({ session, code: right }));
  await cases.expect("100 codes at once", "code_expired", late);
}

function evaluation(phone: Phone): Uint8Array<ArrayBuffer> {
  const { epoch = 1 } = phone.parameters.voprfKey ?? {};
  const blindedElements = [blindInput(utf8(phone.number)).blindedElement];
  return toBinary(
    EvaluateRequestSchema,
    create(EvaluateRequestSchema, { voprfEpoch: epoch, blindedElements }),
  );
}
