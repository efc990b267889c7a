// Figures, as a monitoring reads them: they move when people register and text, and nobody can be told from them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { request } from "node:http";
import { test } from "node:test";
import {
  addKeyPackages,
  lastCode,
  makePhone,
  mint,
  nameSms,
  openInbox,
  openOutbox,
  sendSms,
  startRegistration,
  turnOn,
} from "@assent/bare-phone";
import { Intent, randomBytes } from "@assent/protocol";
import { type ServerForTests, startTestServer } from "../server-for-tests.ts";
import { createMetrics } from "./metrics.ts";
import { createServiceCounts } from "./service-counts.ts";

const told = { ASSENT_METRICS_PORT: "0" };
const labelsOfNobody = new Set([
  ...["code", "outcome", "report", "of", "for"],
  // Node's own, and which version it is.
  ...["kind", "space", "type", "le", "quantile", "version", "major", "minor", "patch"],
]);

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** By name and labels, as they stand in the text. */
function figuresIn(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

async function textOf(server: ServerForTests): Promise<string> {
  const answer = await fetch(`${server.metricsOrigin}/metrics`);
  assert.equal(answer.status, 200);
  return answer.text();
}

test("a code counts as proved once, however often it is shown and whatever for", async (context) => {
  const server = await startTestServer(context, {}, told);
  const phone = await makePhone(server, "+4915123456789");
  for (const intent of [Intent.LEAVE, Intent.NEVER]) {
    const { session } = await startRegistration(phone, { intent });
    const shown = { session, code: lastCode(server, phone.number) };
    const verify = () => phone.registration.verifyCode(shown);
    await Promise.all([verify(), verify()]);
    await verify();
    await verify();
  }
  assert.equal(figuresIn(await textOf(server)).get("assent_codes_proved_total"), 2);
});

test("figures move when somebody registers and texts, and name nobody", async (context) => {
  const server = await startTestServer(context, {}, told);
  const before = figuresIn(await textOf(server));
  // Where the first of a kind is the first that is told, Prometheus sees no increase.
  for (const outcome of ["accepted", "unknown", "refused", "unavailable"])
    assert.equal(before.get(`assent_sms_total{for="code",outcome="${outcome}"}`), 0);
  const phone = await makePhone(server, "+4915123456789");
  await turnOn(server, phone);
  const inbox = await openInbox(server, phone);
  const [given] = await mint(inbox);
  const outbox = await openOutbox(server);
  await outbox.resultOf(outbox.put({ capability: given!.capability }));
  await inbox.until("delivery");
  const text = await textOf(server);
  const after = figuresIn(text);
  const moved = (name: string) => [before.get(name) ?? 0, after.get(name)];
  assert.deepEqual(moved("assent_accounts"), [0, 1]);
  assert.deepEqual(moved("assent_codes_sent_total"), [0, 1]);
  assert.deepEqual(moved("assent_codes_proved_total"), [0, 1]);
  assert.deepEqual(moved('assent_sms_total{for="code",outcome="accepted"}'), [0, 1]);
  assert.deepEqual(moved("assent_envelopes_stored_total"), [0, 1]);
  assert.deepEqual(moved('assent_sockets{of="inboxes"}'), [0, 1]);
  assert.deepEqual(moved("assent_disk_well"), [1, 1]);
  assert.ok((after.get('assent_disk_bytes{of="free"}') ?? 0) > 0);
  assert.ok(!text.includes("calling_code="), "one SMS to a country is not told by itself");
  for (const whose of [phone.number.slice(1), hex(phone.device.id), hex(given!.serial)])
    assert.ok(!text.includes(whose));
  // Whatever is told is told by these: none of them says of whom.
  const labels = new Set(Array.from(text.matchAll(/[{,](\w+)="/g), ([, label = ""]) => label));
  assert.deepEqual(
    [...labels].filter((label) => !labelsOfNobody.has(label)),
    [],
  );
  assert.ok(labels.has("outcome") && labels.has("of"));
});

test("what is sent for a device is told apart from codes: each has a day of its own", async (context) => {
  const server = await startTestServer(context, { smsRelay: "on" }, told);
  const phone = await makePhone(server, "+4915123456789");
  await turnOn(server, phone);
  for (let times = 0; times < 2; times += 1)
    await sendSms(phone, await nameSms(phone), { to: "+4915123456780", text: "Where are you?" });
  const figures = figuresIn(await textOf(server));
  assert.equal(figures.get('assent_sms_total{for="code",outcome="accepted"}'), 1);
  assert.equal(figures.get('assent_sms_total{for="device",outcome="accepted"}'), 2);
});

test("what goes to a calling code is told in whole tens", async () => {
  const counts = createServiceCounts();
  const sent = (times: number) => {
    for (let time = 0; time < times; time += 1) counts.smsSent("49");
  };
  const metrics = createMetrics({
    totals: counts.totals,
    sockets: () => ({}),
    health: () => ({ kind: "well" }),
    status: async () => ({
      counts: {},
      rootKeyHere: false,
      destruction: "goes-on",
      sms: [],
      version: "0.1.0",
    }),
    smsPerDay: 1,
    dataDirectory: "/",
  });
  const byCallingCode = async () => {
    const figures = figuresIn(await metrics.text());
    return figures.get('assent_codes_sent_by_calling_code_total{calling_code="49"}');
  };
  sent(9);
  assert.equal(await byCallingCode(), undefined);
  sent(1);
  assert.equal(await byCallingCode(), 10);
  sent(9);
  assert.equal(await byCallingCode(), 10);
  sent(1);
  assert.equal(await byCallingCode(), 20);
});

test("they are apart from the service, are asked for by this machine's names alone, and are not told unasked", async (context) => {
  const server = await startTestServer(context, {}, told);
  assert.equal((await fetch(`${server.origin}/metrics`)).status, 404);
  assert.equal((await fetch(`${server.metricsOrigin}/health`)).status, 404);
  const { port } = new URL(server.metricsOrigin!);
  const statusUnder = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      request({ host: "127.0.0.1", port, path: "/metrics", headers: { host } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on("error", reject)
        .end();
    });
  assert.equal(await statusUnder(`rebound.example:${port}`), 403);
  assert.equal(await statusUnder(`localhost:${port}`), 200);
  assert.equal((await startTestServer(context)).metricsOrigin, undefined);
});

test("it is ready while the disk takes something, and not otherwise", async (context) => {
  const server = await startTestServer(context, {}, told, { mostDatabasePages: 120 });
  const ready = async () => (await fetch(`${server.metricsOrigin}/ready`)).status;
  const phone = await makePhone(server, "+4915123456789");
  await turnOn(server, phone);
  assert.equal(await ready(), 200);
  for (let times = 0; times < 10 && (await ready()) === 200; times += 1) {
    const some = Array.from({ length: 20 }, () => randomBytes(8_000));
    await addKeyPackages(phone, some).catch(() => undefined);
  }
  assert.equal(await ready(), 503);
  assert.equal(figuresIn(await textOf(server)).get("assent_disk_well"), 0);
});

const promtool = spawnSync("promtool", ["--version"]).status === 0;
test("Prometheus reads them, and finds nothing wrong with their names", {
  skip: promtool ? false : "there is no promtool: apt-get install prometheus",
}, async (context) => {
  const server = await startTestServer(context, {}, told);
  const check = (input: string) => {
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input });
    return { status, said: `${stdout}${stderr}` };
  };
  assert.deepEqual(check(await textOf(server)), { status: 0, said: "" });
  assert.notEqual(check("assent_codes_sent_total one\n").status, 0, "it would say so");
});
