// SMS over HTTP to a provider that is not there, answers late, twice, wrongly or never: each goes out once, or says honestly
// what nobody can know; and what is asked for is what the provider's documents say.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { parseNumber } from "@assent/protocol";
import { passingToldMs, takesNone } from "../transport.ts";
import { knownTemplates } from "./known-templates.ts";
import { type Answer, answering, startProvider } from "./provider-for-tests.ts";
import { type HttpTemplate, readTemplate } from "./template.ts";

const to = parseNumber("+4915123456789");
const android = knownTemplates["android-sms-gateway"] as HttpTemplate;
const twilio = knownTemplates["twilio"] as HttpTemplate;
const vonage = knownTemplates["vonage"] as HttpTemplate;

async function startSending(context: TestContext, template: HttpTemplate) {
  const provider = await startProvider(context, template);
  return {
    ...provider,
    async send(key = "a1") {
      const sent = provider.sms.send({ key, to, text: "Code 123456", validForSeconds: 600 });
      const over = sent.then(() => true);
      while (!(await Promise.race([over, provider.pass().then(() => false)])));
      return sent;
    },
  };
}

/** Each answer once, then the last again and again. */
function inTurn(...answers: readonly Answer[]): Answer {
  let turn = 0;
  return (response, asked) => answers[Math.min(turn++, answers.length - 1)]?.(response, asked);
}

const silent: Answer = () => undefined;
const hangUp: Answer = (response) => void response.destroy();

test("a telephone with SMS Gateway for Android is asked as its documents say", async (context) => {
  const { send, asked } = await startSending(context, android);
  assert.deepEqual(await send(), { kind: "accepted", id: "1" });
  const [one] = asked;
  assert.equal(one?.url, "/send?account=7");
  assert.equal(one.headers["content-type"], "application/json");
  assert.equal(one.headers.authorization, "Basic bmFtZTpwYXNzd29yZA==");
  assert.deepEqual(JSON.parse(one.body), {
    id: "a1",
    textMessage: { text: "Code 123456" },
    phoneNumbers: [to],
    ttl: 600,
    withDeliveryReport: true,
    priority: 100,
  });
});

test("Twilio is asked as its documents say", async (context) => {
  const { send, asked, answer } = await startSending(context, twilio);
  answer(answering(201, { sid: "SM7", status: "queued" }));
  assert.deepEqual(await send(), { kind: "accepted", id: "SM7" });
  assert.equal(asked[0]?.headers["content-type"], "application/x-www-form-urlencoded");
  assert.deepEqual(Object.fromEntries(new URLSearchParams(asked[0]?.body)), {
    To: to,
    From: "Assent",
    Body: "Code 123456",
    ValidityPeriod: "600",
    StatusCallback: "https://assent.example/sms/webhook/http?sms=a1",
  });
});

test("Vonage is asked as its documents say", async (context) => {
  const { send, asked, answer } = await startSending(context, vonage);
  answer(answering(202, { message_uuid: "aaaa-bbbb" }));
  assert.deepEqual(await send(), { kind: "accepted", id: "aaaa-bbbb" });
  assert.deepEqual(JSON.parse(asked[0]?.body ?? ""), {
    message_type: "text",
    channel: "sms",
    to: to.slice(1),
    from: "Assent",
    text: "Code 123456",
    ttl: 600,
    client_ref: "a1",
    webhook_url: "https://assent.example/sms/webhook/http",
  });
});

test("an operator's own template: a token in a header, lists, and a place for the id", async (context) => {
  const template = readTemplate(
    JSON.stringify({
      authorization: "X-Api-Key",
      body: "json",
      fields: {
        messages: [{ destinations: [{ to: "{digits}", messageId: "{key}" }], text: "{text}" }],
      },
      id: "messages.0.messageId",
    }),
  );
  const { send, asked, answer } = await startSending(context, template);
  answer(answering(200, { messages: [{ messageId: 4711 }] }));
  assert.deepEqual(await send(), { kind: "accepted", id: "4711" });
  assert.equal(asked[0]?.headers["x-api-key"], "password");
  assert.equal(asked[0]?.headers.authorization, undefined);
  assert.deepEqual(JSON.parse(asked[0]?.body ?? ""), {
    messages: [{ destinations: [{ to: to.slice(1), messageId: "a1" }], text: "Code 123456" }],
  });
});

