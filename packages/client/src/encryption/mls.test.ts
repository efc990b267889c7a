// Holds the rules of the encryption room on real groups.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { equalBytes, textFromUtf8, utf8 } from "@assent/protocol";
import {
  createCommit,
  createProposal,
  decodeGroupState,
  decodeMlsMessage,
  encodeMlsMessage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  type LeafNodeKeyPackage,
  type Proposal,
} from "ts-mls";
import { defaultClientConfig } from "ts-mls/clientConfig.js";
import { createContentCommitSignature } from "ts-mls/framedContent.js";
import { protect } from "ts-mls/messageProtection.js";
import {
  type Encryption,
  EncryptionRefused,
  type GroupState,
  type KeyPackageUse,
  type RefusalReason,
} from "./encryption.ts";
import { DecodedGroups } from "./group-parts.ts";
import { copyOf, newDevice, pairOf } from "./groups-for-tests.ts";
import { loadMls } from "./mls.ts";

const nowMs = Date.now();
let mls: Encryption;

before(async () => {
  mls = await loadMls();
});

function refused(reason: RefusalReason) {
  return (error: unknown) => error instanceof EncryptionRefused && error.reason === reason;
}

describe("a group of two", () => {
  test("reads what the other wrote, and says who wrote it", async () => {
    const { alice, others, trusted, started, joined } = await pairOf(mls);
    const sent = await mls.encrypt(started.state, utf8("hello"));
    const read = await mls.decrypt(joined[0]!, sent.message, trusted);
    assert.equal(read.kind, "application");
    assert.ok(read.kind === "application");
    assert.equal(textFromUtf8(read.content), "hello");
    assert.ok(equalBytes(read.sender.deviceId, alice.deviceId));
    const answer = await mls.encrypt(read.state, utf8("hello yourself"));
    const back = await mls.decrypt(sent.state, answer.message, trusted);
    assert.ok(back.kind === "application" && equalBytes(back.sender.deviceId, others[0]!.deviceId));
  });

  test("goes on from stored bytes alone", async () => {
    const { trusted, started, joined } = await pairOf(mls);
    const sent = await mls.encrypt(copyOf(started.state), utf8("stored"));
    const fresh = await loadMls();
    const read = await fresh.decrypt(copyOf(joined[0]!), sent.message, trusted);
    assert.ok(read.kind === "application");
    assert.equal(textFromUtf8(read.content), "stored");
  });

  test("decrypts after 1,000 skipped messages, and the skipped ones still", async () => {
    const { trusted, started, joined } = await pairOf(mls);
    const messages: Uint8Array[] = [];
    let state = started.state;
    for (let index = 0; index <= 1_000; index += 1) {
      const sent = await mls.encrypt(state, utf8(String(index)));
      state = sent.state;
      messages.push(sent.message);
    }
    const last = await mls.decrypt(joined[0]!, messages[1_000]!, trusted);
    assert.ok(last.kind === "application");
    assert.equal(last.missing, 1_000);
    const first = await mls.decrypt(copyOf(last.state), messages[0]!, trusted);
    assert.ok(first.kind === "application");
    assert.equal(textFromUtf8(first.content), "0");
  });

  test("refuses a repetition, a changed bit, a cut, and a stranger", async () => {
    const { trusted, started, joined } = await pairOf(mls);
    const sent = await mls.encrypt(started.state, utf8("once"));
    const read = await mls.decrypt(joined[0]!, sent.message, trusted);
    assert.ok(read.kind === "application");
    await assert.rejects(mls.decrypt(read.state, sent.message, trusted), refused("used"));
    const changed = sent.message.slice();
    changed[changed.length - 1]! ^= 1;
    await assert.rejects(mls.decrypt(joined[0]!, changed, trusted), refused("forged"));
    await assert.rejects(
      mls.decrypt(joined[0]!, sent.message.subarray(0, 40), trusted),
      refused("malformed"),
    );
    await assert.rejects(mls.decrypt(joined[0]!, sent.message, []), refused("untrusted"));
  });
});

