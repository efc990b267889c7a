// Proving a number against a real service: what it refuses, what it counts, what a restart leaves.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accountRequest,
  codeOf,
  lastCode,
  leave,
  leaveByNumber,
  makePhone,
  proveNumber,
  type StartChanges,
  startRegistration,
  startRequest,
  turnOn,
} from "@assent/bare-phone";
import {
  ClaimSchema,
  Intent,
  keysOfEvaluatedNumber,
  lookupHashOf,
  openCertifiedClaim,
  policy,
  randomBytes,
  sealedNumberPlaintextLength,
} from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { startTestServer } from "../server-for-tests.ts";

const mobile = "+4915123456789";
const otherMobile = "+4915123456780";

test("a number is proved, also with a restart between any two steps", async (context) => {
  let server = await startTestServer(context);
  let phone = await makePhone(server, mobile);
  const { session } = await startRegistration(phone);
  const code = lastCode(server, mobile);
  const moved = async () => {
    server = await server.restart();
    phone = { ...(await makePhone(server, mobile, phone.root)), device: phone.device };
  };
  await moved();
  const verified = await phone.registration.verifyCode({ session, code });
  await moved();
  const again = await phone.registration.verifyCode({ session, code });
  assert.deepEqual(again, verified);
  const request = await accountRequest(phone, verified);
  const { accountId } = await phone.account.createAccount(request);
  await moved();
  assert.deepEqual((await phone.account.createAccount(request)).accountId, accountId);
  assert.deepEqual(await phone.registration.verifyCode({ session, code }), verified);
});

test("a claim says what was proved, for whom and what for, under the cell's certificate", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const { cellId: id, certificate } = phone;
  const { verified } = await proveNumber(server, phone);
  const cell = { id, certificateNumber: certificate.number };
  const claim = await openCertifiedClaim(cell, verified);
  const [voprfKey] = phone.parameters.voprfKeys;
  const keys = keysOfEvaluatedNumber(voprfKey!.publicKey, phone.number, verified.evaluation!);
  const { $typeName: _, serial, ...said } = claim!;
  assert.equal(serial.length, 16);
  assert.deepEqual(said, {
    cellId: id,
    intent: Intent.REGISTER,
    lookupHash: lookupHashOf(keys.lookupKey),
    formerLookupHashes: [],
    bucketBits: keys.bucketBits,
    tag: keys.tag,
    rootKey: phone.root.publicKey,
    voprfEpoch: 1,
    expiresAtMs: BigInt(server.clock.nowMs + 600_000),
    policyVersion: policy.version,
    invitation: new Uint8Array(),
  });
  const leaving = await proveNumber(server, phone, { intent: Intent.LEAVE });
  const other = await openCertifiedClaim(cell, leaving.verified);
  assert.deepEqual(
    [other?.intent, other?.rootKey.length, other?.policyVersion, other?.lookupHash],
    [Intent.LEAVE, 0, 0, said.lookupHash],
  );
});

test("consent must be a yes, to this cell, to today's policy, of today", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const answerTo = async (statement: StartChanges["statement"]) =>
    codeOf(startRegistration(phone, { statement: statement ?? {} }));
  const dayMs = 86_400_000;
  assert.equal(await answerTo({ cellId: randomBytes(32) }), "consent_invalid");
  assert.equal(await answerTo({ purposes: ["discovery"] }), "consent_invalid");
  assert.equal(await answerTo({ nonce: new Uint8Array() }), "consent_invalid");
  const yesterday = BigInt(server.clock.nowMs - dayMs - 1_000);
  assert.equal(await answerTo({ givenAtMs: yesterday }), "consent_invalid");
  assert.equal(await answerTo({ policyVersion: policy.version + 1 }), "policy_changed");
  assert.equal(await answerTo({ policyHash: randomBytes(32) }), "policy_changed");
  const request = await startRequest(phone);
  const start = (asked: Partial<typeof request>) =>
    codeOf(phone.registration.startRegistration(asked));
  const unsigned = { ...request.consent!, signature: randomBytes(64) };
  assert.equal(await start({ ...request, consent: unsigned }), "consent_invalid");
  // A number sealed for one consent does not open under another.
  const { sealedNumber } = request;
  assert.equal(await start({ ...(await startRequest(phone)), sealedNumber }), "request_invalid");
  assert.deepEqual(server.fakeSms?.messagesTo(mobile), []);
  assert.equal(await start(request), "accepted");
});

