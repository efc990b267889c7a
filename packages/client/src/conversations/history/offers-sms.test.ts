// After three days, and not before, the owner of a private text that waits is offered another way.
import assert from "node:assert/strict";
import { test } from "node:test";
import { offersSms } from "./offers-sms.ts";

const sentAt = new Date("2026-11-22T08:00:00Z");
const after = (ms: number) => new Date(sentAt.getTime() + ms);
const threeDays = 3 * 86_400_000;
const held = { outgoing: true, route: "private", state: "sent", sentAt } as const;

test("another way is offered once a private text has waited for three days", () => {
  assert.equal(offersSms(held, after(threeDays - 1)), false);
  assert.equal(offersSms(held, after(threeDays)), true);
  assert.equal(offersSms({ ...held, state: "queued" }, after(threeDays)), true);
});

test("nothing is offered for what came, went by SMS, does not wait any more, or cannot be taken back", () => {
  const others = [
    { ...held, outgoing: false },
    { ...held, route: "sms" },
    { ...held, state: "delivered" },
    { ...held, state: "taken" },
    { ...held, state: "taking-back" },
    { ...held, staysPrivate: true },
    { ...held, state: "queued", staysPrivate: true },
  ] as const;
  for (const text of others) assert.equal(offersSms(text, after(threeDays)), false);
});
