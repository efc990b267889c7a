// The store's rows are shown beside the fake transport and to this machine alone; what is shown is all tables, and of a number
// nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { makePhone, startRegistration } from "@assent/bare-phone";
import { startTestServer } from "../server-for-tests.ts";
import type { HeldTable } from "./store.ts";

const mobile = "+4915123456789";

test("every table as it is, and no number in it", async (context) => {
  const server = await startTestServer(context);
  await startRegistration(await makePhone(server, mobile));
  const answer = await fetch(`${server.origin}/demo/held`);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  const text = await answer.text();
  const tables = JSON.parse(text) as HeldTable[];
  const rowsOf = (name: string) => tables.find((table) => table.name === name)?.rows;
  // The control: what was asked for is there.
  assert.equal(rowsOf("registration_session"), 1);
  assert.equal(rowsOf("account"), 0);
  assert.equal(rowsOf("envelope"), 0);
  assert.ok(tables.length > 12);
  for (const hidden of [mobile, mobile.slice(3), Buffer.from(mobile).toString("hex")]) {
    assert.ok(!text.includes(hidden), hidden);
  }
});

test("nothing of it for other machines, and not where SMS is real", async (context) => {
  const server = await startTestServer(context);
  for (const headers of [{ "x-forwarded-for": "127.0.0.1" }, { via: "1.1 proxy" }]) {
    assert.equal((await fetch(`${server.origin}/demo/held`, { headers })).status, 404);
  }
  assert.equal((await fetch(`${server.origin}/demo/held`)).status, 200);
  const real = await startTestServer(context, { sms: "console" });
  assert.equal((await fetch(`${real.origin}/demo/held`)).status, 404);
  // The control: it serves.
  assert.equal((await fetch(`${real.origin}/health`)).status, 200);
});
