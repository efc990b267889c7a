// What is refused before it is read: in Connect's own form, and nothing that a rule would have let through.
import assert from "node:assert/strict";
import { type AddressInfo, connect } from "node:net";
import { test } from "node:test";
import { codeOf, makePhone, startRequest } from "@assent/bare-phone";
import {
  ErrorDetailSchema,
  Intent,
  RegistrationService,
  randomBytes,
  StartRegistrationRequestSchema,
  StartRegistrationResponseSchema,
} from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { createHttp } from "../http.ts";
import { createAdmission } from "../limits/admission.ts";
import { quotas } from "../limits/quotas.ts";
import { createLog } from "../log.ts";
import { startTestServer } from "../server-for-tests.ts";
import { createEarlyRefusals } from "./early-refusals.ts";
import { refuseStartsEarly } from "./edge.ts";

const path = "/assent.v1.RegistrationService/StartRegistration";

async function sendTo(
  origin: string,
  body: Uint8Array<ArrayBuffer>,
  { type = "application/proto", path: spelled = path } = {},
) {
  const answer = await fetch(origin + spelled, {
    method: "POST",
    headers: { "content-type": type },
    body,
  });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (answer.status === 200) return { status: 200, code: "accepted", bytes };
  assert.equal(answer.headers.get("content-type"), "application/json");
  const { details } = JSON.parse(new TextDecoder().decode(bytes)) as {
    details: { value: string }[];
  };
  const detail = Buffer.from(details[0]?.value ?? "", "base64");
  return { status: answer.status, code: fromBinary(ErrorDetailSchema, detail).code, bytes };
}

test("a recorded body is refused, what is too short or too long too; JSON is read as ever", async (context) => {
  const { origin } = await startTestServer(context);
  const phone = await makePhone({ origin }, "+4915123456789");
  const request = create(StartRegistrationRequestSchema, await startRequest(phone));
  const body = toBinary(StartRegistrationRequestSchema, request);
  const short = await sendTo(origin, randomBytes(100));
  assert.deepEqual([short.status, short.code], [400, "request_invalid"]);
  const long = await sendTo(origin, randomBytes(9_000));
  assert.deepEqual([long.status, long.code], [429, "request_too_large"]);
  const accepted = await sendTo(origin, body);
  const started = fromBinary(StartRegistrationResponseSchema, accepted.bytes);
  assert.equal(started.session.length, 32);
  const again = await sendTo(origin, body);
  assert.deepEqual([again.status, again.code], [400, "request_invalid"]);
  // An unknown field at its end makes it another body, and the same sealed number.
  const longer = new Uint8Array([...body, 0xfa, 0x7f, 0]);
  assert.equal((await sendTo(origin, longer)).code, "request_invalid");
  const anew = JSON.stringify({
    contract: request.contract,
    intent: "INTENT_LEAVE",
    ...(await leavingOf(phone)),
  });
  assert.equal(
    (await sendTo(origin, new TextEncoder().encode(anew), { type: "application/json" })).code,
    "accepted",
  );
});

test("however its path is spelled", async (context) => {
  const { origin } = await startTestServer(context);
  const long = randomBytes(9_000);
  for (const spelled of [path, `${path}?`, `${path}?x=1`, path.replace("Start", "%53tart")]) {
    const { status, code } = await sendTo(origin, long, { path: spelled });
    assert.deepEqual([status, code], [429, "request_too_large"], spelled);
  }
});

async function leavingOf(phone: Awaited<ReturnType<typeof makePhone>>) {
  const { sealingEpoch, sealedNumber } = await startRequest(phone, { intent: Intent.LEAVE });
  return { sealingEpoch, sealedNumber: Buffer.from(sealedNumber).toString("base64") };
}

test("what may be answered otherwise later is let through again", async () => {
  const counted: (string | undefined)[] = [];
  const admission = createAdmission({ most: 1, retryAfterSeconds: 5 });
  const early = createEarlyRefusals({
    startsPerPeer: { count: async (peer) => void counted.push(peer) },
    admission,
    allowance: { requireAny: () => {} },
    bodiesRemembered: 2,
  });
  const [body, other, third] = [randomBytes(2_000), randomBytes(2_000), randomBytes(2_000)];
  const of = (bytes: Uint8Array) => codeOf((async () => early.ofBody(bytes))());
  early.ofBody(body).answered(429);
  const { answered } = early.ofBody(body);
  assert.equal(await of(body), "request_invalid", "it is under way");
  answered(400);
  assert.equal(await of(body), "request_invalid");
  assert.deepEqual([await of(other), await of(third)], ["accepted", "accepted"]);
  assert.equal(await of(body), "accepted", "the oldest of three is forgotten");

  await early.beforeBody("192.0.2.1");
  const inside = Promise.withResolvers<void>();
  const under = admission.admit("192.0.2", () => inside.promise);
  assert.equal(await codeOf(early.beforeBody("198.51.100.1")), "rate_limited");
  inside.resolve();
  await under;
  assert.deepEqual(counted, ["192.0.2.1", "198.51.100.1"], "each is counted");
});

test("a line that breaks in the middle of one is nobody's error here", async (context) => {
  const came = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string>();
  const early = {
    mostBytes: 8_192,
    beforeBody: async () => came.resolve(),
    ofBody: () => ({ answered: () => {} }),
  };
  const peerOf = () => undefined;
  const http = await createHttp({
    log: createLog("debug", { write: ended.resolve }),
    quotas: quotas.http,
    refused: () => {},
    before: (bare) => refuseStartsEarly(bare, { early, peerOf, refused: ended.resolve }),
    mostConnections: 50,
    isTrustedProxy: () => false,
    health: () => ({ kind: "well" }),
    peerOf,
    routes: (router) => void router.service(RegistrationService, {}),
  });
  context.after(() => http.close());
  await http.listen({ host: "127.0.0.1", port: 0 });
  const socket = connect((http.server.address() as AddressInfo).port, "127.0.0.1");
  const head = [`POST ${path} HTTP/1.1`, "Host: here", "Content-Type: application/proto"];
  socket.write([...head, "Content-Length: 4000", "", "the beginning of it"].join("\r\n"));
  await came.promise;
  socket.destroy();
  assert.equal(await ended.promise, "request_invalid");
});
