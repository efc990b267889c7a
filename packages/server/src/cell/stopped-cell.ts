// The keys of a service that does not run: rotated on disk. The next start publishes what changed.
import { requireOwnFolder } from "./key-file.ts";
import { commitKeys, describeKeys, type KeysDescription, openKeyFolder } from "./key-folder.ts";
import { type Rotation, rotatedFrom } from "./rotation.ts";

/**
 * For whoever holds the data folder, so that no service runs on these keys.
 * @throws StartRefused, RotationRefused, and then nothing was rotated
 */
export async function rotateStoppedCell(
  keysDirectory: string,
  rotation: Rotation,
  now: number,
): Promise<KeysDescription> {
  await requireOwnFolder(keysDirectory);
  const folder = await openKeyFolder(keysDirectory);
  return describeKeys(await commitKeys(folder, await rotatedFrom(folder, rotation, now)));
}
