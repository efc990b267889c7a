// The stores that a service runs on, opened in a folder of the drill's own.
import { systemRandomness } from "../../packages/server/src/randomness.ts";
import { openEmbeddedStores } from "../../packages/server/src/storage/embedded-stores.ts";
import { type StoresForTests, storesForTests } from "../contracts/server-stores.ts";
import type { Lifetime } from "../network.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export async function openedStores(
  context: Lifetime,
): Promise<{ stores: StoresForTests; folder: string }> {
  const folder = await temporaryFolder(context);
  const failed = (error: unknown) => {
    throw error;
  };
  const stores = storesForTests(
    await openEmbeddedStores(folder, {
      randomness: systemRandomness,
      crashed: failed,
      diskFailed: failed,
    }),
  );
  context.after(() => stores.close());
  return { stores, folder };
}
