// How mailboxes are found, by their ids and by ordinal.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { Mailboxes } from "./mailboxes.ts";

const idBytes = 16;
const count = 3_000;

test("mailboxes are found by their ids, until they end", () => {
  const mailboxes = new Mailboxes();
  assert.ok(mailboxes.isEmpty);
  const ids = randomBytes(count * idBytes);
  const all = Array.from({ length: count }, (_, index) =>
    mailboxes.add(ids, index * idBytes, index),
  );
  const found = () => all.map((_, index) => mailboxes.find(ids, index * idBytes)?.generation);
  const generations = all.map(({ generation }) => generation);
  assert.deepEqual(found(), generations);
  assert.deepEqual(
    all.map(({ id }) => id.toString()),
    all.map((_, index) => ids.subarray(index * idBytes, (index + 1) * idBytes).toString()),
  );
  assert.equal(mailboxes.find(randomBytes(idBytes)), undefined);

  for (const mailbox of all.filter(({ generation }) => generation % 3 === 0)) {
    mailbox.isThere = false;
    mailboxes.unlist(mailbox);
    assert.equal(mailboxes.of(mailbox.ordinal), mailbox);
    mailboxes.forget(mailbox);
    assert.equal(mailboxes.of(mailbox.ordinal), undefined);
  }
  const left = generations.map((generation) => (generation % 3 === 0 ? undefined : generation));
  assert.deepEqual(found(), left);
  assert.deepEqual(
    [...mailboxes].map(({ generation }) => generation),
    left.filter((generation) => generation !== undefined),
  );
});

test("an ordinal is nobody's again", () => {
  const mailboxes = new Mailboxes();
  const ids = randomBytes(2 * idBytes);
  const [first, second] = [mailboxes.add(ids, 0, 1), mailboxes.add(ids, idBytes, 1)];
  const { ordinal } = first;
  mailboxes.renumber(first);
  assert.equal(mailboxes.of(ordinal), undefined);
  assert.ok(first.ordinal > second.ordinal);
  assert.equal(mailboxes.of(first.ordinal), first);
  assert.equal(mailboxes.find(ids), first);
  // Ones that come later make it grow.
  const others = randomBytes(count * idBytes);
  for (let index = 0; index < count; index += 1) mailboxes.add(others, index * idBytes, 1);
  assert.equal(mailboxes.find(ids), first);
  assert.equal(mailboxes.find(ids, idBytes), second);
  assert.equal([...mailboxes].length, count + 2);
});
