// Whether numbers can be registered here, as the operator last said: kept as a file of the data folder that is there while they
// cannot. Who is here already stays, and whoever wants to leave, or to get no codes, is let through.
import { existsSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { AssentError, Intent } from "@assent/protocol";
import type { Registration } from "../registration/registration.ts";
import { syncFolder } from "../synced-folder.ts";

export type RegistrationState = "open" | "closed";
export const registrationStates: readonly RegistrationState[] = ["open", "closed"];

export interface RegistrationDoor {
  state(): RegistrationState;
  /** Resolves when it is durable; from then on it is so, over restarts too. */
  set(state: RegistrationState): Promise<void>;
  /** The same room, behind this door. */
  before(room: Pick<Registration, "start" | "verify">): Pick<Registration, "start" | "verify">;
}

/** @param file its path, whether there or not */
export function openRegistrationDoor(file: string): RegistrationDoor {
  let state: RegistrationState = existsSync(file) ? "closed" : "open";
  return {
    state: () => state,
    async set(wanted) {
      if (wanted === "open") await rm(file, { force: true });
      else await (await open(file, "a", 0o600)).close();
      await syncFolder(dirname(file));
      state = wanted;
    },
    before: ({ start, verify }) => ({
      async start(request) {
        if (state === "closed" && request.intent === Intent.REGISTER) {
          throw new AssentError("registration_closed");
        }
        return start(request);
      },
      verify,
    }),
  };
}
