// What whoever runs the service can ask of it while it runs. Answers hold counts and what is public, and no keys.
import { readFileSync } from "node:fs";
import { hex } from "@assent/protocol";
import type { CellDescription, LiveCell } from "../cell/live-cell.ts";
import { type Rotation, RotationRefused } from "../cell/rotation.ts";
import type { Folders } from "../config.ts";
import type { Log } from "../log.ts";
import type { TransportState } from "../sms/chosen-transport.ts";
import type { Judgement } from "../time/judged-time.ts";
import type { WatchedTime } from "../time/watched-time.ts";
import type { Desk } from "./desk.ts";
import type { Draining } from "./draining.ts";
import { OperatingError } from "./operating-error.ts";
import type { RelayedSms } from "./relayed-sms.ts";
import type { Steered, Steering } from "./steering.ts";
import type { BackupOutcome, BackupProgress, BackupStore } from "./store.ts";

export interface ServiceStatus extends CellDescription, Steered {
  readonly version: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** "http://127.0.0.1:8080" */
  readonly origin: string;
  /** In hexadecimal. */
  readonly cellId: string;
  /** Absolute, as the settings that it was started with have them. */
  readonly keysDirectory: string;
  readonly journalFile: string;
  /** How many this process may have open; null where the system does not say. */
  readonly openFilesLimit: number | null;
  /** How many there are, by what it is. */
  readonly counts: Readonly<Record<string, number>>;
  readonly destruction: Destruction;
  /** Nobody is let in. */
  readonly drained: boolean;
  /** Of each transport, whether it takes SMS. */
  readonly sms: readonly TransportState[];
  /** Of SMS for devices without a SIM; null where `smsRelay` is off. */
  readonly relayedSms: RelayedSms | null;
}

/** Whether what is over age is destroyed: going, once the clock was right for a day, or not while it is in doubt. */
export type Destruction = "goes-on" | "waits-a-day" | "paused";

export interface OperatingCommands
  extends Omit<Steering, "steered">,
    Desk,
    Pick<Draining, "drain" | "undrain"> {
  status(): Promise<ServiceStatus>;
  /** @throws OperatingError refused */
  rotate(rotation: Rotation): Promise<CellDescription>;
  /** @throws OperatingError refused */
  backUp(file: string, told: (progress: BackupProgress) => void): Promise<BackupDone>;
  /** The operator says that this machine's clock is right. */
  confirmClock(): Promise<{ readonly destruction: Destruction }>;
}

export interface BackupDone {
  readonly file: string;
  readonly bytes: number;
}

const destructionWhen = {
  agree: "goes-on",
  "agree-since-lately": "waits-a-day",
  "in-doubt": "paused",
} as const satisfies Record<Judgement["kind"], Destruction>;

export function createOperating(parts: {
  readonly cell: Pick<LiveCell, "publicSide" | "rotate" | "describe">;
  readonly time: Pick<WatchedTime, "confirm" | "look">;
  readonly backup: Pick<BackupStore, "backUp">;
  readonly steering: Steering;
  readonly desk: Desk;
  readonly draining: Pick<Draining, "drain" | "undrain" | "isDrained">;
  readonly sms: () => Promise<readonly TransportState[]>;
  readonly relayedSms: () => Promise<RelayedSms>;
  readonly origin: string;
  readonly folders: Pick<Folders, "keysDirectory" | "journalFile">;
  readonly openFilesLimit: () => Promise<number | undefined>;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Counts alone: they are told as they are. */
  readonly counts: () => Promise<Readonly<Record<string, number>>>;
}): OperatingCommands {
  const { cell, time, backup, origin, startedAt, counts } = parts;
  const { keysDirectory, journalFile } = parts.folders;
  const { steered, ...steering } = parts.steering;
  let isBackingUp = false;
  const destruction = () => destructionWhen[time.look().kind];
  const { version } = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  ) as { version: string };

  return {
    ...steering,
    ...parts.desk,
    drain: parts.draining.drain,
    undrain: parts.draining.undrain,
    async status() {
      const said = await steered();
      return {
        version,
        startedAt: new Date(startedAt).toISOString(),
        origin,
        cellId: hex(cell.publicSide.id),
        ...(await cell.describe()),
        keysDirectory,
        journalFile,
        openFilesLimit: (await parts.openFilesLimit()) ?? null,
        counts: await counts(),
        destruction: destruction(),
        drained: parts.draining.isDrained(),
        sms: await parts.sms(),
        ...said,
        relayedSms: said.smsRelay === "off" ? null : await parts.relayedSms(),
      };
    },
    async backUp(file, told) {
      if (isBackingUp) throw new OperatingError("refused", "Another backup is under way.");
      isBackingUp = true;
      try {
        const outcome = await backup.backUp(file, told);
        if (outcome.kind === "done") return { file, bytes: outcome.bytes };
        if (outcome.kind === "given-up") {
          throw new OperatingError("no_answer", "The service stops: the backup was given up.");
        }
        throw new OperatingError("refused", whyNoBackup(outcome.kind, file));
      } finally {
        isBackingUp = false;
      }
    },
    async confirmClock() {
      await time.confirm();
      return { destruction: destruction() };
    },
    async rotate(rotation) {
      try {
        await cell.rotate(rotation);
      } catch (error) {
        if (error instanceof RotationRefused) throw new OperatingError("refused", error.message);
        throw error;
      }
      return cell.describe();
    },
  };
}

function whyNoBackup(
  kind: Exclude<BackupOutcome["kind"], "done" | "given-up">,
  file: string,
): string {
  switch (kind) {
    case "exists":
      return `${file} is there already. Name a file that is not.`;
    case "no-folder":
      return `${file} cannot be made: its folder is not there, or the service's user may not write there.`;
    case "no-room":
      return `${file} was not made: its disk has too little room, which the service needs where it is its own; or it fails. Make room, or name another place.`;
    case "unreadable":
      return "The database could not be read: the disk that it is on fails. Look at that disk, and have the last backup at hand.";
    case "damaged":
      return "The database is damaged. Stop the service, keep the file as it is, put back the last backup, and start once with --restored.";
  }
}

/** Once at each start. */
export async function warnOfRootKey(cell: Pick<LiveCell, "describe">, log: Log): Promise<void> {
  const { rootKeyHere } = await cell.describe();
  if (!rootKeyHere) return;
  log.warn(
    "root.key is still beside the other keys: move it to a medium that is kept offline, with a copy; only `assent keys rotate` needs it",
  );
}
