// The port of the encryption room: groups of devices that share keys (MLS, RFC 9420). Its implementer holds no
// state; every step takes one and gives the next, and the caller stores it with what else changed.
import type { AccountId, DeviceId, Primitives } from "@assent/protocol";
import type { SignatureChecks } from "./signature-checks.ts";

/** A device in a group, by its credential. */
export interface MemberDevice {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
}

/** A device that manifest and record vouch for. Nobody else may be in a group. */
export interface TrustedDevice extends MemberDevice {
  /** Ed25519, 32 bytes. */
  readonly signatureKey: Uint8Array;
}

export interface OwnDevice extends TrustedDevice {
  readonly signaturePrivateKey: Uint8Array;
}

/**
 * A group as it is stored, in parts, opaque to all but this room. A part that a step leaves as it was is the same object
 * after it, and need not be stored again. One that is damaged is refused as profile_unreadable.
 */
export interface GroupState {
  readonly groupId: Uint8Array;
  /** Who is in it, and the keys of its epoch: another after each commit. */
  readonly tree: Uint8Array;
  /** What late messages of the epochs before are read with. */
  readonly pastEpochs: Uint8Array;
  /** What each member's next message is sealed with: another after each message. */
  readonly ratchets: Uint8Array;
}

/** A step that used keys of a state. */
export interface Advanced {
  /** The next one. Stored before anything leaves: from the one before, the same keys would be used again. */
  readonly state: GroupState;
  /** Zeroes the keys that were used: when the next state is stored, and not where it is given up. */
  readonly destroyUsed: () => void;
}

export interface NewKeyPackage {
  /** Names the pair: its KeyPackageRef (RFC 9420, 5.2), hexadecimal. */
  readonly ref: string;
  /** MLSMessage with wire format mls_key_package. */
  readonly publicPart: Uint8Array<ArrayBuffer>;
  readonly privatePart: Uint8Array<ArrayBuffer>;
  /** From then on nobody adds it to a group. */
  readonly liveUntilMs: number;
}

/** What a KeyPackage is for: one conversation, or all that begin when those ran out. */
export type KeyPackageUse = "single use" | "last resort";

export interface StartedGroup {
  readonly state: GroupState;
  /** MLSMessage with a Welcome for all members but oneself. */
  readonly welcome: Uint8Array<ArrayBuffer>;
}

/** A device, and a KeyPackage that it made. */
export interface Invited {
  readonly device: TrustedDevice;
  readonly keyPackage: Uint8Array;
}

/** Who is to be in a group that was not, and who was and is not to be. Neither: its keys are made anew. */
export interface MembershipChange {
  readonly add: readonly Invited[];
  readonly remove: readonly DeviceId[];
}

/**
 * A commit of one's own that may still come to nothing. It is stored with the state that it was staged on, before anything of
 * it leaves. That state is read on and written on until the commit is confirmed; to discard it is to forget it.
 */
export interface StagedCommit {
  /** Opaque to all but this room. */
  readonly staged: Uint8Array<ArrayBuffer>;
  /** For those who are in the group and stay. */
  readonly commit: Uint8Array<ArrayBuffer>;
  /** For those it adds; missing where it adds nobody. */
  readonly welcome?: Uint8Array<ArrayBuffer>;
}

/** What a group message was. */
export type Decrypted =
  | (Advanced & {
      readonly kind: "application";
      readonly sender: TrustedDevice;
      readonly content: Uint8Array;
      /** Messages of this sender and epoch that were skipped before this one and have not come. */
      readonly missing: number;
    })
  | (Advanced & {
      readonly kind: "commit";
      readonly joined: readonly MemberDevice[];
      readonly left: readonly MemberDevice[];
    })
  /** This device was removed: the group is over for it. */
  | { readonly kind: "removed" };

/** Why a group message, a Welcome or a KeyPackage was refused. */
export type RefusalReason =
  | "malformed"
  /** Of an epoch this device has not reached: a commit was missed. */
  | "future epoch"
  /** Its key is used up or no longer kept: a repetition, or too old. */
  | "used"
  /** More messages before it have not come than keys are made for at once. */
  | "too far ahead"
  /** This device sealed it itself: somebody handed it back. */
  | "own"
  /** A commit of an epoch that another commit ended: whoever made it went another way, and neither way is first. */
  | "forked"
  /** Does not decrypt, or its signature is wrong. */
  | "forged"
  /** A KeyPackage that is not live any more, or not yet. */
  | "expired"
  /** Names a device that nobody vouches for, or commits what this room refuses. */
  | "untrusted"
  /** Whoever is added could not join: the group is to be begun anew. */
  | "unjoinable"
  /** The Welcome is for a KeyPackage this device does not have, or no longer. */
  | "unknown key package";

