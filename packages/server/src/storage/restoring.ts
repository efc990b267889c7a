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
   * After a backup was put back: positions and tickets are of another lineage from now on, KeyPackages for single use and
   * invitations go, since some of them were used since, and the parameters are published under a higher sequence.
   */
  beginLineage(now: number): Promise<void>;
}
