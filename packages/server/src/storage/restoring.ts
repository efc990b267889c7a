// What rows have to bring so that a backup can be put back: what ended, before and after it was made.
import type { EndedFact } from "../accounts/store.ts";

export interface RestoringRows {
  /** Whether the file is sound, as far as a quick look through all of it tells. */
  isSound(): Promise<boolean>;

  /** What the operator had said when the backup was made; undefined where this is none. */
  steering(): Promise<string | undefined>;

  /** What ended in this hour (since 1970) or later, and is remembered. */
  endedSince(hour: number): Promise<readonly EndedFact[]>;

  /**
   * What ended since the backup was made: accounts that are here with one of these mailboxes end, and it is remembered. An
   * account that is here with another mailbox was made anew, and stays.
   */
  replay(facts: readonly EndedFact[]): Promise<void>;

  /**
   * After a backup was put back: KeyPackages for single use go, since some of them were used since. So many at a call as
   * need no room on the disk: the first call says 0, each other one what the one before it answered, until that is undefined.
   */
  dropSingleUse(after: number): Promise<number | undefined>;

  /**
   * Then: positions and tickets are of another lineage from now on, invitations go for the same reason, the parameters are
   * published under a higher sequence, and the file is no backup any more.
   */
  beginLineage(now: number): Promise<void>;

  /** Whether all that was done until then is in the file itself, which a start looks at before anything else. */
  isInFile(): Promise<boolean>;
}
