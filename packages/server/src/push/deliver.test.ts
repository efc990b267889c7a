// Requests to push services: what their answers mean, that none but a public address is connected to, and that nothing they
// do is waited for or read without end.
import assert from "node:assert/strict";
import type { LookupAddress } from "node:dns";
import { type TestContext, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createDelivery, type DeliveryParts } from "./deliver.ts";
import { isPublicAddress } from "./public-address.ts";
import { type AnswerPush, startPushService } from "./push-service-for-tests.ts";
import { TimeForTests } from "./time-for-tests.ts";

const nowMs = Date.UTC(2030, 0, 1);
const body = Buffer.from("sealed");

async function begin(context: TestContext, changes: Partial<DeliveryParts> = {}) {
  const service = await startPushService(context);
  const time = new TimeForTests();
  const delivery = createDelivery({
    isPublic: () => true,
    ca: service.ca,
    answerMs: 10_000,
    connections: 4,
    idleMs: 60_000,
    after: time.after,
    now: () => nowMs,
    ...changes,
  });
  context.after(() => delivery.close());
  const post = (host = service.host) =>
    delivery.post(new URL(`https://${host}/push/1`), { ttl: "60" }, body);
  return { service, time, delivery, post };
}

const answering =
  (status: number, headers: Record<string, string> = {}): AnswerPush =>
  (response) =>
    void response.writeHead(status, headers).end("words of no interest");

test("what is posted comes as it is, and what the answer says is what became of it", async (context) => {
  const { service, post, time } = await begin(context);
  const soon = new Date(nowMs + 90_000).toUTCString();
  const cases: [AnswerPush, Awaited<ReturnType<typeof post>>][] = [
    [answering(201), { kind: "taken" }],
    [answering(200), { kind: "taken" }],
    [answering(404), { kind: "gone" }],
    [answering(410), { kind: "gone" }],
    ...([400, 401, 403, 413] as const).map((status): [AnswerPush, { kind: "refused" }] => [
      answering(status),
      { kind: "refused" },
    ]),
    [
      answering(429, { "retry-after": "120" }),
      { kind: "later", whom: "one", retryAfterMs: 120_000 },
    ],
    [answering(503, { "retry-after": soon }), { kind: "later", whom: "all", retryAfterMs: 90_000 }],
    [answering(503, { "retry-after": "soon" }), { kind: "later", whom: "all", retryAfterMs: 0 }],
    [answering(500), { kind: "later", whom: "all", retryAfterMs: 0 }],
    [
      (response) => void response.socket?.destroy(),
      { kind: "later", whom: "all", retryAfterMs: 0 },
    ],
  ];
  for (const [answer, expected] of cases) {
    service.answer = answer;
    assert.deepEqual(await post(), expected);
  }
  const [first] = service.pushes;
  assert.deepEqual([first?.path, first?.body, first?.headers["ttl"]], ["/push/1", body, "60"]);
  // The deadlines of all of them are over.
  assert.equal(time.waiting, 0);
});

test("who points elsewhere is not followed", async (context) => {
  const { service, post } = await begin(context);
  service.answer = answering(307, { location: `https://${service.host}/elsewhere` });
  assert.deepEqual(await post(), { kind: "refused" });
  assert.equal(service.pushes.length, 1);
});

test("one that does not answer is given up in time", async (context) => {
  const { service, post, time } = await begin(context);
  service.answer = () => undefined;
  const posted = post();
  await service.push(1);
  await time.pass(10_000);
  assert.deepEqual(await posted, { kind: "later", whom: "all", retryAfterMs: 0 });
});

test("of an answer without end, no more than a bound is read", async (context) => {
  const { service, post } = await begin(context);
  const closed = Promise.withResolvers<void>();
  service.answer = (response) => {
    response.writeHead(201);
    response.on("close", () => closed.resolve());
    const more = () => response.write(Buffer.alloc(65_536));
    response.on("drain", more);
    more();
  };
  assert.deepEqual(await post(), { kind: "taken" });
  await closed.promise;
});

test("by default nothing of this machine is connected to, by name or by number", async (context) => {
  const { service, post } = await begin(context, { isPublic: isPublicAddress });
  for (const host of [service.host, `127.0.0.1:${service.port}`, `[::1]:${service.port}`]) {
    assert.deepEqual(await post(host), { kind: "refused" });
  }
  assert.equal(service.connections, 0);
  // The control: the same, where this machine is allowed.
  const allowed = await begin(context);
  assert.deepEqual(await allowed.post(`127.0.0.1:${allowed.service.port}`), { kind: "taken" });
  assert.equal(allowed.service.connections, 1);
});

test("what is connected to is what was looked at: a name is looked up once for a connection", async (context) => {
  const loopback: LookupAddress = { address: "127.0.0.1", family: 4 };
  const elsewhere: LookupAddress = { address: "93.184.216.34", family: 4 };
  const looked: string[] = [];
  // Each answer is given once, as by somebody who changes what the name stands for in between.
  const answers = [[loopback], [elsewhere, loopback], [loopback, elsewhere], []];
  const { service, post } = await begin(context, {
    isPublic: (address) => address === (looked.length > 1 ? elsewhere.address : loopback.address),
    lookUp: (name, told) => {
      looked.push(name);
      told(null, answers[looked.length - 1] ?? []);
    },
  });
  // Ended by its side, so that each has a connection of its own.
  service.answer = answering(201, { connection: "close" });
  const host = `push.example:${service.port}`;
  assert.deepEqual(await post(host), { kind: "taken" });
  assert.deepEqual([looked, service.connections], [["push.example"], 1]);
  for (let more = 0; more < 3; more += 1) assert.deepEqual(await post(host), { kind: "refused" });
  assert.deepEqual([looked.length, service.connections], [4, 1]);
});

test("a name that cannot be looked up, and a certificate that nobody vouches for, are for later", async (context) => {
  const missing = await begin(context, {
    lookUp: (_, told) => told(new Error("no such name"), []),
  });
  assert.deepEqual(await missing.post("push.example"), {
    kind: "later",
    whom: "all",
    retryAfterMs: 0,
  });
  const { service, post } = await begin(context, { ca: missing.service.ca });
  assert.deepEqual(await post(), { kind: "later", whom: "all", retryAfterMs: 0 });
  assert.equal(service.pushes.length, 0);
});

test("a connection does for many pushes, and ends when nothing goes over it any more", async (context) => {
  const lasting = await begin(context);
  for (let more = 0; more < 3; more += 1) await lasting.post();
  assert.equal(lasting.service.connections, 1);
  const { service, post } = await begin(context, { idleMs: 20 });
  const closed = service.nextClosed();
  assert.deepEqual(await post(), { kind: "taken" });
  await closed;
});

test("closing ends what is under way", async (context) => {
  const { service, post, delivery, time } = await begin(context);
  service.answer = () => undefined;
  const posted = post();
  await service.push(1);
  delivery.close();
  assert.deepEqual(await posted, { kind: "later", whom: "all", retryAfterMs: 0 });
  await nextTurn();
  assert.equal(time.waiting, 0);
});
