// Webhooks: what is signed is heard once; what is forged, changed, old or of somebody else's time is not.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { type TestContext, test } from "node:test";
import { parseNumber } from "@assent/protocol";
import { startTestServer } from "../../server-for-tests.ts";
import { knownTemplates } from "./known-templates.ts";
import { secret, startProvider, tokenFor } from "./provider-for-tests.ts";
import type { HttpTemplate } from "./template.ts";

const to = parseNumber("+4915123456789");
const delivered = { android: androidReport("a1", "sms:delivered"), vonage: vonageReport("a1") };

function androidReport(messageId: string, event: string): string {
  return JSON.stringify({ event, id: "e1", payload: { messageId, phoneNumber: to } });
}

function vonageReport(client_ref: string): string {
  return JSON.stringify({ client_ref, status: "delivered" });
}

async function startWithSms(context: TestContext, name: string) {
  const provider = await startProvider(context, knownTemplates[name] as HttpTemplate);
  await provider.sms.send({ key: "a1", to, text: "text", validForSeconds: 600 });
  return provider;
}

test("a forged or changed one is refused, and a true one is heard", async (context) => {
  for (const [name, body, headers] of [
    ["android-sms-gateway", delivered.android, { "x-signature": "0".repeat(64) }],
    ["android-sms-gateway", delivered.android, { "x-signature": "" }],
    ["android-sms-gateway", delivered.android, { "x-timestamp": "1900000001" }],
    ["twilio", "SmsStatus=delivered", { "x-twilio-signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" }],
    ["vonage", delivered.vonage, { authorization: "" }],
    ["vonage", delivered.vonage, { authorization: `Bearer ${tokenFor("other", 1_900_000_000)}` }],
    [
      "vonage",
      delivered.vonage,
      { authorization: `Bearer ${tokenFor(delivered.vonage, 1_900_000_000, "none")}` },
    ],
    [
      "vonage",
      delivered.vonage,
      { authorization: `Bearer ${tokenFor(delivered.vonage, 1_900_000_000, "HS512")}` },
    ],
  ] as const) {
    const { call, reports } = await startWithSms(context, name);
    const query = name === "twilio" ? { query: "?sms=a1" } : {};
    assert.equal(await call(body, { headers, ...query }), "refused");
    assert.deepEqual(reports, []);
    assert.equal(await call(body, query), "taken");
    assert.deepEqual(reports, [["a1", "delivered"]]);
  }
});

test("one whose time is not now is refused: it was recorded", async (context) => {
  for (const [name, body] of [
    ["android-sms-gateway", delivered.android],
    ["vonage", delivered.vonage],
  ] as const) {
    const { call, reports, clock } = await startWithSms(context, name);
    const thenMs = clock.nowMs;
    const seconds = String(thenMs / 1_000);
    const mac = createHmac("sha256", secret)
      .update(body + seconds)
      .digest("hex");
    const headers = {
      "x-timestamp": seconds,
      "x-signature": mac,
      authorization: `Bearer ${tokenFor(body, thenMs / 1_000)}`,
    };
    for (const awayMs of [301_000, -301_000]) {
      clock.nowMs = thenMs + awayMs;
      assert.equal(await call(body, { headers }), "refused");
    }
    assert.deepEqual(reports, []);
    clock.nowMs = thenMs + 299_000;
    assert.equal(await call(body, { headers }), "taken");
    assert.deepEqual(reports, [["a1", "delivered"]]);
  }
});

test("Twilio's signature is over the whole address: of another SMS it is no signature", async (context) => {
  const { call, reports } = await startWithSms(context, "twilio");
  const body = "SmsStatus=delivered&MessageSid=SM1";
  const url = "https://assent.example/sms/webhook/http?sms=b2";
  const mac = createHmac("sha1", secret)
    .update(`${url}MessageSidSM1SmsStatusdelivered`)
    .digest("base64");
  const headers = { "x-twilio-signature": mac };
  assert.equal(await call(body, { query: "?sms=a1", headers }), "refused");
  assert.deepEqual(reports, []);
  assert.equal(await call(body, { query: "?sms=b2", headers }), "taken", "though nothing was sent");
  assert.deepEqual(reports, []);
});

