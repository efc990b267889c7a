// The encryption port over ts-mls. Trusts nothing of a message: it is decoded, its sender's device must be
// vouched for, and its commit must be one of the few this room allows. Only this folder imports the library.
import {
  concat,
  type DeviceId,
  deviceIdOf,
  equalBytes,
  hex,
  idLength,
  randomBytes,
} from "@assent/protocol";
import {
  type CiphersuiteImpl,
  type ClientState,
  createApplicationMessage,
  createCommit,
  createGroup,
  decodeMlsMessage,
  emptyPskIndex,
  encodeMlsMessage,
  generateKeyPackageWithKey,
  type IncomingMessageCallback,
  joinGroup,
  type KeyPackage,
  type Lifetime,
  type MLSMessage,
  type MlsMessageContent,
  type PrivateKeyPackage,
  type PrivateMessage,
  processPrivateMessage,
  zeroOutUint8Array,
} from "ts-mls";
import { makeKeyPackageRef } from "ts-mls/keyPackage.js";
import { decryptSenderData } from "ts-mls/privateMessage.js";
import {
  type Advanced,
  type Decrypted,
  type Encryption,
  EncryptionRefused,
  type GroupState,
  type KeyPackageUse,
  type NewKeyPackage,
  type OwnDevice,
  type RefusalReason,
  type StartedGroup,
  type TrustedDevice,
} from "./encryption.ts";
import { DecodedGroups, splitState } from "./group-parts.ts";
import {
  capabilities,
  checkPath,
  configFor,
  credentialOf,
  epochOf,
  isLive,
  lifetimeFrom,
  membersOf,
  senderAt,
  suiteName,
} from "./mls-rules.ts";
import { loadSuite } from "./mls-suite.ts";

export async function loadMls(): Promise<Encryption> {
  return new Mls(await loadSuite());
}

class Mls implements Encryption {
  readonly #suite: CiphersuiteImpl;
  // Decoding a state costs more than using it.
  readonly #decoded = new DecodedGroups();

