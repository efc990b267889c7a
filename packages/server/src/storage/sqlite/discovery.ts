// The discovery port on SQLite. The budget stands in the account's row and ends with it.
import type { AccountTags, Budget, DiscoveryStore, SpendOutcome } from "../../discovery/store.ts";
import type { Operations, Workspace } from "./operations.ts";

interface BudgetRow {
  readonly id: number;
  readonly evaluations_left: number;
  readonly evaluations_refilled_at: number;
}

export function discoveryOperations({ database }: Workspace): Operations<DiscoveryStore> {
  const selectBudget = database.prepare(
    "SELECT id, evaluations_left, evaluations_refilled_at FROM account WHERE account_id = ?",
  );
  const updateBudget = database.prepare(
    "UPDATE account SET evaluations_left = ?, evaluations_refilled_at = ? WHERE id = ?",
  );
  const countAccounts = database.prepare("SELECT count(*) AS accounts FROM account");
  const selectTags = database.prepare("SELECT bucket_bits, tag FROM account");

  function spend(accountId: Uint8Array, count: number, budget: Budget, now: number): SpendOutcome {
    const row = selectBudget.get(accountId) as BudgetRow | undefined;
    if (!row) return { kind: "no-account" };
    const refills = Math.max(0, Math.floor((now - row.evaluations_refilled_at) / budget.refillMs));
    const held = Math.min(budget.most, row.evaluations_left + refills);
    const refilledAt = row.evaluations_refilled_at + refills * budget.refillMs;
    if (held < count) {
      const retryAfterMs = (count - held) * budget.refillMs - (now - refilledAt);
      return { kind: "used-up", retryAfterMs };
    }
    updateBudget.run(held - count, refilledAt, row.id);
    return { kind: "spent", left: held - count };
  }

  function accountTags(): AccountTags {
    const { accounts } = countAccounts.get() as { accounts: number };
    const bucketBits = new Uint32Array(accounts);
    const tags = new Uint32Array(accounts);
    let index = 0;
    for (const row of selectTags.iterate()) {
      bucketBits[index] = row["bucket_bits"] as number;
      tags[index] = row["tag"] as number;
      index += 1;
    }
    return { bucketBits, tags };
  }

  return { spend, accountTags };
}
