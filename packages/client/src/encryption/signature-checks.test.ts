// A text whose signature is checked beside: it is opened at once, and one that is false is found before anything may be stored.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { textFromUtf8, utf8 } from "@assent/protocol";
import { decodeGroupState, encodeGroupState } from "ts-mls";
import type { Encryption, GroupState } from "./encryption.ts";
import { newDevice, type Pair, pairOf } from "./groups-for-tests.ts";
import { loadMls } from "./mls.ts";
import { nodePrimitives } from "./primitives.node.ts";
import { FalseSignature, SignatureChecks } from "./signature-checks.ts";

let mls: Encryption;
let pair: Pair;
let bobs: GroupState;

before(async () => {
  mls = await loadMls(nodePrimitives());
  pair = await pairOf(mls);
  bobs = pair.joined[0] as GroupState;
});

/** As a member would send it who signs by another key than the group knows of them. */
function signedFalsely(state: GroupState): GroupState {
  const [decoded] = decodeGroupState(state.tree.slice(), 0) ?? [];
  assert.ok(decoded);
  const { signaturePrivateKey } = newDevice();
  return { ...state, tree: new Uint8Array(encodeGroupState({ ...decoded, signaturePrivateKey })) };
}

async function opened(sender: GroupState, checks?: SignatureChecks): Promise<string> {
  const { message } = await mls.encrypt(sender, utf8("hello"));
  const read = await mls.decrypt(bobs, message, pair.trusted, { checks });
  assert.ok(read.kind === "application");
  return textFromUtf8(read.content);
}

test("a true one is opened, and all that were added are true", async () => {
  const checks = new SignatureChecks();
  assert.equal(await opened(pair.started.state, checks), "hello");
  assert.equal(await opened(pair.started.state, checks), "hello");
  await checks.allTrue();
});

test("a false one is opened, and found false among true ones", async () => {
  const checks = new SignatureChecks();
  await opened(pair.started.state, checks);
  assert.equal(await opened(signedFalsely(pair.started.state), checks), "hello");
  await opened(pair.started.state, checks);
  await assert.rejects(checks.allTrue(), FalseSignature);
});

test("those that were begun together and the few behind them are all waited for", async () => {
  for (const falseOne of [undefined, 0, 31, 32, 99]) {
    const checks = new SignatureChecks();
    let checked = 0;
    for (let index = 0; index < 100; index += 1) {
      checks.add(async () => {
        await Promise.resolve();
        checked += 1;
        return index !== falseOne;
      });
    }
    const all = checks.allTrue();
    await (falseOne === undefined ? all : assert.rejects(all, FalseSignature));
    assert.equal(checked, 100);
  }
});

test("without checks a false one is refused by itself", async () => {
  assert.equal(await opened(pair.started.state), "hello");
  await assert.rejects(opened(signedFalsely(pair.started.state)), { reason: "forged" });
});

test("a commit is checked before it is followed, whoever else checks", async () => {
  const nobody = { add: [], remove: [] };
  const staged = (state: GroupState) => mls.stageCommit(state, nobody, pair.trusted, Date.now());
  const checks = new SignatureChecks();
  const { commit } = await staged(pair.started.state);
  const read = await mls.decrypt(bobs, commit, pair.trusted, { checks });
  assert.equal(read.kind, "commit");
  const { commit: forged } = await staged(signedFalsely(pair.started.state));
  await assert.rejects(mls.decrypt(bobs, forged, pair.trusted, { checks }), { reason: "forged" });
});
