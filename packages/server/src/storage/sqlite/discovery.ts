// The discovery port on SQLite.
import type { DiscoveryStore } from "../../discovery/store.ts";
import type { Operations, Workspace } from "./operations.ts";

export function discoveryOperations({ database }: Workspace): Operations<DiscoveryStore> {
  const selectTags = database.prepare(
    "SELECT tag FROM tag WHERE voprf_epoch = ? AND bucket_bits BETWEEN ? AND ?",
  );
  selectTags.setReturnArrays(true);

  const countTags = database.prepare("SELECT count(*) AS people FROM tag WHERE voprf_epoch = ?");

  return {
    people: (voprfEpoch) => (countTags.get(voprfEpoch) as { people: number }).people,
    tagsIn(voprfEpoch, firstBits, lastBits) {
      const rows = selectTags.all(voprfEpoch, firstBits, lastBits) as unknown as [tag: number][];
      return Uint32Array.from(rows, ([tag]) => tag);
    },
  };
}
