// Ids: what each is the hash of, spelled out, and what none of them may be mistaken for.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { concat, hex, lengthPrefixed, utf8 } from "./bytes.ts";
import { sha256 } from "./hashing.ts";
import {
  type AccountId,
  accountIdOf,
  cellIdOf,
  conversationIdOfTwo,
  deviceIdOf,
  envelopeIdOf,
  idLength,
  messageIdOf,
} from "./ids.ts";

const key = new Uint8Array(32).fill(7);
const anna = accountIdOf(key);
const ben = accountIdOf(new Uint8Array(32));
const account = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => new Uint8Array(bytes) as AccountId);
const fixed = { seed: 32, numRuns: 200 };

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

describe("the conversation id of two", () => {
  test("is the hash of both account ids, the smaller first, whoever asks", () => {
    const [first, second] = Buffer.compare(anna, ben) < 0 ? [anna, ben] : [ben, anna];
    const expected = hex(sha256(concat(utf8("assent/v1 conversation\0"), first, second)));
    assert.equal(hex(conversationIdOfTwo(anna, ben)), expected);
    assert.equal(hex(conversationIdOfTwo(ben, anna)), expected);
  });

  test("is the same for both, also where their ids begin alike, and no other pair's", () => {
    fc.assert(
      fc.property(account, account, account, fc.nat({ max: 31 }), (one, other, third, at) => {
        const near = one.slice() as AccountId;
        near[at] = (near[at] as number) ^ 0x80;
        for (const [a, b] of [
          [one, other],
          [one, near],
        ] as const) {
          assert.equal(hex(conversationIdOfTwo(a, b)), hex(conversationIdOfTwo(b, a)));
          if (hex(third) !== hex(a) && hex(third) !== hex(b))
            assert.notEqual(hex(conversationIdOfTwo(a, b)), hex(conversationIdOfTwo(a, third)));
        }
      }),
      fixed,
    );
  });

  test("leaves the ids as they are", () => {
    const [one, other] = [anna.slice() as AccountId, ben.slice() as AccountId];
    conversationIdOfTwo(one, other);
    assert.deepEqual([one, other], [anna, ben]);
  });
});

describe("a message id", () => {
  const conversation = conversationIdOfTwo(anna, ben);

  test("is 01 and 31 bytes of the hash of sender, conversation and content, each after its length", () => {
    const joined = lengthPrefixed(anna, conversation, utf8("content"));
    const digest = hex(sha256(concat(utf8("assent/v1 message\0"), joined)));
    assert.equal(messageIdOf(anna, conversation, utf8("content")), `01${digest.slice(0, 62)}`);
  });

  test("is another for another sender, conversation or content", () => {
    const other = conversationIdOfTwo(anna, accountIdOf(new Uint8Array(1)));
    const ids = [
      messageIdOf(anna, conversation, utf8("content")),
      messageIdOf(ben, conversation, utf8("content")),
      messageIdOf(anna, other, utf8("content")),
      messageIdOf(anna, conversation, utf8("contents")),
      messageIdOf(anna, conversation, new Uint8Array()),
    ];
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^01[0-9a-f]{62}$/);
  });
});
