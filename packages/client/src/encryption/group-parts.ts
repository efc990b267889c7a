// A group's state as bytes, in the parts that change together: a text changes the ratchets alone, some hundred bytes of many
// thousand. Decoded states are kept by group and believed only while the bytes are the same: what is stored decides.
import { AssentError, concat, equalBytes, hex } from "@assent/protocol";
import type { ClientState } from "ts-mls";
import { decodeGroupState, encodeGroupState } from "ts-mls/clientState.js";
import { encode } from "ts-mls/codec/tlsEncoder.js";
import {
  bigintMapEncoder,
  decodeBigintMap,
  varLenDataEncoder,
} from "ts-mls/codec/variableLength.js";
import { decodeEpochReceiverData, epochReceiverDataEncoder } from "ts-mls/epochReceiverData.js";
import { decodeSecretTree, type SecretTree, secretTreeNodeEncoder } from "ts-mls/secretTree.js";
import type { GroupState } from "./encryption.ts";

/** What the library keeps of a group, but for what its caller sets anew at each step. */
export type StoredState = Omit<ClientState, "clientConfig">;

const encodeNode = encode(secretTreeNodeEncoder);
const encodeData = encode(varLenDataEncoder);
const encodePastEpochs = encode(bigintMapEncoder(epochReceiverDataEncoder));
const decodePastEpochs = decodeBigintMap(decodeEpochReceiverData);
// Groups somebody writes in at about the same time.
const mostDecoded = 64;

interface Decoded {
  readonly parts: GroupState;
  readonly state: StoredState;
}

export class DecodedGroups {
  /** By group id; the one that was used last stands last. */
  readonly #decoded = new Map<string, Decoded>();
  /** Nodes of ratchets as bytes, for as long as a state has them. */
  readonly #nodes = new WeakMap<SecretTree[number], Uint8Array>();

  /** @throws AssentError profile_unreadable */
  stateOf(parts: GroupState): StoredState {
    const known = this.#decoded.get(hex(parts.groupId));
    return known && sameParts(known.parts, parts) ? known.state : decodedState(parts);
  }

  /** The parts of a state, those that a step left as they were as the same objects. */
  partsOf(state: StoredState, before?: Decoded): GroupState {
    const { groupId } = state.groupContext;
    const parts = {
      groupId: new Uint8Array(groupId),
      tree: before && hasSameTree(state, before.state) ? before.parts.tree : treeOf(state),
      pastEpochs:
        before && state.historicalReceiverData === before.state.historicalReceiverData
          ? before.parts.pastEpochs
          : new Uint8Array(encodePastEpochs(state.historicalReceiverData)),
      ratchets: this.#ratchetsOf(state),
    };
    this.#keep(hex(groupId), { parts, state });
    return parts;
  }

  /** A text makes a new node of its sender's, and leaves all others as they are. */
  #ratchetsOf({ secretTree }: StoredState): Uint8Array<ArrayBuffer> {
    const nodes = secretTree.map((node) => {
      const encoded = this.#nodes.get(node) ?? new Uint8Array(encodeNode(node));
      this.#nodes.set(node, encoded);
      return encoded;
    });
    return new Uint8Array(encodeData(concat(...nodes)));
  }

  #keep(key: string, decoded: Decoded): void {
    this.#decoded.delete(key);
    this.#decoded.set(key, decoded);
    const [oldest] = this.#decoded.keys();
    if (this.#decoded.size > mostDecoded && oldest !== undefined) this.#decoded.delete(oldest);
  }
}

function sameParts(known: GroupState, parts: GroupState): boolean {
  return (["ratchets", "pastEpochs", "tree"] as const).every(
    (part) => known[part] === parts[part] || equalBytes(known[part], parts[part]),
  );
}

/** Whether nothing of the tree's part is another: the library makes new objects of what it changes. */
function hasSameTree(state: StoredState, before: StoredState): boolean {
  return (Object.keys(before) as (keyof StoredState)[])
    .filter((name) => name !== "secretTree" && name !== "historicalReceiverData")
    .every((name) => (name as string) === "clientConfig" || state[name] === before[name]);
}

function treeOf(state: StoredState): Uint8Array<ArrayBuffer> {
  const tree = { ...state, secretTree: [], historicalReceiverData: new Map() };
  return new Uint8Array(encodeGroupState(tree));
}

/** Out of copies: the library hands out parts of what it reads, and keys that were used are zeroed in them. */
function decodedState({ tree, pastEpochs, ratchets }: GroupState): StoredState {
  try {
    const [state] = decodeGroupState(tree.slice(), 0) ?? [];
    const [secretTree] = decodeSecretTree(ratchets.slice(), 0) ?? [];
    const [historicalReceiverData] = decodePastEpochs(pastEpochs.slice(), 0) ?? [];
    if (!state || !secretTree || !historicalReceiverData) return damaged(undefined);
    return { ...state, secretTree, historicalReceiverData };
  } catch (cause) {
    return damaged(cause);
  }
}

/** A state that was stored whole, in parts. @throws AssentError profile_unreadable */
export function splitState(whole: Uint8Array): GroupState {
  return new DecodedGroups().partsOf(wholeState(whole));
}

/** A state that is in one piece. @throws AssentError profile_unreadable */
export function wholeState(whole: Uint8Array): StoredState {
  try {
    const [state] = decodeGroupState(whole.slice(), 0) ?? [];
    return state ?? damaged(undefined);
  } catch (cause) {
    return damaged(cause);
  }
}

/** States come from the profile alone: bytes that cannot be read as one are not a correspondent's doing. */
export function damaged(cause: unknown): never {
  throw new AssentError("profile_unreadable", { cause });
}