describe("membership", () => {
  test("a Welcome with a device nobody vouches for is refused", async () => {
    const { alice, others, packages, started } = await pairOf(mls, 2);
    await assert.rejects(
      mls.join(others[0]!, started.welcome, packages[0]!, [alice, others[0]!]),
      EncryptionRefused,
    );
  });

  test("a KeyPackage of another device, or a changed one, is refused", async () => {
    const [alice, bob, mallory] = [newDevice(), newDevice(), newDevice()];
    const keyPackage = (await mls.generateKeyPackage(mallory, nowMs)).publicPart;
    await assert.rejects(
      mls.startGroup(alice, [{ device: bob, keyPackage }], nowMs),
      refused("untrusted"),
    );
    const own = (await mls.generateKeyPackage(bob, nowMs)).publicPart;
    own[own.length - 1]! ^= 1;
    await assert.rejects(
      mls.startGroup(alice, [{ device: bob, keyPackage: own }], nowMs),
      refused("untrusted"),
    );
    // Bob's key, under the name of another account.
    const { accountId } = mallory;
    const borrowed = (await mls.generateKeyPackage({ ...bob, accountId }, nowMs)).publicPart;
    await assert.rejects(
      mls.startGroup(alice, [{ device: bob, keyPackage: borrowed }], nowMs),
      refused("untrusted"),
    );
  });

  test("a Welcome names its KeyPackage, and opens with no other", async () => {
    const { others, trusted, packages, started } = await pairOf(mls);
    assert.deepEqual(mls.keyPackageRefsOf(started.welcome), [packages[0]!.ref]);
    const other = await mls.generateKeyPackage(others[0]!, nowMs);
    await assert.rejects(mls.join(others[0]!, started.welcome, other, trusted), EncryptionRefused);
  });

  test("a commit that changes anything but the members is refused", async () => {
    const { trusted, started, joined } = await pairOf(mls);
    const extensions = [{ extensionType: 0xff00, extensionData: new Uint8Array(1) }];
    const context = await rawCommit(started.state, [
      { proposalType: "group_context_extensions", groupContextExtensions: { extensions } },
    ]);
    await assert.rejects(
      mls.decrypt(joined[0]!, context, trusted),
      (error) => error instanceof EncryptionRefused,
    );
  });

  test("a commit that removes without a path is refused, by whom it removes too", async () => {
    const { trusted, started, joined } = await pairOf(mls, 2);
    const commit = await pathless(started.state, [
      { proposalType: "remove", remove: { removed: 2 } },
    ]);
    const empty = await pathless(started.state, []);
    for (const state of joined)
      for (const message of [commit, empty])
        await assert.rejects(mls.decrypt(state, message, trusted), refused("untrusted"));
  });

  test("a commit whose path keeps its committer's key is refused, and one that renews it is read", async () => {
    const { trusted, started, joined } = await pairOf(mls);
    for (const [keeps, isRead] of [
      [true, false],
      [false, true],
    ] as const) {
      const read = mls.decrypt(joined[0]!, await renewing(started.state, keeps), trusted);
      if (isRead) assert.equal((await read).kind, "commit");
      else await assert.rejects(read, refused("forged"));
    }
  });

  test("who could not join is not added, and is once a new group is begun", async () => {
    const { alice, others, trusted, started, joined } = await pairOf(mls, 5);
    const newcomers = await Promise.all(
      [newDevice(), newDevice()].map(async (device) => {
        const { publicPart } = await mls.generateKeyPackage(device, nowMs);
        return { device, keyPackage: publicPart };
      }),
    );
    const all = [...trusted, ...newcomers.map(({ device }) => device)];
    const [first, second] = newcomers.map((invited) => ({ add: [invited], remove: [] }));
    assert.ok(first && second);
    const gone = others[1]!;
    const rest = all.filter((device) => device !== gone);
    let { state } = started;
    for (const [change, who] of [
      [{ add: [], remove: [] }, all],
      [{ add: [], remove: [gone.deviceId] }, rest],
      [first, rest],
    ] as const) {
      const { staged } = await mls.stageCommit(state, change, who, nowMs);
      state = mls.confirmCommit(state, staged).state;
    }
    assert.equal(joined.length, 5);
    await assert.rejects(mls.stageCommit(state, second, rest, nowMs), refused("unjoinable"));
    await mls.startGroup(alice, newcomers, nowMs);
  });

  test("a proposal by itself is refused, and so is a commit of what was proposed before it", async () => {
    const { others, trusted, started, joined } = await pairOf(mls, 2);
    const [proposal, commit] = await proposedRemoval(started.state, 2);
    const [bob] = joined as [GroupState];
    await assert.rejects(mls.decrypt(bob, proposal, trusted), refused("untrusted"));
    await assert.rejects(mls.decrypt(bob, commit, trusted), refused("untrusted"));
    const change = { add: [], remove: [others[1]!.deviceId] };
    const own = await mls.stageCommit(started.state, change, trusted, nowMs);
    assert.equal((await mls.decrypt(bob, own.commit, trusted)).kind, "commit");
  });

  test("a commit that adds a device nobody vouches for is refused, and a vouched one is read", async () => {
    const { trusted, started, joined } = await pairOf(mls);
    const mallory = newDevice();
    const { publicPart } = await mls.generateKeyPackage(mallory, nowMs);
    const message = decodeMlsMessage(publicPart, 0)?.[0];
    assert.ok(message?.wireformat === "mls_key_package");
    const addition = await rawCommit(started.state, [
      { proposalType: "add", add: { keyPackage: message.keyPackage } },
    ]);
    await assert.rejects(mls.decrypt(joined[0]!, addition, trusted), EncryptionRefused);
    const vouched = await mls.decrypt(joined[0]!, addition, [...trusted, mallory]);
    assert.equal(vouched.kind, "commit");
  });
});

