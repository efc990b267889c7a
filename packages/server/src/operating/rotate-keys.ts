// `assent keys rotate`: by the service where one runs, on the files where none does.
import { access } from "node:fs/promises";
import { hasCertificate } from "../cell/first-keys.ts";
import type { KeysDescription } from "../cell/key-folder.ts";
import { type Rotation, RotationRefused } from "../cell/rotation.ts";
import { rotateStoppedCell } from "../cell/stopped-cell.ts";
import type { Folders } from "../config.ts";
import { StartRefused } from "../start-refused.ts";
import { askToRotate } from "./ask.ts";
import { OperatingError } from "./operating-error.ts";

export interface RotationDone extends KeysDescription {
  /** Whether a running service did it, and publishes it already. */
  readonly inUse: boolean;
}

/** @throws OperatingError, and then nothing was rotated unless the code is no_answer or failed */
export async function rotateKeysAt(parts: {
  readonly folders: Folders;
  readonly rotation: Rotation;
  readonly now: number;
  /** Keeps every service away from the data folder until it is closed. @throws StartRefused where one is there */
  readonly holdDataFolder: () => Promise<{ close(): Promise<void> }>;
}): Promise<RotationDone> {
  const { folders, rotation, now, holdDataFolder } = parts;
  try {
    const done = await askToRotate(folders.operatingSocket, rotation);
    const { certificateNumber, sealingEpochs, voprfEpochs, capabilityEpochs, pushEpochs } = done;
    const epochs = { sealingEpochs, voprfEpochs, capabilityEpochs, pushEpochs };
    return { certificateNumber, ...epochs, inUse: true };
  } catch (error) {
    if (!(error instanceof OperatingError && error.code === "no_service")) throw error;
  }
  await requireFolder(folders);
  try {
    const held = await holdDataFolder();
    try {
      const keys = await rotateStoppedCell(folders.keysDirectory, rotation, now);
      return { ...keys, inUse: false };
    } finally {
      await held.close();
    }
  } catch (error) {
    const isRefused = error instanceof StartRefused || error instanceof RotationRefused;
    throw isRefused ? new OperatingError("refused", error.message) : error;
  }
}

/** So that nothing is made where a folder was mistyped. */
async function requireFolder({ dataDirectory, keysDirectory }: Folders): Promise<void> {
  const isThere = await access(dataDirectory).then(
    () => true,
    () => false,
  );
  if (!isThere || !(await hasCertificate(keysDirectory))) throw new OperatingError("no_folder");
}
