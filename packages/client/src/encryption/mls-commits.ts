// Commits: what changes who is in a group. One of one's own is staged, and holds when it is confirmed; one that comes must be
// one of the few that this room allows. Trusts nothing of it: it is opened, and looked at, before it is followed.
import { deviceIdOf, equalBytes, hex } from "@assent/protocol";
import type { CiphersuiteImpl, ClientState, PrivateMessage } from "ts-mls";
import {
  addHistoricalReceiverData,
  encodeGroupState,
  validateRatchetTree,
} from "ts-mls/clientState.js";
import { createCommit } from "ts-mls/createCommit.js";
import { unprotectPrivateMessage } from "ts-mls/messageProtection.js";
import { processPrivateMessage } from "ts-mls/processMessages.js";
import { emptyPskIndex } from "ts-mls/pskIndex.js";
import {
  EncryptionRefused,
  type MemberDevice,
  type MembershipChange,
  type StagedCommit,
  type TrustedDevice,
} from "./encryption.ts";
import { damaged, type StoredState } from "./group-parts.ts";
import { encode, refusing } from "./mls-messages.ts";
import { isTrusted, liveKeyPackageOf, memberOf, membersOf } from "./mls-rules.ts";
import { checkSender, epochOf } from "./mls-senders.ts";

/** What a step made of a state, and the keys of it that are used now. */
interface Next {
  readonly next: ClientState;
  readonly consumed: readonly Uint8Array[];
}

export type ReadCommit =
  | (Next & {
      readonly kind: "commit";
      readonly joined: readonly MemberDevice[];
      readonly left: readonly MemberDevice[];
    })
  | { readonly kind: "removed" };

/** @param state with those who are trusted after the commit. */
export async function stagedCommit(
  suite: CiphersuiteImpl,
  state: ClientState,
  { add, remove }: MembershipChange,
  trusted: readonly TrustedDevice[],
  nowMs: number,
): Promise<StagedCommit> {
  const members = membersOf(state);
  const removals = remove.map((device) => {
    const member = members.find(({ leaf }) =>
      equalBytes(deviceIdOf(leaf.signaturePublicKey), device),
    );
    if (!member) throw new EncryptionRefused("untrusted");
    return { proposalType: "remove" as const, remove: { removed: member.leafIndex } };
  });
  const additions = add.map((invited) => ({
    proposalType: "add" as const,
    add: { keyPackage: liveKeyPackageOf(invited, nowMs) },
  }));
  // Nothing of the state before is zeroed: it goes on where this comes to nothing.
  const { newState, commit, welcome } = await refusing("untrusted", () =>
    createCommit(
      { state, cipherSuite: suite },
      { extraProposals: [...removals, ...additions], ratchetTreeExtension: add.length > 0 },
    ),
  );
  if (!membersOf(newState).every(({ leaf }) => isTrusted(trusted, leaf)))
    throw new EncryptionRefused("untrusted");
  if (welcome) await checkJoinable(suite, newState);
  const staged = encodeGroupState({ ...newState, historicalReceiverData: new Map() });
  return {
    staged: new Uint8Array(staged),
    commit: encode(commit),
    ...(welcome ? { welcome: encode({ wireformat: "mls_welcome", welcome }) } : {}),
  };
}

/**
 * The library refuses some trees that are in order when it joins them: where two were added and nobody wrote a path between.
 * Whoever could not join is not added.
 */
async function checkJoinable(suite: CiphersuiteImpl, state: ClientState): Promise<void> {
  const { ratchetTree, groupContext, clientConfig } = state;
  const { lifetimeConfig, authService } = clientConfig;
  const { treeHash } = groupContext;
  const fault = await refusing("unjoinable", () =>
    validateRatchetTree(ratchetTree, groupContext, lifetimeConfig, authService, treeHash, suite),
  );
  if (fault) throw new EncryptionRefused("unjoinable", fault);
}

/** @throws AssentError profile_unreadable where it was not staged on this epoch. */
export function confirmedState(before: ClientState, staged: StoredState): Next {
  const { groupId, epoch } = before.groupContext;
  const isNext = staged.groupContext.epoch === epoch + 1n;
  if (!isNext || !equalBytes(staged.groupContext.groupId, groupId)) return damaged(undefined);
  // What was read since it was staged is not read again as a message of an epoch before.
  const [historicalReceiverData, consumed] = addHistoricalReceiverData(before);
  const next = { ...staged, historicalReceiverData, clientConfig: before.clientConfig };
  return { next, consumed: [...consumed, before.keySchedule.initSecret] };
}

/** @throws EncryptionRefused */
export async function readCommit(
  suite: CiphersuiteImpl,
  state: ClientState,
  message: PrivateMessage,
  trusted: readonly TrustedDevice[],
): Promise<ReadCommit> {
  await checkSender(suite, state, message, trusted);
  const { proposals, hasPath } = await openedCommit(suite, state, message);
  if (message.epoch < state.groupContext.epoch) throw new EncryptionRefused("forked");
  // A removed member would derive the next epoch without a path, and a commit of nothing is there for its path.
  const mayLackPath = proposals.length > 0 && proposals.every(({ type }) => type === "add");
  if (!hasPath && !mayLackPath) throw new EncryptionRefused("untrusted");
  // Whoever is removed follows no further, and could not: their leaf may be another's at once.
  if (proposals.some(({ removed }) => removed === state.privatePath.leafIndex))
    return { kind: "removed" };
  const result = await refusing("forged", () =>
    processPrivateMessage(state, message, emptyPskIndex, suite),
  );
  const { newState } = result;
  const [before, after] = [state, newState].map(devicesIn) as [Devices, Devices];
  return {
    kind: "commit",
    next: newState,
    consumed: result.consumed,
    joined: [...after].flatMap(([id, member]) => (before.has(id) ? [] : [member])),
    left: [...before].flatMap(([id, member]) => (after.has(id) ? [] : [member])),
  };
}

type Devices = ReadonlyMap<string, MemberDevice>;

function devicesIn(state: ClientState): Devices {
  return new Map(
    membersOf(state).map(({ leaf }) => {
      const member = memberOf(leaf);
      return [hex(member.deviceId), member];
    }),
  );
}

/**
 * What a commit proposes, its signature checked. Proposals come inside commits alone, and a commit only adds or removes devices:
 * anything else (a new context, a re-initialisation, keys from elsewhere) has no use here and a history of holes.
 */
async function openedCommit(suite: CiphersuiteImpl, state: ClientState, message: PrivateMessage) {
  const { senderDataSecret, secretTree, ratchetTree, groupContext } = epochOf(state, message);
  const { content } = await refusing("forged", () =>
    unprotectPrivateMessage(
      senderDataSecret,
      message,
      secretTree,
      ratchetTree,
      groupContext,
      state.clientConfig.keyRetentionConfig,
      suite,
    ),
  );
  if (content.content.contentType !== "commit") throw new EncryptionRefused("untrusted");
  const { commit } = content.content;
  const proposals = commit.proposals.map((proposed) => {
    const proposal = proposed.proposalOrRefType === "proposal" ? proposed.proposal : undefined;
    switch (proposal?.proposalType) {
      case "add":
        return { type: "add" as const };
      case "remove":
        return { type: "remove" as const, removed: proposal.remove.removed };
      default:
        throw new EncryptionRefused("untrusted");
    }
  });
  return { proposals, hasPath: commit.path !== undefined };
}
