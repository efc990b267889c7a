// What a store has to bring for backups. The port that storage implements.

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
  /** The disk that it is to be on has too little room, also for the service where it is its disk; or it fails. Nothing was left there. */
  | { readonly kind: "no-room" }
  /** The database itself could not be read: its own disk fails. Nothing was left there. */
  | { readonly kind: "unreadable" }
  /** What was copied is not sound: the database itself is damaged. Nothing was left there. */
  | { readonly kind: "damaged" }
  /** `giveUp` was called. Nothing was left there. */
  | { readonly kind: "given-up" };

/** What the operator said, which is kept beside the store: a backup has it too. */
export interface SteeringBesideStore {
  /** All of it. */
  written(): string;
  /**
   * What `written` gave when a backup was made. Where something was said here it holds: it knows what was said since.
   * Resolves with whether it was put back.
   * @throws StartRefused where nobody wrote it so
   */
  putBack(written: string): Promise<boolean>;
}

export interface BackupStore {
  /**
   * Copies what is kept, but for envelopes and numbers that are being proved, and what the operator said, into a file that
   * is not there yet. It is there only when it is whole, checked and durable.
   */
  backUp(file: string, told: (progress: BackupProgress) => void): Promise<BackupOutcome>;

  /** The service stops, and waits for no backup: one that is under way ends soon as given-up, and so does each later one. */
  giveUp(): void;
}
