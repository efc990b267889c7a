// A message of a group, opened with what is stored of it; and what it made of the group, to be stored with what it brought.
import { hex, limits } from "@assent/protocol";
import {
  type Decrypted,
  type Encryption,
  EncryptionRefused,
  type GroupState,
  type Opening,
  type TrustedDevice,
} from "../../encryption/encryption.ts";
import type { SignatureChecks } from "../../encryption/signature-checks.ts";
import { type Group, put, type Step } from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import {
  advancedGroup,
  confirmedCommit,
  discardStaged,
  idsOf,
  stagedOf,
} from "../people/groups.ts";
import { SkippedKeys } from "./skipped-keys.ts";

type Application = Extract<Decrypted, { readonly kind: "application" }>;

export type OpenedMessage =
  | (Pick<Application, "kind" | "sender" | "content" | "missing"> & {
      readonly changes: Change[];
    })
  | { readonly kind: "commit"; readonly changes: Change[] }
  | { readonly kind: "removed" }
  | EncryptionRefused;

interface KnownGroup {
  readonly group: Group;
  readonly state: GroupState;
}

export class GroupMessages {
  readonly #encryption: Encryption;
  readonly #skipped: SkippedKeys;

  constructor(encryption: Encryption, now: () => number) {
    this.#encryption = encryption;
    this.#skipped = new SkippedKeys(now);
  }

  async open(
    step: Step,
    known: KnownGroup,
    message: Uint8Array,
    trusted: readonly TrustedDevice[],
    checks?: SignatureChecks,
  ): Promise<OpenedMessage> {
    const opened = await this.#decrypted(step, known, message, trusted, checks);
    const key = hex(known.state.groupId);
    const isCommit = !(opened instanceof EncryptionRefused) && opened.kind === "commit";
    // Another's was first.
    if (isCommit) await discardStaged(step, key);
    const isAhead = opened instanceof EncryptionRefused && opened.reason === "future epoch";
    const staged = isAhead ? await stagedOf(step, key) : undefined;
    if (!staged) return opened;
    // Whoever wrote it has this device's commit: so it holds, whatever the service answers.
    const confirmed = confirmedCommit(step, this.#encryption, known.group, known.state, staged);
    const after = await this.#decrypted(step, confirmed, message, trusted, checks);
    if (after instanceof EncryptionRefused || after.kind === "removed") return after;
    return { ...after, changes: [...confirmed.changes, ...after.changes] };
  }

  /** One that came with the group: the first that were written in it, of which none is missing. */
  openFirst(
    state: GroupState,
    message: Uint8Array,
    trusted: readonly TrustedDevice[],
  ): Promise<Decrypted | EncryptionRefused> {
    const mostSkipped = limits.firstContactMessages;
    return tryDecrypt(this.#encryption, state, message, trusted, { mostSkipped });
  }

  async #decrypted(
    step: Step,
    { group, state }: KnownGroup,
    message: Uint8Array,
    trusted: readonly TrustedDevice[],
    checks: SignatureChecks | undefined,
  ): Promise<OpenedMessage> {
    const account = hex(group.accountId);
    const mostSkipped = this.#skipped.mostFor(account);
    const opening = { checks, mostSkipped };
    const opened = await tryDecrypt(this.#encryption, state, message, trusted, opening);
    if (opened instanceof EncryptionRefused) {
      this.#skipped.made(account, opened.keysMade);
      return opened;
    }
    if (opened.kind === "removed") return opened;
    const changes = advancedGroup(step, state, opened);
    if (opened.kind === "application") {
      const { kind, sender, content, missing } = opened;
      this.#skipped.made(account, missing);
      return { kind, sender, content, missing, changes };
    }
    const left = new Set(opened.left.map(({ deviceId }) => hex(deviceId)));
    const stayed = group.members.filter((member) => !left.has(hex(member)));
    const members = [...stayed, ...idsOf(opened.joined)];
    const after = put("groups", hex(state.groupId), { ...group, members });
    return { kind: "commit", changes: [...changes, after] };
  }
}

/** A refusal is returned: it is what comes of a message that nothing is wrong with here. */
async function tryDecrypt(
  encryption: Encryption,
  state: GroupState,
  message: Uint8Array,
  trusted: readonly TrustedDevice[],
  opening: Opening,
): Promise<Decrypted | EncryptionRefused> {
  try {
    return await encryption.decrypt(state, message, trusted, opening);
  } catch (error) {
    if (error instanceof EncryptionRefused) return error;
    throw error;
  }
}