test("where it is not taken now, it is asked again, under the same key", async (context) => {
  const { send, asked, answer } = await startSending(context, twilio);
  answer(inTurn(answering(429), answering(503), answering(201, { sid: "SM1" })));
  assert.deepEqual(await send(), { kind: "accepted", id: "SM1" });
  assert.equal(asked.length, 3);
  assert.equal(new Set(asked.map(({ body }) => body)).size, 1);
});

test("one that may have been taken is asked for again only where one key is sent once", async (context) => {
  for (const [template, times, kind] of [
    [android, 2, "accepted"],
    [twilio, 1, "unknown"],
    [vonage, 1, "unknown"],
  ] as const) {
    for (const what of [silent, hangUp, answering(500), answering(408)]) {
      const { send, asked, answer } = await startSending(context, template);
      answer(inTurn(what, answering(409)));
      assert.equal((await send()).kind, kind);
      assert.equal(asked.length, times);
    }
  }
});

test("one that may have been taken stays so, whatever is answered next", async (context) => {
  for (const next of [answering(400), answering(401), answering(429), silent]) {
    const { send, answer } = await startSending(context, android);
    answer(inTurn(hangUp, next));
    assert.deepEqual(await send(), { kind: "unknown" });
  }
});

test("wrong password, moved elsewhere, refused: none went out, and nobody is followed", async (context) => {
  const location = { location: "http://127.0.0.1:1/" };
  for (const [what, kind, trouble] of [
    [answering(401), "unavailable", ["not-let-in"]],
    [answering(402), "unavailable", ["not-let-in"]],
    [answering(403), "unavailable", ["not-let-in"]],
    [(response) => void response.writeHead(307, location).end(), "unavailable", ["unreachable"]],
    [answering(422), "refused", []],
  ] as const satisfies readonly (readonly [Answer, string, readonly string[]])[]) {
    const { send, asked, answer, troubles } = await startSending(context, twilio);
    answer(what);
    assert.deepEqual(await send(), { kind });
    assert.equal(asked.length, 1);
    assert.deepEqual(troubles, trouble);
  }
});

test("nobody there: unavailable, whether a key is sent once or not", async (context) => {
  for (const template of [android, twilio]) {
    const { send, server, troubles, asked } = await startSending(context, template);
    server.close();
    await once(server, "close");
    assert.deepEqual(await send(), { kind: "unavailable" });
    assert.deepEqual(troubles, ["unreachable", "unreachable", "unreachable"]);
    assert.equal(asked.length, 0);
  }
});

test("an answer that is no JSON, has no end in sight, or breaks off, is a yes without a name", async (context) => {
  const endless: Answer = (response) => {
    response.writeHead(200);
    response.on("error", () => undefined);
    response.write("x".repeat(200_000));
  };
  const brokenOff: Answer = (response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("{");
    setImmediate(() => response.destroy());
  };
  const noJson: Answer = (response) => void response.end("thank you");
  for (const what of [endless, brokenOff, noJson]) {
    const { send, asked, answer } = await startSending(context, twilio);
    answer(what);
    assert.deepEqual(await send(), { kind: "accepted", id: "" });
    assert.equal(asked.length, 1);
  }
});

test("an answer that comes late is nobody's, and what was asked for next gets its own", async (context) => {
  const { send, answer, asked } = await startSending(context, twilio);
  const late: Parameters<Answer>[0][] = [];
  answer((response) => void late.push(response));
  assert.deepEqual(await send("a1"), { kind: "unknown" });
  for (const response of late)
    answering(201, { sid: "late" })(response, { url: "", headers: {}, body: "" });
  answer(answering(201, { sid: "SM2" }));
  assert.deepEqual(await send("b2"), { kind: "accepted", id: "SM2" });
  assert.deepEqual(await send("a1"), { kind: "unknown" });
  assert.equal(asked.length, 2);
});

