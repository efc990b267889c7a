// The port of relayed SMS on SQLite: a row beside a device's, which goes with it.
import type { KeptSmsState, SmsRelayStore } from "../../sms-relay/store.ts";
import type { Operations, Workspace } from "./operations.ts";

export function smsRelayOperations({
  database,
  leavesRemains,
}: Workspace): Operations<SmsRelayStore> {
  const insert = database.prepare(
    `INSERT INTO relayed_sms (device, name_mac, key_mac, state, noted_at)
     SELECT id, ?2, ?3, 'noted', ?4 FROM device WHERE device_id = ?1
     ON CONFLICT (name_mac) DO NOTHING`,
  );
  const selectByName = database.prepare("SELECT state FROM relayed_sms WHERE name_mac = ?");
  const selectByKey = database.prepare("SELECT state FROM relayed_sms WHERE key_mac = ?");
  const handed = database.prepare(
    "UPDATE relayed_sms SET state = ?2 WHERE key_mac = ?1 AND state = 'noted'",
  );
  const ended = database.prepare(
    "UPDATE relayed_sms SET state = ?2 WHERE key_mac = ?1 AND state IN ('noted', 'handed')",
  );
  const takeBack = database.prepare("DELETE FROM relayed_sms WHERE key_mac = ?");
  const forget = database.prepare("DELETE FROM relayed_sms WHERE noted_at <= ?");

  function stateIn(row: Record<string, unknown> | undefined): KeptSmsState | undefined {
    return row?.["state"] as KeptSmsState | undefined;
  }

  return {
    note({ deviceId, nameMac, keyMac, notedAt }) {
      if (insert.run(deviceId, nameMac, keyMac, notedAt).changes > 0) return "noted";
      const before = stateIn(selectByName.get(nameMac));
      return before && { before };
    },
    states: (nameMacs) => nameMacs.map((nameMac) => stateIn(selectByName.get(nameMac))),
    settle(keyMac, state) {
      (state === "handed" ? handed : ended).run(keyMac, state);
      return stateIn(selectByKey.get(keyMac));
    },
    takeBack(keyMac) {
      if (takeBack.run(keyMac).changes > 0) leavesRemains();
    },
    forget(notedBy) {
      if (forget.run(notedBy).changes > 0) leavesRemains();
    },
  };
}
