// What the operator said of the running service and is to hold over restarts, in one file of the data folder: who can register,
// where it is reached, whether SMS for devices stopped, whether it ends. Without the file everything is as the settings say.
import { readFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { isFitServiceEnd, startOfDay } from "@assent/protocol";
import { type RegistrationState, registrationStates } from "../registration/invitations.ts";
import { StartRefused } from "../start-refused.ts";
import { syncFolder } from "../synced-folder.ts";
import type { SteeringBesideStore } from "./store.ts";

export interface Steering {
  readonly registration: RegistrationState;
  /** In the place of those in the settings; undefined where theirs hold. */
  readonly origins: readonly string[] | undefined;
  /** Of SMS for devices without a SIM; undefined where the settings say whether they go out. */
  readonly smsRelay: "stopped" | undefined;
  readonly end: AnnouncedEnd | undefined;
}

/** *This service ends*. */
export interface AnnouncedEnd {
  /** The day, in UTC: "2027-03-31". */
  readonly on: string;
  /** To people, from whoever runs the service; may be empty. */
  readonly message: string;
}

export interface SteeringFile extends SteeringBesideStore {
  current(): Steering;
  /** Resolves when it is durable; it is current from then on. */
  change(change: Partial<Steering>): Promise<void>;
}

const unsteered: Steering = {
  registration: "open",
  origins: undefined,
  smsRelay: undefined,
  end: undefined,
};

/** @param file its path, whether there or not. @throws StartRefused where it is damaged */
export function openSteeringFile(file: string): SteeringFile {
  let steering = readSteering(file);
  let writing = Promise.resolve();

  async function write(next: Steering): Promise<void> {
    const beside = `${file}.new`;
    const handle = await open(beside, "w", 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(next)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
    await syncFolder(dirname(file));
  }

  return {
    current: () => steering ?? unsteered,
    written: () => JSON.stringify(steering ?? unsteered),
    async putBack(written) {
      if (steering) return false;
      const former = steeringOf(written);
      if (!former) {
        throw new StartRefused(
          `What the backup has of ${file} cannot be read. Take another backup, or put the file itself back beside this one.`,
        );
      }
      await write(former);
      steering = former;
      return true;
    },
    change(change) {
      const done = writing.then(async () => {
        const next = { ...(steering ?? unsteered), ...change };
        await write(next);
        steering = next;
      });
      writing = done.catch(() => undefined);
      return done;
    },
  };
}

/** Undefined where nobody said anything. */
function readSteering(file: string): Steering | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new StartRefused(`${file} cannot be read: it is no file, or not this user's to read.`, {
      cause: error,
    });
  }
  const steering = steeringOf(text);
  if (!steering) {
    throw new StartRefused(
      `${file} is damaged. Move it away, and say again what you said with \`assent admin\`: who can register, where the service is reached, whether SMS for phones stopped, whether it ends.`,
    );
  }
  return steering;
}

function steeringOf(text: string): Steering | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { registration, origins, smsRelay, end } = value as Record<string, unknown>;
  const state = registrationStates.find((known) => known === registration);
  const areOrigins = origins === undefined || (Array.isArray(origins) && origins.every(isText));
  const isRelay = smsRelay === undefined || smsRelay === "stopped";
  const isFit = end === undefined || (isEnd(end) && isShownEnd(end));
  if (!state || !areOrigins || !isRelay || !isFit) return undefined;
  return { registration: state, origins: origins as string[] | undefined, smsRelay, end };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Whether it names a day, and has words. */
export function isEnd(value: unknown): value is AnnouncedEnd {
  if (typeof value !== "object" || value === null) return false;
  const { on, message } = value as Record<string, unknown>;
  return isText(on) && startOfDay(on) !== undefined && isText(message);
}

/** Whether people's apps would show it. */
export function isShownEnd({ on, message }: AnnouncedEnd): boolean {
  return isFitServiceEnd({ atMs: BigInt(startOfDay(on) ?? 0), message });
}
