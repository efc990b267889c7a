// What one program asks another to do with a profile: read back as it was written, and refused where it is anything else.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Asking, type Request, readAsking, writeAsking } from "./requests.ts";

const requests: readonly Request[] = [
  { command: "turn-on", number: "+4915123456789", server: "https://assent.example" },
  { command: "verify", code: "123456" },
  { command: "status" },
  { command: "clear-ledger", before: "2026-11-01T00:00:00.000Z" },
  { command: "import-contacts", file: "/tmp/a.vcf", country: "DE", preview: true },
  { command: "import-contacts", file: "/tmp/a.vcf" },
  { command: "name-contact", who: "+4915123456789", name: "Anna" },
  { command: "send", who: "Anna", text: "a\u2028b\n", route: "auto", acceptNewKey: true },
  { command: "block", who: "Anna", blocked: false },
];

for (const request of requests) {
  test(`reads ${request.command} as it was written, in one line`, () => {
    const asking: Asking = { request, asJson: true, timeZone: "Europe/Berlin" };
    assert.ok(!writeAsking(asking).includes("\n"));
    assert.deepEqual(readAsking(writeAsking(asking)), asking);
  });
}

describe("refuses", () => {
  const around = (request: unknown) => JSON.stringify({ request, asJson: false, timeZone: "UTC" });
  const refused: readonly [string, string][] = [
    ["what is no JSON", "status"],
    ["no object", "null"],
    ["no request", JSON.stringify({ asJson: true, timeZone: "UTC" })],
    ["no time zone", JSON.stringify({ request: { command: "status" }, asJson: true })],
    ["an unknown command", around({ command: "eval" })],
    ["a command of every object", around({ command: "toString" })],
    ["a missing field", around({ command: "check" })],
    ["a field of another kind", around({ command: "check", who: ["+4915123456789"] })],
    ["a field too many", around({ command: "status", who: "Anna" })],
    ["a date that is none", around({ command: "clear-ledger", before: "yesterday" })],
    ["an unknown route", around({ command: "send", who: "Anna", text: "a", route: "pigeon" })],
  ];
  for (const [what, line] of refused) {
    test(what, () => assert.throws(() => readAsking(line), { code: "request_invalid" }));
  }
});