export class EncryptionRefused extends Error {
  override readonly name = "EncryptionRefused";
  readonly reason: RefusalReason;
  /** Keys of messages that have not come, that were made to look at this one. */
  readonly keysMade: number;

  constructor(reason: RefusalReason, cause?: unknown, keysMade = 0) {
    super(`refused: ${reason}`, { cause });
    this.reason = reason;
    this.keysMade = keysMade;
  }
}

/** How a message is opened. */
export interface Opening {
  /**
   * Are handed the signature of a text, which is taken for true: what comes of it may not be stored, nor leave, before they are.
   * Without them it is checked before the message is opened, as a commit's always is.
   */
  readonly checks?: SignatureChecks | undefined;
  /** Texts of its sender that may be missing before a text; `mostSkipped` if left out. The key of each is made and kept. */
  readonly mostSkipped?: number;
}

/** As many as their keys are kept of. */
export const mostSkipped = 2_500;

export interface Encryption {
  /** What it computes with; envelopes are sealed and opened by the same. */
  readonly primitives: Primitives;

  /** @param nowMs its lifetime ends 90 days later; that of a last resort 400. */
  generateKeyPackage(device: OwnDevice, nowMs: number, use?: KeyPackageUse): Promise<NewKeyPackage>;

  /**
   * A new group of the own device and one of each KeyPackage.
   * @throws EncryptionRefused expired where a KeyPackage is not live at `nowMs`; untrusted where it is not of the device
   *   it is said to be of.
   */
  startGroup(own: OwnDevice, members: readonly Invited[], nowMs: number): Promise<StartedGroup>;

  /** Which of one's KeyPackages a Welcome is for; empty where it is malformed. */
  keyPackageRefsOf(welcome: Uint8Array): string[];

  /** @throws EncryptionRefused untrusted where anybody is in the group whom nobody vouches for. */
  join(
    own: OwnDevice,
    welcome: Uint8Array,
    keyPackage: { readonly publicPart: Uint8Array; readonly privatePart: Uint8Array },
    trusted: readonly TrustedDevice[],
  ): Promise<GroupState>;

  /** A state that was stored in one piece, in parts. @throws AssentError profile_unreadable */
  splitState(whole: Uint8Array): GroupState;

  /** The group a message is for, and its epoch; undefined where it is malformed. */
  groupOf(
    message: Uint8Array,
  ): { readonly groupId: Uint8Array; readonly epoch: bigint } | undefined;

  /** @throws EncryptionRefused where the group cannot be written to any more. */
  encrypt(
    state: GroupState,
    content: Uint8Array,
  ): Promise<Advanced & { readonly message: Uint8Array<ArrayBuffer> }>;

  /** @throws EncryptionRefused; the state stays what it was. */
  decrypt(
    state: GroupState,
    message: Uint8Array,
    trusted: readonly TrustedDevice[],
    opening?: Opening,
  ): Promise<Decrypted>;

  /** Who is in a group. */
  membersOf(state: GroupState): MemberDevice[];

  /**
   * A commit that changes who is in the group. Nothing of it holds before it is confirmed.
   * @param trusted all who may be in the group after it.
   * @throws EncryptionRefused untrusted where one to be removed is not in the group, or a KeyPackage is not of its device;
   *   expired where one is not live at `nowMs`; unjoinable.
   */
  stageCommit(
    state: GroupState,
    change: MembershipChange,
    trusted: readonly TrustedDevice[],
    nowMs: number,
  ): Promise<StagedCommit>;

  /**
   * The state after one's own commit, which all others have or will have. What was read since it was staged stays read.
   * @throws AssentError profile_unreadable where it was staged on another epoch of the group.
   */
  confirmCommit(state: GroupState, staged: Uint8Array): Advanced;

  /** A secret of all who are in the group in this epoch, and of nobody else (RFC 9420, 8.5). */
  exportSecret(
    state: GroupState,
    label: string,
    context: Uint8Array,
    length: number,
  ): Promise<Uint8Array>;
}
