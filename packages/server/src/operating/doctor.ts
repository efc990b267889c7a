// `assent doctor`: looks at the folder of a service, running or not, and says what is wrong with it. What only a stopped
// service's files can be asked is asked only then. Changes nothing but what every start does.
import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { requireOwnFolder } from "../cell/key-file.ts";
import { readRole } from "../cell/key-folder.ts";
import { keyFormats } from "../cell/key-formats.ts";
import type { Folders } from "../config.ts";
import type { TransportState } from "../sms/chosen-transport.ts";
import type { SmsState } from "../sms/transport.ts";
import { StartRefused } from "../start-refused.ts";
import { askForStatus, isAnswered } from "./ask.ts";
import type { ServiceStatus } from "./operating.ts";
import type { RelayedSms, RelayHindrance } from "./relayed-sms.ts";
import type { SmsRelayState } from "./steering.ts";

export interface Finding {
  readonly of:
    | ("folder" | "keys" | "root key" | "database" | "journal" | "time")
    | ("disk" | "open files" | "clock" | "sms" | "sms relay" | "push")
    | ("origins" | "proxy" | "port");
  /** look: it works, and something should be done. */
  readonly kind: "well" | "look" | "wrong";
  readonly message: string;
}

/** What is said of SMS for devices where the settings have none. */
export const relayOff = "off: no SMS go out for phones without a SIM";

/** What is looked at while no service runs. @throws StartRefused with what is wrong */
export interface StoppedFolder {
  /** Whether a quick look through all of it finds it sound; undefined where none is there, and none should be. */
  isDatabaseSound(): Promise<boolean | undefined>;
  /** Whether it is there; makes none. */
  readJournal(): Promise<boolean>;
}

export interface Examined {
  readonly found: readonly Finding[];
  /** Undefined where no service runs, or the folder is none. */
  readonly running: ServiceStatus | undefined;
}

export async function examine(folders: Folders, stopped: StoppedFolder): Promise<Examined> {
  const { dataDirectory, operatingSocket, journalFile } = folders;
  if (!(await mayBe(dataDirectory, constants.W_OK))) {
    const message = `${dataDirectory} is not there, or this user may not write there.`;
    return { found: [wrong("folder", message)], running: undefined };
  }
  const running = (await isAnswered(operatingSocket))
    ? await askForStatus(operatingSocket)
    : undefined;
  // Its settings are its own: whoever looks may not have them.
  const { keysDirectory } = running ?? folders;
  const keys = await finding("keys", "each key is there, and its owner's alone", async () => {
    if (!(await mayBe(keysDirectory, constants.F_OK))) {
      throw new StartRefused(
        `${keysDirectory} is not there. If ASSENT_KEYS_DIRECTORY names another for the service, say it here too.`,
      );
    }
    await requireOwnFolder(keysDirectory);
    for (const format of Object.values(keyFormats)) {
      const isNeeded = format !== keyFormats.root;
      const found = await readRole<unknown>(keysDirectory, format as never);
      if (isNeeded && found === undefined) {
        throw new StartRefused(
          `${join(keysDirectory, format.file)} is missing. Put it back from its backup.`,
        );
      }
    }
    return undefined;
  });
  const isRootHere = await mayBe(join(keysDirectory, keyFormats.root.file), constants.F_OK);
  const root: Finding = isRootHere
    ? { of: "root key", kind: "look", message: "it is still beside the others: move it away" }
    : { of: "root key", kind: "well", message: "it is not here, as it should be" };
  const rest = running ? await examineRunning(running) : await examineStopped(stopped, journalFile);
  return { found: [keys, root, ...rest], running };
}

