// A start on another database than the last one's: a backup that was put back, or none. The mark of a backup goes with the last
// step, so that all of it can be done again.
import { AssentError } from "@assent/protocol";
import type { SteeringBesideStore } from "../operating/store.ts";
import { damagedFile, StartRefused } from "../start-refused.ts";
import type { Beginning } from "./database-file.ts";
import type { EndedJournal } from "./ended-journal.ts";
import type { RestoringRows } from "./restoring.ts";

export interface BeginAgainParts {
  readonly restoring: RestoringRows;
  readonly journal: Pick<EndedJournal, "read">;
  readonly steering: SteeringBesideStore | undefined;
  readonly now: number;
}

/** @throws StartRefused where the database is damaged, or the disk does not take all of it */
export async function beginAgain(
  database: string,
  beginning: Beginning,
  { restoring, journal, steering, now }: BeginAgainParts,
): Promise<void> {
  const isSound = await restoring.isSound().catch((cause: unknown) => {
    throw damagedFile(database, cause);
  });
  if (!isSound) throw damagedFile(database);
  try {
    const said = await restoring.steering();
    if (said !== undefined) await steering?.putBack(said);
    await restoring.replay(await journal.read());
    if (beginning !== "restored") return;
    let dropped: number | undefined = 0;
    while (dropped !== undefined) dropped = await restoring.dropSingleUse(dropped);
    await restoring.beginLineage(now);
  } catch (error) {
    if (error instanceof AssentError && error.code === "busy") throw diskRefused(database, error);
    throw error;
  }
  // Whoever was answered from here on would be gone with the write-ahead log, if the next start took the file for a backup.
  if (!(await restoring.isInFile())) throw diskRefused(database);
}

function diskRefused(database: string, cause?: unknown): StartRefused {
  return new StartRefused(
    `The disk of ${database} does not take all that this start has to write there: it is full, or fails. Make room, and start again with the same options.`,
    { cause },
  );
}
