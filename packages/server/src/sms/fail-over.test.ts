// A service with two providers: a code that is asked for once comes once, by whichever of them takes it, and where nobody does,
// whoever asked is told.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { codeOf, makePhone, startRegistration } from "@assent/bare-phone";
import { startTestServer } from "../server-for-tests.ts";

type Answer = (response: ServerResponse) => void;

const yes: Answer = (response) => void response.writeHead(202).end('{"message_uuid":"1"}');
const no: Answer = (response) => void response.writeHead(422).end();
const notLetIn: Answer = (response) => void response.writeHead(401).end();
const hangUp: Answer = (response) => void response.destroy();

/** A provider, as Vonage is asked, and the texts that it took or may have taken. */
async function startProvider(context: TestContext) {
  const asked: { to: string; text: string; authorization: string | undefined }[] = [];
  const provider = { asked, answer: yes, url: "" };
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const { to, text } = JSON.parse(body);
      asked.push({ to, text, authorization: request.headers.authorization });
      provider.answer(response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  provider.url = `http://127.0.0.1:${port}/v1/messages#template=vonage&from=Assent`;
  return { provider, server };
}

async function startService(context: TestContext, changes: object = {}) {
  const [{ provider: first, server }, { provider: second }] = await Promise.all([
    startProvider(context),
    startProvider(context),
  ]);
  const folder = await mkdtemp(join(tmpdir(), "assent-routes-"));
  context.after(() => rm(folder, { recursive: true }));
  const routes = {
    transports: { first: first.url, second: second.url },
    routes: [{ to: ["49"], by: ["first", "second"], price: 0.1 }],
    ...changes,
  };
  const file = join(folder, "routes.json");
  await writeFile(file, JSON.stringify(routes));
  const environment = { ASSENT_SMS_USER_SECOND: "name", ASSENT_SMS_PASSWORD_SECOND: "secret12" };
  const service = await startTestServer(context, { sms: `routes:${file}` }, environment);
  let numbers = 0;
  const ask = async (number?: string) => {
    numbers += 1;
    const phone = await makePhone(service, number ?? `+4915123456${100 + numbers}`);
    return codeOf(startRegistration(phone));
  };
  return { service, first, second, server, ask };
}

test("the second takes what the first does not, and only that", async (context) => {
  const { service, first, second, ask } = await startService(context);
  for (const [answer, expected, taken] of [
    [yes, "accepted", [1, 0]],
    [no, "accepted", [1, 1]],
    [notLetIn, "accepted", [1, 1]],
    // It may be on its way: its code is good, and no other goes out.
    [hangUp, "accepted", [1, 0]],
  ] as const) {
    first.answer = answer;
    for (const { asked } of [first, second]) asked.length = 0;
    assert.equal(await ask(), expected);
    assert.deepEqual([first.asked.length, second.asked.length], taken);
  }
  first.answer = no;
  second.answer = no;
  assert.equal(await ask(), "sms_failed");
  const { authorization } = second.asked.at(-1) ?? {};
  assert.equal(authorization, `Basic ${Buffer.from("name:secret12").toString("base64")}`);
  const log = service.log.join("");
  assert.match(log, /"sms":"not-let-in","by":"first"/);
  assert.doesNotMatch(log, /secret12|15123456|message_uuid/);
  for (const { text } of [...first.asked, ...second.asked]) {
    const code = /\b\d{6}\b/.exec(text)?.[0];
    assert.ok(code && !log.includes(code));
  }
});

test("a provider that is gone: the other takes all, and a country without a route gets none", async (context) => {
  const { first, second, server, ask } = await startService(context);
  server.close();
  server.closeAllConnections();
  await once(server, "close");
  // Twice asked again, with pauses: the service's own patience.
  assert.equal(await ask(), "accepted");
  assert.deepEqual([first.asked.length, second.asked.length], [0, 1]);
  assert.equal(await ask("+33612345678"), "number_refused");
  assert.equal(second.asked.length, 1);
});

test("a service that is stopped waits for no provider, and asks no other", async (context) => {
  const { service, first, second, ask } = await startService(context);
  first.answer = () => undefined;
  const asked = assert.rejects(ask());
  const askedMs = performance.now();
  while (first.asked.length === 0) {
    assert.ok(performance.now() - askedMs < 30_000);
    await nextTurn();
  }
  const before = performance.now();
  await service.close();
  assert.ok(performance.now() - before < 5_000);
  await asked;
  assert.deepEqual([first.asked.length, second.asked.length], [1, 0]);
});

test("what may be spent in a day is spent, and not more", async (context) => {
  const { first, second, ask } = await startService(context, { budget: { perDay: 0.2 } });
  assert.deepEqual(
    [await ask(), await ask(), await ask()],
    ["accepted", "accepted", "rate_limited"],
  );
  assert.equal(first.asked.length + second.asked.length, 2);
});

test("what no provider took is no SMS of the day, nor of what may be spent", async (context) => {
  const { first, second, ask } = await startService(context, { budget: { perDay: 0.2 } });
  for (const provider of [first, second]) provider.answer = notLetIn;
  assert.deepEqual([await ask(), await ask()], ["sms_failed", "sms_failed"]);
  for (const provider of [first, second]) provider.answer = yes;
  assert.deepEqual(
    [await ask(), await ask(), await ask()],
    ["accepted", "accepted", "rate_limited"],
  );
});
