// How far ahead of what came a message may be, on real groups: its sender decides how many keys are made to read it. And what
// this device sealed itself, which somebody hands back.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { portablePrimitives, utf8 } from "@assent/protocol";
import { consumeRatchet } from "ts-mls/secretTree.js";
import { type Encryption, EncryptionRefused, type GroupState } from "./encryption.ts";
import { DecodedGroups, type StoredState } from "./group-parts.ts";
import { newDevice, type Pair, pairOf } from "./groups-for-tests.ts";
import { loadMls } from "./mls.ts";
import { suiteOfTexts } from "./mls-suite.ts";

const suite = suiteOfTexts(portablePrimitives);
const nobody = { add: [], remove: [] };

let mls: Encryption;
let pair: Pair;
let alices: GroupState;
let bobs: GroupState;

before(async () => {
  mls = await loadMls();
  pair = await pairOf(mls);
  alices = pair.started.state;
  bobs = pair.joined[0] as GroupState;
});

function changed(state: GroupState, change: (decoded: StoredState) => StoredState): GroupState {
  return new DecodedGroups().partsOf(change(new DecodedGroups().stateOf(state)));
}

/** A state whose device has sealed so many messages that nobody was sent. */
async function ahead(
  state: GroupState,
  count: number,
  kind: "application" | "commit" = "application",
): Promise<GroupState> {
  let { secretTree, privatePath } = new DecodedGroups().stateOf(state);
  for (let times = 0; times < count; times += 1)
    secretTree = (await consumeRatchet(secretTree, privatePath.leafIndex * 2, kind, suite)).newTree;
  return changed(state, (decoded) => ({ ...decoded, secretTree }));
}

async function textAhead(count: number): Promise<Uint8Array> {
  return (await mls.encrypt(await ahead(alices, count), utf8("hello"))).message;
}

/** As a member would send it who signs by another key than the group knows of them. */
function signingFalsely(state: GroupState): GroupState {
  const { signaturePrivateKey } = newDevice();
  return changed(state, (decoded) => ({ ...decoded, signaturePrivateKey }));
}

test("as many may be missing before a text as is said, and no key is made for one that is further ahead", async () => {
  const within = await mls.decrypt(bobs, await textAhead(3), pair.trusted, { mostSkipped: 3 });
  assert.ok(within.kind === "application");
  assert.equal(within.missing, 3);
  await assert.rejects(
    mls.decrypt(bobs, await textAhead(4), pair.trusted, { mostSkipped: 3 }),
    (error) =>
      error instanceof EncryptionRefused &&
      error.reason === "too far ahead" &&
      error.keysMade === 0,
  );
});

test("a false one says how many keys were made to look at it", async () => {
  const { message } = await mls.encrypt(signingFalsely(await ahead(alices, 5)), utf8("hello"));
  await assert.rejects(
    mls.decrypt(bobs, message, pair.trusted),
    (error) =>
      error instanceof EncryptionRefused && error.reason === "forged" && error.keysMade === 5,
  );
});

test("of commits sixteen may be missing: each ends its epoch", async () => {
  const commitAhead = async (count: number) => {
    const state = await ahead(alices, count, "commit");
    return (await mls.stageCommit(state, nobody, pair.trusted, Date.now())).commit;
  };
  assert.equal((await mls.decrypt(bobs, await commitAhead(16), pair.trusted)).kind, "commit");
  await assert.rejects(mls.decrypt(bobs, await commitAhead(17), pair.trusted), {
    reason: "too far ahead",
  });
});

test("what a device sealed itself is refused when it comes back, also where it was set back since", async () => {
  const text = await mls.encrypt(bobs, utf8("to Alice"));
  const { commit } = await mls.stageCommit(bobs, nobody, pair.trusted, Date.now());
  for (const [state, message] of [
    [text.state, text.message],
    [bobs, text.message],
    [bobs, commit],
  ] as const)
    await assert.rejects(mls.decrypt(state, message, pair.trusted), { reason: "own" });
  assert.equal((await mls.decrypt(alices, text.message, pair.trusted)).kind, "application");
});
