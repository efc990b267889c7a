// The same again, and what others signed: each is answered as before or refused, and nothing is doubled.
import assert from "node:assert/strict";
import {
  accountRequest,
  authentication,
  codeOf,
  connect,
  inboxAnswerIn,
  inboxFrame,
  mint,
  openInbox,
  openOutbox,
  type Phone,
  signedCall,
  startRequest,
  updateRequest,
} from "@assent/bare-phone";
import {
  blindInput,
  EnvelopeStatus,
  EvaluateRequestSchema,
  equalBytes,
  Intent,
  openConsent,
  openDeletionReceipt,
  openManifest,
  PutOutcome,
  randomBytes,
  signAccount,
  signConsent,
  signManifest,
  utf8,
} from "@assent/protocol";
import { quotas } from "../../../packages/server/src/limits/quotas.ts";
import type { Answer, Cases } from "./cases.ts";
import { encoded } from "./made-anew.ts";
import type { FuzzedService } from "./service.ts";

const evaluateProcedure = "DiscoveryService/Evaluate";

export async function replays(service: FuzzedService, cases: Cases): Promise<void> {
  await registeringTwice(service, cases);
  await claimingTwice(service, cases);
  await claimsForSomethingElse(service, cases);
  await callingTwice(service, cases);
  await updatingTwice(service, cases);
  await puttingTwice(service, cases);
  await authenticatingTwice(service, cases);
  await signaturesOfOthers(service, cases);
  await guessing(service, cases);
}

async function messagesTo(service: FuzzedService, number: string): Promise<number> {
  const answer = await fetch(`${service.origin}/sms/messages?to=${encodeURIComponent(number)}`);
  return ((await answer.json()) as unknown[]).length;
}

async function registeringTwice(service: FuzzedService, cases: Cases): Promise<void> {
  const target = "replay of registration";
  const phone = await service.newStranger();
  const request = await startRequest(phone);
  const start = (asked: typeof request) => phone.registration.startRegistration(asked);
  const first = await start(request);
  cases.note(target, "accepted");
  for (let count = 0; count < 3; count += 1) {
    await cases.expect(target, "request_invalid", codeOf(start(request)));
  }
  // A code again is asked for by sealing anew, and is of another session; at once, then it has to wait.
  const second = await start(await startRequest(phone));
  assert.ok(!equalBytes(first.session, second.session), "two sessions have one name");
  cases.note("code again", "accepted");
  for (let count = 0; count < 3; count += 1) {
    const again = await startRequest(phone);
    await cases.expect("code again", "rate_limited", codeOf(start(again)));
  }
  assert.equal(await messagesTo(service, phone.number), 2);
  // The same seal for another consent, or another intent: it is bound to both.
  const other = await service.newStranger();
  const elsewhere = [
    { ...(await startRequest(other)), consent: request.consent },
    { ...(await startRequest(other)), consent: undefined, intent: Intent.LEAVE },
  ];
  for (const mixed of elsewhere) {
    const asked = codeOf(other.registration.startRegistration(mixed as typeof request));
    await cases.expect("replay of seal", "request_invalid", asked);
  }
  assert.equal(await messagesTo(service, other.number), 0);
}

async function claimingTwice(service: FuzzedService, cases: Cases): Promise<void> {
  const target = "replay of claim";
  const { phone, session, code, verified, request } = await service.newProof();
  const { account, registration } = phone;
  const again = await registration.verifyCode({ session, code });
  assert.deepEqual(again.claim, verified.claim);
  const made = await Promise.all(Array.from({ length: 5 }, () => account.createAccount(request)));
  for (const { accountId } of made) {
    assert.deepEqual(accountId, phone.accountId);
    cases.note(target, "accepted");
  }
  const first = await signedCall(phone, "AccountService/DeleteAccount", new Uint8Array());
  const leave = () => codeOf(account.deleteAccount({ request: first }));
  await cases.expect("replay of leaving", "accepted", leave());
  await cases.expect("replay of leaving", "signed_out", leave());
  // The account is gone, and its claim was spent on it.
  await cases.expect(target, "code_expired", codeOf(account.createAccount(request)));
  const found = await phone.directory.getRecord({ lookupKey: request.keys.lookupKey });
  assert.equal(found.found, false);
}