test("closing, it gives up what nobody answers, and asks nobody again", async (context) => {
  for (const [what, waitedMs, kind] of [
    [silent, 1_000, "unknown"],
    [answering(503), 1, "unavailable"],
  ] as const) {
    const { sms, answer, asked, waiting, troubles } = await startSending(context, android);
    answer(what);
    const sent = sms.send({ key: "a1", to, text: "Code 123456", validForSeconds: 600 });
    // For an answer, or until a pause is over.
    const isUnderWay = () => asked.length === 1 && [...waiting].some(({ ms }) => ms === waitedMs);
    const endMs = performance.now() + 30_000;
    while (!isUnderWay()) {
      assert.ok(performance.now() < endMs);
      await nextTurn();
    }
    await sms.close();
    assert.deepEqual(await sent, { kind });
    assert.equal(asked.length, 1);
    assert.equal(waiting.size, 0);
    assert.deepEqual(troubles, []);
  }
});

test("nothing keeps the process from ending once it is closed", async (context) => {
  const { send, sms, waiting } = await startSending(context, twilio);
  await send();
  assert.ok(waiting.size > 0);
  await sms.close();
  assert.equal(waiting.size, 0);
});

test("what a provider answered last says whether it takes SMS", async (context) => {
  const { send, sms, answer, clock, server } = await startSending(context, twilio);
  const answered = async (how: Answer) => {
    answer(how);
    await send(`a${clock.nowMs++}`);
    return sms.state();
  };
  assert.equal(await sms.state(), "not-known");
  assert.equal(await answered(answering(401)), "not-let-in");
  assert.equal(await answered(answering(201, { sid: "SM7" })), "ready");
  assert.equal(await answered(answering(400)), "ready", "of one number it says nothing of others");
  assert.equal(await answered(answering(429)), "throttled");
  clock.nowMs += passingToldMs;
  assert.equal(await sms.state(), "ready");
  assert.equal(await answered(hangUp), "lost");
  clock.nowMs += passingToldMs - 1;
  assert.equal(await sms.state(), "lost");
  clock.nowMs += 1;
  const later = await sms.state();
  assert.equal(later, "not-answered");
  assert.ok(!takesNone(later), "nobody is woken for a request of hours ago");
  clock.nowMs += 100 * passingToldMs;
  assert.equal(await sms.state(), "not-answered", "until it answers");
  assert.equal(await answered(answering(401)), "not-let-in");
  clock.nowMs += passingToldMs;
  assert.equal(await sms.state(), "not-let-in");
  assert.equal(await answered(answering(201, { sid: "SM8" })), "ready");
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  assert.equal(await answered(silent), "unreachable");
  clock.nowMs += passingToldMs;
  assert.equal(await sms.state(), "not-answered");
});

test("a provider that took none of several in a row is away, however long between them, until it takes one", async (context) => {
  const { send, sms, answer, clock } = await startSending(context, twilio);
  const later = async (how: Answer) => {
    answer(how);
    await send(`a${clock.nowMs}`);
    clock.nowMs += 100 * passingToldMs;
    return sms.state();
  };
  for (const how of [hangUp, answering(500), answering(503), answering(408)]) {
    assert.ok(!takesNone(await later(how)));
    assert.ok(!takesNone(await later(how)));
    assert.equal(await later(how), "unreachable");
    assert.equal(await later(how), "unreachable");
    assert.equal(await later(answering(201, { sid: "SM7" })), "ready");
  }
  for (let refused = 0; refused < 5; refused += 1) {
    assert.equal(await later(answering(400)), "ready", "of some numbers it says nothing of others");
  }
  await later(hangUp);
  await later(hangUp);
  await later(answering(400));
  assert.equal(await later(hangUp), "not-answered", "it answered in between");
});
