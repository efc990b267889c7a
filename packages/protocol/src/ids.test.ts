// Ids: what each is the hash of, spelled out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, hex, utf8 } from "./bytes.ts";
import { sha256 } from "./hashing.ts";
import { accountIdOf, cellIdOf, deviceIdOf, envelopeIdOf, idLength, messageIdOf } from "./ids.ts";

const key = new Uint8Array(32).fill(7);

test("an id is the labelled hash of its key or secret", () => {
  for (const [label, idOf] of [
    ["account id", accountIdOf],
    ["device id", deviceIdOf],
    ["cell id", cellIdOf],
    ["envelope id", envelopeIdOf],
  ] as const) {
    const id = idOf(key);
    assert.equal(id.length, idLength);
    assert.equal(hex(id), hex(sha256(concat(utf8(`assent/v1 ${label}\0`), key))), label);
  }
});

test("one key gives another id for each use, and another key another id", () => {
  const ids = [accountIdOf(key), deviceIdOf(key), cellIdOf(key), envelopeIdOf(key)];
  assert.equal(new Set(ids.map(hex)).size, 4);
  assert.notEqual(hex(accountIdOf(key)), hex(accountIdOf(new Uint8Array(32))));
});

test("a message id is 01 and 31 bytes of the hash of its sender and content", () => {
  const sender = accountIdOf(key);
  const id = messageIdOf(sender, utf8("content"));
  const digest = hex(sha256(concat(utf8("assent/v1 message\0"), sender, utf8("content"))));
  assert.equal(id, `01${digest.slice(0, 62)}`);
  assert.notEqual(id, messageIdOf(sender, utf8("other content")));
  assert.notEqual(id, messageIdOf(accountIdOf(new Uint8Array(32)), utf8("content")));
});
