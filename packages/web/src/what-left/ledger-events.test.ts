// Events of the ledger: what stands together, what it is called, and that nothing is lost by it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LedgerLine } from "@assent/client";
import type { PhoneNumber } from "@assent/protocol";
import { ledgerDays } from "../phone/ledger-days.ts";
import { eventsOf } from "./ledger-events.ts";

const ben = "+33612345678" as PhoneNumber;
const carla = "+4915120000002" as PhoneNumber;

function line(declaration: string, at: string, size = 10): LedgerLine {
  return {
    ...{ key: `${at} ${declaration}`, at: new Date(at), declaration, size, purpose: "service" },
    ...{ method: "FRAME", destination: "wss://a.example/outbox", lane: "anonymous" },
    ...{ holds: "", why: "", readableBy: "", kept: "", bytesAtMost: 0 },
    body: { kind: "whole", bytes: new Uint8Array() },
  };
}

test("what left within moments is one event, named by whom the owner texted then", () => {
  const lines = [
    line("put", "2026-05-03T18:20:03"),
    line("put", "2026-05-03T18:01:04", 17_000),
    line("get-record", "2026-05-03T18:01:03"),
    line("evaluate", "2026-05-03T18:01:01", 98),
    line("get-buckets", "2026-05-03T17:00:03"),
    line("create-account", "2026-05-03T17:00:01"),
    line("start-registration", "2026-05-03T17:00:00"),
  ];
  const sent = [
    { number: ben, sentAt: new Date("2026-05-03T18:00:59") },
    { number: ben, sentAt: new Date("2026-05-03T18:01:02") },
    { number: carla, sentAt: new Date("2026-05-03T18:10:00") },
  ];
  const events = eventsOf(lines, sent);
  assert.deepEqual(
    events.map(({ kind, texted, bytes, lines: items }) => [kind, texted, items.length, bytes]),
    [
      // Sealed: a receipt, or a text that waited. Nobody is named for it.
      ["texts", [], 1, 10],
      ["texts", [ben], 3, 17_108],
      ["finding", [], 1, 10],
      ["turned-on", [], 2, 20],
    ],
  );
});

test("asking for a code and typing it are one event, however slow the SMS was; a code nobody typed is one of its own", () => {
  const lines = [
    line("get-buckets", "2026-05-03T17:06:02"),
    line("create-account", "2026-05-03T17:06:01"),
    line("verify-code", "2026-05-03T17:06:00"),
    line("start-registration", "2026-05-03T17:00:02"),
    line("get-parameters", "2026-05-03T17:00:01"),
    line("start-registration", "2026-05-03T16:00:00"),
  ];
  assert.deepEqual(
    eventsOf(lines, []).map(({ kind, lines: items }) => [kind, items.length]),
    [
      ["finding", 1],
      ["turned-on", 4],
      ["turned-on", 1],
    ],
  );
});

test("an SMS that the service is to send is a text of the owner's, too", () => {
  const lines = [
    line("send-sms", "2026-05-03T18:00:01", 3_000),
    line("name-sms", "2026-05-03T18:00:00"),
    line("get-sms-states", "2026-05-03T17:00:00"),
  ];
  const events = eventsOf(lines, [{ number: ben, sentAt: new Date("2026-05-03T17:59:59") }]);
  assert.deepEqual(
    events.map(({ kind, texted }) => [kind, texted]),
    [
      ["texts", [ben]],
      ["connected", []],
    ],
  );
});

test("staying connected is one event a day, and every item is in one event", () => {
  const lines = [
    line("inbox-heartbeat", "2026-05-04T09:00:00"),
    line("put", "2026-05-03T20:00:00"),
    line("acknowledge", "2026-05-03T19:00:00"),
    line("delete-account", "2026-05-03T18:30:00"),
    line("inbox-heartbeat", "2026-05-03T18:00:00"),
  ];
  const events = eventsOf(lines, []);
  assert.deepEqual(
    events.map(({ kind, lines: items }) => [kind, items.length]),
    [
      ["connected", 1],
      ["texts", 1],
      ["connected", 2],
      ["turned-off", 1],
    ],
  );
  const items = events.flatMap((event) => event.lines.map(({ key }) => key));
  assert.deepEqual(items.toSorted(), lines.map(({ key }) => key).toSorted());
});

test("days of the chart are sums of the pages, as far back as it shows", async () => {
  const all = [
    line("put", "2026-05-04T09:00", 5),
    line("get-record", "2026-05-04T08:00", 7),
    line("put", "2026-05-02T08:00", 11),
    line("authenticate", "2026-05-01T08:00", 13),
  ];
  let reads = 0;
  const read = async ({ before }: { before?: string }) => {
    reads += 1;
    const at = before ? all.findIndex(({ key }) => key === before) + 1 : 0;
    return { lines: all.slice(at, at + 1), more: at + 1 < all.length };
  };
  const days = await ledgerDays(read, 3, new Date("2026-05-04T12:00"));
  assert.deepEqual(
    days.map(({ bytes }) => bytes),
    [
      { texts: 11, finding: 0, keys: 0 },
      { texts: 0, finding: 0, keys: 0 },
      { texts: 5, finding: 7, keys: 0 },
    ],
  );
  assert.equal(reads, all.length);
});
