// Welcomes that cost little to make and much to join: groups of more places, or longer lists, than devices could be in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { portablePrimitives, randomBytes } from "@assent/protocol";
import { type ClientState, createCommit, createGroup, generateKeyPackageWithKey } from "ts-mls";
import { encodeGroupInfo, type GroupInfo } from "ts-mls/groupInfo.js";
import { encodeRatchetTree, type RatchetTree } from "ts-mls/ratchetTree.js";
import { treeHashRoot } from "ts-mls/treeHash.js";
import { EncryptionRefused, type OwnDevice } from "./encryption.ts";
import { newDevice } from "./groups-for-tests.ts";
import { loadMls } from "./mls.ts";
import { encode } from "./mls-messages.ts";
import {
  capabilities,
  configFor,
  credentialOf,
  lifetimeFrom,
  liveKeyPackageOf,
} from "./mls-rules.ts";
import { suiteOfTexts, wholeSuite } from "./mls-suite.ts";
import { joiningSmallGroups } from "./mls-welcomes.ts";

const suite = await wholeSuite(suiteOfTexts(portablePrimitives), portablePrimitives);
const nowMs = Date.now();

/** A group of one device, that stands at the last of so many places. */
async function sparseGroup(own: OwnDevice, other: OwnDevice, places: number): Promise<ClientState> {
  const keys = { signKey: own.signaturePrivateKey, publicKey: own.signatureKey };
  const lifetime = lifetimeFrom(nowMs, "single use");
  const made = await generateKeyPackageWithKey(
    credentialOf(own),
    capabilities,
    lifetime,
    [],
    keys,
    suite,
  );
  const { publicPackage, privatePackage } = made;
  const config = configFor([own, other]);
  const group = await createGroup(
    randomBytes(32),
    publicPackage,
    privatePackage,
    [],
    suite,
    config,
  );
  const [leaf] = group.ratchetTree;
  const [secret] = group.secretTree;
  assert.ok(leaf && secret);
  const nodes = 2 * places - 1;
  const ratchetTree: RatchetTree = [...Array<undefined>(nodes - 1).fill(undefined), leaf];
  const treeHash = await treeHashRoot(ratchetTree, suite.hash);
  return {
    ...group,
    ratchetTree,
    secretTree: Array(nodes).fill(secret),
    privatePath: {
      leafIndex: places - 1,
      privateKeys: { [nodes - 1]: privatePackage.hpkePrivateKey },
    },
    groupContext: { ...group.groupContext, treeHash },
  };
}

for (const [places, isJoined] of [
  [128, true],
  [256, false],
] as const) {
  test(`a group of ${places} places is ${isJoined ? "joined" : "refused before that costs anything"}`, async () => {
    const mls = await loadMls();
    const [stranger, own] = [newDevice(), newDevice()];
    const made = await mls.generateKeyPackage(own, nowMs);
    const keyPackage = liveKeyPackageOf({ device: own, keyPackage: made.publicPart }, nowMs);
    const add = { proposalType: "add", add: { keyPackage } } as const;
    const { welcome } = await createCommit(
      { state: await sparseGroup(stranger, own, places), cipherSuite: suite },
      { extraProposals: [add], ratchetTreeExtension: true },
    );
    assert.ok(welcome);
    const encoded = encode({ wireformat: "mls_welcome", welcome });
    const joined = mls.join(own, encoded, made, [stranger, own]);
    if (isJoined) assert.ok((await joined).tree.length > 0);
    else {
      await assert.rejects(
        joined,
        (error) => error instanceof EncryptionRefused && error.reason === "untrusted",
      );
    }
  });
}

test("a list of more below a node than there can be is refused, one of as many is not", async () => {
  const [own, other] = [newDevice(), newDevice()];
  const { ratchetTree, groupContext } = await sparseGroup(own, other, 2);
  const [, , leaf] = ratchetTree;
  const described = (unmerged: number) => {
    const parent = {
      hpkePublicKey: randomBytes(32),
      parentHash: new Uint8Array(),
      unmergedLeaves: Array<number>(unmerged).fill(1),
    };
    const tree: RatchetTree = [undefined, { nodeType: "parent", parent }, leaf];
    const info: GroupInfo = {
      groupContext,
      extensions: [{ extensionType: "ratchet_tree", extensionData: encodeRatchetTree(tree) }],
      confirmationTag: new Uint8Array(32),
      signer: 1,
      signature: new Uint8Array(64),
    };
    const decryptAead = async () => encodeGroupInfo(info);
    const joining = joiningSmallGroups({ ...suite, hpke: { ...suite.hpke, decryptAead } });
    const none = new Uint8Array();
    return joining.hpke.decryptAead(none, none, undefined, none);
  };
  assert.ok((await described(128)).length > 0);
  await assert.rejects(described(300), EncryptionRefused);
});