describe("what a device says of itself", () => {
  async function keyPackageOf(madeAtMs: number, use?: KeyPackageUse) {
    const { publicPart } = await mls.generateKeyPackage(newDevice(), madeAtMs, use);
    const message = decodeMlsMessage(publicPart, 0)?.[0];
    assert.ok(message?.wireformat === "mls_key_package");
    return { publicPart, keyPackage: message.keyPackage };
  }

  test("is a suite of a number for private use, in every structure that names one", async () => {
    const { publicPart, keyPackage } = await keyPackageOf(nowMs);
    // Version, wire format, version again, then the suite (RFC 9420, 6 and 10).
    assert.deepEqual([...publicPart.subarray(0, 8)], [0, 1, 0, 5, 0, 1, 0xf0, 0xa5]);
    const { started } = await pairOf(mls);
    const state = decodeGroupState(started.state.tree, 0)?.[0];
    const welcome = decodeMlsMessage(started.welcome, 0)?.[0];
    assert.ok(welcome?.wireformat === "mls_welcome");
    const named = [
      keyPackage.cipherSuite,
      keyPackage.leafNode.capabilities.ciphersuites[0],
      state?.groupContext.cipherSuite,
      welcome.welcome.cipherSuite,
    ];
    assert.deepEqual(named, Array(4).fill(String(0xf0a5)));
  });

  test("is one private extension and one private proposal that a later version may use", async () => {
    const { capabilities, extensions } = (await keyPackageOf(nowMs)).keyPackage.leafNode;
    assert.deepEqual(capabilities.extensions, [0xf0a5]);
    assert.deepEqual(capabilities.proposals, [0xf0a5]);
    assert.deepEqual(extensions, []);
  });

  for (const [use, days] of [
    ["single use", 90],
    ["last resort", 400],
  ] as const) {
    test(`holds from an hour before it was made, for ${days} days where it is for ${use}`, async () => {
      const { lifetime } = (await keyPackageOf(1_800_000_000_999, use)).keyPackage
        .leafNode as LeafNodeKeyPackage;
      assert.equal(lifetime.notBefore, 1_800_000_000n - 3_600n);
      assert.equal(lifetime.notAfter, 1_800_000_000n + BigInt(days) * 86_400n);
      const hour = 3_600_000;
      const start = async (madeAtMs: number) => {
        const [alice, bob] = [newDevice(), newDevice()];
        const { publicPart: keyPackage } = await mls.generateKeyPackage(bob, madeAtMs, use);
        return mls.startGroup(alice, [{ device: bob, keyPackage }], nowMs);
      };
      await start(nowMs + hour / 2);
      await start(nowMs - (days - 1) * 24 * hour);
      // Nobody's falsehood: refused as too old or too new, and not as untrusted.
      await assert.rejects(start(nowMs + 2 * hour), refused("expired"));
      await assert.rejects(start(nowMs - (days + 1) * 24 * hour), refused("expired"));
    });
  }

  test("is looked at by the clock that is handed in, before the library looks by its own", async () => {
    const year = 365 * 86_400_000;
    const [alice, bob] = [newDevice(), newDevice()];
    const { publicPart: keyPackage } = await mls.generateKeyPackage(bob, nowMs);
    const members = [{ device: bob, keyPackage }];
    await mls.startGroup(alice, members, nowMs);
    for (const otherMs of [nowMs - 10 * year, nowMs + 10 * year])
      await assert.rejects(mls.startGroup(alice, members, otherMs), refused("expired"));
  });
});

