// Tickets: they are read back as they were made, by their mailbox alone; no two are alike; and their bytes are frozen, so
// that a sender's ticket stays good.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bytesFromHex, hex, randomBytes } from "@assent/protocol";
import fc from "fast-check";
import { systemRandomness } from "../randomness.ts";
import { createTickets, hoursSince, isOf, type TicketFields, ticketLength } from "./tickets.ts";

const mailboxId = Uint8Array.from({ length: 16 }, (_, index) => index);
const now = 497_000;
const fields: TicketFields = { position: 7, hour: now, lineage: 29_876_543, generation: 3 };
const tickets = createTickets(randomBytes(32), systemRandomness);

test("what is read is what was made, as far as it is in there", () => {
  const ticketOf = fc.record({
    position: fc.integer({ min: 1, max: 2 ** 40 - 1 }),
    hour: fc.integer({ min: 400_000, max: 900_000 }),
    lineage: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    generation: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  });
  fc.assert(
    fc.property(fc.array(ticketOf, { minLength: 1, maxLength: 600 }), (given) => {
      // Many are laid before the first is read, more than are sealed in one go.
      const laid = given.map((one) => tickets.lay(mailboxId, one));
      for (const [index, one] of given.entries()) {
        const read = tickets.read(laid[index]?.bytes() as Uint8Array, mailboxId);
        assert.equal(read?.position, one.position);
        assert.ok(isOf(read, one));
        assert.equal(hoursSince(read, one.hour), 0);
        assert.equal(hoursSince(read, one.hour + 721), 721);
        assert.equal(hoursSince(read, one.hour - 2), -2);
        assert.ok(!isOf(read, { ...one, lineage: one.lineage ^ 1 }));
        assert.ok(!isOf(read, { ...one, generation: one.generation ^ 1 }));
      }
    }),
    { seed: 54, numRuns: 50 },
  );
});

test("the same position has another ticket each time", () => {
  const made = Array.from({ length: 1_000 }, () => hex(tickets.lay(mailboxId, fields).bytes()));
  assert.equal(new Set(made).size, 1_000);
  assert.ok(made.every((ticket) => ticket.length === 2 * ticketLength));
});

test("the ticket of one mailbox is none of another's", () => {
  const ticket = tickets.lay(mailboxId, fields).bytes();
  const other = mailboxId.slice();
  other[1] = 99;
  assert.ok(tickets.read(ticket, mailboxId));
  assert.equal(tickets.read(ticket, other), undefined);
  assert.equal(tickets.read(ticket.subarray(1), mailboxId), undefined);
  assert.equal(tickets.read(new Uint8Array(32), mailboxId), undefined);
});

test("all that were laid are sealed in one go, whoever reads first", () => {
  const laid = Array.from({ length: 4 }, (_, position) =>
    tickets.lay(mailboxId, { ...fields, position }),
  );
  const [first, ...others] = laid.reverse().map((one) => one.bytes());
  assert.ok(first && others.every(({ buffer }) => buffer === first.buffer));
  assert.notEqual(tickets.lay(mailboxId, fields).bytes().buffer, first.buffer);
});

test("the bytes of a ticket are frozen", () => {
  const { key, cases } = JSON.parse(
    readFileSync(
      new URL("../../../../test/vectors/mailbox-v1/tickets.json", import.meta.url),
      "utf8",
    ),
  ) as {
    readonly key: string;
    readonly cases: readonly (TicketFields &
      Record<"mailboxId" | "ticket", string> &
      Record<"count", number>)[];
  };
  assert.equal(cases.length, 3);
  for (const { mailboxId, ticket, count, ...given } of cases) {
    const frozen = createTickets(bytesFromHex(key), { ...systemRandomness, below: () => count });
    const mailbox = bytesFromHex(mailboxId);
    assert.equal(hex(frozen.lay(mailbox, given).bytes()), ticket);
    const read = frozen.read(bytesFromHex(ticket), mailbox);
    assert.equal(read?.position, given.position);
    assert.ok(isOf(read, given));
    assert.equal(hoursSince(read, given.hour), 0);
  }
});
