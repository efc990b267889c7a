// What whoever runs a service asks of its folder, whether it runs or not: what is wrong there, what a start would meet, other
// keys. Starts nothing; wires what main.ts does not.
import { existsSync } from "node:fs";
import { hasCertificate } from "./cell/first-keys.ts";
import type { Rotation } from "./cell/rotation.ts";
import type { Config, Folders } from "./config.ts";
import { quotas } from "./limits/quotas.ts";
import { examine, type Finding } from "./operating/doctor.ts";
import { examineMachine, examineSettings } from "./operating/machine.ts";
import { type RotationDone, rotateKeysAt } from "./operating/rotate-keys.ts";
import { connectToSmsc, type SmscAddress } from "./sms/smpp/connect.ts";
import { openDataFolder } from "./storage/data-folder.ts";
import { requireDatabase } from "./storage/database-file.ts";
import { openSqliteStorage } from "./storage/sqlite/storage.ts";
import { isDatabaseSound, readJournal } from "./storage/stopped-stores.ts";

/** What is wrong with the folder of a service, whether one runs there or not. @throws OperatingError */
export async function examineFolder(
  folders: Folders,
  beginning?: Config["beginning"],
): Promise<Finding[]> {
  const { found, running } = await examine(folders, {
    isDatabaseSound: () => isDatabaseSound(folders.dataDirectory, beginning),
    readJournal: () => readJournal(folders.journalFile),
  });
  const isThere = found.every(({ of }) => of !== "folder");
  const machine = isThere
    ? await examineMachine(folders, running, quotas.sockets.open, Date.now())
    : [];
  return [...found, ...machine];
}

/** What would be wrong with a start, which this is not. @throws OperatingError */
export async function examineStart(config: Config): Promise<Finding[]> {
  const { dataDirectory, keysDirectory, beginning } = config;
  const settings = await examineSettings(config, reachAll(smscsOf(config.sms)));
  if (await hasCertificate(keysDirectory))
    return [...settings, ...(await examineFolder(config, beginning))];
  if (!existsSync(dataDirectory)) {
    const message = `${dataDirectory} is not there yet: the first start makes it`;
    return [...settings, { of: "folder", kind: "well", message }];
  }
  await openDataFolder(dataDirectory);
  return [
    ...settings,
    ...(await examineMachine(config, undefined, quotas.sockets.open, Date.now())),
  ];
}

/** Only those to which a line is held: others are asked for the first time with the first SMS. */
function smscsOf(sms: Config["sms"]): SmscAddress[] {
  const transports = sms.transport === "routes" ? [...sms.file.transports.values()] : [sms];
  return transports.flatMap((one) => (one.transport === "smpp" ? [one.smsc] : []));
}

function reachAll(smscs: readonly SmscAddress[]): (() => Promise<void>) | undefined {
  if (smscs.length === 0) return undefined;
  return async () => {
    for (const smsc of smscs) (await connectToSmsc(smsc, quotas.sms.smpp.bindMs)).destroy();
  };
}

/** By the service where one runs, on its files where none does. @throws OperatingError */
export function rotateKeys(folders: Folders, rotation: Rotation): Promise<RotationDone> {
  return rotateKeysAt({
    folders,
    rotation,
    now: Date.now(),
    async holdDataFolder() {
      // To open one that was lost would make an empty one, and the next start would take it for the service's.
      await requireDatabase(folders.dataDirectory, "as-it-is", true);
      return openSqliteStorage(folders.dataDirectory, () => undefined);
    },
  });
}
