// A group's state in parts: a text changes one of them, what is stored decides what comes next, and keys that were used are
// zeroed when the state behind them is stored, and no sooner.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { textFromUtf8, utf8 } from "@assent/protocol";
import { encode } from "ts-mls/codec/tlsEncoder.js";
import { decodeSecretTree, secretTreeEncoder } from "ts-mls/secretTree.js";
import type { Decrypted, Encryption, GroupState } from "./encryption.ts";
import { DecodedGroups } from "./group-parts.ts";
import { copyOf, type Pair, pairOf } from "./groups-for-tests.ts";
import { loadMls } from "./mls.ts";

const nobody = { add: [], remove: [] };
let mls: Encryption;
let pair: Pair;
let alices: GroupState;
let bobs: GroupState;

beforeEach(async () => {
  mls = await loadMls();
  pair = await pairOf(mls);
  alices = pair.started.state;
  bobs = pair.joined[0] as GroupState;
});

function textOf(read: Decrypted): string {
  assert.ok(read.kind === "application");
  return textFromUtf8(read.content);
}

describe("a text", () => {
  test("changes the ratchets of both sides and nothing else, from stored bytes too", async () => {
    for (const state of [alices, copyOf(alices)]) {
      const sent = await mls.encrypt(state, utf8("hello"));
      assert.deepEqual([sent.state.tree, sent.state.pastEpochs], [state.tree, state.pastEpochs]);
      const unchanged = state.tree.length + state.pastEpochs.length;
      assert.ok(sent.state.ratchets.length * 10 < unchanged);
    }
    const { state, message } = await mls.encrypt(alices, utf8("hello"));
    assert.equal(state.tree, alices.tree);
    assert.equal(state.pastEpochs, alices.pastEpochs);
    assert.notDeepEqual(state.ratchets, alices.ratchets);
    const read = await mls.decrypt(bobs, message, pair.trusted);
    assert.ok(read.kind === "application");
    assert.equal(read.state.tree, bobs.tree);
    assert.notDeepEqual(read.state.ratchets, bobs.ratchets);
  });

  test("of an epoch before changes the past epochs alone", async () => {
    const late = await mls.encrypt(bobs, utf8("late"));
    const { staged } = await mls.stageCommit(alices, nobody, pair.trusted, Date.now());
    const renewed = mls.confirmCommit(alices, staged);
    const read = await mls.decrypt(renewed.state, late.message, pair.trusted);
    assert.equal(textOf(read), "late");
    assert.ok(read.kind === "application");
    assert.equal(read.state.tree, renewed.state.tree);
    assert.notDeepEqual(read.state.pastEpochs, renewed.state.pastEpochs);
    assert.deepEqual(read.state.ratchets, renewed.state.ratchets);
  });
});

test("ratchets are the bytes that the library makes of them whole, also with texts that did not come", async () => {
  let sender = alices;
  let reader = bobs;
  for (const isRead of [true, false, false, true, true]) {
    const sent = await mls.encrypt(sender, utf8("hello"));
    sender = sent.state;
    if (!isRead) continue;
    const read = await mls.decrypt(reader, sent.message, pair.trusted);
    assert.ok(read.kind === "application");
    reader = read.state;
  }
  for (const { ratchets } of [sender, reader]) {
    const [tree] = decodeSecretTree(ratchets.slice(), 0) ?? [];
    assert.ok(tree && tree.length > 1);
    assert.deepEqual(ratchets, new Uint8Array(encode(secretTreeEncoder)(tree)));
  }
});

test("a commit changes the tree too, and another program goes on from what is stored", async () => {
  const { staged, commit } = await mls.stageCommit(alices, nobody, pair.trusted, Date.now());
  const { state } = mls.confirmCommit(alices, staged);
  assert.notDeepEqual(state.tree, alices.tree);
  const read = await mls.decrypt(bobs, commit, pair.trusted);
  assert.ok(read.kind === "commit");
  const sent = await (await loadMls()).encrypt(copyOf(state), utf8("after it"));
  const other = await loadMls();
  const after = await other.decrypt(copyOf(read.state), sent.message, pair.trusted);
  assert.equal(textOf(after), "after it");
});

