// Reads again, when a profile is opened by a version that understands more of contents than the last one, what that one kept:
// a bounded number in one commit, with room for what comes in between two. Nothing of it leaves but receipts never owed before.
import { AssentError } from "@assent/protocol";
import type { ProfileStateKeeper } from "../../account/profile-state.ts";
import type { Records } from "../../store/records.ts";
import type { Applying } from "./applying.ts";

// Contents that are read in one step, so that others can run between two.
const readAtOnce = 100;

export interface RereadingParts {
  readonly records: Records;
  readonly state: ProfileStateKeeper;
  readonly applying: Applying;
  /** Of what is understood of contents. */
  readonly version: number;
}

export class Rereading {
  readonly #parts: RereadingParts;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: RereadingParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = this.#all().catch((error: unknown) => {
      // The next opening begins again: what was read is not among the rest any more.
      if (!(error instanceof AssentError)) throw error;
    });
  }

  /** Ends it after the step that is under way; the next opening goes on. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #all(): Promise<void> {
    const { state, version } = this.#parts;
    const { contentVersion } = state.current;
    // A version before the last one reads nothing again, and keeps what the last one would have understood.
    if (contentVersion === version) return;
    let after: string | undefined = "";
    while (contentVersion < version && after !== undefined) {
      if (this.#isStopped) return;
      after = await this.#some(after);
    }
    await state.change({ contentVersion: version });
  }

  /** Returns where to go on; undefined at the end. */
  #some(after: string): Promise<string | undefined> {
    const { records, applying } = this.#parts;
    return records.step(async (step) => {
      const range = { limit: readAtOnce, ...(after ? { after } : {}) };
      const rows = await step.pointers("unapplied", range);
      for (const { key, text } of rows) await applying.applyKept(step, key, text);
      return rows.length === readAtOnce ? rows.at(-1)?.key : undefined;
    });
  }
}
