// Proving a number and leaving, against a real server: what it refuses, what it counts, what a restart leaves.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ClaimSchema,
  concat,
  openClaim,
  openDeletionReceipt,
  policy,
  randomBytes,
  utf8,
} from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import {
  accountRequest,
  lastCode,
  leave,
  makePhone,
  type StartChanges,
  startRegistration,
  startRequest,
  turnOn,
} from "../phone-for-tests.ts";
import { codeOf, startTestServer } from "../server-for-tests.ts";
import { numberOfPadded } from "./sealed-number.ts";

const mobile = "+4915123456789";

test("a number is proved, also with a restart between any two steps", async (context) => {
  let server = await startTestServer(context);
  let phone = await makePhone(server, mobile);
  const started = await startRegistration(phone);
  const code = lastCode(server, mobile);
  const moved = async () => {
    server = await server.restart();
    phone = { ...(await makePhone(server, mobile, phone.root)), device: phone.device };
  };
  await moved();
  const verified = await phone.registration.verifyCode({ session: started.session, code });
  const again = await phone.registration.verifyCode({ session: started.session, code });
  assert.deepEqual(again.claim, verified.claim);
  const signed = { bytes: verified.claim, signature: verified.claimSignature };
  assert.ok(await openClaim(phone.parameters.identityKey, signed));
  await moved();
  const request = await accountRequest(phone, verified);
  const { accountId } = await phone.registration.createAccount(request);
  await moved();
  assert.deepEqual((await phone.registration.createAccount(request)).accountId, accountId);
  // The claim is spent: another account cannot have it, and the session is over.
  const other = await makePhone(server, mobile, phone.root);
  const second = await accountRequest({ ...other, root: phone.root }, verified);
  assert.deepEqual((await phone.registration.createAccount(second)).accountId, accountId);
  assert.equal(
    await codeOf(phone.registration.verifyCode({ session: started.session, code })),
    "code_expired",
  );
});

test("an SMS says one code, and for browsers whose it is", async (context) => {
  const server = await startTestServer(context);
  await startRegistration(await makePhone(server, mobile));
  const [sms] = server.fakeSms?.messagesTo(mobile) ?? [];
  assert.match(sms?.text ?? "", /^Assent code: (\d{6})\n\n@localhost #\1$/);
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
  const { registration } = phone;
  const unsigned = { ...request, consentSignature: randomBytes(64) };
  assert.equal(await codeOf(registration.startRegistration(unsigned)), "consent_invalid");
  // A number sealed for one consent does not open under another.
  const exchanged = { ...(await startRequest(phone)), sealedNumber: request.sealedNumber };
  assert.equal(await codeOf(registration.startRegistration(exchanged)), "request_invalid");
  assert.deepEqual(server.fakeSms?.messagesTo(mobile), []);
  assert.equal(await codeOf(registration.startRegistration(request)), "accepted");
});

test("only numbers that can get an SMS at its usual price, spelled in the one way", async () => {
  const padded = (text: string) => concat(utf8(text), new Uint8Array(32 - text.length));
  const answerTo = (bytes: Uint8Array) => codeOf((async () => numberOfPadded(bytes))());
  const cases: [Uint8Array, string][] = [
    [padded(mobile), "accepted"],
    [padded("+12025550123"), "accepted"],
    [padded("+442079460991"), "number_refused"],
    [padded("+449098790000"), "number_refused"],
    [padded("+49 15123456789"), "number_invalid"],
    [padded("4915123456789"), "number_invalid"],
    [padded("+49"), "number_invalid"],
    [padded(""), "number_invalid"],
    [padded(mobile).subarray(0, 31), "number_invalid"],
    [concat(utf8(mobile), new Uint8Array(17), utf8("x")).subarray(0, 32), "number_invalid"],
    [new Uint8Array(32).fill(0xff), "number_invalid"],
  ];
  for (const [bytes, expected] of cases) assert.equal(await answerTo(bytes), expected);
});

test("a hundred guesses at once count as a hundred", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const { session } = await startRegistration(phone);
  const right = lastCode(server, mobile);
  const wrong = (guess: number) => String((Number(right) + 1 + guess) % 1_000_000).padStart(6, "0");
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, guess) =>
      codeOf(phone.registration.verifyCode({ session, code: wrong(guess) })),
    ),
  );
  assert.equal(answers.filter((answer) => answer === "code_wrong").length, 5);
  assert.equal(answers.filter((answer) => answer === "code_expired").length, 95);
  assert.equal(
    await codeOf(phone.registration.verifyCode({ session, code: right })),
    "code_expired",
  );
});

test("codes and claims end after ten minutes", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const first = await startRegistration(phone);
  const tenMinutes = 600_000;
  server.clock.nowMs += tenMinutes;
  const late = phone.registration.verifyCode({
    session: first.session,
    code: lastCode(server, mobile),
  });
  assert.equal(await codeOf(late), "code_expired");
  const { session } = await startRegistration(phone);
  const verified = await phone.registration.verifyCode({ session, code: lastCode(server, mobile) });
  server.clock.nowMs += tenMinutes;
  const request = await accountRequest(phone, verified);
  assert.equal(await codeOf(phone.registration.createAccount(request)), "code_expired");
});

test("codes to one number are limited, whoever asks", async (context) => {
  const server = await startTestServer(context);
  const answers: string[] = [];
  for (let count = 0; count < 4; count += 1) {
    answers.push(await codeOf(startRegistration(await makePhone(server, mobile))));
  }
  assert.deepEqual(answers, ["accepted", "accepted", "rate_limited", "rate_limited"]);
  server.clock.nowMs += 60_000;
  const later = await startRegistration(await makePhone(server, mobile));
  assert.equal(later.resendAfterSeconds, 120);
});

test("an account needs its claim, its root key and its first manifest", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const { session } = await startRegistration(phone);
  const code = lastCode(server, mobile);
  const verified = await phone.registration.verifyCode({ session, code });
  const request = await accountRequest(phone, verified);
  const thief = await makePhone(server, mobile);
  const refusals = [
    { ...request, claimSignature: randomBytes(64) },
    { ...request, signature: randomBytes(64) },
    { ...request, sealedRecord: randomBytes(300) },
    { ...request, sealedRecord: new Uint8Array() },
    await accountRequest(thief, verified),
  ];
  for (const refused of refusals) {
    assert.equal(await codeOf(phone.registration.createAccount(refused)), "request_invalid");
  }
  assert.equal(await codeOf(phone.registration.createAccount(request)), "accepted");
});

test("leaving is answered with a signed receipt of this request, and is final", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const { claim, keys } = await turnOn(server, phone);
  const { request, answer } = await leave(phone);
  const signed = { bytes: answer.receipt, signature: answer.signature };
  const receipt = await openDeletionReceipt(phone.parameters.identityKey, signed);
  assert.deepEqual(receipt?.requestNonce, request.nonce);
  assert.deepEqual(receipt?.cellId, phone.cellId);
  const { records, tags, devices, keyPackages, envelopes } = receipt ?? {};
  assert.deepEqual(
    { records, tags, devices, keyPackages, envelopes },
    { records: 1, tags: 1, devices: 1, keyPackages: 0, envelopes: 0 },
  );
  assert.equal(await codeOf(leave(phone)), "signed_out");
  assert.equal((await phone.directory.getRecord({ lookupKey: keys.lookupKey })).found, false);
  assert.notEqual(claim.expiresAtMs, 0n);
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