async function contextOf(state: GroupState) {
  const cipherSuite = await getCiphersuiteImpl(
    getCiphersuiteFromName("MLS_256_XWING_AES256GCM_SHA512_Ed25519"),
  );
  const clientConfig = { ...defaultClientConfig };
  return { state: { ...new DecodedGroups().stateOf(state), clientConfig }, cipherSuite };
}

/** A commit as another implementation would make it, past this room's rules. */
async function rawCommit(state: GroupState, extraProposals: Proposal[]): Promise<Uint8Array> {
  const { commit } = await createCommit(await contextOf(state), { extraProposals });
  return encodeMlsMessage(commit);
}

/** One of nothing but its path, which renews the committer's key, or names the one that was there again. */
async function renewing(state: GroupState, keepsKey: boolean): Promise<Uint8Array> {
  const context = await contextOf(state);
  const leaf = context.state.ratchetTree[context.state.privatePath.leafIndex * 2];
  assert.ok(leaf?.nodeType === "leaf");
  const { hpke } = context.cipherSuite;
  let derived = 0;
  const keeping: typeof hpke = {
    ...hpke,
    // The first key pair of a path is its leaf's.
    async deriveKeyPair(secret) {
      const pair = await hpke.deriveKeyPair(secret);
      derived += 1;
      if (derived > 1 || !keepsKey) return pair;
      return { ...pair, publicKey: await hpke.importPublicKey(leaf.leaf.hpkePublicKey) };
    },
  };
  const cipherSuite = { ...context.cipherSuite, hpke: keeping };
  return encodeMlsMessage((await createCommit({ ...context, cipherSuite })).commit);
}

/** The same without the path that it must have. */
async function pathless(state: GroupState, proposals: Proposal[]): Promise<Uint8Array> {
  const { state: from, cipherSuite } = await contextOf(state);
  const { groupContext, keySchedule, privatePath, signaturePrivateKey } = from;
  const { leafIndex } = privatePath;
  const nothing = new Uint8Array();
  const { signature, framedContent } = await createContentCommitSignature(
    groupContext,
    "mls_private_message",
    {
      proposals: proposals.map((proposal) => ({ proposalOrRefType: "proposal", proposal })),
      path: undefined,
    },
    { senderType: "member", leafIndex },
    nothing,
    signaturePrivateKey,
    cipherSuite.signature,
  );
  const auth = { contentType: "commit" as const, signature, confirmationTag: new Uint8Array(64) };
  const { privateMessage } = await protect(
    keySchedule.senderDataSecret,
    nothing,
    groupContext,
    from.secretTree,
    { ...framedContent, auth },
    leafIndex,
    { kind: "alwaysPad", paddingLength: 0 },
    cipherSuite,
  );
  return encodeMlsMessage({
    version: "mls10",
    wireformat: "mls_private_message",
    privateMessage,
  });
}

/** A removal as a proposal of its own, and the commit that names it. */
async function proposedRemoval(state: GroupState, removed: number) {
  const context = await contextOf(state);
  const proposal: Proposal = { proposalType: "remove", remove: { removed } };
  const proposed = await createProposal(context.state, false, proposal, context.cipherSuite);
  const { commit } = await createCommit({ ...context, state: proposed.newState });
  return [encodeMlsMessage(proposed.message), encodeMlsMessage(commit)] as const;
}
