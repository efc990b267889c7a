// The encryption port over ts-mls. Trusts nothing of a message: it is decoded, its sender's device must be
// vouched for, and its commit must be one of the few this room allows. Only this folder imports the library, and of its door
// nothing but types: HPKE and curves of its own come in by that, which a phone that takes texts does not need.
import {
  concat,
  hex,
  idLength,
  type Primitives,
  portablePrimitives,
  randomBytes,
} from "@assent/protocol";
import type {
  CiphersuiteImpl,
  ClientState,
  Lifetime,
  MLSMessage,
  PrivateKeyPackage,
  PrivateMessage,
} from "ts-mls";
import { createGroup, joinGroup } from "ts-mls/clientState.js";
import { createCommit } from "ts-mls/createCommit.js";
import { createApplicationMessage } from "ts-mls/createMessage.js";
import { generateKeyPackageWithKey, makeKeyPackageRef } from "ts-mls/keyPackage.js";
import { mlsExporter } from "ts-mls/keySchedule.js";
import { processPrivateMessage } from "ts-mls/processMessages.js";
import { emptyPskIndex } from "ts-mls/pskIndex.js";
import { zeroOutUint8Array } from "ts-mls/util/byteArray.js";
import {
  type Advanced,
  type Decrypted,
  type Encryption,
  EncryptionRefused,
  type GroupState,
  type Invited,
  type KeyPackageUse,
  type MemberDevice,
  type MembershipChange,
  type NewKeyPackage,
  type Opening,
  type OwnDevice,
  type StagedCommit,
  type StartedGroup,
  type TrustedDevice,
} from "./encryption.ts";
import { DecodedGroups, splitState, wholeState } from "./group-parts.ts";
import { confirmedState, readCommit, stagedCommit } from "./mls-commits.ts";
import { decode, encode, refusing } from "./mls-messages.ts";
import {
  capabilities,
  configFor,
  credentialOf,
  lifetimeFrom,
  liveKeyPackageOf,
  memberOf,
  membersOf,
} from "./mls-rules.ts";
import { checkSender, epochOf, isOwn, senderAt } from "./mls-senders.ts";
import { checkedBeside, suiteOfTexts, wholeSuite } from "./mls-suite.ts";
import { joiningSmallGroups } from "./mls-welcomes.ts";

/** @param primitives a platform's own where it has some that cost less. */
export async function loadMls(primitives = portablePrimitives): Promise<Encryption> {
  return new Mls(primitives);
}

class Mls implements Encryption {
  readonly primitives: Primitives;
  readonly #suite: CiphersuiteImpl;
  #whole: Promise<CiphersuiteImpl> | undefined;
  // Decoding a state costs more than using it.
  readonly #decoded = new DecodedGroups();
  /** What was asked for last: whose a message is, is asked before it is opened. */
  #read: { readonly encoded: Uint8Array; readonly message: MLSMessage | undefined } | undefined;

  constructor(primitives: Primitives) {
    this.#suite = suiteOfTexts(primitives);
    this.primitives = primitives;
  }

