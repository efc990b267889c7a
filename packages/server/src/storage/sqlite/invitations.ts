// The invitations of the registration port on SQLite.
import type { InvitationStore } from "../../registration/store.ts";
import type { Operations, Workspace } from "./operations.ts";

export function invitationOperations({
  database,
  leavesRemains,
}: Workspace): Operations<InvitationStore> {
  const insert = database.prepare("INSERT INTO invitation (mac, expires_at) VALUES (?, ?)");
  const select = database.prepare("SELECT 1 FROM invitation WHERE mac = ? AND expires_at > ?");
  const count = database.prepare(
    `SELECT expires_at AS expiresAt, count(*) AS count FROM invitation WHERE expires_at > ?
     GROUP BY expires_at ORDER BY expires_at`,
  );
  const remove = database.prepare("DELETE FROM invitation WHERE mac = ? AND expires_at > ?");
  const removeAll = database.prepare("DELETE FROM invitation WHERE expires_at > ?");
  const forget = database.prepare("DELETE FROM invitation WHERE expires_at <= ?");

  function removed(changes: number): number {
    if (changes > 0) leavesRemains();
    return changes;
  }

  return {
    addInvitations(macs, expiresAt) {
      for (const mac of macs) insert.run(mac, expiresAt);
    },
    isInvited: (mac, now) => select.get(mac, now) !== undefined,
    invitationCounts: (now) =>
      (count.all(now) as { expiresAt: number; count: number }[]).map((row) => ({ ...row })),
    withdrawInvitations: (macs, now) =>
      removed(macs.reduce((sum, mac) => sum + Number(remove.run(mac, now).changes), 0)),
    withdrawAllInvitations: (now) => removed(Number(removeAll.run(now).changes)),
    forgetInvitations(expiredBy) {
      removed(Number(forget.run(expiredBy).changes));
    },
  };
}