test("what a number is proved for is bound into its seal, and needs a consent only to register", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const register = await startRequest(phone);
  const leaving = await startRequest(phone, { intent: Intent.LEAVE });
  const never = await startRequest(phone, { intent: Intent.NEVER });
  const { consent: _, ...withoutConsent } = register;
  const refused = [
    { ...leaving, intent: Intent.NEVER },
    { ...never, intent: Intent.LEAVE },
    { ...leaving, intent: Intent.REGISTER },
    { ...leaving, consent: register.consent! },
    { ...leaving, intent: Intent.RENEW },
    { ...leaving, intent: Intent.UNSPECIFIED },
    { ...leaving, intent: 9 },
    withoutConsent,
    { ...leaving, sealedNumber: randomBytes(leaving.sealedNumber.length) },
    { ...leaving, sealedNumber: leaving.sealedNumber.subarray(1) },
  ];
  const start = (asked: object) => codeOf(phone.registration.startRegistration(asked));
  for (const [index, request] of refused.entries()) {
    assert.equal(await start(request), "request_invalid", `refusal ${index}`);
  }
  assert.equal(await start({ ...leaving, sealingEpoch: 2 }), "key_outdated");
  assert.equal(await start({ ...leaving, contract: 0 }), "request_invalid");
  assert.deepEqual(server.fakeSms?.messagesTo(mobile), []);
  assert.deepEqual([await start(leaving), await start(register)], ["accepted", "accepted"]);
});

test("who wants no codes gets none, is not registered, and can leave", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  await turnOn(server, phone);
  const wrong = await startRegistration(phone, { intent: Intent.NEVER });
  const code = lastCode(server, mobile);
  const { session } = wrong;
  const wrongCode = code === "000000" ? "000001" : "000000";
  assert.equal(
    await codeOf(phone.registration.verifyCode({ session, code: wrongCode })),
    "code_wrong",
  );
  assert.equal(await codeOf(startRegistration(phone)), "accepted", "nobody has proved anything");
  const verified = await phone.registration.verifyCode({ session, code });
  assert.deepEqual(
    [verified.claim, verified.evaluation, verified.certificate],
    Array(3).fill(undefined),
  );

  const sent = server.fakeSms?.messagesTo(mobile).length;
  const again = await server.restart();
  const back = { ...(await makePhone(again, mobile, phone.root)), device: phone.device };
  assert.equal(await codeOf(startRegistration(back)), "number_refused");
  assert.equal(await codeOf(startRegistration(back, { intent: Intent.NEVER })), "number_refused");
  assert.deepEqual(again.fakeSms?.messagesTo(mobile), []);
  assert.equal(await codeOf(startRegistration(await makePhone(again, otherMobile))), "accepted");
  assert.ok(sent && sent > 0);
  assert.equal((await leaveByNumber(again, back)).answer.receipt !== undefined, true);
});

test("a hundred guesses at once count as a hundred", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const { session } = await startRegistration(phone);
  const right = lastCode(server, mobile);
  const verify = (code: string) => codeOf(phone.registration.verifyCode({ session, code }));
  const guesses = Array.from({ length: 101 }, (_, guess) => String(guess).padStart(6, "0"));
  const wrong = guesses.filter((guess) => guess !== right).slice(0, 100);
  const answers = await Promise.all(wrong.map(verify));
  assert.equal(answers.filter((answer) => answer === "code_wrong").length, 3);
  assert.equal(answers.filter((answer) => answer === "code_expired").length, 97);
  assert.equal(await verify(right), "code_expired");
  const malformed = phone.registration.verifyCode({ session, code: "12345" });
  assert.equal(await codeOf(malformed), "code_wrong");
});

test("codes and claims end after ten minutes; a resend is a session of its own", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const verify = (session: Uint8Array, code: string) =>
    phone.registration.verifyCode({ session, code });
  const first = await startRegistration(phone);
  const firstCode = lastCode(server, mobile);
  const second = await startRegistration(phone);
  const secondCode = lastCode(server, mobile);
  assert.notDeepEqual(first.session, second.session);
  assert.equal(await codeOf(verify(first.session, firstCode)), "accepted", "it goes on as it was");
  const tenMinutes = 600_000;
  server.clock.nowMs += tenMinutes;
  assert.equal(await codeOf(verify(second.session, secondCode)), "code_expired");
  const { session } = await startRegistration(phone);
  const code = lastCode(server, mobile);
  server.clock.nowMs += tenMinutes - 1;
  const verified = await verify(session, code);
  server.clock.nowMs += tenMinutes - 1;
  assert.deepEqual(await verify(session, code), verified);
  server.clock.nowMs += 1;
  assert.equal(await codeOf(verify(session, code)), "code_expired");
  const request = await accountRequest(phone, verified);
  assert.equal(await codeOf(phone.account.createAccount(request)), "code_expired");
});

