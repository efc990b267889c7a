// A message of a group, opened with what is stored of it; and what it made of the group, to be stored with what it brought.
import { hex } from "@assent/protocol";
import {
  type Decrypted,
  type Encryption,
  EncryptionRefused,
  type GroupState,
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

export async function openGroupMessage(
  step: Step,
  encryption: Encryption,
  known: KnownGroup,
  message: Uint8Array,
  trusted: readonly TrustedDevice[],
  checks?: SignatureChecks,
): Promise<OpenedMessage> {
  const opened = await decrypted(step, encryption, known, message, trusted, checks);
  const key = hex(known.state.groupId);
  const isCommit = !(opened instanceof EncryptionRefused) && opened.kind === "commit";
  // Another's was first.
  if (isCommit) await discardStaged(step, key);
  const isAhead = opened instanceof EncryptionRefused && opened.reason === "future epoch";
  const staged = isAhead ? await stagedOf(step, key) : undefined;
  if (!staged) return opened;
  // Whoever wrote it has this device's commit: so it holds, whatever the service answers.
  const confirmed = confirmedCommit(step, encryption, known.group, known.state, staged);
  const after = await decrypted(step, encryption, confirmed, message, trusted, checks);
  if (after instanceof EncryptionRefused || after.kind === "removed") return after;
  return { ...after, changes: [...confirmed.changes, ...after.changes] };
}

/** A refusal is returned: it is what comes of a message that nothing is wrong with here. */
export async function tryDecrypt(
  encryption: Encryption,
  state: GroupState,
  message: Uint8Array,
  trusted: readonly TrustedDevice[],
  checks?: SignatureChecks,
): Promise<Decrypted | EncryptionRefused> {
  try {
    return await encryption.decrypt(state, message, trusted, checks);
  } catch (error) {
    if (error instanceof EncryptionRefused) return error;
    throw error;
  }
}

async function decrypted(
  step: Step,
  encryption: Encryption,
  { group, state }: KnownGroup,
  message: Uint8Array,
  trusted: readonly TrustedDevice[],
  checks: SignatureChecks | undefined,
): Promise<OpenedMessage> {
  const opened = await tryDecrypt(encryption, state, message, trusted, checks);
  if (opened instanceof EncryptionRefused || opened.kind === "removed") return opened;
  const changes = advancedGroup(step, state, opened);
  if (opened.kind === "application") {
    const { kind, sender, content, missing } = opened;
    return { kind, sender, content, missing, changes };
  }
  const left = new Set(opened.left.map(({ deviceId }) => hex(deviceId)));
  const stayed = group.members.filter((member) => !left.has(hex(member)));
  const members = [...stayed, ...idsOf(opened.joined)];
  const after = put("groups", hex(state.groupId), { ...group, members });
  return { kind: "commit", changes: [...changes, after] };
}