async function examineRunning(running: ServiceStatus): Promise<Finding[]> {
  const { journalFile, destruction, sms, smsRelay, relayedSms } = running;
  const isWritable = await mayBe(journalFile, constants.W_OK);
  return [
    { of: "database", kind: "well", message: "in use: assent backup looks through it" },
    isWritable
      ? { of: "journal", kind: "well", message: "it can be written" }
      : wrong("journal", `${journalFile} is not there, or cannot be written.`),
    destruction === "paused"
      ? {
          of: "time",
          kind: "look",
          message:
            "nothing is destroyed by age: look at the clock of this machine, and if it is right: assent admin clock-is-right",
        }
      : { of: "time", kind: "well", message: "the clock is believed" },
    ...sms.map(smsFinding),
    ...relayFindings(smsRelay, relayedSms),
  ];
}

const smsStates: Readonly<Record<SmsState, readonly [Finding["kind"], string]>> = {
  ready: ["well", "it takes SMS"],
  "not-known": ["well", "nothing was asked of it yet"],
  "not-answered": [
    "look",
    "the last request, more than a minute ago, got no fit answer: the next one shows whether it is there",
  ],
  throttled: ["look", "it wants fewer at a time: SMS go out later"],
  resting: [
    "look",
    "what it took lately did not arrive, or it took nothing: others are asked first",
  ],
  lost: ["wrong", "the line was lost, and stands not yet again"],
  unreachable: [
    "wrong",
    "it is not reached, or gives no fit answer: its host, its port, a firewall; or its folder, or smsd",
  ],
  "not-let-in": [
    "wrong",
    "it does not let this service in: the name, the password, or its balance",
  ],
};

export function smsFinding({ name, state }: TransportState): Finding {
  const [kind, message] = smsStates[state];
  return { of: "sms", kind, message: `${name}: ${message}` };
}

const hindrances: Readonly<Record<RelayHindrance, string>> = {
  "shown-only": "on, and nobody gets them: --sms fake and console only show what they are given",
  "day-used-up": "on, and ASSENT_RELAYED_SMS_PER_DAY is used up for now",
  "budget-used-up": "on, and what the budget has for them is used up for now",
  drained: "on, and the service is drained: assent admin undrain",
};

/** @param relayed null where the settings have none */
export function relayFindings(state: SmsRelayState, relayed: RelayedSms | null): Finding[] {
  const say = (kind: Finding["kind"], message: string): Finding[] => [
    { of: "sms relay", kind, message },
  ];
  if (relayed === null) return say("well", relayOff);
  if (state === "stopped") return say("look", "stopped until assent admin sms-relay on");
  const { left, inTheWay } = relayed;
  return inTheWay.length > 0
    ? inTheWay.flatMap((hindrance) => say("look", hindrances[hindrance]))
    : say("well", `on: up to ${left} SMS may go out now, at your cost`);
}

async function examineStopped(
  { isDatabaseSound, readJournal }: StoppedFolder,
  journalFile: string,
): Promise<Finding[]> {
  return [
    await finding("database", "sound, as far as a quick look through all of it tells", async () => {
      const isSound = await isDatabaseSound();
      if (isSound === undefined) {
        return { of: "database", kind: "well", message: "none is there: the start makes one" };
      }
      if (isSound) return undefined;
      throw new StartRefused(
        "It is damaged. Keep it as it is, put back the last backup in its place, and start once with --restored.",
      );
    }),
    await finding("journal", "sound, and can be written", async () => {
      if (await readJournal()) return undefined;
      const message = `${journalFile} is not there. If ASSENT_ENDED_JOURNAL names another for the service, say it here too; otherwise the next start makes it anew`;
      return { of: "journal", kind: "look", message };
    }),
  ];
}

/** @param look finds something else than what is well, or throws StartRefused with what is wrong. */
async function finding(
  of: Finding["of"],
  well: string,
  look: () => Promise<Finding | undefined>,
): Promise<Finding> {
  try {
    return (await look()) ?? { of, kind: "well", message: well };
  } catch (error) {
    if (error instanceof StartRefused) return wrong(of, error.message);
    throw error;
  }
}

function wrong(of: Finding["of"], message: string): Finding {
  return { of, kind: "wrong", message };
}

function mayBe(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