/** A claim is for what the SMS said, and for whom. */
async function claimsForSomethingElse(service: FuzzedService, cases: Cases): Promise<void> {
  const target = "claim for something else";
  const { phone, verified, request } = await service.newProof();
  const { account } = phone;
  const thief = await service.newStranger();
  const stolen = await accountRequest({ ...phone, root: thief.root }, verified);
  await cases.expect(target, "request_invalid", codeOf(account.createAccount(stolen)));
  const { claim } = request;
  await cases.expect(target, "request_invalid", codeOf(account.deleteByClaim({ claim })));
  await cases.expect(target, "accepted", codeOf(account.createAccount(request)));
  const toLeave = await service.claimToLeave(phone);
  const joined = { ...request, claim: toLeave };
  const signature = await signAccount(phone.root.privateKey, joined);
  const create = codeOf(account.createAccount({ ...joined, signature }));
  await cases.expect(target, "request_invalid", create);
  const moved = await updateRequest(phone, request.keys, 2n, toLeave);
  await cases.expect(target, "request_invalid", codeOf(account.updateAccount(moved)));
  // Its owner may ask again: there is nothing more to delete.
  for (const deleted of [phone.accountId, new Uint8Array(), new Uint8Array()]) {
    const answer = await account.deleteByClaim({ claim: toLeave });
    const receipt = await openDeletionReceipt(phone.cellId, answer);
    assert.deepEqual(receipt?.accountId, deleted);
    cases.note("replay of leaving by claim", "accepted");
  }
}

async function callingTwice(service: FuzzedService, cases: Cases): Promise<void> {
  const target = "replay of a signed call";
  const phone = await service.newPhone();
  const body = evaluation(phone);
  const request = await signedCall(phone, evaluateProcedure, body);
  const { budgetLeft } = await phone.discovery.evaluate({ request });
  for (let count = 0; count < 5; count += 1) {
    const again = codeOf(phone.discovery.evaluate({ request }));
    await cases.expect(target, "counter_behind", again);
  }
  // Signed afresh, under a counter that was used, or was passed over.
  phone.counter.last += 10n;
  const ahead = await signedCall(phone, evaluateProcedure, body);
  await cases.expect(target, "accepted", codeOf(phone.discovery.evaluate({ request: ahead })));
  for (const counter of [0n, request.counter, ahead.counter - 1n, ahead.counter]) {
    const behind = await signedCall(phone, evaluateProcedure, body, counter);
    const expected = counter === 0n ? "request_invalid" : "counter_behind";
    await cases.expect(target, expected, codeOf(phone.discovery.evaluate({ request: behind })));
  }
  // Elsewhere, or under another counter, it is nobody's signature.
  const unused = await signedCall(phone, evaluateProcedure, body);
  const elsewhere = codeOf(phone.directory.addKeyPackages({ request: unused }));
  await cases.expect(target, "unauthenticated", elsewhere);
  const later = { ...unused, counter: unused.counter + 1n };
  await cases.expect(
    target,
    "unauthenticated",
    codeOf(phone.discovery.evaluate({ request: later })),
  );
  const after = await phone.discovery.evaluate({ request: unused });
  assert.equal(after.budgetLeft, budgetLeft - 2, "a repetition was counted");
}

