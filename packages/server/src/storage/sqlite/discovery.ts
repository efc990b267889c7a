// The discovery port on SQLite.
import type { AccountTags, DiscoveryStore } from "../../discovery/store.ts";
import type { Operations, Workspace } from "./operations.ts";

export function discoveryOperations({ database }: Workspace): Operations<DiscoveryStore> {
  const countTags = database.prepare("SELECT count(*) AS tags FROM tag WHERE voprf_epoch = ?");
  const selectTags = database.prepare("SELECT bucket_bits, tag FROM tag WHERE voprf_epoch = ?");

  return {
    accountTags(voprfEpoch: number): AccountTags {
      const { tags: count } = countTags.get(voprfEpoch) as { tags: number };
      const bucketBits = new Uint32Array(count);
      const tags = new Uint32Array(count);
      let index = 0;
      for (const row of selectTags.iterate(voprfEpoch)) {
        bucketBits[index] = row["bucket_bits"] as number;
        tags[index] = row["tag"] as number;
        index += 1;
      }
      return { bucketBits, tags };
    },
  };
}
