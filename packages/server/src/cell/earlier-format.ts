// Knows a data folder that was made before the first release by its keys: one file with all of them.
import { access } from "node:fs/promises";
import { join } from "node:path";
import { earlierFormat } from "../start-refused.ts";

/** To be asked before anything is opened or made. @throws StartRefused where the folder is such a one */
export async function refuseEarlierKeys(dataDirectory: string): Promise<void> {
  const isEarlier = await access(join(dataDirectory, "keys.json")).then(
    () => true,
    () => false,
  );
  if (isEarlier) throw earlierFormat(dataDirectory);
}