async function updatingTwice(service: FuzzedService, cases: Cases): Promise<void> {
  const target = "replay of an update";
  const phone = await service.newPhone();
  const third = await updateRequest(phone, phone.keys, 3n);
  const second = await updateRequest(phone, phone.keys, 2n);
  const update = (request: typeof third) => codeOf(phone.account.updateAccount(request));
  await cases.expect(target, "accepted", update(third));
  await cases.expect(target, "accepted", update(third));
  await cases.expect(target, "request_invalid", update(second));
  const { sealedRecord } = await phone.directory.getRecord({ lookupKey: phone.keys.lookupKey });
  assert.deepEqual(sealedRecord, third.sealedRecord);
}

async function puttingTwice(service: FuzzedService, cases: Cases): Promise<void> {
  const phone = await service.newPhone();
  const inbox = await openInbox(service, phone);
  await inbox.until("delivery");
  const [address] = await mint(inbox);
  assert.ok(address);
  const { capability } = address;
  const outbox = await openOutbox(service);
  const envelopeId = randomBytes(32);
  const puts = Array.from({ length: 10 }, () => ({ body: randomBytes(512) }));
  const asked = puts.map(({ body }) => outbox.put({ capability, envelopeId, body }));
  for (const request of asked) {
    const result = await outbox.resultOf(request);
    assert.ok(result.kind === "put" && result.outcome === PutOutcome.STORED);
    cases.note("replay of put", "accepted");
    const { ticket } = result;
    const status = await outbox.resultOf(outbox.askStatus({ capability, ticket }));
    assert.ok(status.kind === "status" && status.status === EnvelopeStatus.HELD);
    cases.note("replay of status query", "accepted");
  }
  const { envelopes } = (await inbox.until("delivery")).value;
  assert.deepEqual(
    envelopes.map((envelope) => envelope.body),
    [puts[0]?.body],
  );
  const position = envelopes[0]?.position ?? 0n;
  for (let count = 0; count < 5; count += 1) {
    inbox.ask({ case: "acknowledge", value: { position } });
    assert.equal((await inbox.until("acknowledged")).value.position, position);
    cases.note("replay of acknowledge", "accepted");
  }
  inbox.webSocket.close();
  const later = await openInbox(service, phone);
  assert.equal((await later.until("ready")).value.acknowledgedPosition, position);
  const waiting = await later.answer();
  assert.ok(waiting.case === "delivery");
  assert.deepEqual(waiting.value.envelopes, []);
  outbox.webSocket.close();
  later.webSocket.close();
}

/** What was right for one challenge is not for another, however often; and a former counter lets in, and shows why. */
async function authenticatingTwice(service: FuzzedService, cases: Cases): Promise<void> {
  const target = "replay of Authenticate";
  const phone = await service.newPhone();
  const socket = await connect(service, "/inbox");
  const right = await authentication(phone, await challengeOf(socket));
  socket.webSocket.send(inboxFrame(1, { case: "authenticate", value: right }));
  assert.equal(inboxAnswerIn(await socket.next()).case, "ready");
  cases.note(target, "accepted");
  for (let count = 0; count < 5; count += 1) {
    const answer = authenticateWith(service, async () => right);
    await cases.expect(target, "unauthenticated", answer);
  }
  const behind = await openInbox(service, phone, right.counter);
  const { lastRequest } = (await behind.until("ready")).value;
  assert.deepEqual(
    [lastRequest?.procedure, lastRequest?.counter, lastRequest?.signature],
    ["/inbox", right.counter, right.signature],
  );
  cases.note("Authenticate, counter behind", "accepted");
  behind.webSocket.close();
  socket.webSocket.close();
}

