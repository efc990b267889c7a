// What a store has to bring for backups and what follows from them. The port that storage implements.
import type { EndedFact } from "../accounts/store.ts";

export interface RestoringStore {
  /** Whether the file is sound, as far as a quick look through all of it tells. */
  isSound(): Promise<boolean>;

  /** What ended in this hour (since 1970) or later, and is remembered. */
  endedSince(hour: number): Promise<readonly EndedFact[]>;

  /**
   * What ended since the backup was made: accounts that are here with one of these mailboxes end, and it is remembered. An
   * account that is here with another mailbox was made anew, and stays.
   */
  replay(facts: readonly EndedFact[]): Promise<void>;

  /**
   * After a backup was put back: positions and tickets are of another lineage from now on, KeyPackages for single use go,
   * since some of them were handed out since, and the parameters are published under a higher sequence.
   */
  beginLineage(now: number): Promise<void>;
}

export interface BackupProgress {
  /** Pages of the database. */
  readonly done: number;
  readonly of: number;
}

export type BackupOutcome =
  | { readonly kind: "done"; readonly bytes: number }
  /** Something is there already. */
  | { readonly kind: "exists" }
  /** Its folder is not there, or cannot be written. */
  | { readonly kind: "no-folder" }
  /** What was copied is not sound: the database itself is damaged. Nothing was left there. */
  | { readonly kind: "damaged" };

export interface BackupStore {
  /**
   * Copies what is kept, but for envelopes and numbers that are being proved, into a file that is not there yet. It is
   * there only when it is whole, checked and durable.
   */
  backUp(file: string, told: (progress: BackupProgress) => void): Promise<BackupOutcome>;
}