  constructor(suite: CiphersuiteImpl) {
    this.#suite = suite;
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
    members: readonly { readonly device: TrustedDevice; readonly keyPackage: Uint8Array }[],
    nowMs: number,
  ): Promise<StartedGroup> {
    const trusted = [own, ...members.map(({ device }) => device)];
    const groupId = randomBytes(idLength);
    const { publicPackage, privatePackage } = await this.#newKeyPackage(
      own,
      lifetimeFrom(nowMs, "single use"),
    );
    const proposals = members.map(({ device, keyPackage }) => ({
      proposalType: "add" as const,
      add: { keyPackage: liveKeyPackageOf(device, keyPackage, nowMs) },
    }));
    return refusing("untrusted", async () => {
      const state = await createGroup(
        groupId,
        publicPackage,
        privatePackage,
        [],
        this.#suite,
        configFor(trusted),
      );
      const { newState, welcome, consumed } = await createCommit(
        { state, cipherSuite: this.#suite },
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
    const state = await refusing("forged", () =>
      joinGroup(
        message.welcome,
        ownPackage.keyPackage,
        privatePackageOf(own, keyPackage.privatePart),
        emptyPskIndex,
        this.#suite,
        undefined,
        undefined,
        configFor(trusted),
      ),
    );
    // All whom the manifests vouch for and nobody else: a silent third member would read along.
    const members = membersOf(state);
    if (members.length !== trusted.length || state.groupContext.extensions.length > 0) {
      throw new EncryptionRefused("untrusted");
    }
    return this.#decoded.partsOf(state);
  }

  splitState(whole: Uint8Array): GroupState {
    return splitState(whole);
  }

  groupOf(
    message: Uint8Array,
  ): { readonly groupId: Uint8Array; readonly epoch: bigint } | undefined {
    const decoded = decode(message);
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
  ): Promise<Decrypted> {
    const message = decode(encoded);
    if (message?.wireformat !== "mls_private_message") throw new EncryptionRefused("malformed");
    const state = this.#stateOf(stored, trusted);
    if (message.privateMessage.contentType === "application") {
      return this.#decryptText(stored, state, message.privateMessage, trusted);
    }
    const leafIndex = await this.#senderLeafOf(state, message.privateMessage, trusted);
    let refused = false;
    let onlyAdds = false;
    const allow: IncomingMessageCallback = (incoming) => {
      // Proposals come inside commits alone, and a commit only adds or removes devices. Anything else
      // (a new context, a re-initialisation, keys from elsewhere) has no use here and a history of holes.
      const types =
        incoming.kind === "commit"
          ? incoming.proposals.map(({ proposal }) => proposal.proposalType)
          : ["proposal"];
      onlyAdds = types.length > 0 && types.every((type) => type === "add");
      refused ||= !types.every((type) => type === "add" || type === "remove");
      return refused ? "reject" : "accept";
    };
    const result = await refusing("forged", () =>
      processPrivateMessage(state, message.privateMessage, emptyPskIndex, this.#suite, allow),
    );
    if (refused) throw new EncryptionRefused("untrusted");
    if (result.newState.groupActiveState.kind !== "active") return { kind: "removed" };
    if (!onlyAdds) checkPath(state, result.newState, leafIndex);
    const next = this.#advanced(stored, state, result.newState, result.consumed);
    return { kind: "commit", ...next };
  }

  /** The library opens what says who sent it and tells nobody: it is whose ratchet went on. */
  async #decryptText(
    stored: GroupState,
    state: ClientState,
    message: PrivateMessage,
    trusted: readonly TrustedDevice[],
  ): Promise<Decrypted> {
    const epoch = epochOf(state, message);
    const result = await this.#openedText(state, message, trusted);
    const opened = epochOf(result.newState, message);
    const node = opened.secretTree.findIndex(
      (ratchets, index) => ratchets !== epoch.secretTree[index],
    );
    const sender = senderAt(epoch, node, trusted);
    const before = epoch.secretTree[node]?.application.generation ?? 0;
    const after = opened.secretTree[node]?.application.generation ?? 0;
    const missing = Math.max(0, after - before - 1);
    const next = this.#advanced(stored, state, result.newState, result.consumed);
    return { kind: "application", ...next, sender, content: result.message, missing };
  }

  async #openedText(
    state: ClientState,
    message: PrivateMessage,
    trusted: readonly TrustedDevice[],
  ) {
    try {
      const result = await processPrivateMessage(state, message, emptyPskIndex, this.#suite);
      if (result.kind === "applicationMessage") return result;
    } catch (cause) {
      // Why, the library does not say.
      await this.#senderLeafOf(state, message, trusted);
      throw new EncryptionRefused("forged", cause);
    }
    throw new EncryptionRefused("forged");
  }

  async removeDevices(
    stored: GroupState,
    devices: readonly DeviceId[],
    trusted: readonly TrustedDevice[],
  ): Promise<Advanced & { readonly commit: Uint8Array<ArrayBuffer> }> {
    const state = this.#stateOf(stored, trusted);
    const members = membersOf(state);
    const proposals = devices.map((device) => {
      const member = members.find(({ leaf }) =>
        equalBytes(deviceIdOf(leaf.signaturePublicKey), device),
      );
      if (!member) throw new EncryptionRefused("untrusted");
      return { proposalType: "remove" as const, remove: { removed: member.leafIndex } };
    });
    const { newState, commit, consumed } = await createCommit(
      { state, cipherSuite: this.#suite },
      { extraProposals: proposals },
    );
    checkPath(state, newState, state.privatePath.leafIndex);
    return { ...this.#advanced(stored, state, newState, consumed), commit: encode(commit) };
  }

  #newKeyPackage(device: OwnDevice, lifetime: Lifetime) {
    const keys = { signKey: device.signaturePrivateKey, publicKey: device.signatureKey };
    return generateKeyPackageWithKey(
      credentialOf(device),
      capabilities,
      lifetime,
      [],
      keys,
      this.#suite,
    );
  }

  async #senderLeafOf(
    state: ClientState,
    message: PrivateMessage,
    trusted: readonly TrustedDevice[],
  ): Promise<number> {
    const epoch = epochOf(state, message);
    const senderData = await refusing("forged", () =>
      decryptSenderData(message, epoch.senderDataSecret, this.#suite),
    );
    if (!senderData) throw new EncryptionRefused("forged");
    senderAt(epoch, senderData.leafIndex * 2, trusted);
    const ratchet = epoch.secretTree[senderData.leafIndex * 2];
    if (!ratchet) throw new EncryptionRefused("forged");
    const { generation, unusedGenerations } =
      message.contentType === "application" ? ratchet.application : ratchet.handshake;
    if (senderData.generation < generation && !unusedGenerations[senderData.generation]) {
      throw new EncryptionRefused("used");
    }
    return senderData.leafIndex;
  }

  #stateOf(stored: GroupState, trusted: readonly TrustedDevice[]): ClientState {
    return { ...this.#decoded.stateOf(stored), clientConfig: configFor(trusted) };
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

/** The KeyPackage of exactly this device; its signature is checked when it is added. */
function liveKeyPackageOf(device: TrustedDevice, encoded: Uint8Array, nowMs: number): KeyPackage {
  const message = decode(encoded);
  if (message?.wireformat !== "mls_key_package") throw new EncryptionRefused("malformed");
  const { leafNode, cipherSuite } = message.keyPackage;
  if (cipherSuite !== suiteName || !equalBytes(leafNode.signaturePublicKey, device.signatureKey)) {
    throw new EncryptionRefused("untrusted");
  }
  if (!isLive(message.keyPackage, nowMs)) throw new EncryptionRefused("expired");
  return message.keyPackage;
}

function privatePackageOf(own: OwnDevice, bytes: Uint8Array): PrivateKeyPackage {
  // X-Wing private keys are 32 bytes each.
  return {
    initPrivateKey: bytes.slice(0, 32),
    hpkePrivateKey: bytes.slice(32, 64),
    signaturePrivateKey: own.signaturePrivateKey,
  };
}

function encode(message: MlsMessageContent): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encodeMlsMessage({ ...message, version: "mls10" }));
}

function decode(bytes: Uint8Array): MLSMessage | undefined {
  try {
    const decoded = decodeMlsMessage(bytes, 0);
    // Bytes behind the message would be a second, hidden one.
    return decoded && decoded[1] === bytes.length ? decoded[0] : undefined;
  } catch {
    return undefined;
  }
}

async function refusing<T>(reason: RefusalReason, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    if (cause instanceof EncryptionRefused) throw cause;
    throw new EncryptionRefused(reason, cause);
  }
}
