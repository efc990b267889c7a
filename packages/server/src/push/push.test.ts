// A service that wakes browsers, with real sockets and a push service of the test's own: who is woken, what of it anybody
// sees, and how it ends.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { leave, listeningPhone, openInbox, type TestOutbox } from "@assent/bare-phone";
import { currentKey, type MintedCapability, type Parameters, PutOutcome } from "@assent/protocol";
import { askService } from "../operating/ask.ts";
import { startTestServer } from "../server-for-tests.ts";
import { makeBrowser, openPushMessage } from "./browser-for-tests.ts";
import { startPushService } from "./push-service-for-tests.ts";
import { openVapid } from "./vapid-for-tests.ts";

const number = "+4915123456789";

async function begin(context: TestContext, isThisMachineAllowed = true) {
  const service = await startPushService(context);
  const server = await startTestServer(
    context,
    { push: "on" },
    { ASSENT_PUSH_SERVICES: service.host, ASSENT_METRICS_PORT: "0" },
    isThisMachineAllowed ? { pushWay: { isPublic: () => true, ca: service.ca } } : {},
  );
  const { phone, inbox, address, outbox } = await listeningPhone(server, number);
  const browser = makeBrowser();
  const pushKey = pushKeyOf(phone.parameters);
  const setPush = (endpoint = `https://${service.host}/push/a-name-that-tells`) => ({
    case: "setPush" as const,
    value: {
      endpoint,
      publicKey: browser.publicKey.slice(),
      secret: browser.secret.slice(),
      pushEpoch: pushKey.epoch,
    },
  });
  return {
    ...{ service, server, phone, inbox, outbox, browser, pushKey, setPush },
    put: (quiet = false) => put(outbox, address, quiet),
    /** Resolves when the service has noticed. */
    closeInbox: async () => {
      inbox.webSocket.close();
      await inbox.closed;
    },
    openInbox: () => openInbox(server, phone),
    figures: async () => (await fetch(`${server.metricsOrigin}/metrics`)).text(),
  };
}

function pushKeyOf({ pushKeys }: Parameters) {
  const key = currentKey(pushKeys);
  assert.ok(key, "the service sends pushes");
  return key;
}

async function put(outbox: TestOutbox, { capability }: MintedCapability, quiet: boolean) {
  const result = await outbox.resultOf(outbox.put({ capability, quiet }));
  assert.equal(result.kind === "put" && result.outcome, PutOutcome.STORED);
}

test("a text wakes the browser of who is away, and says nothing", async (context) => {
  const all = await begin(context);
  const { service, server, phone, inbox, browser, pushKey, setPush } = all;
  inbox.ask(setPush());
  await inbox.until("pushSet");
  // While an inbox is open it is handed out, and nobody woken.
  await all.put();
  const { value: delivery } = await inbox.until("delivery");
  inbox.ask({ case: "acknowledge", value: { position: delivery.envelopes[0]?.position ?? 0n } });
  await inbox.until("acknowledged");
  await all.closeInbox();
  // Who answers for pushes is where the service is reached by now.
  const are = ["http://127.0.0.1:8080", "https://moved.example"];
  await askService(join(server.folder, "service.sock"), { command: "origins", are });
  await all.put(true);
  await all.put();
  const push = await service.push(1);
  assert.equal(push.path, "/push/a-name-that-tells");
  assert.equal(openPushMessage(push.body, browser).length, 32);
  const said = openVapid(push.headers.authorization ?? "");
  assert.deepEqual(said?.publicKey, Buffer.from(pushKey.publicKey));
  assert.equal((said.claims as { readonly sub?: string }).sub, "https://moved.example");
  const again = await all.openInbox();
  const { value: known } = await again.until("ready");
  const hash = createHash("sha256").update(setPush().value.endpoint).digest();
  assert.deepEqual(Buffer.from(known.pushHash), hash);
  again.ask({ case: "endPush", value: {} });
  await again.until("pushEnded");
  again.webSocket.close();
  const last = await all.openInbox();
  assert.equal((await last.until("ready")).value.pushHash.length, 0);
  // Neither the address nor whose it is stands in what is logged and counted.
  const told = server.log.join("") + (await all.figures());
  assert.match(told, /assent_pushes_total\{outcome="taken"\} 1/);
  for (const secret of [
    "a-name-that-tells",
    service.host,
    Buffer.from(phone.device.id).toString("hex"),
  ])
    assert.ok(!told.includes(secret), secret);
});

test("a push service that does not answer holds no put up; one that knows it no more ends it", async (context) => {
  const { service, inbox, setPush, put, closeInbox, openInbox } = await begin(context);
  inbox.ask(setPush());
  await inbox.until("pushSet");
  await closeInbox();
  const unanswered: (() => void)[] = [];
  service.answer = (response) => unanswered.push(() => response.writeHead(410).end());
  await put();
  await service.push(1);
  for (let more = 0; more < 3; more += 1) await put();
  for (const answer of unanswered) answer();
  // Noticed a moment later; asked anew each time, as a phone does that connects.
  for (const endMs = performance.now() + 30_000; ; ) {
    assert.ok(performance.now() < endMs, "it is still held");
    const again = await openInbox();
    const { pushHash } = (await again.until("ready")).value;
    again.webSocket.close();
    await again.closed;
    if (pushHash.length === 0) break;
  }
});

test("of who leaves nothing is kept of where they are woken", async (context) => {
  const { service, server, phone, inbox, setPush, put, closeInbox } = await begin(context);
  inbox.ask(setPush());
  await inbox.until("pushSet");
  await closeInbox();
  await put();
  await service.push(1);
  const held = async () => {
    const answer = await fetch(`${server.origin}/demo/held`);
    const tables = (await answer.json()) as { name: string; rows: number }[];
    return tables.find(({ name }) => name === "push_subscription")?.rows;
  };
  assert.equal(await held(), 1);
  await leave(phone);
  assert.equal(await held(), 0);
});

test("unless a test allows it, nothing of this machine is connected to, whatever the operator adds", async (context) => {
  const { service, inbox, setPush, put, closeInbox, figures } = await begin(context, false);
  inbox.ask(setPush());
  await inbox.until("pushSet");
  await closeInbox();
  await put();
  const endMs = performance.now() + 30_000;
  while (!(await figures()).includes('assent_pushes_total{outcome="refused"} 1')) {
    assert.ok(performance.now() < endMs, "it is not counted");
    await delay(2);
  }
  assert.equal(service.connections, 0);
});

test("without --push on none is offered, and none taken", async (context) => {
  const server = await startTestServer(context);
  const { phone, inbox } = await listeningPhone(server, number);
  assert.deepEqual(phone.parameters.pushKeys, []);
  const value = { endpoint: "https://fcm.googleapis.com/1", pushEpoch: 1 };
  inbox.ask({ case: "setPush", value });
  await assert.rejects(inbox.until("pushSet"), /not_offered/);
  // What was set while it was offered can be taken back.
  inbox.ask({ case: "endPush", value: {} });
  await inbox.until("pushEnded");
});
