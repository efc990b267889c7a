// The accounts port where rows are in SQLite and envelopes in the envelope log: the order of the two where an account or a
// mailbox changes in both. Trusts the rows over the log.
import { AssentError } from "@assent/protocol";
import type { AccountStore } from "../accounts/store.ts";
import type { EnvelopeLog } from "./envelope-log/envelope-log.ts";
import type { JournalledAccounts } from "./journalled-accounts.ts";

/**
 * The rows change first, in their one transaction; then the log is told. Wherever the process ends in between, the next
 * start reads the rows, and they decide:
 * - created: the log has nothing of the mailbox, and begins it. Nobody could put into it before its device was answered.
 * - restarted: the log has what waited in the former generation, and drops it. What was put meanwhile came through
 *   addresses of that generation: its senders are told `lost`.
 * - ended: the log has envelopes of a mailbox without a row, and drops and erases them. What was put meanwhile was
 *   answered as stored, and its senders find `gone` in the journal.
 * Whether the journal takes what ended makes no difference to the log: in the rows it has ended.
 * The other way round, a transaction that failed would leave an account whose texts are lost.
 */
export function accountsOnLog(
  rows: JournalledAccounts,
  log: Pick<EnvelopeLog, "created" | "restarted" | "cutOff" | "durable" | "isShort">,
): AccountStore {
  /** How many envelopes waited, once their bytes are off the disk. */
  async function cutOff(mailboxIds: readonly Uint8Array[]): Promise<number> {
    const { envelopes, erased } = log.cutOff(mailboxIds);
    await erased;
    return envelopes;
  }

  return {
    ...rows,

    async create(account) {
      // What room there is left is for who leaves.
      if (log.isShort) throw new AssentError("busy");
      const outcome = await rows.create(account);
      if (outcome.kind !== "created") return outcome;
      log.created({ mailboxId: account.device.mailboxId, generation: 1, blocked: [] });
      await cutOff(outcome.endedMailboxes);
      return outcome;
    },

    async end(accountId, now) {
      const outcome = await rows.end(accountId, now);
      if (outcome.kind !== "ended") return outcome;
      return { ...outcome, envelopes: await cutOff(outcome.endedMailboxes) };
    },

    async endByNumber(lookupHashes, claim, now) {
      const outcome = await rows.endByNumber(lookupHashes, claim, now);
      if (outcome.kind !== "ended") return outcome;
      return { ...outcome, envelopes: await cutOff(outcome.endedMailboxes) };
    },

    async restart(wanted) {
      const outcome = await rows.restart(wanted);
      if (outcome.kind !== "restarted") return outcome;
      log.restarted(outcome.mailboxId, wanted.generation);
      await log.durable();
      return outcome;
    },
  };
}
