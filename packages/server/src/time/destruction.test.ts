// What a service destroys by age, and when, with clocks of the test's own: waiting texts outlive a clock that is wrong, and
// what was promised to go within minutes goes by it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import {
  makePhone,
  mint,
  openInbox,
  openOutbox,
  startRegistration,
  turnOn,
} from "@assent/bare-phone";
import { PutOutcome } from "@assent/protocol";
import { askToRotate } from "../operating/ask.ts";
import { type ServerForTests, startTestServer } from "../server-for-tests.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

async function withAddress(context: TestContext) {
  const server = await startTestServer(context);
  const anna = await makePhone(server, "+4915123456789");
  await turnOn(server, anna);
  const inbox = await openInbox(server, anna);
  const [given] = await mint(inbox);
  inbox.webSocket.terminate();
  const outbox = await openOutbox(server);
  const put = () => outbox.resultOf(outbox.put({ capability: given!.capability }));
  return { server, anna, put };
}

async function withWaitingText(context: TestContext) {
  const given = await withAddress(context);
  const stored = await given.put();
  assert.equal(stored.kind, "put");
  return given;
}

async function waitingOf(server: ServerForTests, anna: Awaited<ReturnType<typeof makePhone>>) {
  const inbox = await openInbox(server, anna);
  const delivery = await inbox.until("delivery");
  inbox.webSocket.terminate();
  return delivery.value.envelopes.length;
}

async function pass(server: ServerForTests, ms: number, stepMs = hourMs): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    server.clock.nowMs += Math.min(left, stepMs);
    await server.sweep();
  }
}

test("a waiting text outlives one start 31 days ahead, and every later one that is wrong", async (context) => {
  let { server, anna } = await withWaitingText(context);
  for (const jumpedMs of [31 * dayMs, 0, 3_650 * dayMs, 0, -3_650 * dayMs, 0]) {
    server.clock.jumpedMs = jumpedMs;
    server = await server.restart();
    await pass(server, hourMs);
  }
  assert.equal(await waitingOf(server, anna), 1);
});

test("a clock that jumps while the service runs destroys nothing, says so, and is believed when the operator says so", async (context) => {
  const { server, anna } = await withWaitingText(context);
  await pass(server, 2 * dayMs, 8 * hourMs);
  server.clock.jumpedMs = 40 * dayMs;
  await pass(server, 2 * dayMs, 8 * hourMs);
  assert.equal(await waitingOf(server, anna), 1);
  const warned = server.log.filter((line) => line.includes("nothing is destroyed by age"));
  assert.equal(warned.length, 1, "once");
  assert.doesNotMatch(warned[0]!.replace(/"time":\d+|"level":\d+/g, ""), /\d/);
});

test("a text that waited 30 days goes with the day that it takes to be sure, and not before", async (context) => {
  const { server, anna } = await withWaitingText(context);
  await pass(server, 30 * dayMs, dayMs);
  await pass(server, 21 * hourMs);
  assert.equal(await waitingOf(server, anna), 1);
  await pass(server, 3 * hourMs);
  const inbox = await openInbox(server, anna);
  const delivery = await inbox.until("delivery");
  assert.equal(delivery.value.envelopes.length, 0, "31 days are promised");
});

test("what is stored while the clock is years behind is not taken for older when it comes right", async (context) => {
  const { server, anna, put } = await withAddress(context);
  await pass(server, 2 * dayMs, 8 * hourMs);
  server.clock.jumpedMs = -3_650 * dayMs;
  await put();
  await pass(server, hourMs);
  await put();
  server.clock.jumpedMs = 0;
  await pass(server, 3 * dayMs, 8 * hourMs);
  assert.equal(await waitingOf(server, anna), 2);
});

test("keys that are replaced while the clock is years behind stay good when it comes right", async (context) => {
  const { server, put } = await withAddress(context);
  await pass(server, 2 * dayMs, 8 * hourMs);
  server.clock.jumpedMs = -3_650 * dayMs;
  const rotation = { what: ["capability"], rootKeyFile: undefined } as const;
  const { capabilityEpochs } = await askToRotate(join(server.folder, "service.sock"), rotation);
  assert.deepEqual(capabilityEpochs, [1, 2]);
  server.clock.jumpedMs = 0;
  const stored = await put();
  assert.ok(stored.kind === "put" && stored.outcome === PutOutcome.STORED);
});

test("a number that is being proved goes within minutes, whatever the clock does", async (context) => {
  const server = await startTestServer(context);
  await pass(server, 2 * dayMs, 8 * hourMs);
  const sessions = () => {
    const database = new DatabaseSync(join(server.folder, "assent.db"));
    const row = database.prepare("SELECT count(*) AS sessions FROM registration_session").get();
    database.close();
    return row?.["sessions"];
  };
  server.clock.jumpedMs = 400 * dayMs;
  const nowMs = server.clock.nowMs + server.clock.jumpedMs;
  await startRegistration(await makePhone(server, "+4915123456789"), { nowMs });
  await server.sweep();
  await server.close();
  assert.equal(sessions(), 1);
  server.clock.jumpedMs = 0;
  await (await server.restart()).close();
  assert.equal(sessions(), 0, "it was opened by a clock that was ahead");
});