async function signaturesOfOthers(service: FuzzedService, cases: Cases): Promise<void> {
  const target = "foreign signature";
  const [anna, ben] = [await service.newPhone(), await service.newPhone()];
  const refuse = (asked: Promise<unknown>, code: Answer) =>
    cases.expect(target, code, codeOf(asked));

  const { privateKey } = anna.device;
  const asBen = { ...anna, device: { ...ben.device, privateKey }, counter: { last: 100n } };
  const request = await signedCall(asBen, evaluateProcedure, evaluation(anna));
  await refuse(anna.discovery.evaluate({ request }), "unauthenticated");
  await refuse(anna.directory.addKeyPackages({ request }), "unauthenticated");
  await refuse(anna.registration.renewClaim({ request }), "unauthenticated");
  await refuse(anna.account.restartDevice({ request }), "unauthenticated");
  await refuse(anna.account.deleteAccount({ request }), "unauthenticated");

  const asAnother = authenticateWith(service, (nonce) => authentication(asBen, nonce));
  await cases.expect(target, "unauthenticated", asAnother);
  const ofAnother = authenticateWith(service, () => authentication(ben, randomBytes(32)));
  await cases.expect(target, "unauthenticated", ofAnother);

  const [carol, thief] = [await service.newStranger(), await service.newStranger()];
  const start = await startRequest(carol);
  assert.ok(start.consent);
  const statement = await openConsent(start.consent);
  assert.ok(statement);
  const consent = await signConsent(thief.root.privateKey, statement);
  await refuse(carol.registration.startRegistration({ ...start, consent }), "consent_invalid");

  const { phone: dora, request: right } = await service.newProof();
  const signature = await signAccount(thief.root.privateKey, right);
  await refuse(dora.account.createAccount({ ...right, signature }), "request_invalid");
  const manifest = await openManifest(right.manifest);
  assert.ok(manifest);
  const fields = { ...right, manifest: await signManifest(thief.root.privateKey, manifest) };
  const signed = await signAccount(dora.root.privateKey, fields);
  await refuse(dora.account.createAccount({ ...fields, signature: signed }), "request_invalid");
  await refuse(dora.account.createAccount(right), "accepted");

  const byThief = { ...ben, root: thief.root };
  const update = { ...(await updateRequest(byThief, ben.keys, 2n)), accountId: ben.accountId };
  await refuse(ben.account.updateAccount(update), "request_invalid");
  await refuse(ben.account.updateAccount(await updateRequest(ben, ben.keys, 2n)), "accepted");
}

async function challengeOf(socket: Awaited<ReturnType<typeof connect>>): Promise<Uint8Array> {
  const challenge = inboxAnswerIn(await socket.next());
  assert.ok(challenge.case === "challenge");
  return challenge.value.nonce;
}

/** What an inbox says to this answer to its challenge. */
async function authenticateWith(
  service: FuzzedService,
  make: (nonce: Uint8Array) => ReturnType<typeof authentication>,
): Promise<Answer> {
  const socket = await connect(service, "/inbox");
  const value = await make(await challengeOf(socket));
  socket.webSocket.send(inboxFrame(1, { case: "authenticate", value }));
  const answer = inboxAnswerIn(await socket.next());
  assert.ok(answer.case === "error", `let in: ${answer.case}`);
  return answer.value.code as Answer;
}

async function guessing(service: FuzzedService, cases: Cases): Promise<void> {
  const { registration } = service.cell;
  const { session, code: right } = await service.newCode();
  const guesses = Array.from({ length: 100 }, (_, guess) =>
    String((Number(right) + 1 + guess) % 1_000_000).padStart(6, "0"),
  );
  const answers = await Promise.all(
    guesses.map((code) => codeOf(registration.verifyCode({ session, code }))),
  );
  for (const answer of answers) cases.note("100 codes at once", answer);
  const { triesPerSession } = quotas.registration;
  const wrong = answers.filter((answer) => answer === "code_wrong");
  assert.equal(wrong.length, triesPerSession);
  const expired = answers.filter((answer) => answer === "code_expired");
  assert.equal(expired.length, guesses.length - triesPerSession);
  const late = codeOf(registration.verifyCode({ session, code: right }));
  await cases.expect("100 codes at once", "code_expired", late);
}

function evaluation({ number }: Phone): Uint8Array<ArrayBuffer> {
  const blindedElements = [blindInput(utf8(number)).blindedElement];
  return encoded(EvaluateRequestSchema, { voprfEpoch: 1, blindedElements });
}