test("the key of a text is zeroed when its step says so, and no sooner, on both sides", async (context) => {
  const imports = context.mock.method(crypto.subtle, "importKey");
  const zeroed = () => {
    const keys = imports.mock.calls.map(({ arguments: [, key] }): unknown => key);
    assert.ok(keys.length > 0);
    return keys.filter((key) => key instanceof Uint8Array && key.every((byte) => byte === 0))
      .length;
  };
  const sent = await mls.encrypt(copyOf(alices), utf8("hello"));
  assert.equal(zeroed(), 0);
  sent.destroyUsed();
  assert.equal(zeroed(), 1);
  imports.mock.resetCalls();
  const read = await mls.decrypt(copyOf(bobs), sent.message, pair.trusted);
  assert.ok(read.kind === "application");
  assert.equal(zeroed(), 0);
  read.destroyUsed();
  assert.equal(zeroed(), 1);
});

test("of 64 groups the decoded states are kept, and no more", () => {
  const decoded = new DecodedGroups();
  const state = decoded.stateOf(alices);
  const groups = Array.from({ length: 65 }, (_, index) => {
    const groupContext = { ...state.groupContext, groupId: new Uint8Array(32).fill(index) };
    const own = { ...state, groupContext };
    return { own, parts: decoded.partsOf(own) };
  });
  const kept = groups.map(({ own, parts }) => decoded.stateOf(parts) === own);
  assert.deepEqual(kept, [false, ...Array(64).fill(true)]);
});

describe("what is stored decides", () => {
  test("a commit that was staged and discarded leaves no key zeroed, and none behind one that was confirmed", async () => {
    const stage = () => mls.stageCommit(alices, nobody, pair.trusted, Date.now());
    await stage();
    const { staged, commit } = await stage();
    const before = copyOf(alices);
    const confirmed = mls.confirmCommit(alices, staged);
    // It was not stored: the same again, from what is.
    const again = mls.confirmCommit(alices, staged);
    assert.deepEqual(copyOf(again.state), copyOf(confirmed.state));
    again.destroyUsed();
    assert.deepEqual(copyOf(alices), before);
    const read = await mls.decrypt(bobs, commit, pair.trusted);
    assert.ok(read.kind === "commit");
    const { message } = await mls.encrypt(again.state, utf8("after it"));
    assert.equal(textOf(await mls.decrypt(read.state, message, pair.trusted)), "after it");
  });

  test("where a step was given up, the state before it goes on as if it had not been", async () => {
    const before = copyOf(alices);
    await mls.encrypt(alices, utf8("never stored"));
    for (const state of [before, alices]) {
      const { message } = await mls.encrypt(state, utf8("in its place"));
      assert.equal(textOf(await mls.decrypt(copyOf(bobs), message, pair.trusted)), "in its place");
    }
  });

  test("where one was stored, used keys are zeroed in memory, and the next text is read", async () => {
    const first = await mls.encrypt(alices, utf8("first"));
    first.destroyUsed();
    const second = await mls.encrypt(first.state, utf8("second"));
    const read = await mls.decrypt(bobs, first.message, pair.trusted);
    assert.equal(textOf(read), "first");
    assert.ok(read.kind === "application");
    read.destroyUsed();
    assert.equal(textOf(await mls.decrypt(read.state, second.message, pair.trusted)), "second");
  });

  test("bytes that were stored are never zeroed, used or not", async () => {
    const before = copyOf(alices);
    const sent = await mls.encrypt(alices, utf8("hello"));
    sent.destroyUsed();
    assert.deepEqual(copyOf(alices), before);
    const fresh = await loadMls();
    const read = copyOf(bobs);
    const decrypted = await fresh.decrypt(bobs, sent.message, pair.trusted);
    assert.ok(decrypted.kind === "application");
    decrypted.destroyUsed();
    assert.deepEqual(copyOf(bobs), read);
  });

  test("a state that was set back is read from its bytes, though a later one was decoded", async () => {
    const before = copyOf(bobs);
    const { message } = await mls.encrypt(alices, utf8("twice"));
    const read = await mls.decrypt(bobs, message, pair.trusted);
    assert.ok(read.kind === "application");
    read.destroyUsed();
    await assert.rejects(mls.decrypt(read.state, message, pair.trusted), { reason: "used" });
    assert.equal(textOf(await mls.decrypt(before, message, pair.trusted)), "twice");
  });
});

test("a part that is damaged is the profile's fault, and nobody's who wrote", async () => {
  for (const part of ["tree", "pastEpochs", "ratchets"] as const) {
    const damaged = { ...copyOf(alices), [part]: alices[part].slice(0, -1) };
    const encrypting = (await loadMls()).encrypt(damaged, utf8("hello"));
    await assert.rejects(encrypting, { code: "profile_unreadable" });
  }
});