test("codes to one number are limited, whoever asks and whatever for, until it is proved", async (context) => {
  const server = await startTestServer(context);
  const start = async (number: string, intent: Intent) =>
    startRegistration(await makePhone(server, number), { intent });
  const answers: string[] = [];
  for (const intent of [Intent.REGISTER, Intent.LEAVE, Intent.NEVER, Intent.REGISTER]) {
    answers.push(await codeOf(start(mobile, intent)));
  }
  assert.deepEqual(answers, ["accepted", "accepted", "rate_limited", "rate_limited"]);
  assert.equal(await codeOf(start(otherMobile, Intent.REGISTER)), "accepted");
  server.clock.nowMs += 60_000;
  const phone = await makePhone(server, mobile);
  const { session, resendAfterSeconds } = await startRegistration(phone);
  assert.equal(resendAfterSeconds, 120);
  assert.equal(await codeOf(start(mobile, Intent.REGISTER)), "rate_limited");
  await phone.registration.verifyCode({ session, code: lastCode(server, mobile) });
  assert.equal(await codeOf(start(mobile, Intent.REGISTER)), "accepted", "pauses begin anew");
});

test("proving a number gives it no more SMS in a day, nor does a restart", async (context) => {
  let server = await startTestServer(context);
  let phone = await makePhone(server, mobile);
  for (let round = 0; round < 6; round += 1) await proveNumber(server, phone);
  assert.equal(await codeOf(startRegistration(phone)), "rate_limited");
  assert.equal(server.fakeSms?.messagesTo(mobile).length, 6);
  server = await server.restart();
  phone = await makePhone(server, mobile);
  const afterRestart = () => codeOf(startRegistration(phone));
  const answers = [await afterRestart(), await afterRestart()];
  assert.deepEqual(answers, ["accepted", "rate_limited"], "one of two for whoever is new here");
  server.clock.nowMs += 25 * 3_600_000;
  const nowMs = server.clock.nowMs;
  assert.equal(await codeOf(startRegistration(phone, { nowMs })), "accepted");
});

test("a cell that may send no more SMS today says so before it opens a number", async (context) => {
  const server = await startTestServer(context, {}, { ASSENT_SMS_PER_DAY: "2" });
  const start = async (number: string) => startRegistration(await makePhone(server, number));
  assert.equal(await codeOf(start(mobile)), "accepted");
  assert.equal(await codeOf(start(otherMobile)), "rate_limited", "of one calling code, half");
  assert.equal(await codeOf(start("+33612345678")), "accepted");
  assert.equal(await codeOf(start("+447400123457")), "rate_limited", "of the day, none is left");
  const phone = await makePhone(server, "+447400123456");
  const unreadable = { plaintext: new Uint8Array(42) };
  assert.equal(await codeOf(startRegistration(phone, unreadable)), "rate_limited");
  server.clock.nowMs += 25 * 3_600_000;
  const late = { ...unreadable, nowMs: server.clock.nowMs };
  assert.equal(await codeOf(startRegistration(phone, late)), "number_invalid");
});

test("a start that was recorded starts nothing again", async (context) => {
  const server = await startTestServer(context);
  const request = await startRequest(await makePhone(server, mobile));
  const phone = await makePhone(server, mobile);
  const start = () => codeOf(phone.registration.startRegistration(request));
  const answers = await Promise.all([start(), start(), start()]);
  assert.deepEqual(answers.sort(), ["accepted", "request_invalid", "request_invalid"]);
  server.clock.nowMs += 3_600_000;
  assert.equal(await start(), "request_invalid");
  assert.equal(server.fakeSms?.messagesTo(mobile).length, 1);
  assert.equal(await codeOf(startRegistration(phone)), "accepted", "sealed anew");
  const noNumber = await startRequest(phone, {
    plaintext: new Uint8Array(sealedNumberPlaintextLength),
  });
  const startOtherwise = (token: number) =>
    codeOf(phone.registration.startRegistration({ ...noNumber, token: Uint8Array.of(token) }));
  assert.equal(await startOtherwise(1), "number_invalid");
  assert.equal(await startOtherwise(2), "request_invalid", "it was opened once");
});

test("nothing of numbers, codes, keys or URLs is logged, at level debug", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const { claim, session } = await turnOn(server, phone);
  const code = lastCode(server, mobile);
  await fetch(`${server.origin}/sms/messages?to=${mobile}`);
  await fetch(`${server.origin}/nothing/${code}`);
  await codeOf(leave(phone));
  const logged = server.log.join("");
  assert.match(logged, /started/);
  const secrets = [session, phone.device.id, claim.lookupHash, claim.serial, phone.root.publicKey];
  const spellings = secrets.flatMap((bytes) =>
    (["hex", "base64", "latin1"] as const).map((how) => Buffer.from(bytes).toString(how)),
  );
  for (const secret of [mobile, mobile.slice(1), code, "/sms/", "/nothing", ...spellings]) {
    assert.ok(!logged.includes(secret));
  }
  assert.equal(fromBinary(ClaimSchema, new Uint8Array()).tag, 0);
});