  async generateKeyPackage(
    device: OwnDevice,
    nowMs: number,
    use: KeyPackageUse = "single use",
  ): Promise<NewKeyPackage> {
    const lifetime = lifetimeFrom(nowMs, use);
    const { publicPackage, privatePackage } = await this.#newKeyPackage(device, lifetime);
    const publicPart = encode({ wireformat: "mls_key_package", keyPackage: publicPackage });
    return {
      ref: hex(await makeKeyPackageRef(publicPackage, this.#suite.hash)),
      publicPart,
      privatePart: concat(privatePackage.initPrivateKey, privatePackage.hpkePrivateKey),
      liveUntilMs: Number(lifetime.notAfter) * 1000,
    };
  }

  async startGroup(
    own: OwnDevice,
    members: readonly Invited[],
    nowMs: number,
  ): Promise<StartedGroup> {
    const trusted = [own, ...members.map(({ device }) => device)];
    const groupId = randomBytes(idLength);
    const { publicPackage, privatePackage } = await this.#newKeyPackage(
      own,
      lifetimeFrom(nowMs, "single use"),
    );
    const proposals = members.map((invited) => ({
      proposalType: "add" as const,
      add: { keyPackage: liveKeyPackageOf(invited, nowMs) },
    }));
    const suite = await this.#wholeSuite();
    return refusing("untrusted", async () => {
      const state = await createGroup(
        groupId,
        publicPackage,
        privatePackage,
        [],
        suite,
        configFor(trusted),
      );
      const { newState, welcome, consumed } = await createCommit(
        { state, cipherSuite: suite },
        { extraProposals: proposals, ratchetTreeExtension: true },
      );
      consumed.forEach(zeroOutUint8Array);
      if (!welcome) throw new EncryptionRefused("malformed");
      return {
        state: this.#decoded.partsOf(newState),
        welcome: encode({ wireformat: "mls_welcome", welcome }),
      };
    });
  }

  keyPackageRefsOf(welcome: Uint8Array): string[] {
    const message = decode(welcome);
    if (message?.wireformat !== "mls_welcome") return [];
    return message.welcome.secrets.map((secret) => hex(secret.newMember));
  }

  async join(
    own: OwnDevice,
    welcome: Uint8Array,
    keyPackage: { readonly publicPart: Uint8Array; readonly privatePart: Uint8Array },
    trusted: readonly TrustedDevice[],
  ): Promise<GroupState> {
    const message = decode(welcome);
    const ownPackage = decode(keyPackage.publicPart);
    if (message?.wireformat !== "mls_welcome" || ownPackage?.wireformat !== "mls_key_package") {
      throw new EncryptionRefused("malformed");
    }
    const suite = await this.#wholeSuite();
    const state = await refusing("forged", () =>
      joinGroup(
        message.welcome,
        ownPackage.keyPackage,
        privatePackageOf(own, keyPackage.privatePart),
        emptyPskIndex,
        joiningSmallGroups(suite),
        undefined,
        undefined,
        configFor(trusted),
      ),
    );
    // The library asked for each leaf whether it is vouched for: a silent third member would read along.
    if (state.groupContext.extensions.length > 0) throw new EncryptionRefused("untrusted");
    return this.#decoded.partsOf(state);
  }

  splitState(whole: Uint8Array): GroupState {
    return splitState(whole);
  }

  groupOf(
    message: Uint8Array,
  ): { readonly groupId: Uint8Array; readonly epoch: bigint } | undefined {
    const decoded = this.#readOnce(message);
    return decoded?.wireformat === "mls_private_message" ? decoded.privateMessage : undefined;
  }

  async encrypt(
    stored: GroupState,
    content: Uint8Array,
  ): Promise<Advanced & { readonly message: Uint8Array<ArrayBuffer> }> {
    const state = this.#stateOf(stored, []);
    const { newState, privateMessage, consumed } = await refusing("untrusted", () =>
      createApplicationMessage(state, content, this.#suite),
    );
    return {
      ...this.#advanced(stored, state, newState, consumed),
      message: encode({ wireformat: "mls_private_message", privateMessage }),
    };
  }

  async decrypt(
    stored: GroupState,
    encoded: Uint8Array,
    trusted: readonly TrustedDevice[],
    { checks, mostSkipped }: Opening = {},
  ): Promise<Decrypted> {
    const message = this.#readOnce(encoded);
    if (message?.wireformat !== "mls_private_message") throw new EncryptionRefused("malformed");
    const state = this.#stateOf(stored, trusted, mostSkipped);
    if (message.privateMessage.contentType === "application") {
      const suite = checks ? checkedBeside(this.#suite, checks) : this.#suite;
      return this.#decryptText(suite, stored, state, message.privateMessage, trusted);
    }
    const suite = await this.#wholeSuite();
    const read = await readCommit(suite, state, message.privateMessage, trusted);
    if (read.kind === "removed") return read;
    const { kind, next, consumed, joined, left } = read;
    return { kind, joined, left, ...this.#advanced(stored, state, next, consumed) };
  }

  /** The library opens what says who sent it and tells nobody: it is whose ratchet went on. */
  async #decryptText(
    suite: CiphersuiteImpl,
    stored: GroupState,
    state: ClientState,
    message: PrivateMessage,
    trusted: readonly TrustedDevice[],
  ): Promise<Decrypted> {
    const epoch = epochOf(state, message);
    const result = await openedText(suite, state, message, trusted);
    const opened = epochOf(result.newState, message);
    const node = opened.secretTree.findIndex(
      (ratchets, index) => ratchets !== epoch.secretTree[index],
    );
    if (isOwn(state, node / 2)) throw new EncryptionRefused("own");
    const sender = senderAt(epoch, node, trusted);
    const before = epoch.secretTree[node]?.application.generation ?? 0;
    const after = opened.secretTree[node]?.application.generation ?? 0;
    const missing = Math.max(0, after - before - 1);
    const next = this.#advanced(stored, state, result.newState, result.consumed);
    return { kind: "application", ...next, sender, content: result.message, missing };
  }

  membersOf(stored: GroupState): MemberDevice[] {
    return membersOf(this.#stateOf(stored, [])).map(({ leaf }) => memberOf(leaf));
  }

  async stageCommit(
    stored: GroupState,
    change: MembershipChange,
    trusted: readonly TrustedDevice[],
    nowMs: number,
  ): Promise<StagedCommit> {
    const suite = await this.#wholeSuite();
    return stagedCommit(suite, this.#stateOf(stored, trusted), change, trusted, nowMs);
  }

  confirmCommit(stored: GroupState, staged: Uint8Array): Advanced {
    const state = this.#stateOf(stored, []);
    const { next, consumed } = confirmedState(state, wholeState(staged));
    return this.#advanced(stored, state, next, consumed);
  }

  exportSecret(
    stored: GroupState,
    label: string,
    context: Uint8Array,
    length: number,
  ): Promise<Uint8Array> {
    const { keySchedule } = this.#stateOf(stored, []);
    return mlsExporter(keySchedule.exporterSecret, label, context, length, this.#suite);
  }

  /** For everything but texts, and before any of it: code that does not come must not look like something forged. */
  #wholeSuite(): Promise<CiphersuiteImpl> {
    this.#whole ??= wholeSuite(this.#suite, this.primitives);
    return this.#whole.catch((error: unknown) => {
      this.#whole = undefined;
      throw error;
    });
  }

  async #newKeyPackage(device: OwnDevice, lifetime: Lifetime) {
    const keys = { signKey: device.signaturePrivateKey, publicKey: device.signatureKey };
    return generateKeyPackageWithKey(
      credentialOf(device),
      capabilities,
      lifetime,
      [],
      keys,
      await this.#wholeSuite(),
    );
  }

  #readOnce(encoded: Uint8Array): MLSMessage | undefined {
    if (this.#read?.encoded !== encoded) this.#read = { encoded, message: decode(encoded) };
    return this.#read.message;
  }

  #stateOf(
    stored: GroupState,
    trusted: readonly TrustedDevice[],
    mostSkipped?: number,
  ): ClientState {
    return { ...this.#decoded.stateOf(stored), clientConfig: configFor(trusted, mostSkipped) };
  }

  #advanced(
    stored: GroupState,
    before: ClientState,
    next: ClientState,
    consumed: readonly Uint8Array[],
  ): Advanced {
    return {
      state: this.#decoded.partsOf(next, { parts: stored, state: before }),
      destroyUsed: () => consumed.forEach(zeroOutUint8Array),
    };
  }
}

async function openedText(
  suite: CiphersuiteImpl,
  state: ClientState,
  message: PrivateMessage,
  trusted: readonly TrustedDevice[],
) {
  try {
    const result = await processPrivateMessage(state, message, emptyPskIndex, suite);
    if (result.kind === "applicationMessage") return result;
  } catch (cause) {
    // Why, the library does not say.
    const keysMade = await checkSender(suite, state, message, trusted);
    throw new EncryptionRefused("forged", cause, keysMade);
  }
  throw new EncryptionRefused("forged");
}

function privatePackageOf(own: OwnDevice, bytes: Uint8Array): PrivateKeyPackage {
  // X-Wing private keys are 32 bytes each.
  return {
    initPrivateKey: bytes.slice(0, 32),
    hpkePrivateKey: bytes.slice(32, 64),
    signaturePrivateKey: own.signaturePrivateKey,
  };
}