test("a text of somebody that is told of again is heard once, until too many others came", async (context) => {
  const { call, received, clock } = await startWithSms(context, "android-sms-gateway");
  const text = (id: string) =>
    JSON.stringify({
      event: "sms:received",
      id,
      payload: { messageId: "of the text", message: "STOP", phoneNumber: to },
    });
  for (const id of ["", ""]) assert.equal(await call(text(id)), "taken");
  assert.equal(received.length, 2, "without a name each is another");
  received.length = 0;
  for (const id of ["1", "1", "2", "1"]) assert.equal(await call(text(id)), "taken");
  assert.deepEqual(received, Array(2).fill({ from: to, text: "STOP" }));
  clock.takes = false;
  assert.equal(await call(text("3")), "later");
  clock.takes = true;
  assert.equal(await call(text("3")), "taken");
  assert.equal(received.length, 3);
});

test("what says nothing that is known is taken, and does nothing", async (context) => {
  const { call, reports, received } = await startWithSms(context, "android-sms-gateway");
  for (const body of [
    "",
    "null",
    "[]",
    "{",
    "7",
    '{"event":"system:ping"}',
    androidReport("b2", "sms:delivered"),
    androidReport("a1", "sms:sent"),
  ]) {
    assert.equal(await call(body), "taken", body);
  }
  assert.deepEqual([reports, received], [[], []]);
  assert.equal(await call(delivered.android), "taken");
  assert.equal(reports.length, 1);
});

test("reports of more SMS than are awaited are of nobody", async (context) => {
  const { call, reports, sms } = await startWithSms(context, "android-sms-gateway");
  for (const key of ["b2", "c3", "d4"]) {
    await sms.send({ key, to, text: "text", validForSeconds: 600 });
  }
  await call(delivered.android);
  await call(androidReport("b2", "sms:failed"));
  assert.deepEqual(reports, [["b2", "failed"]]);
});

test("a service hears them at its own address, and names no secret in its log", async (context) => {
  const sms = "http://127.0.0.1:1/send#template=android-sms-gateway";
  const environment = { ASSENT_SMS_PASSWORD: "of the provider", ASSENT_SMS_WEBHOOK_SECRET: secret };
  const server = await startTestServer(context, { sms }, environment);
  const body = androidReport("a1", "sms:delivered");
  const post = async (path: string, changes: Record<string, string> = {}, sent = body) => {
    const seconds = String(Math.floor(server.clock.nowMs / 1_000));
    const headers = {
      "content-type": "application/json",
      "x-timestamp": seconds,
      "x-signature": createHmac("sha256", secret)
        .update(sent + seconds)
        .digest("hex"),
      ...changes,
    };
    return (await fetch(server.origin + path, { method: "POST", headers, body: sent })).status;
  };
  assert.equal(await post("/sms/webhook/http"), 204);
  assert.equal(await post("/sms/webhook/http", { "content-type": "text/plain" }), 204);
  assert.equal(await post("/sms/webhook/http", { "x-signature": "00" }), 403);
  assert.equal(await post("/sms/webhook/other"), 404);
  assert.equal(await post("/sms/webhook/http", {}, "x".repeat(65_537)), 413);
  assert.equal(await post("/sms/webhook/http", {}, ""), 204);
  const bare = await startTestServer(context, { sms }, {});
  assert.equal((await fetch(`${bare.origin}/sms/webhook/http`, { method: "POST" })).status, 404);
  for (const { log } of [server, bare]) {
    assert.doesNotMatch(
      log.join(""),
      new RegExp(`${secret}|of the provider|${to.slice(1)}|webhook`),
    );
  }
});
