// What the operator did, a line for each command that changes or copies anything, beside the data: when, what, and whether it
// was done. No number, no path and no key is in it; nobody but the service writes there.
import { open } from "node:fs/promises";
import type { Log } from "../log.ts";
import type { OperatingCommands } from "./operating.ts";

type Fact = string | number | readonly string[];

export interface Audit {
  /** Resolves when the line is durable. Where it cannot be written, the log says so, and what was done stays done. */
  note(
    did: string,
    facts: Readonly<Record<string, Fact>>,
    outcome: "done" | "refused",
  ): Promise<void>;
}

export function openAudit(parts: {
  /** Made where it is not there. */
  readonly file: string;
  readonly now: () => number;
  readonly log: Pick<Log, "error">;
}): Audit {
  return {
    async note(did, facts, outcome) {
      const at = new Date(parts.now()).toISOString();
      try {
        const handle = await open(parts.file, "a", 0o600);
        try {
          await handle.write(`${JSON.stringify({ at, did, ...facts, outcome })}\n`);
          await handle.sync();
        } finally {
          await handle.close();
        }
      } catch (error) {
        parts.log.error("what the operator did could not be noted", error);
      }
    },
  };
}

/** The same commands, each noted. Who only asks leaves no line. */
export function audited(commands: OperatingCommands, audit: Audit): OperatingCommands {
  async function noting<Done>(
    did: string,
    facts: Readonly<Record<string, Fact>>,
    work: () => Promise<Done>,
  ): Promise<Done> {
    try {
      const done = await work();
      await audit.note(did, facts, "done");
      return done;
    } catch (error) {
      await audit.note(did, facts, "refused");
      throw error;
    }
  }

  return {
    status: commands.status,
    rotate: (rotation) =>
      noting("rotate", { what: rotation.what }, () => commands.rotate(rotation)),
    backUp: (file, told) => noting("backup", {}, () => commands.backUp(file, told)),
    confirmClock: () => noting("clock-is-right", {}, commands.confirmClock),
    setRegistration: (is) => noting("registration", { is }, () => commands.setRegistration(is)),
    countInvitations: commands.countInvitations,
    makeInvitations: (count, days) =>
      noting("make-invitations", { count, days }, () => commands.makeInvitations(count, days)),
    withdrawInvitations: (which) =>
      noting("withdraw-invitations", { count: which === "all" ? which : which.length }, () =>
        commands.withdrawInvitations(which),
      ),
    setOrigins: (origins) => noting("origins", { origins }, () => commands.setOrigins(origins)),
    setSmsRelay: (is) => noting("sms-relay", { is }, () => commands.setSmsRelay(is)),
    announceEnd: (end) => noting("ends", { on: end.on }, () => commands.announceEnd(end)),
    drain: () => noting("drain", {}, commands.drain),
    undrain: () => noting("undrain", {}, commands.undrain),
    countNever: commands.countNever,
    addNever: (number) => noting("add-never", {}, () => commands.addNever(number)),
    removeNever: (number) => noting("remove-never", {}, () => commands.removeNever(number)),
    sendCodeToLeave: (number) =>
      noting("code-to-leave", {}, () => commands.sendCodeToLeave(number)),
    leave: (session, code) => noting("leave", {}, () => commands.leave(session, code)),
    withdrawEnd: () => noting("goes-on", {}, commands.withdrawEnd),
  };
}
